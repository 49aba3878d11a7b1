"""Lists that come in pages: each page knows how to get the next one.

A `Listing` gives the flow that fetches its first page. The transports walk it; `merged` makes one list of two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from .answer import json_as
from .call import Flow, ask, fetch
from .parse import Fields

T = TypeVar("T")

DEFAULT_PAGE_SIZE = 100
"""The most that the server gives at once."""


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some items of a list, and the way to the rest."""

    items: list[T]
    rest: Listing[T] | None


Listing = Callable[[], Flow[Page[T]]]


def listed(
    where: str, parse: Callable[[Any], T], *, page_size: int | None = None, **params: str | int | None
) -> Listing[T]:
    """Describe the list at a path, by cursor."""

    def page_at(cursor: str | None) -> Flow[Page[T]]:
        limit = DEFAULT_PAGE_SIZE if page_size is None else page_size
        page = yield from ask(fetch(where, json_as(_page), {"limit": limit, "cursor": cursor, **params}))
        rows, following = page
        return Page([parse(row) for row in rows], None if following is None else lambda: page_at(following))

    return lambda: page_at(None)


def _page(raw: Any) -> tuple[list[Any], str | None]:
    fields = Fields(raw, "list")
    return fields.items("data"), fields.optional_text("next_cursor")


def merged(first: Listing[T], second: Listing[T], goes_before: Callable[[T, T], bool]) -> Listing[T]:
    """Make one ordered list of two ordered ones, fetching a page of either only when it is needed.

    `goes_before(a, b)` says whether `a`, of the first list, stands before `b`, of the second.
    """

    def page_of(a: Page[T], b: Page[T]) -> Flow[Page[T]]:
        a = yield from _filled(a)
        b = yield from _filled(b)
        out: list[T] = []
        left, right = list(a.items), list(b.items)
        # Beyond the end of a page with a rest nothing is known, so merging stops there.
        while (left or a.rest is None) and (right or b.rest is None) and (left or right):
            take = left if left and (not right or goes_before(left[0], right[0])) else right
            out.append(take.pop(0))
        if not left and a.rest is None and not right and b.rest is None:
            return Page(out, None)
        return Page(out, lambda: page_of(Page(left, a.rest), Page(right, b.rest)))

    return lambda: page_of(Page([], first), Page([], second))


def _filled(page: Page[T]) -> Flow[Page[T]]:
    while not page.items and page.rest is not None:
        page = yield from page.rest()
    return page
