"""Both clients have the same nouns with the same methods."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from galley import AsyncGalley, Galley
from support import KEY, URL

NOUNS = ["agents", "audit", "chat", "keys", "models", "runs"]

METHODS = {
    "agents": {
        "create", "list", "get", "delete", "restore", "draft", "update_draft", "drafts", "restore_draft", "report",
        "publish", "rollback", "unpublish", "versions", "version", "delete_version", "diff", "list_revisions",
        "get_revision_diff", "live", "timeline", "export", "import_", "duplicate", "tags", "transfer",
    },
    "runs": {"create", "get", "wait", "cancel", "list", "events"},
    "chat": {"create", "get", "send", "stream", "messages", "end", "list", "delete"},
    "keys": {"list"},
    "audit": {"list"},
    "models": {"list"},
}  # fmt: skip


def methods(resource: object) -> dict[str, Callable[..., Any]]:
    return {name: getattr(resource, name) for name in dir(resource) if not name.startswith("_")}


@pytest.fixture
def clients() -> tuple[Galley, AsyncGalley]:
    return Galley(URL, KEY), AsyncGalley(URL, KEY)


@pytest.mark.parametrize("noun", NOUNS)
def test_same_methods_with_the_same_parameters_and_words(noun: str, clients: tuple[Galley, AsyncGalley]) -> None:
    blocking, waiting = (methods(getattr(client, noun)) for client in clients)
    assert set(blocking) == set(waiting) == METHODS[noun]
    for name, method in blocking.items():
        assert inspect.signature(method) == inspect.signature(waiting[name]), name
        assert method.__doc__ == waiting[name].__doc__
        assert method.__doc__
        assert method.__name__ == name


def test_same_nouns_and_settings(clients: tuple[Galley, AsyncGalley]) -> None:
    for client in clients:
        assert sorted(name for name in vars(client) if not name.startswith("_")) == NOUNS
    assert inspect.signature(Galley).parameters.keys() == inspect.signature(AsyncGalley).parameters.keys()


def test_parameters_are_those_of_the_description(clients: tuple[Galley, AsyncGalley]) -> None:
    publish = inspect.signature(clients[0].agents.publish)
    assert list(publish.parameters) == ["agent_id", "revision_id", "note", "expected_draft", "idempotency_key"]
