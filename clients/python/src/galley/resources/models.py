"""Language models that the workspace's providers serve."""

from __future__ import annotations

from ..aio import resource as aio
from ..calls import models as models_calls
from ..sync import resource as sync


class Models(sync.Resource):
    """Language models that the workspace's providers serve."""

    list = sync.lists(models_calls.list)


class AsyncModels(aio.AsyncResource):
    """Language models that the workspace's providers serve."""

    list = aio.lists(models_calls.list)
