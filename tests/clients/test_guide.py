"""`docs/api.md`, run as it is written: each of its blocks, in one shell, against the server.

Only the address is another one. Each block has a check here of what it prints; a block without one fails the test.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support import ROOT, URL, Answer, ask, curl, split

GUIDE = (ROOT / "docs/api.md").read_text()
MARK = "== next block =="


def blocks() -> list[str]:
    """Give the indented blocks of the ten calls."""
    calls = GUIDE.partition("\n## ")[0]
    found = re.findall(r"(?:^    .*\n|^\n(?=    ))+", calls, re.M)
    return [re.sub(r"^    ", "", block, flags=re.M).strip() for block in found]


def one(text: str) -> Any:
    return json.loads(text)


def two(text: str) -> list[Any]:
    """Read two answers, which nothing stands between."""
    decoder = json.JSONDecoder()
    first, end = decoder.raw_decode(text)
    second, _ = decoder.raw_decode(text[end:].lstrip())
    return [first, second]


def nothing(text: str) -> bool:
    return text == ""


def draft(text: str) -> bool:
    answer: Answer = split(text)
    return (answer.status, answer.headers["etag"], answer.json["number"]) == (200, '"draft-1"', 1)


def changed(text: str) -> bool:
    return (one(text)["number"], one(text)["config"]["greeting"]) == (2, "Hello!")


def report(text: str) -> bool:
    return one(text)["blocking"] == [] and {"will_say", "data_egress", "warnings"} <= set(one(text))


def published(text: str) -> bool:
    return (one(text)["version"], one(text)["note"], one(text)["live"]) == (1, "Greets people", True)


def talked(text: str) -> bool:
    return "v1 answers here" in one(text)["content"] and one(text)["receipt"]["version"] == 1


def run(text: str) -> bool:
    return one(text)["status"] == "done" and "Answer kindly." in str(one(text)["output"])


def compared(text: str) -> bool:
    return [each["changes"] for each in two(text)] == [[], []]


def rolled_back(text: str) -> bool:
    return (one(text)["version"], one(text)["live"]) == (1, True)


def looked_back(text: str) -> bool:
    timeline, live = two(text)
    return [each["kind"] for each in timeline["data"]] == ["publish"] and live == {"live": None}


# The first three set up the shell and make the agent.
CHECKS: list[Callable[[str], bool]] = [
    nothing, nothing, nothing, draft, changed, report, published, talked, run, compared, rolled_back, looked_back,
]  # fmt: skip


def test_the_guide_runs_as_it_is_written(tmp_path: Path) -> None:
    found = blocks()
    assert len(found) == len(CHECKS), "each block of docs/api.md needs a check here"
    assert "http://127.0.0.1:3000" in found[0]
    (tmp_path / "galley").symlink_to(os.environ["GALLEY_BIN"])
    script = "\n".join(f"{block}\necho; echo '{MARK}'" for block in found).replace("http://127.0.0.1:3000", URL)
    script += '\necho "$AGENT $KEY"'
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    shell = ["bash", "-e", "-u", "-o", "pipefail", "-c", script]
    done = subprocess.run(shell, env=env, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    *printed, names = done.stdout.split(MARK)
    for block, check, text in zip(found, CHECKS, printed, strict=True):
        assert check(text.strip()), f"{block}\n\nprinted\n{text}"

    agent, key = names.split()
    history = ask("GET", f"/agents/{agent}/versions")["data"]
    assert [each["version"] for each in history] == [1]
    replayed = curl(
        f"/api/v1/agents/{agent}/publish",
        *["-H", "Idempotency-Key: deploy-42", "-H", "Content-Type: application/json"],
        *["-d", '{"note": "Greets people", "expected_draft": 2}'],
        key=key,
    )
    assert replayed.headers["idempotency-replayed"] == "true", "the guide says that a retry is safe"
    assert replayed.json["id"] == history[0]["id"]
    limits = {"ratelimit-limit", "ratelimit-remaining", "ratelimit-reset"}
    assert limits <= set(replayed.headers), "the guide says that they stand on each answer"
    ask("DELETE", f"/agents/{agent}")
