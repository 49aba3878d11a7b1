"""Conversations: begun, written in, read, ended."""

from __future__ import annotations

import httpx

from ..answer import json_as, nothing, untouched
from ..call import Call, Id, fetch, given, path, post
from ..models import Message, Session
from ..pages import Listing, listed

ANSWER_PATIENCE = 120.0
"""Seconds that an answer may take, on top of the client's timeout, before the server itself gives up on it."""


def create(
    agent_id: Id,
    draft_mode: bool | None = None,
    revision_id: Id | None = None,
    *,
    idempotency_key: str | None = None,
) -> Call[Session]:
    """Begin a conversation with what is live; with `draft_mode` with the draft, as it is at each message."""
    body = given(
        agent_id=str(agent_id), draft_mode=draft_mode, revision_id=None if revision_id is None else str(revision_id)
    )
    return post(path("chat", "sessions"), json_as(Session.parse), body, key=idempotency_key)


def get(session_id: Id) -> Call[Session]:
    """Get a conversation."""
    return fetch(path("chat", "sessions", session_id), json_as(Session.parse))


def send(session_id: Id, content: str, *, idempotency_key: str | None = None) -> Call[Message]:
    """Write a message and give the agent's whole answer."""
    return post(
        path("chat", "sessions", session_id, "messages"),
        json_as(Message.parse),
        {"content": content, "stream": False},
        key=idempotency_key,
        patience=ANSWER_PATIENCE,
    )


def stream(session_id: Id, content: str, *, idempotency_key: str | None = None) -> Call[httpx.Response]:
    """Write a message and give the events of the answer: `token`, `tool`, then `done` or `error`."""
    return post(
        path("chat", "sessions", session_id, "messages"),
        untouched,
        {"content": content, "stream": True},
        key=idempotency_key,
        stream=True,
    )


def messages(session_id: Id, *, page_size: int | None = None) -> Listing[Message]:
    """List the messages of a conversation, newest first."""
    return listed(path("chat", "sessions", session_id, "messages"), Message.parse, page_size=page_size)


def end(session_id: Id, *, idempotency_key: str | None = None) -> Call[Session]:
    """End a conversation."""
    return post(path("chat", "sessions", session_id, "end"), json_as(Session.parse), {}, key=idempotency_key)


def list(*, page_size: int | None = None) -> Listing[Session]:
    """List one's conversations, newest first."""
    return listed(path("chat", "sessions"), Session.parse, page_size=page_size)


def delete(session_id: Id) -> Call[None]:
    """Remove a conversation with its messages."""
    return Call("DELETE", path("chat", "sessions", session_id), nothing)
