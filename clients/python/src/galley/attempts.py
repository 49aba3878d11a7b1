"""Sending one call, again where that is sound, until there is an answer or an error."""

from __future__ import annotations

from typing import Any, TypeVar

import httpx

from . import retry
from .answer import error_of
from .call import Call, Exchange, Flow, Sleep
from .errors import ConnectionFailed
from .settings import Settings
from .version import __version__

T = TypeVar("T")


def attempts(call: Call[T], settings: Settings) -> Flow[T]:
    """Send a call; every attempt carries the same idempotency key."""
    tried = 0
    while True:
        tried += 1
        try:
            response: httpx.Response = yield Exchange(call)
        except httpx.TransportError as failed:
            wait = retry.after_failure(call, failed, tried)
            if wait is None or tried > settings.max_retries:
                raise lost(failed) from failed
        else:
            if response.is_success:
                return call.read(response)
            error = error_of(response)
            wait = retry.after_error(call, error, tried)
            if wait is None or tried > settings.max_retries:
                raise error
        yield Sleep(wait)


def request(http: httpx.Client | httpx.AsyncClient, call: Call[Any], settings: Settings) -> httpx.Request:
    """Make the request that a call describes.

    The API key goes into this request alone, never into the defaults of a client that may be the caller's own.
    """
    headers = {
        "Authorization": f"Bearer {settings.api_key}",
        "Accept": "text/event-stream" if call.stream else "application/json",
        "User-Agent": f"galley-python/{__version__}",
        **call.headers,
    }
    if call.idempotency_key is not None:
        headers["Idempotency-Key"] = call.idempotency_key
    return http.build_request(
        call.method,
        settings.root + call.path,
        params=call.params or None,
        json=call.body,
        headers=headers,
        timeout=httpx.Timeout(settings.timeout, read=settings.timeout + call.patience),
    )


def lost(failure: httpx.RequestError) -> ConnectionFailed:
    """Say in the package's own words that a connection failed."""
    return ConnectionFailed(f"{type(failure).__name__}: {failure}".rstrip(": "), code="connection_failed")
