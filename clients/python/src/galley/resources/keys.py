"""API keys of the workspace."""

from __future__ import annotations

from ..aio import resource as aio
from ..calls import keys as keys_calls
from ..sync import resource as sync


class Keys(sync.Resource):
    """API keys of the workspace."""

    list = sync.lists(keys_calls.list)


class AsyncKeys(aio.AsyncResource):
    """API keys of the workspace."""

    list = aio.lists(keys_calls.list)
