"""Lists in pages: `{"items": […], "next_cursor": …}`. A cursor is opaque text; a bad one is a 422, never a 500."""

import base64
import json
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from nightmarket.kernel.ids import is_id
from nightmarket.kernel.problems import InvalidInput

T = TypeVar("T")

MAX_PAGE = 100


class Page(BaseModel, Generic[T]):
    """One page of a list."""

    items: list[T]
    next_cursor: str | None = None


def encode_cursor(*values: str | int) -> str:
    """Where the next page starts: the sort key of the last row shown."""
    return base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).rstrip(b"=").decode()


def decode_cursor(text: str | None, *kinds: type) -> tuple[Any, ...] | None:
    """The sort key again, checked against the expected types; None for the first page."""
    if text is None:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
    except (ValueError, UnicodeEncodeError) as error:
        raise InvalidInput("The cursor is not one of ours.") from error
    if not isinstance(values, list) or [type(value) for value in values] != list(kinds):
        raise InvalidInput("The cursor is not one of ours.")
    if any(isinstance(value, int) and abs(value) >= 2**63 for value in values):
        raise InvalidInput("The cursor is not one of ours.")
    return tuple(values)


def decode_id_cursor(text: str | None, prefix: str) -> str | None:
    """The id of the last row shown, of a list in the order of its ids; None for the first page."""
    after = decode_cursor(text, str)
    return None if after is None else checked_id(after[0], prefix)


def checked_id(text: str, prefix: str) -> str:
    """An id out of a cursor, which anybody may have written."""
    if not is_id(prefix, text):
        raise InvalidInput("The cursor is not one of ours.")
    return text


def split_page(rows: Sequence[T], limit: int) -> tuple[list[T], bool]:
    """Rows fetched with `limit + 1`: those to show, and whether more follow."""
    return list(rows[:limit]), len(rows) > limit
