"""The history of what is live: who moved it, when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..parse import Fields
from .person import Person
from .raw import Raw, raw_field


@dataclass(frozen=True)
class TimelineEvent:
    """One entry."""

    id: str
    kind: str
    """`publish`, `rollback`, `unpublish`, `delete` or `restore`."""
    version: int | None
    """The release that it was done to."""
    previous_version: int | None
    """What was live before."""
    reason: str
    by: Person | None
    via: str
    """Through which door: the page, a key, the command line."""
    at: datetime
    raw: Raw = raw_field()

    @classmethod
    def parse(cls, raw: Any) -> TimelineEvent:
        """Read one from JSON."""
        fields = Fields(raw, "timeline event")
        return cls(
            id=fields.id(),
            kind=fields.text("kind"),
            version=fields.optional_number("version"),
            previous_version=fields.optional_number("previous_version"),
            reason=fields.text("reason"),
            by=fields.optional("by", Person.parse),
            via=fields.text("via"),
            at=fields.moment("at"),
            raw=fields.raw,
        )
