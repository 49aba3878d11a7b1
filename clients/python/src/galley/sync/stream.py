"""The events of an answer, while it is written."""

from __future__ import annotations

from collections.abc import Generator
from types import TracebackType

import httpx

from ..attempts import lost
from ..call import Call
from ..events import Event, EventReader, is_stream, whole
from .wire import Wire


class EventStream:
    """Iterate over it once: the request is sent when the first event is asked for.

    Read to its end it closes itself; `with` closes it when it is left earlier. Leaving stops no answer on the server.
    """

    def __init__(self, wire: Wire, call: Call[httpx.Response]) -> None:
        self._events = _read(wire, call)

    def __iter__(self) -> EventStream:
        return self

    def __next__(self) -> Event:
        return next(self._events)

    def __enter__(self) -> EventStream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._events.close()


def _read(wire: Wire, call: Call[httpx.Response]) -> Generator[Event, None, None]:
    response = wire.run(call)
    reader = EventReader()
    try:
        if not is_stream(response):
            response.read()
            yield whole(response)
            return
        for chunk in response.iter_bytes():
            yield from reader.feed(chunk)
        reader.check_end()
    except httpx.RequestError as failed:
        raise lost(failed) from failed
    finally:
        response.close()
