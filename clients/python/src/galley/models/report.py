"""The report before a publish: what users will meet, what leaves the house, what looks wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import FieldError
from ..parse import Fields
from .change import Change
from .raw import Raw, raw_field


@dataclass(frozen=True)
class Egress:
    """What one skill sends to one host."""

    skill: str
    fields: tuple[str, ...]
    host: str
    new: bool
    """What is live does not reach this host, or sends it less."""

    @classmethod
    def parse(cls, raw: Any) -> Egress:
        """Read one from JSON."""
        row = Fields(raw, "data egress")
        return cls(skill=row.text("skill"), fields=row.texts("fields"), host=row.text("host"), new=row.flag("new"))


@dataclass(frozen=True)
class Report:
    """What an author should know before publishing."""

    will_say: tuple[str, ...]
    wont_say: tuple[str, ...]
    data_egress: tuple[Egress, ...]
    guardrails: tuple[Any, ...]
    knowledge: tuple[Any, ...]
    warnings: tuple[str, ...]
    """What looks wrong and does not stop the publish."""
    blocking: tuple[FieldError, ...]
    """What stops the publish."""
    diff: tuple[Change, ...]
    """What changes against live."""
    config_hash: str
    raw: Raw = raw_field()

    @classmethod
    def parse(cls, raw: Any) -> Report:
        """Read one from JSON."""
        fields = Fields(raw, "report")
        diff = fields.raw.get("diff")
        changes = diff.get("changes") if isinstance(diff, Mapping) else diff
        return cls(
            will_say=fields.texts("will_say"),
            wont_say=fields.texts("wont_say"),
            data_egress=fields.many("data_egress", Egress.parse),
            guardrails=tuple(fields.items("guardrails")),
            knowledge=tuple(fields.items("knowledge")),
            warnings=fields.many("warnings", _sentence),
            blocking=fields.many("blocking", FieldError.parse),
            diff=tuple(Change.parse(row) for row in changes) if isinstance(changes, list) else (),
            config_hash=fields.text("config_hash"),
            raw=fields.raw,
        )


def _sentence(raw: Any) -> str:
    return str(raw.get("message") or raw) if isinstance(raw, Mapping) else str(raw)
