"""The release loop, and answers of it that come in more than one form."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import Connect
from galley import NoChanges, NoPublishedVersion, PublishRace
from samples import AGENT, draft, version
from support import answer, problem

A = f"/agents/{AGENT}"


@pytest.mark.parametrize("said", [version(4, live=True), {"version": version(4, live=True), "replaced": 3}])
def test_a_publish_and_a_roll_back_give_the_release(connect: Connect, said: Any) -> None:
    client = connect({f"POST {A}/publish": answer(201, said), f"POST {A}/rollback": answer(200, said)})
    for found in (client.agents.publish(AGENT, "draft-9"), client.agents.rollback(AGENT, version=4)):
        assert (found.version, found.live) == (4, True)
    assert client.server.body(0) == {"revision_id": "draft-9"}


@pytest.mark.parametrize("said", [draft(4), {"draft": draft(4), "took_in": ["greeting"]}])
def test_a_save_gives_the_draft(connect: Connect, said: Any) -> None:
    client = connect({f"PATCH {A}/draft": answer(200, said), f"POST {A}/draft/restore": answer(200, said)})
    assert client.agents.update_draft(AGENT, {"model": "m"}, base_draft=3).number == 4
    assert client.agents.restore_draft(AGENT, "release-1").number == 4


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (answer(200, version(2, live=True)), 2),
        (answer(200, version(2, live=False)), 2),
        (answer(200, {"live": version(2, live=True), "since": "2026-11-01T10:00:00Z"}), 2),
        (answer(200, {"live": None}), None),
        (answer(200, None), None),
        (answer(204), None),
        (problem(409, "no_published_version"), None),
    ],
)
def test_live_is_a_release_or_nothing(connect: Connect, said: Any, found: int | None) -> None:
    live = connect({f"GET {A}/live": said}).agents.live(AGENT)
    assert (live and live.version) == found


def test_refusals_can_be_told_apart(connect: Connect) -> None:
    client = connect(
        {
            f"POST {A}/publish": [problem(409, "no_changes"), problem(409, "publish_race")],
            "POST /chat/sessions": problem(
                409, "no_published_version", title="Conflict", detail="no_published_version", hint="Publish first."
            ),
        }
    )
    with pytest.raises(NoChanges):
        client.agents.publish(AGENT)
    with pytest.raises(PublishRace):
        client.agents.publish(AGENT, expected_draft=3)
    with pytest.raises(NoPublishedVersion) as caught:
        client.chat.create(AGENT)
    assert str(caught.value) == "409 no_published_version: no_published_version (Publish first.)"


def test_the_loop_that_ported_programs_run(connect: Connect) -> None:
    """Only host and key differ from what they ran before."""
    client = connect(
        {
            f"GET {A}/versions": answer(200, {"data": [version(1)], "next_cursor": None}),
            f"GET {A}/drafts": answer(200, {"data": [draft(2)], "next_cursor": None}),
            f"POST {A}/publish": [answer(201, version(2, live=True)), answer(200, version(1, live=True))],
        }
    )
    lines = [
        f"Revision {rev.id} - {rev.status} - {rev.created_at}" for rev in client.agents.list_revisions(agent_id=AGENT)
    ]
    assert lines == [
        "Revision draft-2 - draft - 2026-11-02 10:00:00+00:00",
        "Revision release-1 - previous - 2026-11-01 10:00:00+00:00",
    ]
    assert client.agents.publish(agent_id=AGENT, revision_id="draft-2").version == 2
    assert client.agents.publish(agent_id=AGENT, revision_id="release-1").version == 1
