"""What is to be done, described without doing it.

A `Call` is one request and how its answer is read. A `Flow` is a generator that yields steps and is given their
results: work of several requests, such as waiting for a run. The two transports, `sync.wire` and `aio.wire`, perform
steps; nothing else in the package knows which of them is at work.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx

T = TypeVar("T")

Id = str | uuid.UUID
"""An id, as the server gave it or parsed."""


@dataclass(frozen=True)
class Call(Generic[T]):
    """One request."""

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    params: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    """Sent as JSON; `None` sends no body."""
    headers: Mapping[str, str] = field(default_factory=dict)
    idempotency_key: str | None = None
    patience: float = 0.0
    """Seconds that the server may take on top of the client's timeout, because it was asked to wait."""
    stream: bool = False
    """Whether `read` is given the response while its body is still on the way."""

    @property
    def repeatable(self) -> bool:
        """Whether sending it twice does no more than sending it once."""
        return self.method == "GET" or self.idempotency_key is not None


@dataclass(frozen=True)
class Exchange:
    """Step: send the request once; gives the response."""

    call: Call[Any]


@dataclass(frozen=True)
class Sleep:
    """Step: wait."""

    seconds: float


@dataclass(frozen=True)
class Now:
    """Step: gives a clock's seconds, of use only for differences."""


Step = Call[Any] | Exchange | Sleep | Now
Flow = Generator[Step, Any, T]
Work = Call[T] | Flow[T]


def ask(call: Call[T]) -> Flow[T]:
    """Send a call from within a flow, by `yield from`, and give its answer."""
    answer: T = yield call
    return answer


def path(*segments: Id) -> str:
    """Make a path below `/api/v1`, each segment escaped.

    An empty id would make a path that names something else, such as a whole list, so it is refused.
    """
    texts = [str(segment) for segment in segments]
    for text in texts:
        if not text.strip("."):
            raise ValueError(f"not an id: {text!r}")
    return "/" + "/".join(quote(text, safe="") for text in texts)


def given(**fields: Any) -> dict[str, Any]:
    """Keep the fields that are not `None`."""
    return {name: value for name, value in fields.items() if value is not None}


def fetch(
    where: str,
    read: Callable[[httpx.Response], T],
    params: Mapping[str, str | int | None] | None = None,
    *,
    patience: float = 0.0,
) -> Call[T]:
    """Describe a GET; parameters that are `None` are left out."""
    texts = {name: str(value) for name, value in given(**(params or {})).items()}
    return Call("GET", where, read, params=texts, patience=patience)


def post(
    where: str,
    read: Callable[[httpx.Response], T],
    body: Any,
    *,
    key: str | None,
    patience: float = 0.0,
    stream: bool = False,
) -> Call[T]:
    """Describe a POST. It carries an idempotency key, the caller's or a new one, which all its attempts share."""
    key = key or str(uuid.uuid4())
    return Call("POST", where, read, body=body, idempotency_key=key, patience=patience, stream=stream)
