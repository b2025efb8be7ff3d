"""Every failure leaves as `application/problem+json`, including routing's 404 and the framework's own 422."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from nightmarket.kernel.logging import current_request_id
from nightmarket.kernel.problems import (
    MEDIA_TYPE,
    BadRequest,
    InvalidInput,
    MethodNotAllowed,
    NotAllowed,
    NotFound,
    Problem,
    SignInRequired,
    TooLarge,
)

_BY_STATUS: dict[int, type[Problem]] = {
    400: BadRequest,
    401: SignInRequired,
    403: NotAllowed,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
}


def problem_response(problem: Problem, base_url: str = "", headers: dict[str, str] | None = None) -> JSONResponse:
    """The HTTP answer of a problem."""
    return JSONResponse(
        problem.document(current_request_id(), base_url),
        status_code=problem.status,
        headers={**(headers or {}), **problem.headers},
        media_type=MEDIA_TYPE,
    )


def install_problem_handlers(
    app: FastAPI, base_url: str = "", *, allowed_methods: Callable[[str], list[str]] = lambda _path: []
) -> None:
    """Turn problems, validation errors and routing errors into problem documents; bugs end in `RequestScope`.

    `allowed_methods` knows every method of a path: the router itself names only those of the first route it tried.
    """

    async def on_problem(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Problem)
        return problem_response(error, base_url)

    async def on_invalid(_request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        return problem_response(InvalidInput(errors=_readable(error)), base_url)

    async def on_http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        problem = _BY_STATUS.get(error.status_code, BadRequest)()
        headers = dict(error.headers or {})
        if error.status_code == 405 and (methods := allowed_methods(request.url.path)):
            headers["Allow"] = ", ".join(methods)
        return problem_response(problem, base_url, headers)

    app.add_exception_handler(Problem, on_problem)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(HTTPException, on_http)


def _readable(error: RequestValidationError) -> list[dict[str, Any]]:
    """Where and what, without echoing the input back."""
    return [
        {"loc": [str(part)[:80] for part in item["loc"]], "msg": item["msg"], "type": item["type"]}
        for item in error.errors()[:20]
    ]
