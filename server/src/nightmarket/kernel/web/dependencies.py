"""FastAPI dependencies that know no feature."""

from collections.abc import Awaitable, Callable
from typing import Annotated, cast

from fastapi import Depends, Path, Query, Request

from nightmarket.kernel.context import Context
from nightmarket.kernel.idempotency import IdempotencyKey, optional_idempotency_key, required_idempotency_key
from nightmarket.kernel.ids import is_id
from nightmarket.kernel.paging import MAX_PAGE
from nightmarket.kernel.problems import NotFound

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


def client_address(request: Request) -> str:
    """The address of the caller, as the server (or its trusted proxy settings) reports it."""
    return request.client.host if request.client else "unknown"
