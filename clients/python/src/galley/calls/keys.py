"""API keys of the workspace."""

from __future__ import annotations

from ..call import path
from ..models import Key
from ..pages import Listing, listed


def list(*, page_size: int | None = None) -> Listing[Key]:
    """List the keys, newest first, without their secrets."""
    return listed(path("keys"), Key.parse, page_size=page_size)
