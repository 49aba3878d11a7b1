"""Releases and what is live: the report, publish, roll back, unpublish, the history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..answer import json_as, nothing
from ..call import Call, Flow, Id, ask, fetch, given, path, post
from ..errors import NoPublishedVersion
from ..models import Diff, Draft, Report, TimelineEvent, Version
from ..pages import Listing, listed
from .drafts import number_of


def report(agent_id: Id) -> Call[Report]:
    """Get the report on the draft before it is published: what it will say, what data leaves, warnings, what blocks."""
    return fetch(path("agents", agent_id, "prepublish-report"), json_as(Report.parse))


def publish(
    agent_id: Id,
    revision_id: Id | None = None,
    note: str | None = None,
    expected_draft: Draft | int | None = None,
    *,
    idempotency_key: str | None = None,
) -> Call[Version]:
    """Release the draft and make it live.

    `expected_draft` refuses with `PublishRace` when anybody saved since that draft. With `revision_id` of the current
    draft that one is published; of a release, or of a save that was released, it is a roll back to that release; of
    another save it is a `PublishRace`. A draft that equals what is live is refused as `NoChanges`.
    """
    body = given(
        revision_id=None if revision_id is None else str(revision_id),
        note=note,
        expected_draft=None if expected_draft is None else number_of(expected_draft),
    )
    return post(path("agents", agent_id, "publish"), json_as(_version), body, key=idempotency_key)


def rollback(
    agent_id: Id,
    version_id: Id | None = None,
    version: int | None = None,
    reason: str | None = None,
    end_open_sessions: bool | None = None,
    *,
    idempotency_key: str | None = None,
) -> Call[Version]:
    """Make an earlier release live again, named by its id or by its number. The draft is not touched."""
    body = given(
        version_id=None if version_id is None else str(version_id),
        version=version,
        reason=reason,
        end_open_sessions=end_open_sessions,
    )
    return post(path("agents", agent_id, "rollback"), json_as(_version), body, key=idempotency_key)


def unpublish(agent_id: Id, *, idempotency_key: str | None = None) -> Call[None]:
    """Make nothing live."""
    return post(path("agents", agent_id, "unpublish"), nothing, {}, key=idempotency_key)


def versions(agent_id: Id, *, page_size: int | None = None) -> Listing[Version]:
    """List the releases, newest first, deleted ones too."""
    return listed(path("agents", agent_id, "versions"), Version.parse, page_size=page_size)


def version(agent_id: Id, version_id: Id | int) -> Call[Version]:
    """Get a release, by its id or its number (`3` or `"v3"`), with what the server compiled of it."""
    return fetch(path("agents", agent_id, "versions", named(version_id)), json_as(Version.parse))


def delete_version(agent_id: Id, version_id: Id | int) -> Call[None]:
    """Delete a release; it stays listed, with `deleted_at`. The live one is refused as `ReleaseIsLive`."""
    return Call("DELETE", path("agents", agent_id, "versions", named(version_id)), nothing)


def diff(agent_id: Id, version_id: Id | int, against: Id | int | None = None) -> Call[Diff]:
    """Say what changed from one revision to another one, or else to the draft.

    `before` is what `version_id` says, `after` what `against` says. Either is the id of a release or save, or `v3`.
    """
    where = path("agents", agent_id, "versions", named(version_id), "diff")
    return fetch(where, json_as(Diff.parse), {"against": None if against is None else named(against)})


def live(agent_id: Id, at: datetime | str | None = None) -> Flow[Version | None]:
    """Get what is live, or was at a time; `None` when nothing."""
    if isinstance(at, datetime):
        if at.tzinfo is None:
            raise ValueError("at must have a time zone")
        at = at.isoformat()
    try:
        found = yield from ask(fetch(path("agents", agent_id, "live"), json_as(_live), {"at": at}))
    except NoPublishedVersion:
        return None
    return found


def timeline(agent_id: Id, *, page_size: int | None = None) -> Listing[TimelineEvent]:
    """List who moved live, when and why, newest first."""
    return listed(path("agents", agent_id, "timeline"), TimelineEvent.parse, page_size=page_size)


def named(version_id: Id | int) -> str:
    """Name a release in a path: a bare number is that of a release."""
    return f"v{version_id}" if isinstance(version_id, int) else str(version_id)


def _version(raw: Any) -> Version:
    """Read a release that may be wrapped as `{"version": {…}}`."""
    inner = raw.get("version") if isinstance(raw, Mapping) else None
    return Version.parse(inner if isinstance(inner, Mapping) else raw)


def _live(raw: Any) -> Version | None:
    """Read a release or nothing, either of which may be wrapped as `{"live": …}`; a release's own `live` is a flag."""
    if isinstance(raw, Mapping) and "live" in raw and not isinstance(raw["live"], bool):
        raw = raw["live"]
    return None if raw is None else Version.parse(raw)
