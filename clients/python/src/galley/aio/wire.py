"""The async transport: performs the steps of a flow one after the other."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx

from ..attempts import attempts, request
from ..call import Call, Exchange, Flow, Sleep, Step, Work
from ..settings import Settings

T = TypeVar("T")


class AsyncWire:
    """Sends over `httpx.AsyncClient`. `sleep` and `now` may be replaced, so that tests need no time."""

    def __init__(self, settings: Settings, http: httpx.AsyncClient | None = None) -> None:
        self.settings = settings
        self._owned = http is None
        self.http = httpx.AsyncClient() if http is None else http
        self.sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
        self.now: Callable[[], float] = time.monotonic

    async def close(self) -> None:
        """Close the connections, unless they are the caller's own."""
        if self._owned:
            await self.http.aclose()

    async def run(self, work: Work[T]) -> T:
        """Do it."""
        flow: Flow[T] = attempts(work, self.settings) if isinstance(work, Call) else work
        result: Any = None
        failure: Exception | None = None
        while True:
            try:
                step = flow.send(result) if failure is None else flow.throw(failure)
            except StopIteration as done:
                value: T = done.value
                return value
            result = failure = None
            try:
                result = await self._perform(step)
            except Exception as failed:
                failure = failed

    async def _perform(self, step: Step) -> Any:
        if isinstance(step, Call):
            return await self.run(step)
        if isinstance(step, Exchange):
            return await self._exchange(step.call)
        if isinstance(step, Sleep):
            return await self.sleep(step.seconds)
        return self.now()

    async def _exchange(self, call: Call[Any]) -> httpx.Response:
        response = await self.http.send(request(self.http, call, self.settings), stream=call.stream)
        if call.stream and not response.is_success:
            await response.aread()
        return response
