"""Each method asks for what the API describes."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from conftest import Connect
from galley.models import Draft
from samples import AGENT, agent, draft, message, page, run, session, version
from support import Connected, answer

A = f"/agents/{AGENT}"
R = "0190ffff-0000-7000-8000-000000000001"

# What is called, what that asks for, the body, and the answer to it.
CASES: list[tuple[str, dict[str, Any], str, Any, Any]] = [
    (
        "agents.create",
        {"name": "Desk", "instructions": "Help.", "greeting": "Hi"},
        "POST /agents",
        {"name": "Desk", "instructions": "Help.", "greeting": "Hi"},
        agent(),
    ),
    ("agents.get", {"agent_id": AGENT}, f"GET {A}", None, agent()),
    ("agents.delete", {"agent_id": AGENT}, f"DELETE {A}", None, None),
    ("agents.restore", {"agent_id": AGENT}, f"POST {A}/restore", {}, agent()),
    ("agents.duplicate", {"agent_id": AGENT}, f"POST {A}/duplicate", {}, agent()),
    ("agents.export", {"agent_id": AGENT}, f"GET {A}/export", None, {"galley": "agent"}),
    ("agents.import_", {"document": {"galley": "agent"}}, "POST /agents/import", {"galley": "agent"}, agent()),
    ("agents.tags", {"agent_id": AGENT, "tags": ("a", "b")}, f"PUT {A}/tags", {"tags": ["a", "b"]}, None),
    ("agents.transfer", {"agent_id": AGENT, "owner": UUID(R)}, f"PUT {A}/owner", {"owner": R}, None),
    ("agents.draft", {"agent_id": UUID(AGENT)}, f"GET {A}/draft", None, draft(7)),
    ("agents.draft", {"agent_id": AGENT, "number": 3}, f"GET {A}/drafts/3", None, draft(3)),
    (
        "agents.update_draft",
        {"agent_id": AGENT, "changes": {"greeting": None}, "base_draft": 7},
        f"PATCH {A}/draft",
        {"greeting": None, "base_draft": 7},
        draft(8),
    ),
    (
        "agents.update_draft",
        {"agent_id": AGENT, "changes": {"model": "m"}, "base_draft": Draft.parse(draft(7))},
        f"PATCH {A}/draft",
        {"model": "m", "base_draft": 7},
        draft(8),
    ),
    (
        "agents.restore_draft",
        {"agent_id": AGENT, "revision_id": R},
        f"POST {A}/draft/restore",
        {"revision_id": R},
        draft(8),
    ),
    ("agents.report", {"agent_id": AGENT}, f"GET {A}/prepublish-report", None, {}),
    ("agents.publish", {"agent_id": AGENT}, f"POST {A}/publish", {}, version(1)),
    (
        "agents.publish",
        {"agent_id": AGENT, "revision_id": R, "note": "N", "expected_draft": Draft.parse(draft(7))},
        f"POST {A}/publish",
        {"revision_id": R, "note": "N", "expected_draft": 7},
        version(1),
    ),
    (
        "agents.rollback",
        {"agent_id": AGENT, "version": 1, "reason": "Bad", "end_open_sessions": False},
        f"POST {A}/rollback",
        {"version": 1, "reason": "Bad", "end_open_sessions": False},
        version(1),
    ),
    ("agents.rollback", {"agent_id": AGENT, "version_id": R}, f"POST {A}/rollback", {"version_id": R}, version(1)),
    ("agents.unpublish", {"agent_id": AGENT}, f"POST {A}/unpublish", {}, None),
    ("agents.version", {"agent_id": AGENT, "version_id": 3}, f"GET {A}/versions/v3", None, version(3)),
    ("agents.delete_version", {"agent_id": AGENT, "version_id": R}, f"DELETE {A}/versions/{R}", None, None),
    ("agents.diff", {"agent_id": AGENT, "version_id": R}, f"GET {A}/versions/{R}/diff", None, {"changes": []}),
    (
        "agents.diff",
        {"agent_id": AGENT, "version_id": 2, "against": 1},
        f"GET {A}/versions/v2/diff?against=v1",
        None,
        {"changes": []},
    ),
    ("agents.live", {"agent_id": AGENT}, f"GET {A}/live", None, None),
    (
        "agents.live",
        {"agent_id": AGENT, "at": datetime(2026, 11, 1, tzinfo=timezone(timedelta(hours=2)))},
        f"GET {A}/live?at=2026-11-01T00%3A00%3A00%2B02%3A00",
        None,
        version(1),
    ),
    ("runs.create", {"agent_id": AGENT}, f"POST {A}/runs", {"input": {}}, run("pending")),
    (
        "runs.create",
        {"agent_id": AGENT, "revision_id": R, "input": {"topic": "x"}},
        f"POST {A}/runs",
        {"revision_id": R, "input": {"topic": "x"}},
        run("pending"),
    ),
    ("runs.get", {"run_id": R}, f"GET /runs/{R}", None, run("done")),
    ("runs.get", {"run_id": R, "wait": 30}, f"GET /runs/{R}?wait=30", None, run("done")),
    ("runs.cancel", {"run_id": R}, f"POST /runs/{R}/cancel", {}, run("cancelled")),
    ("chat.create", {"agent_id": AGENT}, "POST /chat/sessions", {"agent_id": AGENT}, session()),
    (
        "chat.create",
        {"agent_id": AGENT, "draft_mode": True},
        "POST /chat/sessions",
        {"agent_id": AGENT, "draft_mode": True},
        session(draft_mode=True),
    ),
    ("chat.get", {"session_id": R}, f"GET /chat/sessions/{R}", None, session()),
    (
        "chat.send",
        {"session_id": R, "content": "Hi"},
        f"POST /chat/sessions/{R}/messages",
        {"content": "Hi", "stream": False},
        message("Hello"),
    ),
    ("chat.end", {"session_id": R}, f"POST /chat/sessions/{R}/end", {}, session()),
    ("chat.delete", {"session_id": R}, f"DELETE /chat/sessions/{R}", None, None),
]

LISTS: list[tuple[str, dict[str, Any], str]] = [
    ("agents.list", {}, "/agents?limit=100"),
    (
        "agents.list",
        {"q": "a b", "status": "draft", "tag": "t", "owner": R, "sort": "name", "page_size": 2},
        f"/agents?limit=2&q=a%20b&status=draft&tag=t&owner={R}&sort=name",
    ),
    ("agents.drafts", {"agent_id": AGENT}, f"{A}/drafts?limit=100"),
    ("agents.versions", {"agent_id": AGENT}, f"{A}/versions?limit=100"),
    ("agents.timeline", {"agent_id": AGENT}, f"{A}/timeline?limit=100"),
    ("runs.list", {"agent_id": AGENT}, f"{A}/runs?limit=100"),
    ("chat.list", {}, "/chat/sessions?limit=100"),
    ("chat.messages", {"session_id": R}, f"/chat/sessions/{R}/messages?limit=100"),
    ("keys.list", {}, "/keys?limit=100"),
    ("audit.list", {}, "/audit?limit=100"),
    ("models.list", {}, "/models?limit=100"),
]


def call(client: Connected, name: str, arguments: dict[str, Any]) -> Any:
    noun, method = name.split(".")
    return getattr(getattr(client, noun), method)(**arguments)


@pytest.mark.parametrize(("name", "arguments", "asks", "body", "said"), CASES)
def test_a_method_asks_for_what_is_described(
    connect: Connect, name: str, arguments: dict[str, Any], asks: str, body: Any, said: Any
) -> None:
    client = connect({asks.partition("?")[0]: answer(200, said)})
    call(client, name, arguments)
    assert client.server.asked == [asks]
    request = client.server.requests[0]
    if body is None:
        assert request.content == b""
    else:
        assert client.server.body() == body
        assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Authorization"] == "Bearer gk_live_test"
    assert request.headers["User-Agent"].startswith("galley-python/")
    assert "Origin" not in request.headers
    assert ("Idempotency-Key" in request.headers) == (request.method == "POST")


@pytest.mark.parametrize(("name", "arguments", "asks"), LISTS)
def test_a_list_asks_for_what_is_described(connect: Connect, name: str, arguments: dict[str, Any], asks: str) -> None:
    client = connect({f"GET {asks.partition('?')[0]}": answer(200, page([]))})
    assert list(call(client, name, arguments)) == []
    # A space has two ways to be written, and httpx has had both.
    assert [asked.replace("+", "%20") for asked in client.server.asked] == [f"GET {asks}"]


@pytest.mark.parametrize(
    ("given", "sent"), [(7, '"draft-7"'), (Draft.parse(draft(7)), '"draft-7"'), ('"draft-7"', '"draft-7"')]
)
def test_if_match_is_the_drafts_etag(connect: Connect, given: Any, sent: str) -> None:
    client = connect({f"PATCH {A}/draft": answer(200, draft(8))})
    assert client.agents.update_draft(AGENT, {"model": "m"}, if_match=given).number == 8
    assert client.server.requests[0].headers["If-Match"] == sent
    assert client.server.body() == {"model": "m"}


def test_an_empty_id_is_refused_before_anything_is_sent(connect: Connect) -> None:
    client = connect({})
    for empty in ("", "..", "."):
        with pytest.raises(ValueError, match="not an id"):
            client.agents.delete(empty)
    with pytest.raises(TypeError, match="list"):
        client.agents.tags(AGENT, "support")
    with pytest.raises(ValueError, match="time zone"):
        client.agents.live(AGENT, at=datetime(2026, 11, 1))
    assert client.server.asked == []


def test_an_id_cannot_leave_its_place_in_the_path(connect: Connect) -> None:
    client = connect({"GET /agents/a%2F..%3Fb": answer(200, agent())})
    client.agents.get("a/..?b")
    assert client.server.asked == ["GET /agents/a%2F..%3Fb"]


def test_every_method_is_tried() -> None:
    from test_parity import METHODS

    flows = {"runs.wait", "runs.events", "chat.stream", "agents.list_revisions", "agents.get_revision_diff"}
    tried = {case[0] for case in CASES} | {case[0] for case in LISTS} | flows
    assert tried == {f"{noun}.{name}" for noun, names in METHODS.items() for name in names}
