"""Conversations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..parse import Fields
from .raw import Raw, raw_field
from .receipt import Receipt


@dataclass(frozen=True)
class Session:
    """One conversation. It stays on the release that it began with; in draft mode it follows the draft."""

    id: str
    agent_id: str
    draft_mode: bool
    receipt: Receipt | None
    """What would answer the next message."""
    created_at: datetime
    ended_at: datetime | None
    raw: Raw = raw_field()

    @classmethod
    def parse(cls, raw: Any) -> Session:
        """Read one from JSON."""
        fields = Fields(raw, "session")
        return cls(
            id=fields.id(),
            agent_id=fields.text("agent_id"),
            draft_mode=fields.flag("draft_mode"),
            receipt=fields.optional("receipt", Receipt.parse),
            created_at=fields.moment("created_at"),
            ended_at=fields.optional_moment("ended_at"),
            raw=fields.raw,
        )
