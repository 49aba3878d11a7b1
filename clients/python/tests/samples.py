"""Answers of the server, as the API describes them."""

from __future__ import annotations

from typing import Any

AGENT = "019a0000-0000-7000-8000-00000000000a"
PERSON = {"id": "019a0000-0000-7000-8000-0000000000ff", "name": "Mara"}
DAY = "2026-11-{:02}T10:00:00Z"


def config(**more: Any) -> dict[str, Any]:
    """Make a configuration with every field, as the API shows it."""
    unset: dict[str, Any] = {
        "description": "",
        "icon": "",
        "greeting": "",
        "prompt_bubbles": [],
        "persona": {},
        "skills": [],
        "knowledge": [],
        "guardrails": [],
        "playbooks": [],
        "input_fields": [],
        "output_schema": None,
    }
    return {"name": "Desk", "instructions": "Help.", "model": "rehearsal", "temperature": 0.3, **unset, **more}


def draft(number: int, *, day: int | None = None, **more: Any) -> dict[str, Any]:
    return {
        "revision_id": f"draft-{number}",
        "number": number,
        "config_hash": f"hash-{number}",
        "saved_at": DAY.format(day or number),
        "saved_by": PERSON,
        **more,
    }


def version(number: int, *, draft_number: int | None = None, day: int | None = None, **more: Any) -> dict[str, Any]:
    return {
        "id": f"release-{number}",
        "version": number,
        "note": f"Note {number}",
        "draft_number": draft_number or number,
        "config_hash": f"hash-{draft_number or number}",
        "compiled_hash": "compiled",
        "live": False,
        "deleted_at": None,
        "published_at": DAY.format(day or number),
        "published_by": PERSON,
        **more,
    }


def agent(**more: Any) -> dict[str, Any]:
    return {
        "id": AGENT,
        "name": "Desk",
        "status": "draft",
        "owner": PERSON,
        "tags": ["support"],
        "draft": draft(1),
        "live": None,
        "created_at": DAY.format(1),
        "updated_at": DAY.format(2),
        **more,
    }


def receipt(**more: Any) -> dict[str, Any]:
    return {
        "agent_id": AGENT,
        "revision_id": "release-1",
        "version": 1,
        "draft_number": 1,
        "config_hash": "hash-1",
        "reason": "live_at_start",
        "not_enforced": [],
        **more,
    }


def run(status: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "run-1",
        "agent_id": AGENT,
        "revision_id": "release-1",
        "status": status,
        "input": {},
        "output": None,
        "error": None,
        "receipt": None,
        "created_at": DAY.format(1),
        "completed_at": None,
        **more,
    }


def session(**more: Any) -> dict[str, Any]:
    return {
        "id": "session-1",
        "agent_id": AGENT,
        "draft_mode": False,
        "receipt": receipt(),
        "created_at": DAY.format(1),
        "ended_at": None,
        **more,
    }


def message(content: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "message-1",
        "role": "agent",
        "content": content,
        "created_at": DAY.format(1),
        "receipt": receipt(),
        **more,
    }


def page(rows: list[Any], following: str | None = None) -> dict[str, Any]:
    return {"data": rows, "next_cursor": following}
