"""Runs: one execution of an agent on an input."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..parse import Fields
from .raw import Raw, raw_field
from .receipt import Receipt

FINISHED = frozenset({"done", "error", "cancelled"})
"""The statuses that a run stays in."""


@dataclass(frozen=True)
class Run:
    """One run, pinned to one revision."""

    id: str
    agent_id: str
    revision_id: str
    status: str
    """`pending`, `running`, `done`, `error` or `cancelled`."""
    input: Any
    output: Any
    error: Any
    """Why it has no output: `{"code": …, "detail": …}`; `None` while nothing went wrong."""
    receipt: Receipt | None
    created_at: datetime | None
    completed_at: datetime | None
    raw: Raw = raw_field()

    @property
    def finished(self) -> bool:
        """Whether the status will not change any more."""
        return self.status in FINISHED

    @classmethod
    def parse(cls, raw: Any) -> Run:
        """Read one from JSON; a run that was just made says less than one that was asked for."""
        fields = Fields(raw, "run")
        return cls(
            id=fields.id(),
            agent_id=fields.text("agent_id"),
            revision_id=fields.text("revision_id"),
            status=fields.id("status"),
            input=fields.raw.get("input"),
            output=fields.raw.get("output"),
            error=fields.raw.get("error"),
            receipt=fields.optional("receipt", Receipt.parse),
            created_at=fields.optional_moment("created_at"),
            completed_at=fields.optional_moment("completed_at"),
            raw=fields.raw,
        )
