"""What is tried again, what is not, and that one key goes along."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import httpx
import pytest

from conftest import Connect
from galley import (
    Busy,
    ConnectionFailed,
    GalleyError,
    IdempotencyInProgress,
    NoChanges,
    RateLimited,
    ServerError,
    UpstreamFailed,
)
from galley.answer import retry_after
from galley.retry import LONGEST_PAUSE, pause
from samples import AGENT, agent, draft, message, session, version
from support import answer, problem

PUBLISH = f"POST /agents/{AGENT}/publish"
GET = f"GET /agents/{AGENT}"
PATCH = f"PATCH /agents/{AGENT}/draft"

PASSING = [
    httpx.ConnectError("refused"),
    httpx.ReadError("reset"),
    httpx.ReadTimeout("slow"),
    httpx.RemoteProtocolError("cut"),
    problem(429, "rate_limited"),
    problem(502, "upstream_failed"),
    problem(503, "busy"),
    problem(409, "idempotency_in_progress"),
]


@pytest.mark.parametrize("passing", PASSING)
def test_a_publish_is_tried_again_with_the_same_key(connect: Connect, passing: httpx.Response | Exception) -> None:
    client = connect({PUBLISH: [passing, passing, answer(201, version(1))]})
    assert client.agents.publish(AGENT, note="N").version == 1
    keys = {request.headers["Idempotency-Key"] for request in client.server.requests}
    bodies = {request.content for request in client.server.requests}
    assert (len(client.server.requests), len(keys), len(bodies)) == (3, 1, 1)
    assert len(client.time.slept) == 2


def test_each_call_has_a_key_of_its_own_unless_one_is_given(connect: Connect) -> None:
    client = connect({PUBLISH: answer(201, version(1)), "POST /chat/sessions": answer(201, session())})
    client.agents.publish(AGENT)
    client.agents.publish(AGENT)
    client.chat.create(AGENT)
    client.agents.publish(AGENT, idempotency_key="build-77")
    keys = [request.headers["Idempotency-Key"] for request in client.server.requests]
    assert len(set(keys)) == 4
    assert keys[-1] == "build-77"


def test_retries_end(connect: Connect) -> None:
    client = connect({PUBLISH: problem(503, "busy")}, max_retries=2)
    with pytest.raises(Busy):
        client.agents.publish(AGENT)
    assert len(client.server.requests) == 3
    client = connect({GET: httpx.ReadError("reset")}, max_retries=0)
    with pytest.raises(ConnectionFailed, match="reset") as caught:
        client.agents.get(AGENT)
    assert caught.value.status is None
    assert isinstance(caught.value.__cause__, httpx.ReadError)
    assert len(client.server.requests) == 1


@pytest.mark.parametrize(
    ("final", "error"),
    [
        (problem(409, "no_changes"), NoChanges),
        (problem(500, "internal"), ServerError),
        (problem(507, "storage_full"), GalleyError),
        (problem(404, "not_found"), GalleyError),
        (httpx.UnsupportedProtocol("ftp"), ConnectionFailed),
    ],
)
def test_other_answers_are_final(connect: Connect, final: httpx.Response | Exception, error: type[Exception]) -> None:
    client = connect({PUBLISH: [final, answer(201, version(1))]})
    with pytest.raises(error):
        client.agents.publish(AGENT)
    assert len(client.server.requests) == 1
    assert client.time.slept == []


@pytest.mark.parametrize(
    "passing", [httpx.ReadError("reset"), httpx.ReadTimeout("slow"), problem(503, "busy"), problem(429, "rate_limited")]
)
def test_a_change_without_a_key_is_not_sent_twice(connect: Connect, passing: httpx.Response | Exception) -> None:
    client = connect({PATCH: [passing, answer(200, draft(2))], f"DELETE /agents/{AGENT}": [passing, answer(204)]})
    with pytest.raises(GalleyError):
        client.agents.update_draft(AGENT, {"model": "m"}, base_draft=1)
    with pytest.raises(GalleyError):
        client.agents.delete(AGENT)
    assert len(client.server.requests) == 2
    assert client.time.slept == []


@pytest.mark.parametrize("unsent", [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow")])
def test_a_change_that_was_never_sent_is_tried_again(connect: Connect, unsent: Exception) -> None:
    client = connect({PATCH: [unsent, answer(200, draft(2))]})
    assert client.agents.update_draft(AGENT, {"model": "m"}, base_draft=1).number == 2


def test_retry_after_is_waited_for_to_the_second(connect: Connect) -> None:
    client = connect({PUBLISH: [problem(409, "idempotency_in_progress", retry_after=7), answer(201, version(1))]})
    client.agents.publish(AGENT)
    assert client.time.slept == [7.0]


def test_a_long_retry_after_is_left_to_the_caller(connect: Connect) -> None:
    client = connect({GET: [problem(429, "rate_limited", retry_after=3600), answer(200, agent())]})
    with pytest.raises(RateLimited) as caught:
        client.agents.get(AGENT)
    assert caught.value.retry_after == 3600
    assert client.time.slept == []


def test_retry_after_may_be_a_date() -> None:
    now = datetime(2026, 11, 1, 10, tzinfo=timezone.utc)
    for text, seconds in [
        ("Sun, 01 Nov 2026 10:00:05 GMT", 5.0),
        ("Sun, 01 Nov 2026 09:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("-3", None),
        ("12", 12.0),
    ]:
        assert retry_after(httpx.Response(429, headers={"Retry-After": text}), now) == seconds, text
    assert retry_after(httpx.Response(429), now + timedelta(days=1)) is None


def test_pauses_double_up_to_a_limit_and_differ() -> None:
    for attempt, longest in [(1, 0.5), (2, 1.0), (3, 2.0), (9, LONGEST_PAUSE), (2000, LONGEST_PAUSE)]:
        found = {pause(attempt) for _ in range(50)}
        assert len(found) > 1
        assert all(longest / 2 <= seconds <= longest for seconds in found)


def test_a_message_is_sent_again_with_its_key(connect: Connect) -> None:
    where = "POST /chat/sessions/session-1/messages"
    client = connect({where: [httpx.ReadTimeout("slow"), answer(200, message("Hi"))]})
    assert client.chat.send("session-1", "Hello").content == "Hi"
    assert len({request.headers["Idempotency-Key"] for request in client.server.requests}) == 1
    client = connect({where: problem(502, "upstream_failed")}, max_retries=1)
    with pytest.raises(UpstreamFailed):
        client.chat.send("session-1", "Hello")


def test_an_error_that_says_to_wait_says_how_long(connect: Connect) -> None:
    client = connect({PUBLISH: problem(409, "idempotency_in_progress", retry_after=2)}, max_retries=0)
    with pytest.raises(IdempotencyInProgress) as caught:
        client.agents.publish(AGENT)
    assert caught.value.retry_after == 2.0


def test_the_server_is_given_the_time_that_it_was_asked_to_take(connect: Connect) -> None:
    client = connect({"GET /runs/r": answer(200, {"id": "r", "status": "done"}), GET: answer(200, agent())}, timeout=5)
    client.runs.get("r", wait=30)
    client.agents.get(AGENT)
    assert [request.extensions["timeout"]["read"] for request in client.server.requests] == [35, 5]
