"""A list that fetches its pages as it is read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Generic, TypeVar

from ..pages import Listing
from .wire import AsyncWire

T = TypeVar("T")


class AsyncPages(Generic[T]):
    """Iterate over it: `async for agent in client.agents.list(): …`.

    Each iteration begins anew, and fetches no more than it needs.
    """

    def __init__(self, wire: AsyncWire, listing: Listing[T]) -> None:
        self._wire = wire
        self._listing = listing

    async def __aiter__(self) -> AsyncIterator[T]:
        more: Listing[T] | None = self._listing
        while more is not None:
            page = await self._wire.run(more())
            for item in page.items:
                yield item
            more = page.rest

    async def first(self) -> T | None:
        """Fetch the first item, or `None` of an empty list."""
        async for item in self:
            return item
        return None

    async def all(self) -> list[T]:
        """Fetch everything."""
        return [item async for item in self]
