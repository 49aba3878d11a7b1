"""What differs between two revisions, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..parse import Fields
from .raw import Raw, raw_field


@dataclass(frozen=True)
class Change:
    """One difference."""

    field: str
    """Its place: `instructions`, `skills[refund-lookup]`, `skills[refund-lookup].url`, `skills.order`."""
    kind: str
    """`added`, `removed` or `changed`."""
    before: Any
    after: Any
    raw: Raw = raw_field()

    @classmethod
    def parse(cls, raw: Any) -> Change:
        """Read one from JSON."""
        fields = Fields(raw, "change")
        return cls(
            field=fields.id("field"),
            kind=fields.text("kind"),
            before=fields.raw.get("before"),
            after=fields.raw.get("after"),
            raw=fields.raw,
        )


@dataclass(frozen=True)
class Diff:
    """Two revisions compared."""

    changes: tuple[Change, ...]
    raw: Raw = raw_field()

    @classmethod
    def parse(cls, raw: Any) -> Diff:
        """Read one from JSON."""
        fields = Fields(raw, "diff")
        return cls(changes=fields.many("changes", Change.parse), raw=fields.raw)
