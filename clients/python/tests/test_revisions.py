"""Saves and releases as one history, and what each changed."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import Connect
from galley import NotFound
from galley.models import Change
from galley.revision_diff import first_diff, shaped
from samples import AGENT, agent, config, draft, page, version
from support import answer

A = f"/agents/{AGENT}"
VERSIONS = f"GET {A}/versions"
DRAFTS = f"GET {A}/drafts"


def change(field: str, before: Any, after: Any) -> dict[str, Any]:
    kind = "added" if before is None else "removed" if after is None else "changed"
    return {"field": field, "kind": kind, "before": before, "after": after}


def test_the_history_reads_newest_first_and_nothing_twice(connect: Connect) -> None:
    client = connect(
        {
            DRAFTS: answer(200, page([draft(6), draft(5), draft(4), draft(3), draft(2), draft(1)])),
            VERSIONS: answer(
                200,
                page(
                    [
                        version(3, draft_number=5, day=5, live=True),
                        version(2, draft_number=3, day=4, deleted_at="2026-11-20T10:00:00Z"),
                        version(1, draft_number=1, day=2),
                    ]
                ),
            ),
        }
    )
    found = [(each.id, each.status, each.draft_number) for each in client.agents.list_revisions(agent_id=AGENT)]
    assert found == [
        ("draft-6", "draft", 6),
        ("release-3", "published", 5),
        ("release-2", "deleted", 3),
        ("draft-4", "draft", 4),
        ("draft-3", "draft", 3),
        ("release-1", "previous", 1),
        ("draft-2", "draft", 2),
    ]


def test_every_revision_says_when_by_whom_and_which(connect: Connect) -> None:
    client = connect({DRAFTS: answer(200, page([draft(2)])), VERSIONS: answer(200, page([version(1)]))})
    save, release = client.agents.list_revisions(AGENT)
    assert (save.version, save.draft_number, save.note, save.config_hash) == (None, 2, "", "hash-2")
    assert (release.version, release.draft_number, release.note) == (1, 1, "Note 1")
    assert (save.created_at.day, release.created_at.day, release.created_by.name) == (2, 1, "Mara")


def test_two_long_histories_are_read_by_page(connect: Connect) -> None:
    saves = [draft(number) for number in range(30, 0, -1)]
    releases = [version(number, draft_number=number * 7, day=number * 7) for number in range(4, 0, -1)]

    def pages(rows: list[Any], size: int) -> list[Any]:
        starts = range(0, len(rows), size)
        return [answer(200, page(rows[at : at + size], f"c{at}" if at + size < len(rows) else None)) for at in starts]

    client = connect({DRAFTS: pages(saves, 4), VERSIONS: pages(releases, 1)})
    found = client.agents.list_revisions(AGENT, page_size=4)
    assert found.first().id == "draft-30"
    assert len(client.server.asked) == 2
    client = connect({DRAFTS: pages(saves, 4), VERSIONS: pages(releases, 1)})
    expected = [f"release-{number // 7}" if number % 7 == 0 else f"draft-{number}" for number in range(30, 0, -1)]
    assert [each.id for each in client.agents.list_revisions(AGENT, page_size=4)] == expected
    assert sum("drafts" in asked for asked in client.server.asked) == 8


def test_a_history_of_one_kind_and_of_none(connect: Connect) -> None:
    client = connect({DRAFTS: answer(200, page([draft(1)])), VERSIONS: answer(200, page([]))})
    assert [each.id for each in client.agents.list_revisions(AGENT)] == ["draft-1"]
    client = connect({DRAFTS: answer(200, page([])), VERSIONS: answer(200, page([]))})
    assert client.agents.list_revisions(AGENT).all() == []
    with pytest.raises(NotFound):
        connect({}).agents.list_revisions(AGENT).all()


def test_a_release_is_compared_with_the_one_before(connect: Connect) -> None:
    diff = f"GET {A}/versions/release-1/diff"
    client = connect(
        {
            f"{VERSIONS}/release-3": answer(200, version(3)),
            f"{VERSIONS}/v2": answer(200, version(2, deleted_at="2026-11-20T10:00:00Z")),
            f"{VERSIONS}/v1": answer(200, version(1)),
            diff: answer(
                200,
                {
                    "changes": [
                        change("instructions", "Research.", "Research and verify."),
                        change("skills[browse_website]", None, {"id": "browse_website", "name": "Browse"}),
                    ]
                },
            ),
        }
    )
    assert client.agents.get_revision_diff(agent_id=AGENT, revision_id="release-3") == {
        "instructions": {"old": "Research.", "new": "Research and verify."},
        "skills": {"added": ["browse_website"], "removed": []},
    }
    assert client.server.asked[-1] == f"{diff}?against=release-3"


@pytest.mark.parametrize("said", [None, {**draft(5), "version": None}])
def test_a_save_is_compared_with_what_is_live(connect: Connect, said: Any) -> None:
    diff = f"GET {A}/versions/release-2/diff"
    routes: dict[str, Any] = {
        f"GET {A}": answer(200, agent(live=version(2, live=True))),
        diff: answer(200, {"changes": [change("greeting", "Hi", None)]}),
    }
    # The address of releases may know a save's id, or not.
    if said is not None:
        routes[f"{VERSIONS}/draft-5"] = answer(200, said)
    client = connect(routes)
    assert client.agents.get_revision_diff(AGENT, "draft-5") == {"greeting": {"old": "Hi", "new": None}}
    assert client.server.asked[-1] == f"{diff}?against=draft-5"


def test_the_first_release_is_all_new(connect: Connect) -> None:
    skills = [{"id": "search", "name": "Search"}]
    client = connect(
        {
            f"{VERSIONS}/release-1": answer(200, version(1, draft_number=4)),
            f"{DRAFTS}/4": answer(200, draft(4, config=config(skills=skills, prompt_bubbles=["Hi?"]))),
        }
    )
    assert client.agents.get_revision_diff(AGENT, "release-1") == {
        "name": {"old": None, "new": "Desk"},
        "instructions": {"old": None, "new": "Help."},
        "model": {"old": None, "new": "rehearsal"},
        "temperature": {"old": None, "new": 0.3},
        "skills": {"added": ["search"], "removed": []},
        "prompt_bubbles": {"added": ["Hi?"], "removed": []},
    }


def test_a_save_of_an_agent_that_is_not_live_is_all_new(connect: Connect) -> None:
    client = connect(
        {
            f"GET {A}": answer(200, agent()),
            DRAFTS: [answer(200, page([draft(3)], "c")), answer(200, page([draft(2)]))],
            f"{DRAFTS}/2": answer(200, draft(2, config={"name": "Desk"})),
        }
    )
    assert client.agents.get_revision_diff(AGENT, "draft-2") == {"name": {"old": None, "new": "Desk"}}
    with pytest.raises(NotFound, match="draft-9"):
        connect({f"GET {A}": answer(200, agent()), DRAFTS: answer(200, page([]))}).agents.get_revision_diff(
            AGENT, "draft-9"
        )
    with pytest.raises(NotFound):
        connect({}).agents.get_revision_diff(AGENT, "draft-2")


SHAPES: list[tuple[list[tuple[str, Any, Any]], dict[str, Any]]] = [
    ([("temperature", 0.3, 0.5)], {"temperature": {"old": 0.3, "new": 0.5}}),
    ([("description", None, "For all")], {"description": {"old": None, "new": "For all"}}),
    ([("output_schema", None, {"type": "object"})], {"output_schema": {"old": None, "new": {"type": "object"}}}),
    (
        [("skills[a]", {"id": "a"}, None), ("guardrails[b.c]", None, {"id": "b.c"})],
        {"skills": {"added": [], "removed": ["a"]}, "guardrails": {"added": ["b.c"], "removed": []}},
    ),
    (
        [("skills[a].url", "https://x", "https://y"), ("skills[a].sends", [{"field": "x"}], None)],
        {
            "skills": {
                "added": [],
                "removed": [],
                "changed": {
                    "a": {
                        "url": {"old": "https://x", "new": "https://y"},
                        "sends": {"added": [], "removed": [{"field": "x"}]},
                    }
                },
            }
        },
    ),
    (
        [("skills[n]", None, {"id": "n"}), ("skills.order", ["a", "b"], ["b", "a"])],
        {"skills": {"added": ["n"], "removed": [], "order": {"old": ["a", "b"], "new": ["b", "a"]}}},
    ),
    (
        [("prompt_bubbles", ["A", "B"], ["B", "C"])],
        {"prompt_bubbles": {"added": ["C"], "removed": ["A"]}},
    ),
    (
        [("prompt_bubbles", ["A", "B"], ["B", "A"])],
        {"prompt_bubbles": {"added": [], "removed": [], "order": {"old": ["A", "B"], "new": ["B", "A"]}}},
    ),
    ([("prompt_bubbles", None, ["A"])], {"prompt_bubbles": {"added": ["A"], "removed": []}}),
    (
        [("persona.tone", "dry", "warm"), ("persona.goals", None, ["Help"])],
        {"persona": {"tone": {"old": "dry", "new": "warm"}, "goals": {"added": ["Help"], "removed": []}}},
    ),
]


@pytest.mark.parametrize(("changes", "expected"), SHAPES)
def test_changes_are_arranged_by_field(changes: list[tuple[str, Any, Any]], expected: dict[str, Any]) -> None:
    assert shaped(Change.parse(change(*each)) for each in changes) == expected


def test_against_nothing_only_what_is_set_is_new() -> None:
    full = config(persona={"tone": "dry", "goals": ["Help"], "never_do": []}, output_schema={"type": "object"})
    found = first_diff(full)
    assert found["persona"] == {
        "tone": {"old": None, "new": "dry"},
        "goals": {"added": ["Help"], "removed": []},
    }
    assert found["output_schema"] == {"old": None, "new": {"type": "object"}}
    assert set(found) == {"name", "instructions", "model", "temperature", "persona", "output_schema"}
    assert first_diff({"persona": {"goals": []}, "knowledge": {}, "skills": []}) == {}
