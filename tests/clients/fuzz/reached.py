"""Hooks of schemathesis: what a schema cannot say, and how often each operation did what it was asked for."""

from __future__ import annotations

import atexit
import json
import os
import re
from collections import Counter
from itertools import count
from pathlib import Path
from typing import Any

import schemathesis

done: Counter[str] = Counter()
asked: Counter[str] = Counter()
calls = count(1)

DRAFT = re.compile(r'\*|"draft-[1-9][0-9]{0,17}"', re.ASCII)
PLAIN = re.compile(r"[\w.-]{1,200}", re.ASCII)
KEY = "Idempotency-Key"
# What the other requests need, by the method that would take it away: the key and the account that everything is asked
# by, and most of what run.py made.
SPARED: dict[str, list[str]] = json.loads(os.environ["GALLEY_SPARED"])
UNKNOWN = "00000000-0000-7000-8000-000000000000"


@schemathesis.hook
def before_call(_context: schemathesis.HookContext, case: schemathesis.Case[Any], _options: Any) -> None:
    """Take another key for most requests: with the same one all but the first would be a mismatch.

    Of the two ways to say which draft a change is of take one: both at once are refused, whatever else is sent. And
    take nothing away that the other requests need.
    """
    at = case.path_parameters if case.operation.path.endswith("/{id}") else None
    if at and at.get("id") in SPARED.get(case.method, []):
        at["id"] = UNKNOWN
    draft = case.headers.get("If-Match") if case.headers else None
    if isinstance(draft, str) and DRAFT.fullmatch(draft) and isinstance(case.body, dict):
        base = case.body.get("base_draft")
        if isinstance(base, int) and not isinstance(base, bool) and base >= 1:
            case.body = {name: value for name, value in case.body.items() if name != "base_draft"}
    sent = case.headers.get(KEY) if case.headers else None
    if isinstance(sent, str) and PLAIN.fullmatch(sent) and (number := next(calls)) % 8:
        case.headers[KEY] = f"{sent}-{number}"


@schemathesis.hook
def after_call(_context: schemathesis.HookContext, case: schemathesis.Case[Any], response: Any) -> None:
    """Count an answer."""
    label = case.operation.label
    asked[label] += 1
    done[label] += 200 <= response.status_code < 300


def write() -> None:
    """Leave the counts for run.py."""
    Path(os.environ["GALLEY_REACHED"]).write_text(json.dumps({label: [asked[label], done[label]] for label in asked}))


atexit.register(write)
