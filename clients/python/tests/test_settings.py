"""Where a client finds its address and key, and what it says of them."""

from __future__ import annotations

import httpx
import pytest

from galley import AsyncGalley, ConfigurationError, Galley
from support import KEY, URL, Server, answer


def test_arguments_go_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GALLEY_URL", "https://from.environment/")
    monkeypatch.setenv("GALLEY_API_KEY", "gk_environment")
    server = Server({"GET /agents": answer(200, {"data": []})})
    http = httpx.Client(transport=httpx.MockTransport(server.handle))
    list(Galley(http_client=http).agents.list())
    list(Galley(URL + "/", KEY, http_client=http).agents.list())
    seen = [(request.url.host, request.headers["Authorization"]) for request in server.requests]
    assert seen == [("from.environment", "Bearer gk_environment"), ("galley.test", f"Bearer {KEY}")]


@pytest.mark.parametrize("client", [Galley, AsyncGalley])
def test_what_cannot_work_is_refused_at_once(
    client: type[Galley] | type[AsyncGalley], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GALLEY_URL", raising=False)
    monkeypatch.delenv("GALLEY_API_KEY", raising=False)
    for url, key, word in [(None, KEY, "GALLEY_URL"), (URL, None, "GALLEY_API_KEY"), ("galley.test", KEY, "http")]:
        with pytest.raises(ConfigurationError, match=word):
            client(url, key)
    with pytest.raises(ConfigurationError, match="max_retries"):
        client(URL, KEY, max_retries=-1)
    with pytest.raises(ConfigurationError, match="timeout"):
        client(URL, KEY, timeout=0)


def test_the_key_is_not_printed() -> None:
    client = Galley(URL, KEY)
    assert repr(client) == "Galley('https://galley.test')"
    assert KEY not in repr(client._wire.settings)


def test_a_client_of_ones_own_stays_open_and_gets_no_key() -> None:
    http = httpx.Client(transport=httpx.MockTransport(Server({}).handle))
    with Galley(URL, KEY, http_client=http):
        pass
    assert not http.is_closed
    assert "Authorization" not in http.headers
    with Galley(URL, KEY) as client:
        own = client._wire.http
    assert own.is_closed
