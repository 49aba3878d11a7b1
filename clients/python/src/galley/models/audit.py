"""The audit log: every change in the workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..parse import Fields
from .person import Person
from .raw import Raw, raw_field


@dataclass(frozen=True)
class AuditEntry:
    """One change: who, from where, what."""

    id: str
    act: str
    """What was done."""
    actor: Person | None
    subject: str | None
    """The id of what it was done to."""
    via: str
    address: str
    detail: Any
    """Before and after, where that says more than the act."""
    at: datetime | None
    raw: Raw = raw_field()

    @classmethod
    def parse(cls, raw: Any) -> AuditEntry:
        """Read one from JSON."""
        fields = Fields(raw, "audit entry")
        return cls(
            id=fields.text("id"),
            act=fields.text("act"),
            actor=fields.optional("actor", Person.parse),
            subject=fields.optional_text("subject"),
            via=fields.text("via"),
            address=fields.text("address"),
            detail=fields.raw.get("detail"),
            at=fields.optional_moment("at"),
            raw=fields.raw,
        )
