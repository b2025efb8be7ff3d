"""Writes the reference page of all settings from the model."""

import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from nightmarket.kernel.settings import Settings
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "settings.md"
HEAD = """# Settings

Environment variables, read once at start. Unknown names are refused. Generated from the code by `make contracts`.
"""


def page() -> str:
    """The whole page."""
    blocks = [HEAD]
    plain = [
        row(f"NIGHTMARKET_{name.upper()}", field) for name, field in Settings.model_fields.items() if not section(field)
    ]
    blocks.append(table("General", None, plain))
    for name, field in Settings.model_fields.items():
        model = section(field)
        if model is not None:
            rows = [
                row(f"NIGHTMARKET_{name.upper()}__{one.upper()}", info)
                for one, info in model.model_fields.items()
                if info.default != {}
            ]
            blocks.append(table(name.replace("_", " ").capitalize(), model.__doc__, rows))
    limits = [f"| `NIGHTMARKET_EDGE__LIMITS__{one.name.upper()}` | `{one.default}` |" for one in fields(RealtimeLimits)]
    blocks.append(table("Limits of the edge", RealtimeLimits.__doc__, limits))
    return "\n".join(blocks)


def section(field: FieldInfo) -> type[BaseModel] | None:
    """The nested model of a field that is a section."""
    kind = field.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def table(title: str, text: str | None, rows: list[str]) -> str:
    """One section of the page."""
    return "\n".join(lines(title, text, rows)) + "\n"


def lines(title: str, text: str | None, rows: list[str]) -> Iterator[str]:
    """Its lines."""
    yield f"## {title}\n"
    if text:
        yield f"{' '.join(text.split())}\n"
    yield "| variable | default |"
    yield "|---|---|"
    yield from rows


def row(name: str, field: FieldInfo) -> str:
    """One variable."""
    default = field.default
    shown = "—" if default is None or isinstance(default, SecretStr) else f"`{default}`"
    return f"| `{name}` | {shown} |"


if __name__ == "__main__":
    sys.stdout.write(page())
