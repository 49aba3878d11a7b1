"""Where Galley is, who asks, and how patiently: from arguments, else from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import httpx

from .errors import ConfigurationError

URL = "GALLEY_URL"
API_KEY = "GALLEY_API_KEY"

DEFAULT_TIMEOUT = 30.0
DEFAULT_MAX_RETRIES = 3


@dataclass(frozen=True)
class Settings:
    """The settings of a client. The key is not part of what is printed."""

    base_url: str
    api_key: str = field(repr=False)
    timeout: float = DEFAULT_TIMEOUT
    max_retries: int = DEFAULT_MAX_RETRIES

    @property
    def root(self) -> str:
        """The address that paths are appended to."""
        return f"{self.base_url}/api/v1"


def settle(base_url: str | None, api_key: str | None, timeout: float, max_retries: int) -> Settings:
    """Fill in from the environment what was not given, and refuse what cannot work."""
    base_url = (base_url or os.environ.get(URL, "")).strip().rstrip("/")
    api_key = (api_key or os.environ.get(API_KEY, "")).strip()
    if not base_url:
        raise ConfigurationError(f"No address: pass base_url or set {URL}.")
    if not api_key:
        raise ConfigurationError(f"No API key: pass api_key or set {API_KEY}.")
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL as invalid:
        raise ConfigurationError(f"Not an address: {base_url!r}.") from invalid
    if url.scheme not in ("http", "https") or not url.host:
        raise ConfigurationError(f"Not an http or https address: {base_url!r}.")
    if timeout <= 0:
        raise ConfigurationError("timeout must be more than 0 seconds.")
    if max_retries < 0:
        raise ConfigurationError("max_retries must be 0 or more.")
    return Settings(base_url, api_key, timeout, max_retries)
