"""Try the API with schemathesis: against a running Galley and its own OpenAPI document, as schemathesis.toml says.

    node scripts/with-galley.mjs <target dir>/python/bin/python tests/clients/fuzz/run.py [--examples N] [--seed N]

It makes an agent, a conversation, a run and so on first, so that there is something to find, and writes their ids into
the dictionaries that schemathesis.toml names. Afterwards it looks whether the key still works, and whether each
operation did at least once what it is for: a run in which everything was refused has tried nothing. It says how to
repeat what it did.

To add an operation: nothing is to be done here, unless it needs something that has to be there; then make it in
`things()`, and name its dictionary in schemathesis.toml.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx

HERE = Path(__file__).parent


def things(http: httpx.Client) -> dict[str, list[str]]:
    """Make what the dictionaries name, and give the ids."""

    def ask(method: str, path: str, body: object = None, **headers: str) -> Any:
        answer = http.request(method, path, json=body, headers=headers)
        answer.raise_for_status()
        return answer.json()

    def agent(name: str) -> str:
        made = ask("POST", "agents", {"name": name, "instructions": "Answer kindly."})["id"]
        ask("POST", f"agents/{made}/publish", {"note": "First"})
        ask("PATCH", f"agents/{made}/draft", {"greeting": "Hello!"}, **{"If-Match": "*"})
        ask("POST", f"agents/{made}/publish", {"note": "Second"})
        ask("PATCH", f"agents/{made}/draft", {"greeting": "Good morning!"}, **{"If-Match": "*"})
        return str(made)

    def session(of: str, **more: object) -> str:
        return str(ask("POST", "chat/sessions", {"agent_id": of, **more})["id"])

    def talk(of: str) -> str:
        made = session(of)
        ask("POST", f"chat/sessions/{made}/messages", {"content": "Hello"})
        return made

    def trash(one: str) -> str:
        http.delete(f"agents/{one}").raise_for_status()
        return one

    def stuck(of: str) -> str:
        """Make a conversation whose last answer failed, and bring its model back."""
        made = session(of, draft_mode=True)
        ask("PATCH", f"agents/{of}/draft", {"model": "one/small"}, **{"If-Match": "*"})
        failed = http.post(f"chat/sessions/{made}/messages", json={"content": "Hello"})
        assert failed.status_code == 502, failed.text
        ask("PATCH", f"agents/{of}/draft", {"model": None}, **{"If-Match": "*"})
        return made

    def provider(name: str) -> str:
        body = {"slug": name, "kind": "openai", "base_url": "http://127.0.0.1:9/v1", "models": "small"}
        return str(ask("POST", "providers", body)["id"])

    def member(email: str) -> str:
        command = [os.environ["GALLEY_BIN"], "admin", "create", "--email", email, "--password-stdin"]
        subprocess.run(command, input=os.urandom(12).hex(), text=True, check=True, stdout=subprocess.DEVNULL)
        found = [one for one in ask("GET", "members?limit=100")["data"] if one["email"] == email]
        return str(found[0]["account_id"])

    desk = agent("Desk")
    run = ask("POST", f"agents/{desk}/runs", {"input": "Hello"})["id"]
    drafts = [one["revision_id"] for one in ask("GET", f"agents/{desk}/drafts")["data"]]
    releases = [one["id"] for one in ask("GET", f"agents/{desk}/versions")["data"]]
    providers = [provider("one"), provider("two"), provider("three")]
    asked = agent("Asked")
    ask("PUT", f"agents/{asked}/publishing", {"needs_approval": True})
    approval = ask("POST", f"agents/{asked}/approvals", {"note": "Ready"})["id"]
    keys = [ask("POST", "keys", {"name": "Spare", "scopes": ["chat"]})["id"] for _ in range(2)]
    return {
        "agents": [desk],
        "moved": [agent("Moved") for _ in range(2)],
        "shared": [agent("Shared") for _ in range(3)],
        "given": [agent("Given") for _ in range(3)],
        "asked": [asked],
        "approvals": [str(approval)],
        "switched": [agent("Switched")],
        "deleted": [agent("Deleted"), agent("Deleted"), trash(agent("Trash")), trash(agent("Trash"))],
        "sessions": [talk(desk)],
        "stuck": [stuck(desk) for _ in range(3)],
        "ended": [talk(desk) for _ in range(3)],
        "runs": [str(run)],
        "revisions": [str(one) for one in drafts + releases],
        "members": [member("second@example.com")],
        "leaving": [member("third@example.com"), member("fourth@example.com")],
        "providers": providers,
        "keys": [str(one) for one in keys],
    }


def own(http: httpx.Client, key: str) -> list[str]:
    """Find the ids of the key and of the account that everything is asked by."""
    keys = http.get("keys?limit=100").raise_for_status().json()["data"]
    return [found for one in keys if key.startswith(one["prefix"]) for found in (one["id"], one["made_by"]["id"])]


def missed(reached: dict[str, list[int]]) -> list[str]:
    """Name the operations that never did what they are for."""
    return [f"{label}: none of {asked} requests" for label, (asked, done) in sorted(reached.items()) if done == 0]


def main() -> int:
    """Try, and give the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--examples", type=int, default=20, help="for each operation and phase")
    options.add_argument("--seed", type=int, default=random.randrange(1 << 32), help="any unless given")
    options.add_argument("--junit", type=Path, help="a file for the result of each operation")
    chosen = options.parse_args()
    base, key = os.environ["GALLEY_URL"], os.environ["GALLEY_API_KEY"]
    bearer = {"Authorization": f"Bearer {key}"}
    with tempfile.TemporaryDirectory(prefix="galley-fuzz-") as name, httpx.Client(base_url=f"{base}/api/v1/") as http:
        http.headers.update(bearer)
        folder = Path(name)
        shutil.copy(HERE / "schemathesis.toml", folder)
        made = things(http)
        for thing, ids in made.items():
            (folder / f"{thing}.dict").write_text("".join(f'"{one}"\n' for one in ids))
        counts = folder / "reached.json"
        command = [sys.executable, "-m", "schemathesis.cli", "--no-color", "run", f"{base}/api/openapi.json"]
        command += ["--checks", "all", "--max-examples", str(chosen.examples), "--seed", str(chosen.seed)]
        if chosen.junit:
            command += ["--report", "junit", "--report-junit-path", str(chosen.junit.resolve())]
        kept = own(http, key)
        needed = [one for thing in ("agents", "moved", "sessions", "stuck", "members") for one in made[thing]]
        environment = {**os.environ, "PYTHONPATH": str(HERE), "GALLEY_REACHED": str(counts)}
        environment["GALLEY_SPARED"] = json.dumps({"PUT": kept, "DELETE": kept + needed})
        code = subprocess.run(command, cwd=folder, env=environment, check=False).returncode
        reached = json.loads(counts.read_text()) if counts.exists() else {}
        http.get("audit").raise_for_status()
    idle = missed(reached)
    total = sum(asked for asked, _ in reached.values())
    print(f"{total} requests to {len(reached)} operations; {len(reached) - len(idle)} did what they are for.")
    print("".join(f"Never did what it is for: {one}\n" for one in idle), end="")
    print(f"Repeat with --examples {chosen.examples} --seed {chosen.seed}")
    return code or int(bool(idle) or not reached)


if __name__ == "__main__":
    sys.exit(main())
