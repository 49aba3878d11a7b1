"""Receipts: the statement on an answer of what produced it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..parse import Fields
from .raw import Raw, raw_field


@dataclass(frozen=True)
class Receipt:
    """What produced an answer."""

    agent_id: str
    revision_id: str
    """The save or the release that answered."""
    version: int | None
    """The release's number; `None` of a draft."""
    draft_number: int | None
    config_hash: str
    reason: str
    """Why this one."""
    not_enforced: tuple[str, ...]
    """What the configuration asks for and the engine does not act on."""
    raw: Raw = raw_field()

    @classmethod
    def parse(cls, raw: Any) -> Receipt:
        """Read one from JSON."""
        fields = Fields(raw, "receipt")
        return cls(
            agent_id=fields.text("agent_id"),
            revision_id=fields.text("revision_id"),
            version=fields.optional_number("version"),
            draft_number=fields.optional_number("draft_number"),
            config_hash=fields.text("config_hash"),
            reason=fields.text("reason"),
            not_enforced=fields.texts("not_enforced"),
            raw=fields.raw,
        )
