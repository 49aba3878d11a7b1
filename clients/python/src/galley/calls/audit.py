"""The audit log of the workspace."""

from __future__ import annotations

from ..call import path
from ..models import AuditEntry
from ..pages import Listing, listed


def list(*, page_size: int | None = None) -> Listing[AuditEntry]:
    """List every change, newest first."""
    return listed(path("audit"), AuditEntry.parse, page_size=page_size)
