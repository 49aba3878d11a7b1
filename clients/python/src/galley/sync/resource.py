"""Blocking methods, made from the functions of `galley.calls`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

import httpx

from ..call import Call, Work
from ..pages import Listing
from ..signature import like
from .pages import Pages
from .stream import EventStream
from .wire import Wire

P = ParamSpec("P")
T = TypeVar("T")


class Resource:
    """A noun of the API."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire


def does(build: Callable[P, Work[T]]) -> Callable[Concatenate[Resource, P], T]:
    """Make a method that does what `build` describes."""

    def method(self: Resource, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._wire.run(build(*args, **kwargs))

    return like(build, method)


def lists(build: Callable[P, Listing[T]]) -> Callable[Concatenate[Resource, P], Pages[T]]:
    """Make a method that gives the list that `build` describes."""

    def method(self: Resource, /, *args: P.args, **kwargs: P.kwargs) -> Pages[T]:
        return Pages(self._wire, build(*args, **kwargs))

    return like(build, method)


def streams(build: Callable[P, Call[httpx.Response]]) -> Callable[Concatenate[Resource, P], EventStream]:
    """Make a method that gives the events that `build` asks for."""

    def method(self: Resource, /, *args: P.args, **kwargs: P.kwargs) -> EventStream:
        return EventStream(self._wire, build(*args, **kwargs))

    return like(build, method)
