"""Runs of agents."""

from __future__ import annotations

from ..aio import resource as aio
from ..calls import runs as runs_calls
from ..sync import resource as sync


class Runs(sync.Resource):
    """Runs of agents."""

    create = sync.does(runs_calls.create)
    get = sync.does(runs_calls.get)
    wait = sync.does(runs_calls.wait)
    cancel = sync.does(runs_calls.cancel)
    list = sync.lists(runs_calls.list)
    events = sync.streams(runs_calls.events)


class AsyncRuns(aio.AsyncResource):
    """Runs of agents."""

    create = aio.does(runs_calls.create)
    get = aio.does(runs_calls.get)
    wait = aio.does(runs_calls.wait)
    cancel = aio.does(runs_calls.cancel)
    list = aio.lists(runs_calls.list)
    events = aio.streams(runs_calls.events)
