"""What the gateway refuses, as exceptions that say the code, the thing named, the nearest names and the next step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class FeaturegraphError(Exception):
    """A refusal with a stable code. Its subclasses are what a caller would handle apart."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        name: str | None = None,
        nearest: Sequence[str] = (),
        hint: str | None = None,
        path: Sequence[str | int] | None = None,
        index: int | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        #: The name that was given and is not known.
        self.name = name
        #: Valid names that lie nearest to it.
        self.nearest = tuple(nearest)
        #: The next step.
        self.hint = hint
        self.path = None if path is None else tuple(path)
        #: The row that it is about, from 0.
        self.index = index
        #: When to try again, in seconds, where the gateway says so.
        self.retry_after = retry_after
        #: Further errors of the same answer.
        self.others: tuple[FeaturegraphError, ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.message} ({self.code})"]
        if self.nearest:
            lines.append(f"  Nearest: {', '.join(self.nearest)}")
        if self.hint is not None:
            lines.append(f"  {self.hint}")
        lines.extend(str(other) for other in self.others)
        return "\n".join(lines)


class NotFoundError(FeaturegraphError):
    """A view, feature, service, source, entity, project or file of this name does not exist."""


class UnauthenticatedError(FeaturegraphError):
    """No token, or one that is not valid."""


class ForbiddenError(FeaturegraphError):
    """The token may not do this."""


class ConflictError(FeaturegraphError):
    """Somebody else changed it since it was read, or it is still in use."""


class LimitExceededError(FeaturegraphError):
    """The request passes a limit; the message names it and the bulk way."""


class InvalidRequestError(FeaturegraphError):
    """A row, a definition or an argument that cannot be used."""


class UnavailableError(FeaturegraphError):
    """The gateway, or something behind it, does not answer or has too much to do. Trying again later may help."""


class RunFailedError(FeaturegraphError):
    """A training set or a materialization ended without its result."""


class InternalError(FeaturegraphError):
    """An error of the server's; its log has it under the request id of the message."""


_classes: Mapping[str, type[FeaturegraphError]] = {
    "NOT_FOUND": NotFoundError,
    "UNREADABLE_FILE": NotFoundError,
    "UNAUTHENTICATED": UnauthenticatedError,
    "FORBIDDEN": ForbiddenError,
    "CONFLICT": ConflictError,
    "PLAN_CHANGED": ConflictError,
    "STILL_IN_USE": ConflictError,
    "LIMIT_EXCEEDED": LimitExceededError,
    "QUERY_TOO_COMPLEX": LimitExceededError,
    "GATEWAY_UNREACHABLE": UnavailableError,
    "STORE_UNAVAILABLE": UnavailableError,
    "SUBGRAPH_UNAVAILABLE": UnavailableError,
    "OVERLOADED": UnavailableError,
    "RATE_LIMITED": UnavailableError,
    "DEADLINE_EXCEEDED": UnavailableError,
    "JOB_FAILED": RunFailedError,
    "JOB_CANCELLED": RunFailedError,
    "INTERNAL_SERVER_ERROR": InternalError,
}


def error_of(fields: Mapping[str, Any]) -> FeaturegraphError:
    """One error from a `UserError`, a `DefinitionError` or an entry of `errors`."""
    details: Mapping[str, Any] = {**fields, **(fields.get("extensions") or {})}
    code = str(details.get("code") or "GRAPHQL_ERROR")
    kind = _classes.get(code) or (NotFoundError if code.startswith("UNKNOWN_") else InvalidRequestError)
    place = details.get("file")
    where = "" if place is None else f"{place}:{details.get('line') or 1}: "
    return kind(
        code,
        f"{where}{details.get('message', 'no message')}",
        name=details.get("name"),
        nearest=details.get("nearest") or (),
        hint=details.get("hint"),
        path=details.get("path"),
        index=details.get("index"),
    )


def raise_errors(errors: Sequence[Mapping[str, Any]] | None) -> None:
    """Raises the first of them, with the others attached. Nothing where there are none."""
    if not errors:
        return
    first, *others = [error_of(error) for error in errors]
    first.others = tuple(others)
    raise first
