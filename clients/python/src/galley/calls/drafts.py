"""Drafts: the working copy and the history of its saves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..answer import json_as
from ..call import Call, Id, fetch, path, post
from ..models import Draft
from ..pages import Listing, listed


def draft(agent_id: Id, number: int | None = None) -> Call[Draft]:
    """Get the draft, or the save with this number."""
    where = path("agents", agent_id, "draft") if number is None else path("agents", agent_id, "drafts", str(number))
    return fetch(where, json_as(Draft.parse))


def update_draft(
    agent_id: Id,
    changes: Mapping[str, Any],
    *,
    base_draft: Draft | int | None = None,
    if_match: Draft | int | str | None = None,
) -> Call[Draft]:
    """Change fields of the draft, which makes the next one; live is not touched.

    `changes` is a JSON Merge Patch: `None` removes a field, a list replaces the list. One of the two must say which
    draft the change started from: with `base_draft` it is merged with what others saved since, or refused as
    `DraftConflict` where both touch; with `if_match` it is refused as soon as anybody saved since. Without a
    difference, the draft stays as it is.
    """
    body: dict[str, Any] = dict(changes)
    headers: dict[str, str] = {}
    if base_draft is not None:
        body["base_draft"] = number_of(base_draft)
    if if_match is not None:
        headers["If-Match"] = if_match if isinstance(if_match, str) else f'"draft-{number_of(if_match)}"'
    return Call("PATCH", path("agents", agent_id, "draft"), json_as(_saved), body=body, headers=headers)


def drafts(agent_id: Id, *, page_size: int | None = None) -> Listing[Draft]:
    """List every save, newest first, without configurations."""
    return listed(path("agents", agent_id, "drafts"), Draft.parse, page_size=page_size)


def restore_draft(agent_id: Id, revision_id: Id, *, idempotency_key: str | None = None) -> Call[Draft]:
    """Make the configuration of a save or release the next draft; live is not touched."""
    body = {"revision_id": str(revision_id)}
    return post(path("agents", agent_id, "draft", "restore"), json_as(_saved), body, key=idempotency_key)


def number_of(draft: Draft | int) -> int:
    """Give the number of a draft, which may be given as it is."""
    return draft.number if isinstance(draft, Draft) else draft


def _saved(raw: Any) -> Draft:
    """Read a draft that may be wrapped as `{"draft": {…}}`, beside what else a save came to."""
    inner = raw.get("draft") if isinstance(raw, Mapping) else None
    return Draft.parse(inner if isinstance(inner, Mapping) else raw)
