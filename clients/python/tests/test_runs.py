"""Waiting for runs, by a clock that costs no time."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from conftest import Connect
from galley import ConnectionFailed, GalleyError, NotFound, RunTimeout
from samples import AGENT, receipt, run
from support import Connected, Server, answer, problem

RUN = "GET /runs/run-1"


def held(server: Server, client: Callable[[], Connected], status: str = "running") -> Callable[..., httpx.Response]:
    """Answer as a server that holds the request as long as it is asked to."""

    def hold(request: httpx.Request) -> httpx.Response:
        client().time.seconds += float(request.url.params["wait"])
        return answer(200, run(status))

    return hold


def slow(connect: Connect, routes: int) -> Connected:
    """Make a client whose run is held `routes` times and then done."""
    made: list[Connected] = []
    hold = held(Server({}), lambda: made[0])
    made.append(connect({RUN: [*[hold] * routes, answer(200, run("done", output={"n": 1}, receipt=receipt()))]}))
    return made[0]


def test_the_first_calls_of_a_test_run(connect: Connect) -> None:
    client = connect(
        {f"POST /agents/{AGENT}/runs": answer(202, {"id": "run-1", "status": "pending"}), RUN: answer(200, run("done"))}
    )
    started = client.runs.create(agent_id=AGENT, revision_id="draft-3", input={"topic": "x"})
    assert client.runs.wait(started.id).status == "done"
    assert client.server.body(0) == {"revision_id": "draft-3", "input": {"topic": "x"}}


def test_wait_asks_until_the_run_has_finished(connect: Connect) -> None:
    client = slow(connect, 3)
    found = client.runs.wait("run-1")
    assert (found.status, found.output, found.receipt.version) == ("done", {"n": 1}, 1)
    assert client.server.asked == ["GET /runs/run-1?wait=30"] * 4
    assert client.time.slept == []


@pytest.mark.parametrize("status", ["done", "error", "cancelled"])
def test_a_finished_run_is_given_whatever_came_of_it(connect: Connect, status: str) -> None:
    assert connect({RUN: answer(200, run(status, error="Failed."))}).runs.wait("run-1").status == status


def test_wait_gives_up_in_time_and_says_what_it_knows(connect: Connect) -> None:
    client = slow(connect, 100)
    with pytest.raises(RunTimeout, match="still running after 70 s") as caught:
        client.runs.wait("run-1", timeout=70)
    assert caught.value.run.id == "run-1"
    assert isinstance(caught.value, TimeoutError)
    assert isinstance(caught.value, GalleyError)
    assert [asked.partition("wait=")[2] for asked in client.server.asked] == ["30", "30", "10"]


def test_wait_without_a_timeout_goes_on(connect: Connect) -> None:
    client = slow(connect, 50)
    assert client.runs.wait("run-1", timeout=None).status == "done"
    assert len(client.server.asked) == 51


def test_a_server_that_does_not_hold_is_not_flooded(connect: Connect) -> None:
    client = connect({RUN: answer(200, run("pending"))})
    with pytest.raises(RunTimeout):
        client.runs.wait("run-1", timeout=10)
    assert set(client.time.slept) == {0.5}
    assert len(client.server.asked) <= 21


def test_an_exhausted_timeout_still_looks_once(connect: Connect) -> None:
    client = connect({RUN: answer(200, run("done"))})
    assert client.runs.wait("run-1", timeout=0).status == "done"
    client = connect({RUN: answer(200, run("running"))})
    with pytest.raises(RunTimeout):
        client.runs.wait("run-1", timeout=0)
    assert len(client.server.asked) == 1


def test_a_connection_that_breaks_meanwhile_is_made_again(connect: Connect) -> None:
    client = connect({RUN: [httpx.ReadError("reset"), problem(503, "busy"), answer(200, run("done"))]})
    assert client.runs.wait("run-1").status == "done"
    with pytest.raises(NotFound):
        client.runs.wait("unknown")
    with pytest.raises(ConnectionFailed):
        connect({RUN: httpx.ConnectError("refused")}).runs.wait("run-1")
