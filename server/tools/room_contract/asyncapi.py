"""`contracts/asyncapi.json`: the room socket as an AsyncAPI 3.0 document, with an example for every kind."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from nightmarket.modules.rooms.realtime.closing import EXPLAINED
from nightmarket.modules.rooms.realtime.kinds.base import ClientData, ServerData
from nightmarket.modules.rooms.realtime.kinds.registry import CLIENT_KINDS, SERVER_KINDS
from tools.room_contract import schema
from tools.room_contract.schema import Schema, about, frame_name

CONTRACTS: Final = schema.PATH.parent
PATH: Final = CONTRACTS / "asyncapi.json"
SAMPLES: Final = CONTRACTS / "room-samples.json"
GUIDE: Final = "docs/guides/room-protocol.md"


def samples(path: Path = SAMPLES) -> dict[str, list[dict[str, Any]]]:
    """The shared samples, `server` and `client`, each with a name and a frame."""
    found: dict[str, list[dict[str, Any]]] = json.loads(path.read_text())
    return found


def document() -> Schema:
    """The whole document."""
    known = samples()
    messages = {f"sent.{kind}": _sent(shape, known["server"]) for kind, shape in SERVER_KINDS.items()}
    messages |= {f"sent.{kind}": _reply(kind, known["server"]) for kind in ("ack", "error")}
    messages |= {f"asked.{kind}": _asked(shape, known["client"]) for kind, shape in CLIENT_KINDS.items()}
    messages["message"] = _server_message(known["server"])
    return {
        "asyncapi": "3.0.0",
        "id": "urn:nightmarket:rooms",
        "info": {
            "title": "Nightmarket rooms",
            "version": version("nightmarket"),
            "description": f"The room socket of a live show. How to use it: `{GUIDE}`.",
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {"edge": _SERVER},
        "channels": {"room": _room(messages), "frames": _frames(messages)},
        "operations": _operations(),
        "components": {
            "securitySchemes": {"ticket": _TICKET},
            "messages": messages,
            "schemas": _schemas(),
        },
    }


_SERVER: Final[Schema] = {
    "host": "{host}",
    "protocol": "wss",
    "description": "The `url` that comes with the ticket has the right host; it may differ from that of the api.",
    "variables": {"host": {"default": "localhost:8000"}},
    "security": [{"$ref": "#/components/securitySchemes/ticket"}],
}

_TICKET: Final[Schema] = {
    "type": "httpApiKey",
    "name": "ticket",
    "in": "query",
    "description": "From `POST /api/v1/streams/{id}/room/ticket`; opens one room for one viewer, for ten minutes.",
}

_QUERY: Final[Schema] = {
    "type": "object",
    "properties": {
        "ticket": {"type": "string", "description": "Signed and short-lived"},
        "epoch": {"type": "string", "description": "When coming back: the epoch of the last `room-state`"},
        "seq": {"type": "integer", "minimum": 0, "description": "When coming back: the last `s` seen"},
        "n": {"type": "integer", "minimum": 0, "description": "When coming back: the last `n` seen, if any"},
    },
    "required": ["ticket"],
}


def _room(messages: Schema) -> Schema:
    names = ["message", *(name for name in messages if name.startswith("asked."))]
    return {
        "address": "/ws",
        "title": "A room socket",
        "description": "One room, named by the ticket. Text messages only. Refused with HTTP 401, 403 or 503 before the"
        " upgrade when the ticket or the origin is not right, or the server is stopping.",
        "servers": [{"$ref": "#/servers/edge"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"ws": {"method": "GET", "query": _QUERY, "bindingVersion": "0.1.0"}},
        "x-close-codes": {
            str(int(code)): {"name": code.name.lower(), "description": text, "may-return": code.may_return}
            for code, text in EXPLAINED.items()
        },
    }


def _frames(messages: Schema) -> Schema:
    return {
        "address": None,
        "title": "The frames inside server messages",
        "description": "A server message on `/ws` is an array of these, in order.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages if name.startswith("sent.")},
    }


def _operations() -> Schema:
    operations: Schema = {
        "sendMessage": {
            "action": "send",
            "channel": {"$ref": "#/channels/room"},
            "summary": "The server sends one or more frames.",
            "messages": [{"$ref": "#/channels/room/messages/message"}],
        }
    }
    for kind, shape in SERVER_KINDS.items():
        operations[f"send.{kind}"] = {
            "action": "send",
            "channel": {"$ref": "#/channels/frames"},
            "summary": about(shape),
            "messages": [{"$ref": f"#/channels/frames/messages/sent.{kind}"}],
        }
    for kind, asked in CLIENT_KINDS.items():
        operations[f"take.{kind}"] = {
            "action": "receive",
            "channel": {"$ref": "#/channels/room"},
            "summary": about(asked),
            "messages": [{"$ref": f"#/channels/room/messages/asked.{kind}"}],
            "reply": {
                "channel": {"$ref": "#/channels/frames"},
                "messages": [{"$ref": f"#/channels/frames/messages/sent.{one}"} for one in ("ack", "error")],
            },
        }
    return operations


def _sent(shape: type[ServerData], known: list[dict[str, Any]]) -> Schema:
    klass = shape.klass.name.lower()
    return {
        "name": shape.kind,
        "title": f"{shape.kind} ({klass})",
        "summary": about(shape),
        "description": f"Made by {shape.source}.",
        "payload": _reference(frame_name(shape)),
        "examples": _examples(shape.kind, known),
        "x-class": klass,
    }


def _asked(shape: type[ClientData], known: list[dict[str, Any]]) -> Schema:
    return {
        "name": shape.kind,
        "title": shape.kind,
        "summary": about(shape),
        "description": f"May be sent by: {shape.who}. Answered by an `ack` with `{shape.answer.__name__}`.",
        "payload": _reference(frame_name(shape)),
        "examples": _examples(shape.kind, known),
    }


def _reply(kind: str, known: list[dict[str, Any]]) -> Schema:
    name = f"{kind.capitalize()}Frame"
    text = schema.document()["$defs"][name]["description"]
    return {
        "name": kind,
        "title": f"{kind} (answer)",
        "summary": text,
        "payload": _reference(name),
        "examples": _examples(kind, known),
    }


def _server_message(known: list[dict[str, Any]]) -> Schema:
    said = [one["frame"] for one in known if one["frame"]["t"] in ("chat-message", "stock-changed", "viewer-count")]
    return {
        "name": "message",
        "title": "A server message",
        "summary": "Always an array: what happened in one moment travels together.",
        "payload": _reference("ServerMessage"),
        "examples": [{"name": "several", "summary": "Three frames in one message", "payload": said[:3]}],
    }


def _examples(kind: str, known: list[dict[str, Any]]) -> list[Schema]:
    found = [one for one in known if one["frame"]["t"] == kind]
    return [
        {"name": f"{kind}-{number}", "summary": one["name"], "payload": one["frame"]}
        for number, one in enumerate(found, 1)
    ]


def _schemas() -> Schema:
    defs = schema.document()["$defs"]
    moved: Schema = json.loads(json.dumps(defs).replace('"#/$defs/', '"#/components/schemas/'))
    return moved


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
