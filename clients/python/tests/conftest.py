"""`connect` gives a client on a prepared server; every test that takes it runs blocking and async."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from support import Answer, Connected, Server

Connect = Callable[..., Connected]


@pytest.fixture(params=["sync", "async"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    made: list[Connected] = []

    def connected(routes: dict[str, Answer | list[Answer]], **options: Any) -> Connected:
        made.append(Connected(request.param, Server(routes), **options))
        return made[-1]

    yield connected
    for one in made:
        one.loop.run_until_complete(one.loop.shutdown_asyncgens())
        one.loop.close()
