"""The shape of `get_revision_diff`: one entry per field of the configuration.

A value has `old` and `new`. A list has `added` and `removed`, and where they apply `changed`, by item, and `order`.
An object has such entries for its own fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .models import Change

# `skills[refund-lookup]` and `skills[refund-lookup].url`; an id may hold anything but the closing bracket.
_ITEM = re.compile(r"(?P<list>[^\[.]+)\[(?P<id>.*?)\](?:\.(?P<part>.+))?", re.DOTALL)
_ORDER = ".order"


def shaped(changes: Iterable[Change]) -> dict[str, Any]:
    """Arrange the server's changes by field."""
    out: dict[str, Any] = {}
    for change in changes:
        item = _ITEM.fullmatch(change.field)
        if item is not None:
            _item(_list(out, item["list"]), item["id"], item["part"], change)
        elif change.field.endswith(_ORDER) and isinstance(change.after, list):
            _list(out, change.field.removesuffix(_ORDER))["order"] = {"old": change.before, "new": change.after}
        else:
            _put(out, change.field, _entry(change.before, change.after))
    return out


def first_diff(config: Mapping[str, Any]) -> dict[str, Any]:
    """Compare a configuration with nothing: every field that is set is new."""
    out: dict[str, Any] = {}
    for name, value in config.items():
        if _is_unset(value):
            continue
        if isinstance(value, Mapping) and name != "output_schema":
            if inner := first_diff(value):
                out[name] = inner
        else:
            out[name] = _entry(None, value)
    return out


def _item(entry: dict[str, Any], item_id: str, part: str | None, change: Change) -> None:
    if part is not None:
        entry.setdefault("changed", {}).setdefault(item_id, {})[part] = _entry(change.before, change.after)
    elif change.kind == "added":
        entry["added"].append(item_id)
    elif change.kind == "removed":
        entry["removed"].append(item_id)
    else:
        entry.setdefault("changed", {})[item_id] = _entry(change.before, change.after)


def _list(out: dict[str, Any], name: str) -> dict[str, Any]:
    entry: dict[str, Any] = out.setdefault(name, {"added": [], "removed": []})
    return entry


def _put(out: dict[str, Any], field: str, entry: dict[str, Any]) -> None:
    outer, dot, inner = field.partition(".")
    if dot:
        out.setdefault(outer, {})[inner] = entry
    else:
        out[field] = entry


def _entry(old: Any, new: Any) -> dict[str, Any]:
    lists = all(value is None or isinstance(value, list) for value in (old, new))
    if not lists or (old is None and new is None):
        return {"old": old, "new": new}
    before, after = [_name(item) for item in old or []], [_name(item) for item in new or []]
    entry: dict[str, Any] = {
        "added": [item for item in after if item not in before],
        "removed": [item for item in before if item not in after],
    }
    if entry["added"] == entry["removed"] == []:
        entry["order"] = {"old": before, "new": after}
    return entry


def _name(item: Any) -> Any:
    return item["id"] if isinstance(item, Mapping) and isinstance(item.get("id"), str) else item


def _is_unset(value: Any) -> bool:
    return value is None or value in ("", [], {})
