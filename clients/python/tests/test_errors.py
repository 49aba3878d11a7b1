"""Problem documents become the right errors, with everything that they say."""

from __future__ import annotations

import httpx
import pytest

import galley
from conftest import Connect
from galley import Conflict, DraftConflict, FieldError, GalleyError, NotFound, ServerError, UnexpectedAnswer
from galley.errors import BY_CODE, FieldConflict
from samples import AGENT, agent
from support import answer, problem

GET = f"GET /agents/{AGENT}"

# Every code of the API, its status and its class.
CODES = [
    (400, "invalid_request", "InvalidRequest"),
    (401, "unauthorized", "Unauthorized"),
    (403, "forbidden", "Forbidden"),
    (403, "browser_origin", "Forbidden"),
    (403, "channel_off", "Forbidden"),
    (404, "not_found", "NotFound"),
    (409, "no_published_version", "NoPublishedVersion"),
    (409, "no_changes", "NoChanges"),
    (409, "draft_conflict", "DraftConflict"),
    (412, "draft_conflict", "DraftConflict"),
    (409, "publish_race", "PublishRace"),
    (409, "approval_required", "ApprovalRequired"),
    (409, "approval_closed", "ApprovalClosed"),
    (409, "release_is_live", "ReleaseIsLive"),
    (409, "session_ended", "SessionEnded"),
    (409, "answer_in_progress", "AnswerInProgress"),
    (409, "idempotency_in_progress", "IdempotencyInProgress"),
    (409, "of_a_newer_server", "Conflict"),
    (413, "payload_too_large", "PayloadTooLarge"),
    (415, "unsupported_media_type", "GalleyError"),
    (422, "validation_failed", "ValidationFailed"),
    (422, "idempotency_mismatch", "IdempotencyMismatch"),
    (422, "of_a_newer_server", "ValidationFailed"),
    (428, "precondition_required", "PreconditionRequired"),
    (429, "rate_limited", "RateLimited"),
    (500, "internal", "ServerError"),
    (502, "upstream_failed", "UpstreamFailed"),
    (503, "busy", "Busy"),
    (507, "storage_full", "StorageFull"),
]


@pytest.mark.parametrize(("status", "code", "name"), CODES)
def test_a_code_is_an_error_of_its_own(connect: Connect, status: int, code: str, name: str) -> None:
    client = connect({GET: problem(status, code)}, max_retries=0)
    with pytest.raises(GalleyError) as caught:
        client.agents.get(AGENT)
    assert type(caught.value) is getattr(galley, name)
    assert (caught.value.status, caught.value.code) == (status, code)
    assert caught.value.detail == f"It is {code}."


def test_every_class_can_be_had_from_the_package() -> None:
    assert {kind.__name__ for kind in BY_CODE.values()} <= set(galley.__all__)
    assert {code for _, code, _ in CODES} >= set(BY_CODE)
    assert issubclass(galley.NoChanges, Conflict)
    assert issubclass(galley.UpstreamFailed, ServerError)


def test_fields_and_hints_are_told(connect: Connect) -> None:
    said = problem(
        422,
        "validation_failed",
        detail="name: Required (and 1 more)",
        errors=[{"field": "name", "message": "Required"}, {"field": "skills[2].url", "message": "Not an address"}],
        hint="See the guide.",
    )
    client = connect({"POST /agents": said})
    with pytest.raises(galley.ValidationFailed) as caught:
        client.agents.create(name="", instructions="x")
    error = caught.value
    assert error.errors == (FieldError("name", "Required"), FieldError("skills[2].url", "Not an address"))
    assert error.hint == "See the guide."
    assert error.problem["title"] == "Error"
    assert str(error) == (
        "422 validation_failed: name: Required (and 1 more) (skills[2].url: Not an address) (See the guide.)"
    )


def test_a_draft_conflict_says_what_touches(connect: Connect) -> None:
    rows = [{"field": "greeting", "base": "a", "mine": "b", "theirs": "c"}]
    client = connect(
        {f"PATCH /agents/{AGENT}/draft": problem(409, "draft_conflict", current=9, base=7, conflicts=rows)}
    )
    with pytest.raises(DraftConflict) as caught:
        client.agents.update_draft(AGENT, {"greeting": "b"}, base_draft=7)
    assert (caught.value.current, caught.value.base) == (9, 7)
    assert caught.value.conflicts == (FieldConflict("greeting", "a", "b", "c"),)


def test_what_is_no_problem_document_is_an_error_all_the_same(connect: Connect) -> None:
    page = httpx.Response(502, text="<h1>Bad gateway</h1>")
    client = connect({GET: [page, page, httpx.Response(404), answer(403, ["?"]), answer(400, {"message": "No."})]})
    with pytest.raises(galley.UpstreamFailed, match="Bad gateway"):
        connect({GET: page}, max_retries=0).agents.get(AGENT)
    with pytest.raises(NotFound, match="404: Not Found"):
        client.agents.get(AGENT)
    with pytest.raises(galley.Forbidden, match="403"):
        client.agents.get(AGENT)
    with pytest.raises(galley.InvalidRequest, match="No"):
        client.agents.get(AGENT)


@pytest.mark.parametrize(
    ("said", "word"),
    [
        (httpx.Response(200, text="<html>"), "not JSON"),
        (answer(200, []), "not an object"),
        (answer(200, {"name": "x"}), "no proper id"),
        (answer(200, agent(created_at="yesterday")), "no proper created_at"),
        (httpx.Response(204), "not an object"),
    ],
)
def test_an_answer_that_is_not_the_apis_is_named_so(connect: Connect, said: httpx.Response, word: str) -> None:
    client = connect({GET: said})
    with pytest.raises(UnexpectedAnswer, match=word):
        client.agents.get(AGENT)
    assert len(client.server.requests) == 1


def test_a_redirect_is_an_error_and_not_followed(connect: Connect) -> None:
    client = connect({GET: httpx.Response(302, headers={"Location": "https://elsewhere.test/"})})
    with pytest.raises(GalleyError, match="302"):
        client.agents.get(AGENT)
    assert len(client.server.requests) == 1
