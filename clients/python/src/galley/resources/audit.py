"""The audit log of the workspace."""

from __future__ import annotations

from ..aio import resource as aio
from ..calls import audit as audit_calls
from ..sync import resource as sync


class Audit(sync.Resource):
    """The audit log of the workspace."""

    list = sync.lists(audit_calls.list)


class AsyncAudit(aio.AsyncResource):
    """The audit log of the workspace."""

    list = aio.lists(audit_calls.list)
