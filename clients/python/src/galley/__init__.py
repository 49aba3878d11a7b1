"""Client of Galley, a self-hosted builder for AI agents.

    from galley import Galley

    with Galley("https://galley.example", "gk_live_…") as client:
        draft = client.agents.draft(agent_id)
        client.agents.update_draft(agent_id, {"greeting": "Hello"}, base_draft=draft)
        client.agents.publish(agent_id, note="Friendlier")

| module | what it holds |
| --- | --- |
| `client` | `Galley` and `AsyncGalley` |
| `resources` | their nouns: which methods there are |
| `calls` | what each method asks for, described once |
| `call`, `attempts`, `retry`, `pages`, `events` | what a request, a retry, a list and a stream are, without any I/O |
| `sync`, `aio` | the transports, which perform what is described |
| `models`, `errors` | what comes back |
"""

from . import errors, models
from .aio.pages import AsyncPages
from .aio.stream import AsyncEventStream
from .calls.runs import RunTimeout
from .client import AsyncGalley, Galley
from .errors import (
    AnswerInProgress,
    ApprovalClosed,
    ApprovalRequired,
    Busy,
    ConfigurationError,
    Conflict,
    ConnectionFailed,
    DraftConflict,
    FieldError,
    Forbidden,
    GalleyError,
    IdempotencyInProgress,
    IdempotencyMismatch,
    InvalidRequest,
    NoChanges,
    NoPublishedVersion,
    NotFound,
    PayloadTooLarge,
    PreconditionRequired,
    PublishRace,
    RateLimited,
    ReleaseIsLive,
    ServerError,
    SessionEnded,
    StorageFull,
    Unauthorized,
    UnexpectedAnswer,
    UpstreamFailed,
    ValidationFailed,
)
from .events import Event
from .sync.pages import Pages
from .sync.stream import EventStream
from .version import __version__

__all__ = [
    "AnswerInProgress",
    "ApprovalClosed",
    "ApprovalRequired",
    "AsyncEventStream",
    "AsyncGalley",
    "AsyncPages",
    "Busy",
    "ConfigurationError",
    "Conflict",
    "ConnectionFailed",
    "DraftConflict",
    "Event",
    "EventStream",
    "FieldError",
    "Forbidden",
    "Galley",
    "GalleyError",
    "IdempotencyInProgress",
    "IdempotencyMismatch",
    "InvalidRequest",
    "NoChanges",
    "NoPublishedVersion",
    "NotFound",
    "Pages",
    "PayloadTooLarge",
    "PreconditionRequired",
    "PublishRace",
    "RateLimited",
    "ReleaseIsLive",
    "RunTimeout",
    "ServerError",
    "SessionEnded",
    "StorageFull",
    "Unauthorized",
    "UnexpectedAnswer",
    "UpstreamFailed",
    "ValidationFailed",
    "__version__",
    "errors",
    "models",
]
