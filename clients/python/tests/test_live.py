"""The whole release loop against a real Galley: set `GALLEY_URL`, and as `GALLEY_API_KEY` a key with every scope.

Everything is made anew and the agents are deleted in the end. Skipped where the two are not set.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from datetime import datetime, timezone

import pytest

from galley import (
    AsyncGalley,
    DraftConflict,
    Galley,
    NoChanges,
    NoPublishedVersion,
    NotFound,
    PreconditionRequired,
    PublishRace,
    ReleaseIsLive,
    SessionEnded,
    Unauthorized,
    ValidationFailed,
)
from galley.models import Agent, Draft

pytestmark = pytest.mark.skipif(
    not (os.environ.get("GALLEY_URL") and os.environ.get("GALLEY_API_KEY")),
    reason="GALLEY_URL and GALLEY_API_KEY name no server",
)

FIRST = "Research a topic and summarise it."
SECOND = "Research a topic, verify the claims, and write a summary with sources."
SKILL = {
    "id": "browse_website",
    "name": "Browse a website",
    "kind": "http",
    "method": "GET",
    "url": "https://example.com/",
}


@pytest.fixture(scope="module")
def client() -> Iterator[Galley]:
    with Galley() as client:
        yield client


@pytest.fixture(scope="module")
def model(client: Galley) -> str:
    first = client.models.list().first()
    assert first is not None, "the workspace serves no model"
    return first.id


@pytest.fixture
def agent(client: Galley, model: str) -> Iterator[Agent]:
    made = client.agents.create(name="Researcher", instructions=FIRST, model=model)
    yield made
    client.agents.delete(made.id)


def improve(client: Galley, agent: Agent) -> Draft:
    """Save a second draft, with other instructions and a skill."""
    changes = {"instructions": SECOND, "skills": [SKILL]}
    return client.agents.update_draft(agent.id, changes, base_draft=1)


def test_an_agent_is_made_found_and_shown(client: Galley, agent: Agent, model: str) -> None:
    assert (agent.status, agent.live) == ("draft", None)
    found = client.agents.get(agent.id)
    assert found.draft is not None
    assert (found.name, found.draft.number, found.created_at) == ("Researcher", 1, agent.created_at)
    listed = [each for each in client.agents.list(q="Researcher", page_size=1) if each.id == agent.id]
    assert len(listed) == 1
    assert listed[0].draft is not None
    assert listed[0].draft.config is None
    draft = client.agents.draft(agent.id)
    assert draft.config is not None
    assert (draft.number, draft.config["instructions"], draft.config["model"]) == (1, FIRST, model)
    with pytest.raises(NotFound):
        client.agents.get("00000000-0000-7000-8000-000000000000")
    with pytest.raises(Unauthorized), Galley(api_key="gk_live_wrong") as stranger:
        stranger.agents.get(agent.id)


def test_a_draft_is_changed_merged_and_guarded(client: Galley, agent: Agent) -> None:
    first = client.agents.draft(agent.id)
    second = client.agents.update_draft(agent.id, {"greeting": "Hello"}, base_draft=first)
    assert second.number == 2
    assert client.agents.update_draft(agent.id, {"greeting": "Hello"}, base_draft=second).number == 2
    merged = client.agents.update_draft(agent.id, {"description": "Finds things out"}, base_draft=first)
    assert merged.config is not None
    assert (merged.number, merged.config["greeting"]) == (3, "Hello")
    with pytest.raises(DraftConflict) as conflict:
        client.agents.update_draft(agent.id, {"greeting": "Good day"}, base_draft=first)
    assert conflict.value.current == 3
    assert [each.field for each in conflict.value.conflicts] == ["greeting"]
    with pytest.raises(DraftConflict) as stale:
        client.agents.update_draft(agent.id, {"icon": "🔎"}, if_match=first)
    assert stale.value.status == 412
    with pytest.raises(PreconditionRequired):
        client.agents.update_draft(agent.id, {"greeting": "Good day"})
    with pytest.raises(ValidationFailed) as invalid:
        client.agents.update_draft(agent.id, {"temperature": 7}, if_match=merged)
    assert [each.field for each in invalid.value.errors] == ["temperature"]
    assert [each.number for each in client.agents.drafts(agent.id, page_size=2)] == [3, 2, 1]
    restored = client.agents.restore_draft(agent.id, first.revision_id)
    assert (restored.number, restored.config_hash) == (4, first.config_hash)
    earlier = client.agents.draft(agent.id, 2)
    assert (earlier.number, earlier.revision_id) == (2, second.revision_id)


def test_the_release_loop(client: Galley, agent: Agent) -> None:
    assert client.agents.live(agent.id) is None
    with pytest.raises(NoPublishedVersion):
        client.chat.create(agent.id)
    report = client.agents.report(agent.id)
    assert report.blocking == ()
    assert report.config_hash == client.agents.draft(agent.id).config_hash
    v1 = client.agents.publish(agent.id, note="First", expected_draft=1)
    assert (v1.version, v1.note, v1.draft_number) == (1, "First", 1)
    with pytest.raises(NoChanges):
        client.agents.publish(agent.id)

    draft = improve(client, agent)
    assert client.agents.get(agent.id).status == "unpublished_changes"
    assert "instructions" in {change.field for change in client.agents.report(agent.id).diff}
    with pytest.raises(PublishRace):
        client.agents.publish(agent.id, expected_draft=1)
    v2 = client.agents.publish(agent.id, revision_id=draft.revision_id, note="Better", idempotency_key=f"k-{agent.id}")
    again = client.agents.publish(
        agent.id, revision_id=draft.revision_id, note="Better", idempotency_key=f"k-{agent.id}"
    )
    assert (v2.version, again.id) == (2, v2.id)
    between = client.agents.version(agent.id, v2.id).published_at

    back = client.agents.rollback(agent.id, version=1, reason="Too slow")
    assert back.id == v1.id
    live = client.agents.live(agent.id)
    assert live is not None
    assert live.version == 1
    was = client.agents.live(agent.id, at=between)
    assert was is not None
    assert was.version == 2
    assert client.agents.draft(agent.id).number == 2
    assert client.agents.publish(agent.id, revision_id=v2.id).id == v2.id
    assert client.agents.publish(agent.id, revision_id=v1.id).id == v1.id

    assert [each.version for each in client.agents.versions(agent.id, page_size=1)] == [2, 1]
    with pytest.raises(ReleaseIsLive):
        client.agents.delete_version(agent.id, 1)
    client.agents.delete_version(agent.id, v2.id)
    kinds = [event.kind for event in client.agents.timeline(agent.id)]
    assert kinds[-3:] == ["rollback", "publish", "publish"]
    assert kinds[0] == "delete"
    client.agents.unpublish(agent.id)
    assert client.agents.live(agent.id) is None
    assert client.agents.live(agent.id, at=datetime(2020, 1, 1, tzinfo=timezone.utc)) is None


def test_revisions_and_what_they_changed(client: Galley, agent: Agent) -> None:
    first = client.agents.draft(agent.id)
    assert client.agents.get_revision_diff(agent.id, first.revision_id)["instructions"] == {"old": None, "new": FIRST}
    v1 = client.agents.publish(agent.id)
    assert client.agents.get_revision_diff(agent.id, v1.id)["instructions"] == {"old": None, "new": FIRST}
    draft = improve(client, agent)
    expected = {
        "instructions": {"old": FIRST, "new": SECOND},
        "skills": {"added": ["browse_website"], "removed": []},
    }
    assert client.agents.get_revision_diff(agent_id=agent.id, revision_id=draft.revision_id) == expected
    fields = {each.field: each for each in client.agents.diff(agent.id, v1.id, against=draft.revision_id).changes}
    assert (fields["instructions"].before, fields["instructions"].after) == (FIRST, SECOND)
    assert client.agents.diff(agent.id, v1.id).changes == tuple(fields.values())
    revisions = [(each.id, each.status) for each in client.agents.list_revisions(agent_id=agent.id)]
    assert revisions == [(draft.revision_id, "draft"), (v1.id, "published")]
    v2 = client.agents.publish(agent.id)
    assert client.agents.get_revision_diff(agent.id, v2.id) == expected
    revisions = [(each.id, each.status) for each in client.agents.list_revisions(agent_id=agent.id)]
    assert revisions == [(v2.id, "published"), (v1.id, "previous")]


def test_a_draft_is_run_before_it_is_published(client: Galley, agent: Agent) -> None:
    draft = client.agents.draft(agent.id)
    started = client.runs.create(agent_id=agent.id, revision_id=draft.revision_id, input={"topic": "tides"})
    run = client.runs.wait(started.id, timeout=120)
    assert (run.status, run.revision_id) == ("done", draft.revision_id), run.error
    assert run.receipt is not None
    assert run.receipt.draft_number == 1
    assert client.runs.get(run.id).status == "done"
    assert run.id in [each.id for each in client.runs.list(agent.id)]
    assert list(client.runs.events(run.id))[-1].name == "done"
    with pytest.raises(NoPublishedVersion):
        client.runs.create(agent.id, input={"topic": "tides"})


def test_a_conversation(client: Galley, agent: Agent) -> None:
    v1 = client.agents.publish(agent.id)
    session = client.chat.create(agent.id)
    assert session.receipt is not None
    assert session.receipt.revision_id == v1.id
    message = client.chat.send(session.id, "Hello")
    assert message.receipt is not None
    assert (message.role, message.receipt.version) == ("agent", 1)
    streamed = list(client.chat.stream(session.id, "And again"))
    assert streamed[-1].message is not None
    assert "".join(each.text for each in streamed) == streamed[-1].message.content
    assert len(client.chat.messages(session.id, page_size=2).all()) == 4
    assert session.id in [each.id for each in client.chat.list()]
    client.chat.end(session.id)
    assert client.chat.get(session.id).ended_at is not None
    with pytest.raises(SessionEnded):
        client.chat.send(session.id, "Hello?")
    client.chat.delete(session.id)
    with pytest.raises(NotFound):
        client.chat.get(session.id)
    tried = client.chat.create(agent.id, draft_mode=True)
    assert tried.draft_mode
    assert client.chat.send(tried.id, "Hello").content


def test_copies_labels_and_the_trash(client: Galley, agent: Agent) -> None:
    client.agents.tags(agent.id, ["research", "ci"])
    assert set(client.agents.get(agent.id).tags) == {"research", "ci"}
    assert agent.owner is not None
    client.agents.transfer(agent.id, agent.owner.id)
    copies = [client.agents.duplicate(agent.id), client.agents.import_(client.agents.export(agent.id))]
    for copy in copies:
        draft = client.agents.draft(copy.id)
        assert draft.config is not None
        assert (draft.number, draft.config["instructions"]) == (1, FIRST)
        client.agents.delete(copy.id)
        with pytest.raises(NotFound):
            client.agents.get(copy.id)
    assert client.agents.restore(copies[0].id).id == copies[0].id
    client.agents.delete(copies[0].id)


def test_what_admins_read(client: Galley, agent: Agent) -> None:
    key = client.keys.list().first()
    assert key is not None
    assert key.scopes
    entry = client.audit.list().first()
    assert entry is not None
    assert entry.act


def test_the_async_client_does_the_same(agent: Agent) -> None:
    async def loop() -> None:
        async with AsyncGalley() as client:
            await client.agents.publish(agent.id)
            assert [each.status async for each in client.agents.list_revisions(agent.id)] == ["published"]
            started = await client.runs.create(agent.id, input={"topic": "tides"})
            assert (await client.runs.wait(started.id, timeout=120)).status == "done"
            session = await client.chat.create(agent.id)
            names = [event.name async for event in client.chat.stream(session.id, "Hello")]
            assert names[-1] == "done"
            await client.chat.end(session.id)

    asyncio.run(loop())
