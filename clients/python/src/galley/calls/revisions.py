"""Revisions: saves and releases as one history, and what each of them changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..answer import json_as
from ..call import Flow, Id, ask, fetch, path
from ..errors import NotFound
from ..models import Revision, Version
from ..pages import Listing, Page, merged
from ..revision_diff import first_diff, shaped
from . import agents, drafts, releases


def list_revisions(agent_id: Id, *, page_size: int | None = None) -> Listing[Revision]:
    """List releases and unreleased saves, newest first.

    A save that was released is not listed beside its release, which has the same content and says what became of it;
    `drafts()` lists every save. So an agent reads as: a `draft` or more on top while there are unpublished changes,
    one `published` release while something is live, and `previous` ones. A `deleted` release stays as its tombstone,
    and the save that it froze, which still can be restored, is listed too.
    """
    both = merged(
        _mapped(releases.versions(agent_id, page_size=page_size), Revision.of_version),
        _mapped(drafts.drafts(agent_id, page_size=page_size), Revision.of_draft),
        # A release may be as old as its save to the clock, and still came after it.
        lambda release, save: release.created_at >= save.created_at,
    )
    return lambda: _without_released(both, frozenset())


def get_revision_diff(agent_id: Id, revision_id: Id) -> Flow[dict[str, Any]]:
    """Say what a revision changed: a release against the release before it, a save against what is live.

    The first release, and a save while nothing is live, are compared with nothing. Keys are the configuration's
    fields that differ: `{"instructions": {"old": …, "new": …}, "skills": {"added": ["search"], "removed": []}}`.
    Items of lists are named by their id; `changed` and `order` are there where items changed in themselves or moved.
    """
    release = yield from _release(agent_id, revision_id)
    if release is not None:
        before = yield from _release_before(agent_id, release)
        number = release.draft_number
    else:
        agent = yield from ask(agents.get(agent_id))
        before = agent.live
        number = None
    if before is not None:
        diff = yield from ask(releases.diff(agent_id, before.id, against=revision_id))
        return shaped(diff.changes)
    if number is None:
        number = yield from _number_of(agent_id, revision_id)
    save = yield from ask(drafts.draft(agent_id, number))
    return first_diff(save.config or {})


def _release(agent_id: Id, revision_id: Id) -> Flow[Version | None]:
    where = path("agents", agent_id, "versions", revision_id)
    try:
        version = yield from ask(fetch(where, json_as(_if_release)))
    except NotFound:
        return None
    return version


def _if_release(raw: Any) -> Version | None:
    """Read a release; the address also answers to a save's id, and then it has no number of a release."""
    return Version.parse(raw) if isinstance(raw, Mapping) and isinstance(raw.get("version"), int) else None


def _release_before(agent_id: Id, release: Version) -> Flow[Version | None]:
    """Find the next lower number that is not deleted: mostly the first one asked for, since numbers have no gaps."""
    for number in range(release.version - 1, 0, -1):
        version = yield from _release(agent_id, f"v{number}")
        if version is not None and version.deleted_at is None:
            return version
    return None


def _number_of(agent_id: Id, revision_id: Id) -> Flow[int]:
    more: Any = drafts.drafts(agent_id)
    while more is not None:
        page = yield from more()
        for save in page.items:
            if save.revision_id == str(revision_id):
                number: int = save.number
                return number
        more = page.rest
    raise NotFound(f"The agent has no revision {revision_id}.", status=404, code="not_found")


def _mapped(listing: Listing[Any], make: Any) -> Listing[Revision]:
    def page() -> Flow[Page[Revision]]:
        found = yield from listing()
        return Page([make(item) for item in found.items], found.rest and _mapped(found.rest, make))

    return page


def _without_released(listing: Listing[Revision], released: frozenset[int]) -> Flow[Page[Revision]]:
    """Leave out the saves whose release came before them in the list."""
    page = yield from listing()
    kept: list[Revision] = []
    for revision in page.items:
        number = revision.draft_number
        if revision.version is None and number in released:
            continue
        if revision.version is not None and revision.status != "deleted" and number is not None:
            released |= {number}
        kept.append(revision)
    rest = page.rest
    return Page(kept, None if rest is None else lambda: _without_released(rest, released))
