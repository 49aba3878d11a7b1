"""Our own Python package as other systems' documents use theirs: list, compare, test a draft, publish, roll back.

And its README, run as it is written, on the package as pip installs it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from galley import Galley, NoPublishedVersion, PublishRace

from support import FIRST, KEY, ROOT, SECOND, URL, Agent, said

PACKAGE = ROOT / "clients/python"


@pytest.fixture(scope="module")
def client() -> Iterator[Galley]:
    with Galley(URL, KEY) as client:
        yield client


def live_answer(client: Galley, agent: Agent) -> str:
    session = client.chat.create(agent.id)
    return client.chat.send(session.id, "Hello").content


def test_a_draft_revision_is_tested_and_published_and_the_old_one_published_again(client: Galley, agent: Agent) -> None:
    [first] = client.agents.list_revisions(agent_id=agent.id)
    assert (first.status, first.id) == ("draft", agent.draft)
    client.agents.publish(agent_id=agent.id, revision_id=first.id)
    stable = client.agents.list_revisions(agent_id=agent.id).first()
    assert stable is not None
    assert stable.status == "published"
    before = live_answer(client, agent)
    assert all(part in before for part in said(1, FIRST))

    agent.save(
        instructions=SECOND,
        skills=[{"id": "browse_website", "name": "Browse", "kind": "mcp", "url": "https://a.example/mcp"}],
    )
    diff = client.agents.get_revision_diff(agent_id=agent.id, revision_id=agent.draft)
    assert diff == {
        "instructions": {"old": FIRST, "new": SECOND},
        "skills": {"added": ["browse_website"], "removed": []},
    }
    test_run = client.runs.create(agent_id=agent.id, revision_id=agent.draft, input={"topic": "test query"})
    result = client.runs.wait(test_run.id)
    assert (result.status, result.revision_id) == ("done", agent.draft)
    assert SECOND in str(result.output)
    assert live_answer(client, agent) == before, "a test run reaches nobody"
    production = client.runs.wait(client.runs.create(agent_id=agent.id, input={"topic": "test query"}).id)
    assert (production.revision_id, FIRST in str(production.output)) == (stable.id, True)

    client.agents.publish(agent_id=agent.id, revision_id=agent.draft)
    assert all(part in live_answer(client, agent) for part in said(2, SECOND))
    assert [each.status for each in client.agents.list_revisions(agent_id=agent.id)] == ["published", "previous"]

    client.agents.publish(agent_id=agent.id, revision_id=stable.id)
    assert live_answer(client, agent) == before
    assert [each.status for each in client.agents.list_revisions(agent_id=agent.id)] == ["previous", "published"]


def test_a_draft_that_somebody_saved_over_is_not_published(client: Galley, agent: Agent) -> None:
    tested = agent.draft
    agent.save(instructions=SECOND)
    with pytest.raises(PublishRace):
        client.agents.publish(agent_id=agent.id, revision_id=tested)
    with pytest.raises(NoPublishedVersion):
        live_answer(client, agent)


def test_the_readme_runs_as_it_is_written(client: Galley, agent: Agent, tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    alone = ["--no-deps", "--no-index", "--no-build-isolation", "--target", str(tmp_path)]
    subprocess.run([*pip, *alone, str(PACKAGE)], check=True, capture_output=True, timeout=120)
    assert (tmp_path / "galley/py.typed").exists(), "its types come along"
    release_loop, roll_back, rest = re.findall(r"```python\n(.*?)```", (PACKAGE / "README.md").read_text(), re.S)

    def run(code: str, *arguments: str) -> list[str]:
        env = {**os.environ, "PYTHONPATH": str(tmp_path)}
        script = [sys.executable, "-W", "error", "-c", code, *arguments]
        done = subprocess.run(script, env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    sha = "4f2a91c07be35d68aa11"
    assert run(release_loop, agent.id, sha)[-1] == "live: 1"
    assert client.agents.version(agent.id, 1).note == "Commit 4f2a91c07be3"
    assert client.agents.draft(agent.id).number == 2, "the loop changes the draft"
    agent.save(instructions=SECOND)
    agent.publish()
    prelude = f"import galley\nassert galley.__file__.startswith({str(tmp_path)!r})\n"
    prelude += f"from galley import Galley\nclient, agent_id = Galley(), {agent.id!r}\n"
    run(prelude + roll_back)
    live = client.agents.live(agent.id)
    assert live is not None
    assert live.version == 1
    agent.save(instructions="Answer in verse.")
    printed = run(f"{prelude}revision_id = {agent.draft!r}\n{rest}")
    assert any(line.startswith("Desk ") for line in printed), printed
    assert f"{agent.draft} draft" in "\n".join(printed)
    assert "v1 answers here" in "\n".join(printed)
