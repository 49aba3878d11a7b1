"""When to try again, and after how long.

Tried again is what may pass by itself: a connection that broke, 429, 502, 503, and 409 `idempotency_in_progress`. Only
requests that may be repeated are: reads, and what carries an idempotency key. Anything else is tried again only when it
never left this machine.
"""

from __future__ import annotations

import random
from typing import Any

import httpx

from .call import Call
from .errors import GalleyError, IdempotencyInProgress

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0
LONGEST_RETRY_AFTER = 60.0
"""A server that asks for more is not waited for: the caller can decide better."""

_STATUSES = frozenset({429, 502, 503})
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_HOPELESS = (httpx.UnsupportedProtocol, httpx.LocalProtocolError)


def pause(attempt: int) -> float:
    """Seconds before the next attempt, after `attempt` failed ones.

    They double, and are spread so that many clients do not come back in step.
    """
    longest: float = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempt - 1, 10))
    return longest * random.uniform(0.5, 1.0)


def after_error(call: Call[Any], error: GalleyError, attempt: int) -> float | None:
    """Seconds to wait after an answer that is an error, or `None` to give up."""
    passing = error.status in _STATUSES or isinstance(error, IdempotencyInProgress)
    if not (passing and call.repeatable):
        return None
    if error.retry_after is None:
        return pause(attempt)
    return error.retry_after if error.retry_after <= LONGEST_RETRY_AFTER else None


def after_failure(call: Call[Any], failure: httpx.TransportError, attempt: int) -> float | None:
    """Seconds to wait after a connection that failed, or `None` to give up."""
    if isinstance(failure, _HOPELESS):
        return None
    return pause(attempt) if call.repeatable or isinstance(failure, _NEVER_SENT) else None
