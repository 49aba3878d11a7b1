"""Reading a response: its JSON when it went well, its problem when it did not."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx

from .errors import GalleyError, UnexpectedAnswer, from_problem

T = TypeVar("T")

# Of a page that is no problem document, such as a proxy's, this much goes into the error.
_EXCERPT = 200


def json_as(parse: Callable[[Any], T]) -> Callable[[httpx.Response], T]:
    """Read a response by giving its JSON to `parse`; `204 No Content` is `None`."""

    def read(response: httpx.Response) -> T:
        try:
            payload = None if response.status_code == 204 else json.loads(response.content)
        except ValueError as broken:
            raise UnexpectedAnswer(
                f"The answer is not JSON: {response.text[:_EXCERPT]!r}", status=response.status_code
            ) from broken
        return parse(payload)

    return read


def nothing(response: httpx.Response) -> None:
    """Read a response that says no more than that it went well."""


def untouched(response: httpx.Response) -> httpx.Response:
    """Leave the response as it is, its body still on the way."""
    return response


def error_of(response: httpx.Response) -> GalleyError:
    """Make the error that a response other than 2xx stands for. Its body must have been read."""
    try:
        problem = json.loads(response.content)
    except ValueError:
        problem = None
    if not isinstance(problem, Mapping):
        text = response.text.strip()[:_EXCERPT] or response.reason_phrase
        problem = {"detail": text or "The request failed."}
    elif "detail" not in problem and "message" in problem:
        problem = {**problem, "detail": problem["message"]}
    return from_problem(problem, response.status_code, retry_after(response))


def retry_after(response: httpx.Response, now: datetime | None = None) -> float | None:
    """Read `Retry-After`: seconds, or a date."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return max(0.0, (moment - (now or datetime.now(timezone.utc))).total_seconds())
