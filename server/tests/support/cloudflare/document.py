"""The vendor's OpenAPI document as a judge of requests and answers."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft4Validator

PATH = Path(__file__).resolve().parents[4] / "contracts" / "vendor" / "cloudflare-stream.openapi.json"
_MODERN = {"exclusiveMinimum", "exclusiveMaximum"}


@cache
def document() -> dict[str, Any]:
    """The document with every reference in place and `nullable` as JSON Schema says it."""
    raw: dict[str, Any] = json.loads(PATH.read_text())
    schemas = raw["components"]["schemas"]

    def plain(node: Any, trail: tuple[str, ...] = ()) -> Any:
        if isinstance(node, list):
            return [plain(one, trail) for one in node]
        if not isinstance(node, dict):
            return node
        name = node.get("$ref", "").rsplit("/", 1)[-1]
        if name:
            return {} if name in trail else plain(schemas[name], (*trail, name))
        made = {key: plain(value, trail) for key, value in node.items() if key not in _MODERN}
        if made.pop("nullable", False) is True:
            return {"anyOf": [{"type": "null"}, made]}
        return made

    return {"paths": plain(raw["paths"])}


def operation(method: str, path: str) -> dict[str, Any] | None:
    """The operation for a concrete path; literal segments win over parameters."""
    found: list[tuple[int, dict[str, Any]]] = []
    for template, verbs in document()["paths"].items():
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
        if method.lower() in verbs and re.fullmatch(pattern, path):
            found.append((template.count("{"), verbs[method.lower()]))
    return min(found, key=lambda one: one[0])[1] if found else None


def faults_of_request(method: str, path: str, body: Any) -> list[str]:
    """What the document does not allow about a request."""
    known = operation(method, path)
    if known is None:
        return [f"{method} {path} is not in the document"]
    content = known.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return [] if body is None else ["a body where none is declared"]
    if body is None:
        return ["no body"] if known["requestBody"].get("required") else []
    return _faults(content.get("schema", {}), body)


def faults_of_answer(method: str, path: str, status: int, body: Any) -> list[str]:
    """What the document does not say about an answer."""
    known = operation(method, path)
    if known is None:
        return []
    responses = known["responses"]
    said = responses.get(str(status)) or responses.get(f"{status // 100}XX") or {}
    schema = said.get("content", {}).get("application/json", {}).get("schema")
    return [] if schema is None or body is None else _faults(schema, body)


def _faults(schema: Any, body: Any) -> list[str]:
    return [
        f"{'/'.join(map(str, error.path))}: {error.message[:200]}"
        for error in Draft4Validator(schema).iter_errors(body)
    ]
