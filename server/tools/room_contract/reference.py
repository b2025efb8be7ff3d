"""The tables inside `docs/guides/room-protocol.md`; the words around them are written by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from nightmarket.modules.rooms.realtime.closing import EXPLAINED
from nightmarket.modules.rooms.realtime.kinds.base import FrameClass
from nightmarket.modules.rooms.realtime.kinds.registry import CLIENT_KINDS, SERVER_KINDS
from tools.room_contract.schema import about

PAGE: Final = Path(__file__).resolve().parents[3] / "docs" / "guides" / "room-protocol.md"
BEGIN: Final = "<!-- generated from the registry of kinds by `make contracts` -->"
END: Final = "<!-- end of what is generated -->"


def page() -> str:
    """The page with its tables as the code has them now."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    tables = "\n".join(_lines())
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}"


def _lines() -> Iterator[str]:
    yield "### From the server"
    for klass in FrameClass:
        shapes = [shape for shape in SERVER_KINDS.values() if shape.klass is klass]
        if not shapes:
            continue  # a way of travelling that no kind has from the start, such as that of shadowed chat
        yield f"\n**{klass.name.lower()}**\n"
        yield "| kind | `d` | meaning | made by |"
        yield "|---|---|---|---|"
        for shape in shapes:
            fields = " ".join(f"`{name}`" for name in shape.__struct_encode_fields__)
            yield f"| `{shape.kind}` | {fields} | {about(shape)} | {shape.source} |"
    yield "\n### From a client\n"
    yield "| kind | `d` | meaning | who | `d` of the ack |"
    yield "|---|---|---|---|---|"
    for asked in CLIENT_KINDS.values():
        fields = " ".join(f"`{name}`" for name in asked.__struct_encode_fields__)
        answer = " ".join(f"`{name}`" for name in asked.answer.__struct_encode_fields__)  # type: ignore[attr-defined]
        yield f"| `{asked.kind}` | {fields} | {about(asked)} | {asked.who} | {answer} |"
    yield "\n### Close codes\n"
    yield "| code | meaning | come back? |"
    yield "|---|---|---|"
    for code, text in EXPLAINED.items():
        yield f"| {int(code)} | {text} | {'yes' if code.may_return else 'no'} |"
