"""The contract and its samples: one truth for the server, the web client and everybody else."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from edge.contract import CONTRACTS, check_message, faults, frame_kinds, schema
from edge.contract import broken as noted
from nightmarket.modules.rooms.realtime.client_frames import read_data, read_frame
from nightmarket.modules.rooms.realtime.closing import EXPLAINED, CloseCode
from nightmarket.modules.rooms.realtime.frames import encode_frame, split_frame
from nightmarket.modules.rooms.realtime.kinds.base import FrameClass
from nightmarket.modules.rooms.realtime.kinds.registry import CLIENT_KINDS, REGISTRY, SERVER_KINDS, Direction
from support.engines import require_path

SAMPLES: dict[str, list[dict[str, Any]]] = json.loads((CONTRACTS / "room-samples.json").read_text())
SENT = [pytest.param(one["frame"], id=one["name"]) for one in SAMPLES["server"]]
NEWS = [param for param in SENT if param.values[0]["t"] in SERVER_KINDS]
ASKED = [pytest.param(one["frame"], id=one["name"]) for one in SAMPLES["client"]]
ASYNCAPI = Path(__file__).resolve().parents[3] / "web" / "node_modules" / "@asyncapi" / "specs" / "schemas"


def test_every_kind_has_a_sample_and_every_sample_a_kind() -> None:
    assert {one["frame"]["t"] for one in SAMPLES["server"]} == {*SERVER_KINDS, "ack", "error"}
    assert {one["frame"]["t"] for one in SAMPLES["client"]} == set(CLIENT_KINDS)
    for side in SAMPLES.values():
        assert len({one["name"] for one in side}) == len(side)


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("frame", SENT)
def test_a_server_sample_keeps_the_contract(frame: dict[str, Any]) -> None:
    assert faults(frame) is None
    assert check_message(json.dumps([frame])) == [frame]


@pytest.mark.parametrize("frame", ASKED)
def test_a_client_sample_keeps_the_contract(frame: dict[str, Any]) -> None:
    assert faults(frame, "ClientFrame") is None


@pytest.mark.parametrize("frame", NEWS)
def test_a_server_sample_is_what_its_struct_says(frame: dict[str, Any]) -> None:
    shape = SERVER_KINDS[frame["t"]]
    data = msgspec.convert(frame["d"], shape)
    assert json.loads(encode_frame(data, at=frame["at"])) == {name: frame[name] for name in ("t", "at", "d")}
    number = "n" if shape.klass is FrameClass.PRIVATE else "s"
    before, after = split_frame(data, at=frame["at"], number=number.encode())
    assert json.loads(before + b"1" + after) == frame | {number: 1}


@pytest.mark.parametrize("frame", ASKED)
def test_a_client_sample_is_read_as_it_is_meant(frame: dict[str, Any]) -> None:
    read = read_frame(json.dumps(frame).encode())
    data = read_data(read)
    assert type(data) is CLIENT_KINDS[frame["t"]]
    assert (read.t, read.id) == (frame["t"], frame.get("id"))
    assert msgspec.to_builtins(data).items() >= frame.get("d", {}).items()


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        ({"t": "viewer-count", "at": 1, "d": {"count": -1}}, "less than the minimum"),
        ({"t": "viewer-count", "at": 1, "d": {"count": 1, "more": 1}}, "'more' was unexpected"),
        ({"t": "viewer-count", "s": 3, "at": 1, "d": {"count": 1}}, "'s' was unexpected"),
        ({"t": "slow-mode", "at": 1, "d": {"seconds": 1}}, "'s' is a required property"),
        ({"t": "muted", "s": 1, "at": 1, "d": {"muted": True}}, "'n' is a required property"),
        ({"t": "sold", "at": 1, "d": {"item_id": "itm_1", "code": None}}, "'quantity' is a required property"),
        ({"t": "ack", "d": {}}, "'id' is a required property"),
        ({"t": "chat", "d": {}}, "no such kind"),
        ([], "no such kind"),
    ],
)
def test_the_check_of_the_test_clients_finds_what_is_wrong(frame: Any, fault: str) -> None:
    assert fault in (faults(frame) or "nothing")


@pytest.mark.parametrize("message", ["{}", "[]", '[{"t":"nonsense","d":{}}]'])
def test_what_is_wrong_is_noted(message: str) -> None:
    check_message(message)
    assert len(noted) == 1
    noted.clear()


def test_the_registry_and_the_schema_name_the_same_kinds() -> None:
    for direction, union in ((Direction.SERVER, "ServerFrame"), (Direction.CLIENT, "ClientFrame")):
        ours = {kind.name for kind in REGISTRY if kind.direction is direction}
        assert set(frame_kinds(union)) - {"ack", "error"} == ours
    assert all((kind.klass is None) is (kind.direction is Direction.CLIENT) for kind in REGISTRY)
    assert set(EXPLAINED) == set(CloseCode)
    assert [code for code in CloseCode if not code.may_return] == [4501, 4503, 4510]


def test_the_asyncapi_document_is_one() -> None:
    document = json.loads((CONTRACTS / "asyncapi.json").read_text())
    require_path(ASYNCAPI, "the web client's packages")
    official = json.loads((ASYNCAPI / "3.0.0-without-$id.json").read_text())
    assert list(Draft7Validator(official).iter_errors(document)) == []
    broken = document | {"channels": {"room": {"address": 1}}}
    assert list(Draft7Validator(official).iter_errors(broken)) != []


def test_every_reference_of_the_asyncapi_document_leads_somewhere() -> None:
    document = json.loads((CONTRACTS / "asyncapi.json").read_text())
    references = set(_references(document))
    assert len(references) > 100
    for reference in references:
        place = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def test_the_asyncapi_examples_are_the_samples() -> None:
    messages = json.loads((CONTRACTS / "asyncapi.json").read_text())["components"]["messages"]
    examples = [one["payload"] for message in messages.values() for one in message["examples"]]
    for side in SAMPLES.values():
        for sample in side:
            assert sample["frame"] in examples


def _references(value: Any) -> list[str]:
    if isinstance(value, list):
        return [found for one in value for found in _references(one)]
    if not isinstance(value, dict):
        return []
    here = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
    return [*here, *(found for one in value.values() for found in _references(one))]
