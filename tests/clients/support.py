"""What every test here begins with: where the server is, who asks, and agents to ask about.

The server and the variables are those of `scripts/with-galley.mjs`. What a test prepares goes through plain httpx, so
that the client under test makes only the calls that it is there for.
"""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

URL = os.environ["GALLEY_URL"]
KEY = os.environ["GALLEY_API_KEY"]
CHAT_KEY = os.environ["GALLEY_CHAT_KEY"]
FOREIGN_KEY = os.environ["GALLEY_FOREIGN_KEY"]
ROOT = Path(__file__).parents[2]

UNKNOWN = "00000000-0000-7000-8000-000000000000"
FIRST = "Answer kindly."
SECOND = "Answer in one sentence."

Json = dict[str, Any]


@dataclass
class Agent:
    """An agent that was made for one test."""

    id: str
    draft: str
    """The revision id of its newest draft."""

    def save(self, **changes: Any) -> None:
        """Save a draft. Nobody but its authors may notice."""
        number = ask("GET", f"/agents/{self.id}/draft")["number"]
        saved = ask("PATCH", f"/agents/{self.id}/draft", json={"base_draft": number, **changes})
        self.draft = saved["revision_id"]

    def publish(self) -> Json:
        return ask("POST", f"/agents/{self.id}/publish")


def ask(method: str, path: str, **more: Any) -> Json:
    """Make a call of the API that must succeed."""
    headers = {"Authorization": f"Bearer {KEY}"}
    answer = httpx.request(method, f"{URL}/api/v1{path}", headers=headers, timeout=30, **more)
    assert answer.is_success, answer.text
    body = answer.json() if answer.content else {}
    assert isinstance(body, dict)
    return body


def said(version: int, instructions: str) -> tuple[str, str]:
    """Give what the rehearsal's answer holds when that release answers."""
    return f"v{version} answers here", f"```\n{instructions}\n```"


@dataclass
class Answer:
    """What curl got."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def curl(path: str, *options: str, key: str | None = KEY) -> Answer:
    """Run curl, with the key as a bearer."""
    bearer = ["-H", f"Authorization: Bearer {key}"] if key else []
    run = subprocess.run(
        ["curl", "-sS", "-i", *bearer, *options, f"{URL}{path}"], check=True, capture_output=True, text=True, timeout=60
    )
    return split(run.stdout)


def split(text: str) -> Answer:
    """Take apart what `curl -i` wrote."""
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    status, *lines = head.split("\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Answer(int(status.split()[1]), headers, body)


def body(value: Any) -> list[str]:
    """Give curl's options for a JSON body."""
    return ["-H", "Content-Type: application/json", "-d", json.dumps(value)]
