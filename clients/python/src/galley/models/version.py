"""Releases: immutable, numbered snapshots of a draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..parse import Fields
from .person import Person
from .raw import Raw, raw_field


@dataclass(frozen=True)
class Version:
    """One release."""

    id: str
    version: int
    """Its number: 1, 2, … without gaps, never used again."""
    note: str
    draft_number: int | None
    """The number of the save that it froze."""
    config_hash: str
    compiled_hash: str
    live: bool
    """Whether new traffic gets it."""
    deleted_at: datetime | None
    """When it was deleted; it stays listed."""
    published_at: datetime
    published_by: Person | None
    compiled_config: Any
    """What the server made of the configuration; only on one that was asked for by itself."""
    raw: Raw = raw_field()

    @classmethod
    def parse(cls, raw: Any) -> Version:
        """Read one from JSON."""
        fields = Fields(raw, "version")
        return cls(
            id=fields.id(),
            version=fields.number("version"),
            note=fields.text("note"),
            draft_number=fields.optional_number("draft_number"),
            config_hash=fields.text("config_hash"),
            compiled_hash=fields.text("compiled_hash"),
            live=fields.flag("live"),
            deleted_at=fields.optional_moment("deleted_at"),
            published_at=fields.moment("published_at"),
            published_by=fields.optional("published_by", Person.parse),
            compiled_config=fields.raw.get("compiled_config"),
            raw=fields.raw,
        )
