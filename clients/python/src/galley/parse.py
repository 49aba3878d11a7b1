"""Reading JSON leniently: what is not known is ignored, what may be missing has a default.

Only what nothing makes sense without, such as an id, must be there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, TypeVar

from .errors import UnexpectedAnswer

T = TypeVar("T")

# Python 3.10 reads neither `Z` nor a fraction of other than three or six digits.
_FRACTION = re.compile(r"\.(\d+)")


def moment(text: str) -> datetime:
    """Read an RFC 3339 time; it has a time zone."""
    text = text.strip().upper().replace("Z", "+00:00")
    text = _FRACTION.sub(lambda found: "." + found[1][:6].ljust(6, "0"), text)
    parsed = datetime.fromisoformat(text)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=timezone.utc)


class Fields:
    """The fields of a JSON object, each read as what it should be."""

    def __init__(self, raw: Any, what: str) -> None:
        if not isinstance(raw, Mapping):
            raise UnexpectedAnswer(f"The server's {what} is not an object but {raw!r}"[:200])
        self.raw: Mapping[str, Any] = raw
        self._what = what

    def missing(self, name: str) -> UnexpectedAnswer:
        """Make the error for a field that must be there."""
        return UnexpectedAnswer(f"The server's {self._what} has no proper {name}: {self.raw.get(name)!r}"[:200])

    def id(self, name: str = "id") -> str:
        """Read a text that must be there."""
        value = self.raw.get(name)
        if not isinstance(value, str) or not value:
            raise self.missing(name)
        return value

    def number(self, name: str) -> int:
        """Read a whole number that must be there."""
        value = self.optional_number(name)
        if value is None:
            raise self.missing(name)
        return value

    def moment(self, name: str) -> datetime:
        """Read a time that must be there."""
        value = self.optional_moment(name)
        if value is None:
            raise self.missing(name)
        return value

    def text(self, name: str) -> str:
        """Read a text; empty when it is missing."""
        return self.optional_text(name) or ""

    def optional_text(self, name: str) -> str | None:
        """Read a text."""
        value = self.raw.get(name)
        return value if isinstance(value, str) else None

    def optional_number(self, name: str) -> int | None:
        """Read a whole number."""
        value = self.raw.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def optional_moment(self, name: str) -> datetime | None:
        """Read a time."""
        value = self.raw.get(name)
        if not isinstance(value, str):
            return None
        try:
            return moment(value)
        except ValueError:
            raise self.missing(name) from None

    def flag(self, name: str) -> bool:
        """Read a yes or no; no when it is missing."""
        return self.raw.get(name) is True

    def items(self, name: str) -> list[Any]:
        """Read a list; empty when it is missing."""
        value = self.raw.get(name)
        return value if isinstance(value, list) else []

    def texts(self, name: str) -> tuple[str, ...]:
        """Read a list of texts."""
        return tuple(str(value) for value in self.items(name))

    def many(self, name: str, parse: Callable[[Any], T]) -> tuple[T, ...]:
        """Read a list of objects."""
        return tuple(parse(value) for value in self.items(name))

    def optional(self, name: str, parse: Callable[[Any], T]) -> T | None:
        """Read an object that may be missing or null."""
        value = self.raw.get(name)
        return None if value is None else parse(value)

    def mapping(self, name: str) -> Mapping[str, Any] | None:
        """Read an object as it is."""
        value = self.raw.get(name)
        return value if isinstance(value, Mapping) else None
