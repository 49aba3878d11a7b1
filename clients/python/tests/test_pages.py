"""Lists fetch what they need, in order, and no more."""

from __future__ import annotations

import httpx
import pytest

from conftest import Connect
from galley import NotFound
from samples import AGENT, agent, page, version
from support import answer, problem

AGENTS = "GET /agents"


def test_a_list_goes_through_all_pages(connect: Connect) -> None:
    pages = [page([agent(id="1"), agent(id="2")], "c/1"), page([], "c2"), page([agent(id="3")])]
    client = connect({AGENTS: [answer(200, each) for each in pages]})
    assert [each.id for each in client.agents.list(q="x")] == ["1", "2", "3"]
    assert client.server.asked == [
        "GET /agents?limit=100&q=x",
        "GET /agents?limit=100&cursor=c%2F1&q=x",
        "GET /agents?limit=100&cursor=c2&q=x",
    ]


def test_nothing_is_fetched_before_it_is_needed(connect: Connect) -> None:
    client = connect({AGENTS: [answer(200, page([agent(id="1"), agent(id="2")], "c")), answer(200, page([]))]})
    found = client.agents.list()
    assert client.server.asked == []
    assert found.first().id == "1"
    assert len(client.server.asked) == 1
    # A list can be read again, from its beginning.
    assert found.all() == []
    assert connect({AGENTS: answer(200, page([]))}).agents.list().first() is None


def test_a_page_that_fails_is_tried_again_and_then_raises(connect: Connect) -> None:
    versions = f"GET /agents/{AGENT}/versions"
    client = connect(
        {versions: [answer(200, page([version(2)], "c")), httpx.ReadError("reset"), answer(200, page([version(1)]))]}
    )
    assert [each.version for each in client.agents.versions(AGENT)] == [2, 1]
    client = connect({versions: [answer(200, page([version(2)], "c")), problem(404, "not_found")]})
    read = iter(client.agents.versions(AGENT))
    assert next(read).version == 2
    with pytest.raises(NotFound):
        next(read)
