"""Saves: the numbered rows of a draft, of which the highest is the draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..parse import Fields
from .person import Person
from .raw import Raw, raw_field


@dataclass(frozen=True)
class Draft:
    """One save of an agent's configuration."""

    revision_id: str
    number: int
    config_hash: str
    config: Mapping[str, Any] | None
    """The configuration; lists leave it out."""
    saved_at: datetime
    saved_by: Person | None
    raw: Raw = raw_field()

    @classmethod
    def parse(cls, raw: Any) -> Draft:
        """Read one from JSON."""
        fields = Fields(raw, "draft")
        return cls(
            revision_id=fields.id("revision_id"),
            number=fields.number("number"),
            config_hash=fields.text("config_hash"),
            config=fields.mapping("config"),
            saved_at=fields.moment("saved_at"),
            saved_by=fields.optional("saved_by", Person.parse),
            raw=fields.raw,
        )
