"""Language models that the workspace's providers serve."""

from __future__ import annotations

from ..call import path
from ..models import Model
from ..pages import Listing, listed


def list(*, page_size: int | None = None) -> Listing[Model]:
    """List the models that a configuration may name."""
    return listed(path("models"), Model.parse, page_size=page_size)
