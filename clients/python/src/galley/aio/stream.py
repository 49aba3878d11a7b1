"""The events of an answer, while it is written."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from types import TracebackType

import httpx

from ..attempts import lost
from ..call import Call
from ..events import Event, EventReader, is_stream, whole
from .wire import AsyncWire


class AsyncEventStream:
    """Iterate over it once: the request is sent when the first event is asked for.

    Read to its end it closes itself; `async with` closes it when it is left earlier. Leaving stops no answer on the
    server.
    """

    def __init__(self, wire: AsyncWire, call: Call[httpx.Response]) -> None:
        self._events = _read(wire, call)

    def __aiter__(self) -> AsyncEventStream:
        return self

    async def __anext__(self) -> Event:
        return await self._events.__anext__()

    async def __aenter__(self) -> AsyncEventStream:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Hang up."""
        await self._events.aclose()


async def _read(wire: AsyncWire, call: Call[httpx.Response]) -> AsyncGenerator[Event, None]:
    response = await wire.run(call)
    reader = EventReader()
    try:
        if not is_stream(response):
            await response.aread()
            yield whole(response)
            return
        async for chunk in response.aiter_bytes():
            for event in reader.feed(chunk):
                yield event
        reader.check_end()
    except httpx.RequestError as failed:
        raise lost(failed) from failed
    finally:
        await response.aclose()
