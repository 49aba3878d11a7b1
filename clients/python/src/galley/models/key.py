"""API keys, without their secret."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..parse import Fields
from .raw import Raw, raw_field


@dataclass(frozen=True)
class Key:
    """One key of the workspace."""

    id: str
    name: str
    prefix: str
    """The first characters of the secret, to tell keys apart."""
    scopes: tuple[str, ...]
    agent_id: str | None
    """The only agent that it reaches, where it is bound to one."""
    created_at: datetime | None
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    raw: Raw = raw_field()

    @classmethod
    def parse(cls, raw: Any) -> Key:
        """Read one from JSON."""
        fields = Fields(raw, "key")
        return cls(
            id=fields.id(),
            name=fields.text("name"),
            prefix=fields.text("prefix"),
            scopes=fields.texts("scopes"),
            agent_id=fields.optional_text("agent_id"),
            created_at=fields.optional_moment("created_at"),
            expires_at=fields.optional_moment("expires_at"),
            last_used_at=fields.optional_moment("last_used_at"),
            revoked_at=fields.optional_moment("revoked_at"),
            raw=fields.raw,
        )
