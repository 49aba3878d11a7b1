"""Agents themselves: made, listed, deleted, labelled, handed over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..answer import json_as, nothing
from ..call import Call, Id, fetch, given, path, post
from ..models import Agent
from ..pages import Listing, listed


def create(*, name: str, instructions: str, idempotency_key: str | None = None, **fields: Any) -> Call[Agent]:
    """Create an agent with these fields of its configuration; they are its draft 1."""
    body = {"name": name, "instructions": instructions, **fields}
    return post(path("agents"), json_as(Agent.parse), body, key=idempotency_key)


def list(
    *,
    q: str | None = None,
    status: str | None = None,
    tag: str | None = None,
    owner: Id | None = None,
    sort: str | None = None,
    page_size: int | None = None,
) -> Listing[Agent]:
    """List the agents that the key may see: last modified first, unless `sort` is `name` or `created`."""
    owner = None if owner is None else str(owner)
    return listed(path("agents"), Agent.parse, q=q, status=status, tag=tag, owner=owner, sort=sort, page_size=page_size)


def get(agent_id: Id) -> Call[Agent]:
    """Get an agent with its current draft and what is live."""
    return fetch(path("agents", agent_id), json_as(Agent.parse))


def delete(agent_id: Id) -> Call[None]:
    """Delete an agent: gone from every list and channel at once, to be restored for 30 days."""
    return Call("DELETE", path("agents", agent_id), nothing)


def restore(agent_id: Id, *, idempotency_key: str | None = None) -> Call[Agent]:
    """Bring a deleted agent back, as a draft: nothing of it is live."""
    return post(path("agents", agent_id, "restore"), json_as(Agent.parse), {}, key=idempotency_key)


def duplicate(agent_id: Id, *, idempotency_key: str | None = None) -> Call[Agent]:
    """Make a new agent with the same draft; its history starts clean."""
    return post(path("agents", agent_id, "duplicate"), json_as(Agent.parse), {}, key=idempotency_key)


def export(agent_id: Id) -> Call[dict[str, Any]]:
    """Get the agent as a document that `import_` takes, here or elsewhere. No secret is in it."""
    return fetch(path("agents", agent_id, "export"), json_as(dict))


def import_(document: dict[str, Any], *, idempotency_key: str | None = None) -> Call[Agent]:
    """Make a new agent of what `export` gave."""
    return post(path("agents", "import"), json_as(Agent.parse), document, key=idempotency_key)


def tags(agent_id: Id, tags: Sequence[str]) -> Call[None]:
    """Put these tags in the place of those that the agent has."""
    if isinstance(tags, str):
        raise TypeError("tags must be a list of texts, not one text")
    return Call("PUT", path("agents", agent_id, "tags"), nothing, body={"tags": [*tags]})


def transfer(agent_id: Id, owner: Id) -> Call[None]:
    """Make another member, named by id, the owner."""
    return Call("PUT", path("agents", agent_id, "owner"), nothing, body=given(owner=str(owner)))
