"""The two clients: the same nouns with the same methods, blocking and async."""

from __future__ import annotations

from types import TracebackType

import httpx

from .aio.wire import AsyncWire
from .resources.agents import Agents, AsyncAgents
from .resources.audit import AsyncAudit, Audit
from .resources.chat import AsyncChat, Chat
from .resources.keys import AsyncKeys, Keys
from .resources.models import AsyncModels, Models
from .resources.runs import AsyncRuns, Runs
from .settings import DEFAULT_MAX_RETRIES, DEFAULT_TIMEOUT, settle
from .sync.wire import Wire


class Galley:
    """A client of one Galley.

    `base_url` is where it is, such as `https://galley.example`; without it, `GALLEY_URL` says. `api_key` likewise, or
    `GALLEY_API_KEY`. `timeout` is in seconds, for each attempt; `max_retries` counts attempts after the first.
    `http_client` is for proxies and certificates of one's own, and stays the caller's to close.
    """

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        *,
        timeout: float = DEFAULT_TIMEOUT,
        max_retries: int = DEFAULT_MAX_RETRIES,
        http_client: httpx.Client | None = None,
    ) -> None:
        self._wire = Wire(settle(base_url, api_key, timeout, max_retries), http_client)
        self.agents = Agents(self._wire)
        self.runs = Runs(self._wire)
        self.chat = Chat(self._wire)
        self.keys = Keys(self._wire)
        self.audit = Audit(self._wire)
        self.models = Models(self._wire)

    def close(self) -> None:
        """Close the connections."""
        self._wire.close()

    def __enter__(self) -> Galley:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Galley({self._wire.settings.base_url!r})"


class AsyncGalley:
    """A client of one Galley, for asyncio: as `Galley`, with `await`, and `async for` over lists and streams."""

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        *,
        timeout: float = DEFAULT_TIMEOUT,
        max_retries: int = DEFAULT_MAX_RETRIES,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        self._wire = AsyncWire(settle(base_url, api_key, timeout, max_retries), http_client)
        self.agents = AsyncAgents(self._wire)
        self.runs = AsyncRuns(self._wire)
        self.chat = AsyncChat(self._wire)
        self.keys = AsyncKeys(self._wire)
        self.audit = AsyncAudit(self._wire)
        self.models = AsyncModels(self._wire)

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()

    async def __aenter__(self) -> AsyncGalley:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"AsyncGalley({self._wire.settings.base_url!r})"
