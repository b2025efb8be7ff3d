"""`contracts/room-events.schema.json`: every message that travels over a room socket."""

import inspect
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import msgspec

from nightmarket.modules.rooms.realtime.closing import EXPLAINED
from nightmarket.modules.rooms.realtime.kinds.base import ClientData, FrameClass, ServerData
from nightmarket.modules.rooms.realtime.kinds.registry import CLIENT_KINDS, SERVER_KINDS

Schema = dict[str, Any]

PATH: Final = Path(__file__).resolve().parents[3] / "contracts" / "room-events.schema.json"
REF: Final = "#/$defs/{name}"

_NUMBERS: Final = {FrameClass.KEPT: "s", FrameClass.CHAT: "s", FrameClass.PRIVATE: "n"}
_ABOUT_NUMBER: Final = {
    "s": "Number of the frame in its room and epoch: exactly one more than that of the numbered frame before",
    "n": "Number among the frames for this person: always higher than the one before, not always by one",
}
_AT: Final = {"type": "integer", "description": "Server time, Unix milliseconds"}


def document() -> Schema:
    """The whole schema."""
    _, data = msgspec.json.schema_components(_structs(), ref_template=REF)
    defs = {name: _tidy(schema) for name, schema in data.items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:nightmarket:room-events",
        "title": "Nightmarket room events",
        "description": "What travels over a room socket. A client ignores kinds and fields it does not know.",
        "anyOf": [ref("ServerMessage"), ref("ClientFrame")],
        "$defs": defs | _messages() | dict(_frames()),
    }


def ref(name: str) -> Schema:
    """A reference to a definition."""
    return {"$ref": REF.format(name=name)}


def frame_name(shape: type[ServerData] | type[ClientData]) -> str:
    """What the frame around a struct is called."""
    return f"{shape.__name__}Frame"


def about(shape: type) -> str:
    """The docstring of a struct as flowing text."""
    return " ".join(inspect.cleandoc(shape.__doc__ or "").split())


def _structs() -> list[type]:
    answers = {shape.answer for shape in CLIENT_KINDS.values()}
    return [*SERVER_KINDS.values(), *CLIENT_KINDS.values(), *sorted(answers, key=lambda one: one.__name__)]


def _frames() -> Iterable[tuple[str, Schema]]:
    for sent in SERVER_KINDS.values():
        yield frame_name(sent), _server_frame(sent)
    for asked in CLIENT_KINDS.values():
        yield frame_name(asked), _client_frame(asked)
    answers = sorted({shape.answer.__name__ for shape in CLIENT_KINDS.values()})
    yield "AckFrame", _reply("ack", {"anyOf": [ref(name) for name in answers]}, "It was done.")
    yield "ErrorFrame", _reply("error", ref("Problem"), "It was refused, and nothing was done.")
    yield "Problem", _PROBLEM
    yield "CloseCode", _close_codes()


def _messages() -> dict[str, Schema]:
    sent = [frame_name(shape) for shape in SERVER_KINDS.values()]
    asked = [frame_name(shape) for shape in CLIENT_KINDS.values()]
    return {
        "ServerMessage": {
            "description": "One text message from the server: always an array of frames.",
            "type": "array",
            "minItems": 1,
            "items": ref("ServerFrame"),
        },
        "ServerFrame": {
            "description": "One frame from the server; `t` tells which.",
            "oneOf": [ref(name) for name in [*sent, "AckFrame", "ErrorFrame"]],
        },
        "ClientFrame": {
            "description": "One text message from a client: always a single frame.",
            "oneOf": [ref(name) for name in asked],
        },
    }


def _server_frame(shape: type[ServerData]) -> Schema:
    properties: Schema = {"t": {"const": shape.kind}, "at": _AT, "d": ref(shape.__name__)}
    number = "s" if shape.kind == "room-state" else _NUMBERS.get(shape.klass)
    if number is not None:
        properties[number] = {"type": "integer", "minimum": 0, "description": _ABOUT_NUMBER[number]}
    if shape.kind == "room-state":
        properties["s"]["description"] = "Number of the last frame that the state contains"
    return {
        "description": about(shape),
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name != number or shape.is_always_numbered],
        "x-class": shape.klass.name.lower(),
        "x-source": shape.source,
    }


def _client_frame(shape: type[ClientData]) -> Schema:
    data = ref(shape.__name__)
    return {
        "description": about(shape),
        "type": "object",
        "properties": {
            "t": {"const": shape.kind},
            "id": {"type": ["integer", "null"], "description": "The client's own number; its answer carries it"},
            "d": data,
        },
        "required": ["t", "d"] if _needs_data(shape) else ["t"],
        "x-who": shape.who,
        "x-answer": shape.answer.__name__,
    }


def _needs_data(shape: type[ClientData]) -> bool:
    return any(field.required for field in msgspec.structs.fields(shape))


def _reply(kind: str, data: Schema, text: str) -> Schema:
    properties = {
        "t": {"const": kind},
        "id": {"type": ["integer", "null"], "description": "That of the client frame; null when it had none"},
        "d": data,
    }
    return {"description": text, "type": "object", "properties": properties, "required": ["t", "id", "d"]}


_PROBLEM: Final[Schema] = {
    "description": "RFC 9457, as over HTTP. `code` is stable; further members depend on it.",
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "retry_after": {"type": "number", "description": "Seconds to wait before trying again"},
    },
    "required": ["type", "title", "status", "code"],
    "additionalProperties": True,
}


def _close_codes() -> Schema:
    codes = [
        {"const": int(code), "title": code.name.lower().replace("_", "-"), "description": text}
        | {"x-may-return": code.may_return}
        for code, text in EXPLAINED.items()
    ]
    return {"description": "Why a socket was closed. From 4500 to 4999: do not come back.", "oneOf": codes}


def _tidy(schema: Schema) -> Schema:
    """Docstrings as flowing text; no titles that only repeat the name."""
    schema = {key: value for key, value in schema.items() if key != "title"}
    if "description" in schema:
        schema["description"] = " ".join(str(schema["description"]).split())
    return schema
