"""A server made of prepared answers, and one way to use both clients, so that every test runs on both."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx

from galley import AsyncEventStream, AsyncGalley, AsyncPages, Galley

URL = "https://galley.test"
KEY = "gk_live_test"

Answer = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


def answer(status: int = 200, body: Any = None, **headers: str) -> httpx.Response:
    """Make a JSON answer."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, content=json.dumps(body), headers={"Content-Type": "application/json", **headers})


def problem(status: int, code: str, /, **more: Any) -> httpx.Response:
    """Make a problem document."""
    headers = {"Retry-After": str(more.pop("retry_after"))} if "retry_after" in more else {}
    body = {"type": "about:blank", "title": "Error", "status": status, "detail": f"It is {code}.", "code": code, **more}
    return httpx.Response(status, json=body, headers={"Content-Type": "application/problem+json", **headers})


def events(*chunks: bytes) -> httpx.Response:
    """Make a stream of events that comes in these chunks."""
    return httpx.Response(200, content=b"".join(chunks), headers={"Content-Type": "text/event-stream"})


class Server:
    """Gives prepared answers by `METHOD /path`, each in turn and the last one again and again; keeps what was asked."""

    def __init__(self, routes: dict[str, Answer | list[Answer]]) -> None:
        self._routes = {where: list(said) if isinstance(said, list) else [said] for where, said in routes.items()}
        self.requests: list[httpx.Request] = []

    @property
    def asked(self) -> list[str]:
        """What was asked, as `METHOD /path?query`."""
        return [
            f"{request.method} {request.url.raw_path.decode().removeprefix('/api/v1')}" for request in self.requests
        ]

    def body(self, index: int = -1) -> Any:
        """Give the JSON that a request carried."""
        return json.loads(self.requests[index].content)

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        where = f"{request.method} {request.url.raw_path.decode().partition('?')[0].removeprefix('/api/v1')}"
        answers = self._routes.get(where)
        if not answers:
            return problem(404, "not_found")
        said = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(said, Exception):
            raise said
        if isinstance(said, httpx.Response):
            # A response can be read once only.
            return httpx.Response(said.status_code, headers=said.headers, content=said.content)
        return said(request)


class Time:
    """A clock that moves only by sleeping, or when told to."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)


class Connected:
    """A client on a prepared server, whose time costs none. Its nouns are used as those of `Galley`, in either kind."""

    def __init__(self, kind: str, server: Server, **options: Any) -> None:
        self.server = server
        self.time = Time()
        self.loop = asyncio.new_event_loop()
        transport = httpx.MockTransport(server.handle)
        if kind == "sync":
            self.client: Any = Galley(URL, KEY, http_client=httpx.Client(transport=transport), **options)
            self.client._wire.sleep = self.time.sleep
        else:
            self.client = AsyncGalley(URL, KEY, http_client=httpx.AsyncClient(transport=transport), **options)
            self.client._wire.sleep = self.time.sleep_async
        self.client._wire.now = self.time.now

    def __getattr__(self, noun: str) -> Any:
        resource = getattr(self.client, noun)
        return _Blocking(resource, self.loop) if isinstance(self.client, AsyncGalley) else resource


class _Blocking:
    """An async noun whose methods block."""

    def __init__(self, resource: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._resource = resource
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        def method(*args: Any, **kwargs: Any) -> Any:
            given = getattr(self._resource, name)(*args, **kwargs)
            if inspect.iscoroutine(given):
                return self._loop.run_until_complete(given)
            return _BlockingIterable(given, self._loop)

        return method


class _BlockingIterable:
    """An `AsyncPages` or `AsyncEventStream` that blocks."""

    def __init__(self, inner: AsyncPages[Any] | AsyncEventStream, loop: asyncio.AbstractEventLoop) -> None:
        self._inner: Any = inner
        self._loop = loop

    def __iter__(self) -> Iterator[Any]:
        items = aiter(self._inner)
        while True:
            try:
                yield self._loop.run_until_complete(_next(items))
            except StopAsyncIteration:
                return

    def __enter__(self) -> _BlockingIterable:
        return self

    def __exit__(self, *left: object) -> None:
        self._loop.run_until_complete(self._inner.__aexit__(None, None, None))

    def first(self) -> Any:
        return self._loop.run_until_complete(self._inner.first())

    def all(self) -> Any:
        return self._loop.run_until_complete(self._inner.all())


async def _next(items: Any) -> Any:
    return await anext(items)
