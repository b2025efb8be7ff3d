"""Errors a caller can act on, as RFC 9457 problem documents.

A problem is a class: raising it is enough. The HTTP answer, the OpenAPI entry, the page under `docs/problems/`, the
contract file and the translation key all derive from `code`. The class docstring is the text of its page.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """Base of everything a caller is told about. Members given to the constructor become fields of the document."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal-error"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(self, detail: str | None = None, /, **members: Any) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.members = members

    def document(self, request_id: str | None = None, base_url: str = "") -> dict[str, Any]:
        """The JSON object; `type` is the address of the page that explains this code."""
        body: dict[str, Any] = {
            "type": f"{base_url}/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
        }
        if self.detail:
            body["detail"] = self.detail
        if request_id:
            body["request_id"] = request_id
        return body | self.members

    @property
    def headers(self) -> dict[str, str]:
        """Response headers that belong to this problem (`Retry-After`)."""
        retry_after = self.members.get("retry_after")
        return {} if retry_after is None else {"Retry-After": str(max(1, round(retry_after)))}


class InternalError(Problem):
    """Our bug. The request id leads to the log entry; nothing was stored by the failed request."""

    status, code, title = 500, "internal-error", "Something went wrong on our side"


class InvalidInput(Problem):
    """A field is missing, of the wrong type, too long or out of range. `errors` lists each."""

    status, code, title = 422, "invalid-input", "The request is not valid"


class NotFound(Problem):
    """There is nothing at this address, or it is not yours to see."""

    status, code, title = 404, "not-found", "Not found"


class MethodNotAllowed(Problem):
    """The address exists but does not take this HTTP method."""

    status, code, title = 405, "method-not-allowed", "Method not allowed"


class BadRequest(Problem):
    """The request could not be read at all: broken encoding, headers or body."""

    status, code, title = 400, "bad-request", "The request could not be read"


class TooLarge(Problem):
    """The body is larger than this address accepts."""

    status, code, title = 413, "too-large", "The request body is too large"


class SignInRequired(Problem):
    """The caller is unknown: sign in, or refresh the access token, and try again."""

    status, code, title = 401, "sign-in-required", "Please sign in"

    @property
    def headers(self) -> dict[str, str]:
        """RFC 9110 asks for the scheme with every 401."""
        return {"WWW-Authenticate": "Bearer"}


class NotAllowed(Problem):
    """The caller is known but may not do this."""

    status, code, title = 403, "not-allowed", "You may not do this"


class Conflict(Problem):
    """The thing changed meanwhile, or is not in a state that allows this."""

    status, code, title = 409, "conflict", "This conflicts with the present state"


class TooManyRequests(Problem):
    """Too many requests in a short time. Wait `retry_after` seconds."""

    status, code, title = 429, "too-many-requests", "Too many requests"


class Unavailable(Problem):
    """Something we depend on is busy or down for a moment: time-out, deadlock, lost connection. A retry may heal it."""

    status, code, title = 503, "unavailable", "Temporarily unavailable"


class IdempotencyKeyRequired(Problem):
    """Requests that move money or stock must carry an `Idempotency-Key` header, so that a retry is safe."""

    status, code, title = 428, "idempotency-key-required", "An Idempotency-Key header is required"


class IdempotencyKeyReused(Problem):
    """This `Idempotency-Key` was already used with another request body."""

    status, code, title = 422, "idempotency-key-reused", "The Idempotency-Key was used for another request"


class ProblemModel(BaseModel):
    """Shape of a problem document in the API description."""

    model_config = ConfigDict(extra="allow", title="Problem")

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    request_id: str | None = None


def may_raise(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route: each status with the codes it can carry."""
    grouped: dict[int | str, list[type[Problem]]] = {}
    for problem in problems:
        grouped.setdefault(problem.status, []).append(problem)
    return {
        status: {
            "description": "; ".join(f"`{problem.code}`: {problem.title}" for problem in group),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, group in grouped.items()
    }


def all_problems() -> Iterator[type[Problem]]:
    """Every problem class that has been imported, each once."""
    seen: set[type[Problem]] = set()
    waiting = [Problem]
    while waiting:
        for child in waiting.pop().__subclasses__():
            if child not in seen:
                seen.add(child)
                waiting.append(child)
                yield child


def explanation(problem: type[Problem]) -> str:
    """The prose of the problem's page: its docstring."""
    return inspect.cleandoc(problem.__doc__ or problem.title)
