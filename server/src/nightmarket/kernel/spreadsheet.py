"""CSV that spreadsheets read as it is meant: UTF-8 with its mark, and no cell that they take for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

MARK: Final = "\ufeff"
"""At the start of a file: it makes spreadsheets read UTF-8."""
MEDIA_TYPE: Final = "text/csv; charset=utf-8"
_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def csv_rows(rows: Iterable[Sequence[Any]]) -> str:
    """Lines of a CSV file. None is an empty cell, True is `yes`; text that people typed never becomes a formula."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> str:
    """("+1" is a formula; a number of ours is not: only text is looked at.)"""
    if isinstance(value, bool):
        return "yes" if value else ""
    text = "" if value is None else str(value)
    if isinstance(value, str) and text.lstrip(" \u3000").startswith(_FORMULA):
        return f"'{text}"
    return text
