"""Holds what comes over real sockets against `contracts/room-events.schema.json`.

The contract lets fields be added, so it allows unknown ones. Here they are refused: whatever the server says must be
written down.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

CONTRACTS: Final = Path(__file__).resolve().parents[3] / "contracts"

broken: Final[list[str]] = []
"""What was said against the contract since a test began; a fixture looks here at its end."""


@cache
def schema() -> dict[str, Any]:
    """The contract as it is checked in, closed against fields that it does not name."""
    found: dict[str, Any] = json.loads((CONTRACTS / "room-events.schema.json").read_text())
    for definition in found["$defs"].values():
        if definition.get("type") == "object":
            definition.setdefault("additionalProperties", False)
    return found


@cache
def frame_kinds(union: str) -> dict[str, str]:
    """Definitions by kind of frame; `union` is ServerFrame or ClientFrame."""
    names = [one["$ref"].rpartition("/")[2] for one in schema()["$defs"][union]["oneOf"]]
    return {schema()["$defs"][name]["properties"]["t"]["const"]: name for name in names}


@cache
def validator(name: str) -> Draft202012Validator:
    """Checks against one definition."""
    return Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema()["$defs"]})


def faults(frame: Any, union: str = "ServerFrame") -> str | None:
    """What is wrong with a frame; None when it keeps the contract."""
    name = frame_kinds(union).get(frame.get("t", "")) if isinstance(frame, dict) else None
    if name is None:
        return f"no such kind: {frame!r:.300}"
    fault = best_match(validator(name).iter_errors(frame))
    return None if fault is None else f"{name}{fault.json_path[1:]}: {fault.message:.300} in {frame!r:.600}"


def check_message(text: str | bytes) -> list[dict[str, Any]]:
    """The frames of a server message. What breaks the contract is noted, so that no reader has to stop for it."""
    frames = json.loads(text)
    if not isinstance(frames, list) or not frames:
        broken.append(f"not an array of frames: {text!r:.300}")
        return []
    broken.extend(fault for frame in frames if (fault := faults(frame)) is not None)
    return frames
