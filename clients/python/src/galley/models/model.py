"""Language models that the workspace's providers serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..parse import Fields
from .raw import Raw, raw_field


@dataclass(frozen=True)
class Model:
    """One model. Its id is what a configuration's `model` takes."""

    id: str
    raw: Raw = raw_field()

    @classmethod
    def parse(cls, raw: Any) -> Model:
        """Read one from JSON."""
        fields = Fields(raw, "model")
        return cls(id=fields.id(), raw=fields.raw)
