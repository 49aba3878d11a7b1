"""An agent for each test, deleted after it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from support import FIRST, Agent, ask


@pytest.fixture
def agent() -> Iterator[Agent]:
    made = ask("POST", "/agents", json={"name": "Desk", "instructions": FIRST})
    yield Agent(made["id"], made["draft"]["revision_id"])
    ask("DELETE", f"/agents/{made['id']}")
