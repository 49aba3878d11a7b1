"""Server-sent events: cutting the stream, and what an event says.

Lines are cut here and not by the HTTP library, which also cuts at characters such as U+2028 that JSON may hold as
they are.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from .answer import json_as
from .errors import ConnectionFailed, GalleyError, from_problem
from .models import Message, Run

LAST = frozenset({"done", "error"})
"""The events after which none comes."""


@dataclass(frozen=True)
class Event:
    """One event: `token`, `tool`, then one `done` or `error`. Others are passed on as they come."""

    name: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What a `token` appends; empty for the others."""
        text = self.data.get("text")
        return text if self.name == "token" and isinstance(text, str) else ""

    @property
    def message(self) -> Message | None:
        """The whole message of a chat's `done`; of an `error`, what was kept of it."""
        raw = self.data.get("message") if self.name == "error" else self.data
        is_message = isinstance(raw, Mapping) and "role" in raw and self.name in LAST
        return Message.parse(raw) if is_message else None

    @property
    def run(self) -> Run | None:
        """The run, of the last event of a run."""
        raw = self.data.get("run") if self.name == "error" else self.data
        is_run = isinstance(raw, Mapping) and "revision_id" in raw and self.name in LAST
        return Run.parse(raw) if is_run else None

    @property
    def error(self) -> GalleyError | None:
        """The reason of an `error`."""
        return from_problem(self.data) if self.name == "error" else None


class EventReader:
    """Cuts bytes into events, wherever the network cut them into chunks."""

    def __init__(self) -> None:
        self._rest = b""
        self._name = ""
        self._data: list[str] = []
        self._finished = False

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """Take the next chunk and give the events that are whole by now."""
        # A lone \r at the end may be half of \r\n, so it waits for the next chunk.
        text = self._rest + chunk
        held = text[-1:] if text.endswith(b"\r") else b""
        text = text[: len(text) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, last = text.split(b"\n")
        self._rest = last + held
        for line in lines:
            yield from self._line(line.decode("utf-8", "replace"))

    def check_end(self) -> None:
        """Refuse a stream that ended before its last event: what came may not be all."""
        if not self._finished:
            raise ConnectionFailed("The stream ended before its last event.", code="stream_cut")

    def _line(self, line: str) -> Iterator[Event]:
        if line:
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "event":
                self._name = value
            elif name == "data":
                self._data.append(value)
            return
        if self._data:
            event = Event(self._name or "message", _object("\n".join(self._data)))
            self._finished = self._finished or event.name in LAST
            yield event
        self._name, self._data = "", []


def is_stream(response: httpx.Response) -> bool:
    """Whether the server streams; the replay of an answer that is whole may come as plain JSON."""
    kind: str = response.headers.get("Content-Type", "")
    return kind.lower().startswith("text/event-stream")


def whole(response: httpx.Response) -> Event:
    """Make the one event of an answer that came as JSON."""
    return Event("done", json_as(lambda raw: raw if isinstance(raw, Mapping) else {})(response))


def _object(data: str) -> Mapping[str, Any]:
    try:
        value = json.loads(data)
    except ValueError:
        value = data
    return value if isinstance(value, Mapping) else {"value": value}
