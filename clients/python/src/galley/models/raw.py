"""The field that keeps the JSON of a dataclass, outside of comparing and printing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any


def raw_field() -> Any:
    """Make the field `raw: Raw`."""
    return field(default_factory=dict, repr=False, compare=False)


Raw = Mapping[str, Any]
