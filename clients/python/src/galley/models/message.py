"""Messages of a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..parse import Fields
from .raw import Raw, raw_field
from .receipt import Receipt


@dataclass(frozen=True)
class Message:
    """One message."""

    id: str
    role: str
    """`user` or `agent`."""
    content: str
    created_at: datetime
    receipt: Receipt | None
    """What produced it; `None` on the person's own."""
    raw: Raw = raw_field()

    @classmethod
    def parse(cls, raw: Any) -> Message:
        """Read one from JSON."""
        fields = Fields(raw, "message")
        return cls(
            id=fields.id(),
            role=fields.text("role"),
            content=fields.text("content"),
            created_at=fields.moment("created_at"),
            receipt=fields.optional("receipt", Receipt.parse),
            raw=fields.raw,
        )
