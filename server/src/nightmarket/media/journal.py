"""The journal of one stream: JSON lines from which everything in memory can be rebuilt after kill -9."""

from pathlib import Path

import msgspec

JOURNAL = "journal.jsonl"


class RunBegan(msgspec.Struct, frozen=True, tag="run"):
    """A publisher began; its initialisation segment is on disk."""

    number: int
    start_ms: int
    at_ms: int
    codecs: str
    width: int
    height: int


class SegmentOpened(msgspec.Struct, frozen=True, tag="open"):
    """A segment file was begun."""

    sequence: int
    run: int
    start_ms: int


class PartWritten(msgspec.Struct, frozen=True, tag="part"):
    """The open segment's file grew by one complete part."""

    duration_ms: int
    size: int
    independent: bool


class SegmentClosed(msgspec.Struct, frozen=True, tag="closed"):
    """The open segment is complete."""

    sequence: int


class StateChanged(msgspec.Struct, frozen=True, tag="state"):
    """The stream's state, as reported to the api."""

    state: str
    at_ms: int


Record = RunBegan | SegmentOpened | PartWritten | SegmentClosed | StateChanged

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Record)


def to_line(record: Record) -> bytes:
    """One line of the journal."""
    return _encoder.encode(record) + b"\n"


def read_journal(path: Path) -> tuple[list[Record], int]:
    """The records up to the first torn or foreign line, and how many bytes they fill."""
    records: list[Record] = []
    good = 0
    for line in path.read_bytes().splitlines(keepends=True):
        if not line.endswith(b"\n"):
            break
        try:
            records.append(_decoder.decode(line))
        except msgspec.MsgspecError:
            break
        good += len(line)
    return records, good
