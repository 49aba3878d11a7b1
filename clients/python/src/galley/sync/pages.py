"""A list that fetches its pages as it is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, TypeVar

from ..pages import Listing
from .wire import Wire

T = TypeVar("T")


class Pages(Generic[T]):
    """Iterate over it: `for agent in client.agents.list(): …`.

    Each iteration begins anew, and fetches no more than it needs.
    """

    def __init__(self, wire: Wire, listing: Listing[T]) -> None:
        self._wire = wire
        self._listing = listing

    def __iter__(self) -> Iterator[T]:
        more: Listing[T] | None = self._listing
        while more is not None:
            page = self._wire.run(more())
            yield from page.items
            more = page.rest

    def first(self) -> T | None:
        """Fetch the first item, or `None` of an empty list."""
        return next(iter(self), None)

    def all(self) -> list[T]:
        """Fetch everything."""
        return list(self)
