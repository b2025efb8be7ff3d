"""FastAPI dependencies that know no feature."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar, cast

from fastapi import Depends, Path, Query, Request

from nightmarket.kernel.context import Context
from nightmarket.kernel.idempotency import IdempotencyKey, optional_idempotency_key, required_idempotency_key
from nightmarket.kernel.ids import is_id
from nightmarket.kernel.paging import MAX_PAGE
from nightmarket.kernel.problems import NotFound

T = TypeVar("T")

OPTIONAL_SCHEME = "optional_access_token"
"""Security scheme of routes that anonymous callers may use too; the API description turns it into an alternative."""


async def _context(request: Request) -> Context:
    return cast("Context", request.app.state.ctx)


ContextDep = Annotated[Context, Depends(_context)]
IdempotencyDep = Annotated[IdempotencyKey, Depends(required_idempotency_key)]
OptionalIdempotencyDep = Annotated[IdempotencyKey | None, Depends(optional_idempotency_key)]
CursorQuery = Annotated[str | None, Query(max_length=400)]
LimitQuery = Annotated[int, Query(ge=1, le=MAX_PAGE)]


def path_id(prefix: str, name: str) -> Callable[..., Awaitable[str]]:
    """Reads an id from the path: `stream_id: Annotated[str, Depends(path_id("str", "stream_id"))]`.

    A malformed id is a 404, like an unknown one.
    """

    async def read(value: Annotated[str, Path(alias=name, max_length=64)]) -> str:
        if not is_id(prefix, value):
            raise NotFound
        return value

    return read


def on_loop(shape: Callable[..., T]) -> Callable[..., Awaitable[T]]:
    """A data class of query parameters as a dependency. FastAPI would send a thread to make each one."""

    async def make(**given: Any) -> T:
        return shape(**given)

    make.__signature__ = inspect.signature(shape)  # type: ignore[attr-defined]
    return make


def client_address(request: Request) -> str:
    """The address of the caller, as the server (or its trusted proxy settings) reports it."""
    return request.client.host if request.client else "unknown"
