"""`/agent/v1` with curl, at both places where other systems have it. The chat is in `ai.test.mjs`."""

from __future__ import annotations

import pytest

from support import CHAT_KEY, FIRST, FOREIGN_KEY, KEY, SECOND, UNKNOWN, Agent, Answer, ask, body, curl, said

pytestmark = pytest.mark.parametrize("place", ["/agent/v1", "/api/public/agent/v1"])


def publish(place: str, agent_id: str, description: str, *, key: str = KEY) -> Answer:
    return curl(f"{place}/publish", *body({"agentId": agent_id, "description": description}), key=key)


def complete(place: str, agent: Agent) -> Answer:
    message = {"id": "m1", "role": "user", "parts": [{"type": "text", "text": "Hello"}]}
    return curl(f"{place}/chat/completions", *body({"agentId": agent.id, "messages": [message], "stream": False}))


def test_an_agent_is_made_read_and_changed(place: str) -> None:
    config = {"name": "Desk", "instructions": FIRST, "promptBubbles": ["Where is it?", "And when?"]}
    made = curl(f"{place}/create", *body(config))
    assert (made.status, made.json["status"]) == (200, "success")
    agent = made.json["agent"]["id"]
    changed = curl(f"{place}/update", "-X", "PATCH", *body({"agentId": agent, "promptBubbles": ["Why?"]}))
    assert (changed.status, changed.json["status"]) == (200, "success")
    shown = curl(f"{place}/get?agentId={agent}")
    assert shown.status == 200
    draft = shown.json["agent"]["draft"]
    assert (draft["number"], draft["config"]["prompt_bubbles"]) == (2, ["Why?"]), "arrays replace"
    assert draft["config"]["instructions"] == FIRST, "what was not named stays"
    assert (shown.json["agent"]["name"], shown.json["agent"]["live"]) == ("Desk", None)
    models = curl(f"{place}/models").json["data"]
    assert "rehearsal" in [each["id"] for each in models]
    ask("DELETE", f"/agents/{agent}")


def test_publish_answers_in_its_own_words(place: str, agent: Agent) -> None:
    done = publish(place, agent.id, "Tightened the system prompt")
    assert done.status == 200
    version = done.json["version"]
    assert done.json == {"status": "success", "message": "Agent published successfully", "version": version}
    assert set(version) == {"id", "version", "createdAt"}
    release = ask("GET", f"/agents/{agent.id}/versions/v1")
    assert (version["id"], version["version"], version["createdAt"]) == (release["id"], 1, release["published_at"])
    assert release["note"] == "Tightened the system prompt"
    same = publish(place, agent.id, "Again")
    assert (same.status, same.json["message"]) == (409, "No draft changes to publish")


def test_an_update_reaches_nobody_before_it_is_published(place: str, agent: Agent) -> None:
    publish(place, agent.id, "First")
    before = complete(place, agent)
    assert all(part in before.json["parts"][0]["text"] for part in said(1, FIRST))
    curl(f"{place}/update", "-X", "PATCH", *body({"agentId": agent.id, "instructions": SECOND}))
    assert complete(place, agent).json["parts"] == before.json["parts"]
    publish(place, agent.id, "Second")
    assert all(part in complete(place, agent).json["parts"][0]["text"] for part in said(2, SECOND))


def test_refusals_carry_a_message_and_change_nothing(place: str, agent: Agent) -> None:
    refused = {
        "not a body": (400, curl(f"{place}/publish", "-H", "Content-Type: application/json", "-d", "{")),
        "no agentId": (400, curl(f"{place}/publish", *body({}))),
        "a malformed agentId": (400, publish(place, "agent", "x")),
        "a description too long": (400, publish(place, agent.id, "x" * 101)),
        "no key": (401, curl(f"{place}/publish", *body({"agentId": agent.id}), key=None)),
        "a wrong key": (401, publish(place, agent.id, "x", key="gk_live_wrong")),
        "no right to edit": (403, publish(place, agent.id, "x", key=CHAT_KEY)),
        "another workspace": (403, publish(place, agent.id, "x", key=FOREIGN_KEY)),
        "an unknown agent": (403, publish(place, UNKNOWN, "x")),
        "nothing live": (409, complete(place, agent)),
        "a browser": (403, curl(f"{place}/publish", "-H", "Origin: https://example.com", *body({"agentId": agent.id}))),
    }
    for why, (status, answer) in refused.items():
        assert answer.status == status, f"{why}: {answer.text}"
        assert isinstance(answer.json["message"], str), why
        assert answer.json["message"], why
    assert refused["another workspace"][1].json == refused["an unknown agent"][1].json
    assert ask("GET", f"/agents/{agent.id}")["live"] is None
