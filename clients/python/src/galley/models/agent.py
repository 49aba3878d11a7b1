"""Agents: an id, an owner, one draft, many releases, and what is live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..parse import Fields
from .draft import Draft
from .person import Person
from .raw import Raw, raw_field
from .version import Version


@dataclass(frozen=True)
class Agent:
    """An agent."""

    id: str
    name: str
    status: str
    """`draft`, `published` or `unpublished_changes`."""
    owner: Person | None
    tags: tuple[str, ...]
    draft: Draft | None
    """The current draft; in lists without its configuration."""
    live: Version | None
    """The release that new traffic gets."""
    created_at: datetime
    updated_at: datetime
    raw: Raw = raw_field()

    @classmethod
    def parse(cls, raw: Any) -> Agent:
        """Read one from JSON."""
        fields = Fields(raw, "agent")
        return cls(
            id=fields.id(),
            name=fields.text("name"),
            status=fields.text("status"),
            owner=fields.optional("owner", Person.parse),
            tags=fields.texts("tags"),
            draft=fields.optional("draft", Draft.parse),
            live=fields.optional("live", Version.parse),
            created_at=fields.moment("created_at"),
            updated_at=fields.moment("updated_at"),
            raw=fields.raw,
        )
