"""`/api/useragents`: a draft becomes a release, and a release is deleted."""

from __future__ import annotations

from support import FIRST, FOREIGN_KEY, SECOND, UNKNOWN, Agent, ask, body, curl

NOTHING_NEW = (
    "No new release was published since the agent didn\u2019t change. "
    "Make changes to your agent and try publishing again."
)


def test_a_draft_becomes_a_release_once(agent: Agent) -> None:
    path = f"/api/useragents/{agent.id}/releases"
    made = curl(path, "-X", "POST")
    assert (made.status, made.json["version"], made.json["live"]) == (201, 1, True)
    same = curl(path, "-X", "POST")
    assert (same.status, same.json) == (200, {"released": False, "message": NOTHING_NEW})

    agent.save(instructions=SECOND)
    assert ask("GET", f"/agents/{agent.id}")["live"]["version"] == 1
    second = curl(path, "-X", "POST", *body({"note": "Shorter"}))
    assert (second.status, second.json["version"], second.json["note"]) == (201, 2, "Shorter")
    assert ask("GET", f"/agents/{agent.id}")["live"]["id"] == second.json["id"]


def test_a_release_is_deleted_by_its_number(agent: Agent) -> None:
    path = f"/api/useragents/{agent.id}/releases"
    curl(path, "-X", "POST")
    agent.save(instructions=SECOND)
    curl(path, "-X", "POST")

    assert curl(path, "-X", "DELETE").status == 400
    live = curl(f"{path}?version=2", "-X", "DELETE")
    assert (live.status, live.json["code"]) == (409, "release_is_live")
    assert curl(f"{path}?version=9", "-X", "DELETE").status == 404
    assert [each["deleted_at"] for each in ask("GET", f"/agents/{agent.id}/versions")["data"]] == [None, None]

    deleted = curl(f"{path}?version=1", "-X", "DELETE")
    assert (deleted.status, deleted.json["version"]) == (200, 1)
    listed = {each["version"]: each["deleted_at"] for each in ask("GET", f"/agents/{agent.id}/versions")["data"]}
    assert listed[2] is None
    assert listed[1] is not None, "it stays listed, with when it went"
    agent.save(instructions=FIRST)
    assert curl(path, "-X", "POST").json["version"] == 3, "a number is never used twice"


def test_strangers_learn_nothing(agent: Agent) -> None:
    foreign = curl(f"/api/useragents/{agent.id}/releases", "-X", "POST", key=FOREIGN_KEY)
    unknown = curl(f"/api/useragents/{UNKNOWN}/releases", "-X", "POST")
    assert (foreign.status, foreign.json["detail"]) == (404, unknown.json["detail"])
    assert curl(f"/api/useragents/{agent.id}/releases", "-X", "POST", key=None).status == 401
    assert ask("GET", f"/agents/{agent.id}")["live"] is None
