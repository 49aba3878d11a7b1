"""What can go wrong: one class per code of the API that a program may want to tell apart.

All are `GalleyError`. To add one: a class, and a line in `BY_CODE`. A code that is not known here becomes the class
of its status, so a newer server breaks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FieldError:
    """A field of the request that is missing or wrong."""

    field: str
    """Its place, such as `name` or `skills[2].url`."""
    message: str

    @classmethod
    def parse(cls, raw: Any) -> FieldError:
        """Read one from JSON; a bare sentence is an error of no field."""
        if isinstance(raw, Mapping):
            return cls(field=str(raw.get("field") or ""), message=str(raw.get("message") or ""))
        return cls(field="", message=str(raw))


class GalleyError(Exception):
    """The request did not do what was asked."""

    def __init__(
        self,
        detail: str,
        *,
        status: int | None = None,
        code: str = "",
        problem: Mapping[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.detail = detail
        self.status = status
        """The HTTP status; `None` when there was no answer."""
        self.code = code
        """The stable code, such as `no_changes`."""
        self.problem: Mapping[str, Any] = problem or {}
        """The problem document (RFC 9457), as the server sent it."""
        self.hint: str | None = _text(self.problem.get("hint"))
        self.errors: tuple[FieldError, ...] = _field_errors(self.problem.get("errors"))
        self.retry_after = retry_after
        """Seconds after which another try makes sense, where the server said so."""
        super().__init__(detail)

    def __str__(self) -> str:
        """Say all that helps, on one line."""
        head = " ".join(str(part) for part in (self.status, self.code) if part)
        fields = [f"{error.field}: {error.message}" for error in self.errors]
        # The sentence of a validation error already names its first field.
        told = [text for text in (*fields, self.hint or "") if text and text not in self.detail]
        return f"{head}: " * bool(head) + " ".join([self.detail, *(f"({text})" for text in told)])


class ConfigurationError(GalleyError):
    """The client was set up without an address or a key, or with one that cannot be."""


class ConnectionFailed(GalleyError):
    """Galley was not reached, or the connection broke before the answer was there."""


class UnexpectedAnswer(GalleyError):
    """The answer is not what the API describes; the address may not be that of a Galley."""


class InvalidRequest(GalleyError):
    """400 `invalid_request`."""


class Unauthorized(GalleyError):
    """401: the key is wrong, expired or revoked."""


class Forbidden(GalleyError):
    """403: the key may not do this."""


class NotFound(GalleyError):
    """404: there is no such thing, or it is not this key's to see."""


class Conflict(GalleyError):
    """409: what is there does not allow it; the subclasses say what."""


class NoPublishedVersion(Conflict):
    """409 `no_published_version`: nothing of the agent is live."""


class NoChanges(Conflict):
    """409 `no_changes`: the draft equals what is live, so nothing was published."""


@dataclass(frozen=True)
class FieldConflict:
    """A field that two people changed."""

    field: str
    base: Any
    """What both started from."""
    mine: Any
    theirs: Any


class DraftConflict(Conflict):
    """409 or 412 `draft_conflict`: the draft moved on, and both changed the same place."""

    @property
    def current(self) -> int | None:
        """The draft's number now."""
        return _number(self.problem.get("current"))

    @property
    def base(self) -> int | None:
        """The draft's number that the change started from."""
        return _number(self.problem.get("base"))

    @property
    def conflicts(self) -> tuple[FieldConflict, ...]:
        """Each field that both changed."""
        found = self.problem.get("conflicts")
        rows = found if isinstance(found, list) else []
        return tuple(
            FieldConflict(str(row.get("field") or ""), row.get("base"), row.get("mine"), row.get("theirs"))
            for row in rows
            if isinstance(row, Mapping)
        )


class PublishRace(Conflict):
    """409 `publish_race`: the draft is not the one that was to be published any more."""


class ApprovalRequired(Conflict):
    """409 `approval_required`: somebody else has to approve the draft first."""


class ApprovalClosed(Conflict):
    """409 `approval_closed`: there is nothing to approve, or it was decided before."""


class ReleaseIsLive(Conflict):
    """409 `release_is_live`: the live release cannot be deleted."""


class SessionEnded(Conflict):
    """409 `session_ended`: the conversation is over; begin another."""


class AnswerInProgress(Conflict):
    """409 `answer_in_progress`: the last message is still being answered."""


class IdempotencyInProgress(Conflict):
    """409 `idempotency_in_progress`: the first request with this key is still at work."""


class PayloadTooLarge(GalleyError):
    """413 `payload_too_large`."""


class ValidationFailed(GalleyError):
    """422: some field is missing or wrong, see `errors`."""


class IdempotencyMismatch(GalleyError):
    """422 `idempotency_mismatch`: the key was used before for another request."""


class PreconditionRequired(GalleyError):
    """428 `precondition_required`: say which draft the change started from."""


class RateLimited(GalleyError):
    """429: too many requests, see `retry_after`."""


class ServerError(GalleyError):
    """5xx: a fault of the server, or of what it depends on."""


class UpstreamFailed(ServerError):
    """502 `upstream_failed`: the model's provider failed."""


class Busy(ServerError):
    """503 `busy`."""


class StorageFull(ServerError):
    """507 `storage_full`."""


BY_CODE: Mapping[str, type[GalleyError]] = {
    "invalid_request": InvalidRequest,
    "unauthorized": Unauthorized,
    "forbidden": Forbidden,
    "browser_origin": Forbidden,
    "channel_off": Forbidden,
    "not_found": NotFound,
    "no_published_version": NoPublishedVersion,
    "no_changes": NoChanges,
    "draft_conflict": DraftConflict,
    "publish_race": PublishRace,
    "approval_required": ApprovalRequired,
    "approval_closed": ApprovalClosed,
    "release_is_live": ReleaseIsLive,
    "session_ended": SessionEnded,
    "answer_in_progress": AnswerInProgress,
    "idempotency_in_progress": IdempotencyInProgress,
    "idempotency_mismatch": IdempotencyMismatch,
    "payload_too_large": PayloadTooLarge,
    "validation_failed": ValidationFailed,
    "precondition_required": PreconditionRequired,
    "rate_limited": RateLimited,
    "upstream_failed": UpstreamFailed,
    "busy": Busy,
    "storage_full": StorageFull,
}

BY_STATUS: Mapping[int, type[GalleyError]] = {
    400: InvalidRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: PayloadTooLarge,
    422: ValidationFailed,
    428: PreconditionRequired,
    429: RateLimited,
    502: UpstreamFailed,
    503: Busy,
    507: StorageFull,
}


def from_problem(
    problem: Mapping[str, Any], status: int | None = None, retry_after: float | None = None
) -> GalleyError:
    """Make the error that a problem document describes."""
    if status is None:
        status = _number(problem.get("status"))
    code = _text(problem.get("code")) or ""
    detail = _text(problem.get("detail")) or _text(problem.get("title")) or "The request failed."
    kind = BY_CODE.get(code) or BY_STATUS.get(status or 0) or (ServerError if (status or 0) >= 500 else GalleyError)
    return kind(detail, status=status, code=code, problem=problem, retry_after=retry_after)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _field_errors(value: Any) -> tuple[FieldError, ...]:
    return tuple(FieldError.parse(row) for row in value) if isinstance(value, list) else ()
