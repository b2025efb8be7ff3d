"""The API's description of itself (OpenAPI), completed with what FastAPI does not know."""

import re
from functools import lru_cache
from typing import Any

from fastapi import FastAPI

from nightmarket.kernel.problems import MEDIA_TYPE, ProblemModel
from nightmarket.kernel.web.dependencies import OPTIONAL_SCHEME

_PROBLEM = {
    "description": "A problem document (RFC 9457); `code` says which",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def describe(app: FastAPI) -> None:
    """Every operation may answer with a problem; where a token is welcome but not needed, the description says so."""
    original = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(original())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _completed(schema: dict[str, Any]) -> dict[str, Any]:
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.setdefault("Problem", ProblemModel.model_json_schema())
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    components.get("securitySchemes", {}).pop(OPTIONAL_SCHEME, None)
    for operations in schema.get("paths", {}).values():
        for operation in operations.values():
            _complete(operation)
    return schema


def _complete(operation: dict[str, Any]) -> None:
    responses = operation.setdefault("responses", {})
    if "application/json" in responses.get("422", {}).get("content", {}):
        responses["422"] = _PROBLEM | {"description": "`invalid-input`: The request is not valid"}
    responses.setdefault("default", _PROBLEM)
    if any(OPTIONAL_SCHEME in one for one in operation.get("security", [])):
        operation["security"] = [{"access_token": []}, {}]


def allowed_methods(app: FastAPI, path: str) -> list[str]:
    """The methods that the description has for a concrete path: the `Allow` header of a 405 (RFC 9110)."""
    methods: set[str] = set()
    for template, operations in app.openapi().get("paths", {}).items():
        if _pattern(template).fullmatch(path):
            methods.update(method.upper() for method in operations)
    return sorted(methods)


@lru_cache(maxsize=1024)
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("[^/]+".join(re.escape(part) for part in re.split(r"\{[^}]+\}", template)))
