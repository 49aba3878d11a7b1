"""What others make of the OpenAPI document that a running Galley gives: a validator, and makers of clients.

To add a maker: a test that makes a client in a folder of its own, fails when the maker says a word of warning, and has
the client's own compiler or checker look at all of it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from support import ROOT, URL

NODE = ROOT / "tests" / "clients" / "node_modules" / ".bin"
PYTHON = Path(sys.executable).parent

SKILL = {"id": "lookup", "name": "Lookup", "kind": "http", "method": "GET", "url": "https://api.example.com/"}
RULE = {"id": "short", "name": "Short", "kind": "reply_length", "max_chars": 900, "action": "warn"}

# Types alone: what must compile, and what must not.
TYPESCRIPT = """
import type { components, paths } from "./api";

type Schemas = components["schemas"];
type NewAgent = paths["/agents"]["post"]["requestBody"]["content"]["application/json"];

export const agent: NewAgent = { name: "Desk", instructions: "Help.", skills: [%(skill)s], guardrails: [%(rule)s] };
export const patch: Schemas["DraftPatch"] = { base_draft: 1, greeting: null, persona: { tone: null } };

export const address = (skill: Schemas["Skill"]): string => (skill.kind === "agent" ? skill.agent_id : skill.url);

// @ts-expect-error instructions are missing
export const empty: NewAgent = { name: "Desk" };
// @ts-expect-error an agent is not called by an address
export const wrong: Schemas["Skill"] = { id: "a", name: "A", kind: "agent", url: "https://example.com" };
// @ts-expect-error a field that is not in the document
export const more: Schemas["DraftPatch"] = { greting: "Hello" };
"""

# The made client at work: what was sent comes back as the same types.
PYTHON_CLIENT = """
import json, os
from galley_client import AuthenticatedClient
from galley_client.api.agents import create_agent
from galley_client.api.drafts import get_draft, patch_draft
from galley_client.api.releases import get_live, publish
from galley_client.models import DraftPatch, HttpSkill, NewAgent, Problem, Publish, ReplyLengthGuardrail

base = os.environ["GALLEY_URL"] + "/api/v1"
client = AuthenticatedClient(base_url=base, token=os.environ["GALLEY_API_KEY"])
skill = HttpSkill.from_dict(json.loads(os.environ["SKILL"]))
rule = ReplyLengthGuardrail.from_dict(json.loads(os.environ["RULE"]))
body = NewAgent(name="Desk", instructions="Help.", skills=[skill], guardrails=[rule])
agent = create_agent.sync(client=client, body=body)
assert not isinstance(agent, Problem) and agent, agent
draft = patch_draft.sync(agent.id, client=client, body=DraftPatch(base_draft=1, greeting="Hello!"))
draft = get_draft.sync(agent.id, client=client)
assert draft.number == 2 and draft.config.greeting == "Hello!", draft
assert draft.config.skills == [skill] and draft.config.guardrails == [rule], draft.config
release = publish.sync(agent.id, client=client, body=Publish(note="First", expected_draft=2))
assert release.version == 1 and get_live.sync(agent.id, client=client).live == release
again = publish.sync_detailed(agent.id, client=client, body=Publish())
assert (again.status_code, again.parsed.code) == (409, "no_changes"), again
"""


@pytest.fixture(scope="session")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fetch the document into a file."""
    answer = httpx.get(f"{URL}/api/openapi.json").raise_for_status()
    file = tmp_path_factory.mktemp("document") / "openapi.json"
    file.write_text(answer.text)
    return file


def run(*command: str | Path, cwd: Path, **more: str) -> str:
    """Run a program, which must succeed, and give all that it said."""
    environment = {**os.environ, "PATH": f"{PYTHON}{os.pathsep}{os.environ['PATH']}", **more}
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_a_validator_finds_nothing_wrong(document: Path) -> None:
    spec: dict[str, Any] = json.loads(document.read_text())
    assert len(spec["paths"]) > 30
    assert [error.message for error in OpenAPIV31SpecValidator(spec).iter_errors()] == []


def test_openapi_typescript_makes_types_that_compile(document: Path, tmp_path: Path) -> None:
    run(NODE / "openapi-typescript", document, "--output", "api.d.ts", cwd=tmp_path)
    (tmp_path / "use.ts").write_text(TYPESCRIPT % {"skill": json.dumps(SKILL), "rule": json.dumps(RULE)})
    run(NODE / "tsc", "--strict", "--exactOptionalPropertyTypes", "--noEmit", "use.ts", cwd=tmp_path)


def test_openapi_python_client_makes_a_client_that_works(document: Path, tmp_path: Path) -> None:
    maker = shutil.which("openapi-python-client", path=str(PYTHON))
    assert maker, "openapi-python-client is not installed"
    said = run(maker, "generate", "--path", document, "--output-path", "made", "--fail-on-warning", cwd=tmp_path)
    assert "warning" not in said.lower(), said
    made = tmp_path / "made" / "galley_client"
    run(sys.executable, "-m", "compileall", "-q", made, cwd=tmp_path)
    run(sys.executable, "-m", "mypy", "--strict", made, cwd=tmp_path)
    (tmp_path / "use.py").write_text(PYTHON_CLIENT)
    sent = {"SKILL": json.dumps(SKILL), "RULE": json.dumps(RULE)}
    run(sys.executable, "use.py", cwd=tmp_path, PYTHONPATH=str(made.parent), **sent)
