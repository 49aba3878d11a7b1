"""Runs: started, waited for, followed, cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from ..answer import json_as, untouched
from ..call import Call, Flow, Id, Now, Sleep, ask, fetch, given, path, post
from ..errors import GalleyError
from ..models import Run
from ..pages import Listing, listed

LONGEST_POLL = 30
"""Seconds that the server holds one request while a run is at work."""
SHORTEST_POLL = 0.5
"""Seconds that one request takes at least, however fast the server answers."""


class RunTimeout(GalleyError, TimeoutError):
    """The run had not finished in time. It goes on; `run` is what was last known of it."""

    def __init__(self, run: Run, timeout: float) -> None:
        super().__init__(f"Run {run.id} is still {run.status} after {timeout:g} s.", code="run_timeout")
        self.run = run


def create(
    agent_id: Id,
    revision_id: Id | None = None,
    input: Mapping[str, Any] | None = None,
    *,
    idempotency_key: str | None = None,
) -> Call[Run]:
    """Start a run on what is live, or on this revision, such as the draft that is to be tested."""
    body = given(revision_id=None if revision_id is None else str(revision_id))
    body["input"] = dict(input or {})
    return post(path("agents", agent_id, "runs"), json_as(Run.parse), body, key=idempotency_key)


def get(run_id: Id, wait: int | None = None) -> Call[Run]:
    """Get a run; with `wait`, once it has finished, or after that many seconds."""
    return fetch(path("runs", run_id), json_as(Run.parse), {"wait": wait}, patience=wait or 0)


def wait(run_id: Id, timeout: float | None = 300) -> Flow[Run]:
    """Wait until a run is `done`, `error` or `cancelled`, and give it. After `timeout` seconds: `RunTimeout`."""
    began: float = yield Now()
    asked = began
    while True:
        left = LONGEST_POLL if timeout is None else timeout - (asked - began)
        run = yield from ask(get(run_id, wait=max(1, min(LONGEST_POLL, int(left)))))
        if run.finished:
            return run
        answered: float = yield Now()
        if timeout is not None and answered - began >= timeout:
            raise RunTimeout(run, timeout)
        if answered - asked < SHORTEST_POLL:
            yield Sleep(SHORTEST_POLL)
        asked = yield Now()


def cancel(run_id: Id, *, idempotency_key: str | None = None) -> Call[Run]:
    """Stop a run."""
    return post(path("runs", run_id, "cancel"), json_as(Run.parse), {}, key=idempotency_key)


def list(agent_id: Id, *, page_size: int | None = None) -> Listing[Run]:
    """List the runs of an agent, newest first."""
    return listed(path("agents", agent_id, "runs"), Run.parse, page_size=page_size)


def events(run_id: Id) -> Call[httpx.Response]:
    """Follow a run: its events, while they happen."""
    return Call("GET", path("runs", run_id, "events"), untouched, stream=True)
