"""Async methods, made from the functions of `galley.calls`."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Concatenate, ParamSpec, TypeVar

import httpx

from ..call import Call, Work
from ..pages import Listing
from ..signature import like
from .pages import AsyncPages
from .stream import AsyncEventStream
from .wire import AsyncWire

P = ParamSpec("P")
T = TypeVar("T")


class AsyncResource:
    """A noun of the API."""

    def __init__(self, wire: AsyncWire) -> None:
        self._wire = wire


def does(build: Callable[P, Work[T]]) -> Callable[Concatenate[AsyncResource, P], Coroutine[Any, Any, T]]:
    """Make a method that does what `build` describes."""

    async def method(self: AsyncResource, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self._wire.run(build(*args, **kwargs))

    return like(build, method)


def lists(build: Callable[P, Listing[T]]) -> Callable[Concatenate[AsyncResource, P], AsyncPages[T]]:
    """Make a method that gives the list that `build` describes. It is not awaited but iterated over."""

    def method(self: AsyncResource, /, *args: P.args, **kwargs: P.kwargs) -> AsyncPages[T]:
        return AsyncPages(self._wire, build(*args, **kwargs))

    return like(build, method)


def streams(build: Callable[P, Call[httpx.Response]]) -> Callable[Concatenate[AsyncResource, P], AsyncEventStream]:
    """Make a method that gives the events that `build` asks for. It is not awaited but iterated over."""

    def method(self: AsyncResource, /, *args: P.args, **kwargs: P.kwargs) -> AsyncEventStream:
        return AsyncEventStream(self._wire, build(*args, **kwargs))

    return like(build, method)
