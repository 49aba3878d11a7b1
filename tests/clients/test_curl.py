"""The calls of `/api/v1` that other systems' documents describe, with curl, as these write them."""

from __future__ import annotations

from uuid import uuid4

import pytest

from support import FIRST, FOREIGN_KEY, SECOND, UNKNOWN, Agent, Answer, body, curl, said


def publish(agent: Agent, note: str, idempotency_key: str) -> Answer:
    options = ["-X", "POST", "-H", f"Idempotency-Key: {idempotency_key}", *body({"note": note})]
    return curl(f"/api/v1/agents/{agent.id}/publish", *options)


def versions(agent: Agent) -> list[int]:
    return [each["version"] for each in curl(f"/api/v1/agents/{agent.id}/versions").json["data"]]


def chat(agent: Agent) -> Answer:
    """Begin a conversation, and say hello in it."""
    begun = curl("/api/v1/chat/sessions", *body({"agentId": agent.id, "draftMode": False}))
    if begun.status != 201:
        return begun
    return curl(f"/api/v1/chat/sessions/{begun.json['id']}/messages", *body({"content": "Hello"}))


def test_publish_with_a_note_ships_once_under_its_key(agent: Agent) -> None:
    key = str(uuid4())
    first = publish(agent, "Added after-hours transfer skill", key)
    assert (first.status, first.json["version"], first.json["live"]) == (201, 1, True)
    assert first.json["note"] == "Added after-hours transfer skill"
    assert first.json["published_by"]["name"] == "you"
    assert "idempotency-replayed" not in first.headers

    agent.save(instructions=SECOND)
    again = publish(agent, "Added after-hours transfer skill", key)
    assert (again.status, again.text) == (201, first.text)
    assert again.headers["idempotency-replayed"] == "true"
    assert versions(agent) == [1], "a retry must not ship what was saved in between"

    other = publish(agent, "Another note", key)
    assert (other.status, other.json["code"]) == (422, "idempotency_mismatch")
    assert publish(agent, "Shorter", str(uuid4())).json["version"] == 2
    unchanged = publish(agent, "Again", str(uuid4()))
    assert (unchanged.status, unchanged.json["code"]) == (409, "no_changes")
    assert versions(agent) == [2, 1]


def test_a_live_conversation_needs_a_release_to_the_letter(agent: Agent) -> None:
    refused = chat(agent)
    assert refused.status == 409
    assert refused.headers["content-type"] == "application/problem+json"
    assert isinstance(refused.json["type"], str)
    assert (refused.json["title"], refused.json["detail"]) == ("Conflict", "no_published_version")
    assert refused.json["code"] == "no_published_version"

    tried = curl("/api/v1/chat/sessions", *body({"agentId": agent.id, "draftMode": True}))
    assert (tried.status, tried.json["draft_mode"]) == (201, True)
    answer = curl(f"/api/v1/chat/sessions/{tried.json['id']}/messages", *body({"content": "Hello"}))
    assert "Draft 1 answers here" in answer.json["content"]
    assert chat(agent).status == 409, "trying the draft publishes nothing"


def test_only_a_publish_or_a_roll_back_moves_what_answers(agent: Agent) -> None:
    first = publish(agent, "First", str(uuid4())).json
    before = chat(agent)
    assert all(part in before.json["content"] for part in said(1, FIRST))
    agent.save(instructions=SECOND)
    assert chat(agent).json["content"] == before.json["content"]
    publish(agent, "Second", str(uuid4()))
    assert all(part in chat(agent).json["content"] for part in said(2, SECOND))

    back = curl(f"/api/v1/agents/{agent.id}/rollback", "-X", "POST", *body({"versionId": first["id"]}))
    assert (back.status, back.json["id"], back.json["live"]) == (200, first["id"], True)
    assert chat(agent).json["content"] == before.json["content"]
    assert versions(agent) == [2, 1], "a roll back makes no release"
    unknown = curl(f"/api/v1/agents/{agent.id}/rollback", "-X", "POST", *body({"versionId": UNKNOWN}))
    assert unknown.status == 404


def test_the_history_lists_releases_newest_first(agent: Agent) -> None:
    publish(agent, "First", str(uuid4()))
    agent.save(instructions=SECOND)
    publish(agent, "Second", str(uuid4()))
    listed = curl(f"/api/v1/agents/{agent.id}/versions")
    assert (listed.status, listed.json["next_cursor"]) == (200, None)
    history = [(each["version"], each["note"], each["live"]) for each in listed.json["data"]]
    assert history == [(2, "Second", True), (1, "First", False)]
    page = curl(f"/api/v1/agents/{agent.id}/versions?limit=1").json
    rest = curl(f"/api/v1/agents/{agent.id}/versions?limit=1&cursor={page['next_cursor']}").json
    assert page["data"] + rest["data"] == listed.json["data"]


def test_the_diff_names_fields_with_before_after_and_kind(agent: Agent) -> None:
    version = publish(agent, "First", str(uuid4())).json["id"]
    path = f"/api/v1/agents/{agent.id}/versions/{version}/diff"
    assert curl(path).json["changes"] == []
    agent.save(instructions=SECOND, greeting="Hello!")
    changes = {each["field"]: each for each in curl(path).json["changes"]}
    assert set(changes) == {"instructions", "greeting"}
    instructions = changes["instructions"]
    assert (instructions["kind"], instructions["before"], instructions["after"]) == ("changed", FIRST, SECOND)
    assert (changes["greeting"]["kind"], changes["greeting"]["after"]) == ("added", "Hello!")
    agent.save(greeting="")
    publish(agent, "Second", str(uuid4()))
    agent.save(instructions=FIRST)
    assert curl(path).json["changes"] == [], "it is of the release that was named"


def test_the_report_says_what_would_go_live(agent: Agent) -> None:
    publish(agent, "First", str(uuid4()))
    skill = {
        "id": "crm",
        "name": "Look up a customer",
        "kind": "http",
        "method": "POST",
        "url": "https://crm.example/find",
        "sends": [{"field": "email", "to": "body"}],
    }
    agent.save(instructions=SECOND, skills=[skill])
    report = curl(f"/api/v1/agents/{agent.id}/prepublish-report")
    assert report.status == 200
    egress = report.json["data_egress"]
    assert [(each["host"], each["fields"], each["new"]) for each in egress] == [("crm.example", ["email"], True)]
    for section in ("will_say", "wont_say", "guardrails", "knowledge", "warnings", "blocking"):
        assert section in report.json, section
    assert report.json["blocking"] == []
    assert report.json["warnings"], "an address of a person that goes to a new host is worth a word"
    assert {each["field"] for each in report.json["diff"]} == {"instructions", "skills[crm]"}
    assert versions(agent) == [1], "reading publishes nothing"


def test_the_bearer_decides(agent: Agent) -> None:
    path = f"/api/v1/agents/{agent.id}"
    for key in (None, "gk_live_wrong"):
        refused = curl(path, key=key)
        assert (refused.status, refused.json["code"]) == (401, "unauthorized")
    foreign, unknown = curl(path, key=FOREIGN_KEY), curl(f"/api/v1/agents/{UNKNOWN}")
    assert (foreign.status, foreign.json["detail"]) == (unknown.status, unknown.json["detail"])
    assert foreign.status == 404
    browser = curl(path, "-H", "Origin: https://example.com")
    assert (browser.status, browser.json["code"]) == (403, "browser_origin")
    assert curl(path).json["id"] == agent.id


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        (["-H", "Content-Type: application/json", "-d", '{"note":'], 400, "invalid_request"),
        (["-H", "Content-Type: text/plain", "-d", "{}"], 415, "unsupported_media_type"),
        (body({"note": "x" * 101}), 422, "validation_failed"),
        (body({"notes": "x"}), 422, "validation_failed"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(agent: Agent, options: list[str], status: int, code: str) -> None:
    refused = curl(f"/api/v1/agents/{agent.id}/publish", "-X", "POST", *options)
    assert (refused.status, refused.json["code"]) == (status, code)
    assert versions(agent) == []
