"""The blocking transport: performs the steps of a flow one after the other."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import httpx

from ..attempts import attempts, request
from ..call import Call, Exchange, Flow, Sleep, Step, Work
from ..settings import Settings

T = TypeVar("T")


class Wire:
    """Sends over `httpx.Client`. `sleep` and `now` may be replaced, so that tests need no time."""

    def __init__(self, settings: Settings, http: httpx.Client | None = None) -> None:
        self.settings = settings
        self._owned = http is None
        self.http = httpx.Client() if http is None else http
        self.sleep: Callable[[float], None] = time.sleep
        self.now: Callable[[], float] = time.monotonic

    def close(self) -> None:
        """Close the connections, unless they are the caller's own."""
        if self._owned:
            self.http.close()

    def run(self, work: Work[T]) -> T:
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
                result = self._perform(step)
            except Exception as failed:
                failure = failed

    def _perform(self, step: Step) -> Any:
        if isinstance(step, Call):
            return self.run(step)
        if isinstance(step, Exchange):
            return self._exchange(step.call)
        if isinstance(step, Sleep):
            return self.sleep(step.seconds)
        return self.now()

    def _exchange(self, call: Call[Any]) -> httpx.Response:
        response = self.http.send(request(self.http, call, self.settings), stream=call.stream)
        if call.stream and not response.is_success:
            response.read()
        return response
