"""People, as others in the workspace see them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..parse import Fields


@dataclass(frozen=True)
class Person:
    """A member of the workspace."""

    id: str
    name: str

    @classmethod
    def parse(cls, raw: Any) -> Person:
        """Read one from JSON; a bare text is an id."""
        if isinstance(raw, str):
            return cls(id=raw, name="")
        fields = Fields(raw, "person")
        return cls(id=fields.id(), name=fields.text("name"))
