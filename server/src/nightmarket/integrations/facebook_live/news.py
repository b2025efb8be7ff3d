"""What Facebook's webhook says, in our words. Its own words end here."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

Verb = Literal["add", "edited", "remove"]

_VERBS: dict[str, Verb] = {"add": "add", "edited": "edited", "edit": "edited", "remove": "remove"}
_NUMBER = re.compile(r"\d{1,32}")
_COMMENT = re.compile(r"\d{1,29}(?:_\d{1,29})?")
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class CommentNews:
    """A comment was written, edited or removed."""

    page_id: str
    post_id: str
    comment_id: str
    verb: Verb
    author_id: str | None
    """None when Facebook does not say who wrote it."""
    author_name: str | None
    text: str
    noticed_at: int | None = None
    """When Facebook noticed it, in seconds since 1970, if it says so: a repeated delivery says the same."""

    @property
    def external_id(self) -> str:
        """The same for a repeated delivery; each edit is news of its own, also one back to earlier words."""
        if self.verb != "edited":
            return f"{self.comment_id}:{self.verb}"
        return f"{self.comment_id}:edited:{self._wording[:16]}"

    @property
    def message_id(self) -> str:
        """What the comment is called here."""
        return f"fb_{self.comment_id}"

    @property
    def wording_id(self) -> str:
        """What this wording of the comment is called here, at most 64 characters."""
        if self.verb != "edited":
            return self.message_id[:64]
        return f"{self.message_id[:51]}.{self._wording[:12]}"

    @property
    def _wording(self) -> str:
        return hashlib.sha256(f"{self.noticed_at}:{self.text}".encode(errors="replace")).hexdigest()

    def as_json(self) -> dict[str, Any]:
        """For the inbox."""
        return asdict(self)


def read_news(body: Any) -> Iterator[CommentNews]:
    """The comments of a webhook. What is no comment, or not shaped like one, is passed over."""
    if not isinstance(body, dict) or body.get("object") != "page":
        return
    for entry in _dicts(body.get("entry")):
        page_id, time = str(entry.get("id", "")), entry.get("time")
        noticed_at = time if isinstance(time, int) else None
        for change in _dicts(entry.get("changes")):
            value = change.get("value")
            if change.get("field") in {"feed", "live_videos"} and isinstance(value, dict):
                news = _comment(page_id, noticed_at, value)
                if news is not None:
                    yield news


def post_number(text: str, page_id: str) -> str | None:
    """The number of a post, given alone or as `<page>_<post>`; None for anything else."""
    number = text.removeprefix(f"{page_id}_")
    return number if _NUMBER.fullmatch(number) else None


def _comment(page_id: str, noticed_at: int | None, value: dict[str, Any]) -> CommentNews | None:
    verb = _VERBS.get(str(value.get("verb")))
    post_id = post_number(str(value.get("post_id", "")), page_id)
    comment_id = str(value.get("comment_id", ""))
    is_whole = verb is not None and post_id is not None and _COMMENT.fullmatch(comment_id) is not None
    if value.get("item") != "comment" or not is_whole or not _NUMBER.fullmatch(page_id):
        return None
    assert verb is not None
    assert post_id is not None
    author = value.get("from")
    author = author if isinstance(author, dict) else {}
    author_id, name = author.get("id"), author.get("name")
    text = value.get("message")
    return CommentNews(
        page_id=page_id,
        post_id=post_id,
        comment_id=comment_id,
        verb=verb,
        author_id=author_id if isinstance(author_id, str) and _NUMBER.fullmatch(author_id) else None,
        author_name=name[:_LONGEST_NAME] if isinstance(name, str) else None,
        text=text if isinstance(text, str) else "",
        noticed_at=noticed_at,
    )


def _dicts(found: Any) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
