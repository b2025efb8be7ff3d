"""Webhooks of Cloudflare, read: what they are about and how to tell a repeat."""

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

_UID = re.compile(r"[0-9a-f]{32}")
_WORD = re.compile(r"[A-Za-z0-9._:-]{1,60}")
PREFIX: Final = "live_input."


@dataclass(frozen=True, slots=True)
class LiveNews:
    """An encoder came or went, or its picture is not as it should be."""

    input_uid: str
    event: str
    updated_at: str
    problem: str | None

    @property
    def external_id(self) -> str:
        """The same for every delivery of the same news."""
        return f"{self.input_uid}:{self.event}:{hashlib.sha256(self.updated_at.encode()).hexdigest()[:32]}"


@dataclass(frozen=True, slots=True)
class VideoNews:
    """A video is finished, or failed."""

    video_uid: str
    state: str

    @property
    def external_id(self) -> str:
        """The same for every delivery of the same news."""
        return f"{self.video_uid}:{self.state}"


def read_live_news(body: Any) -> LiveNews | None:
    """None for what is not about a live input, such as the greeting when the destination is saved."""
    data = body.get("data") if isinstance(body, dict) else None
    if not isinstance(data, dict):
        return None
    uid, event, updated = data.get("input_id"), data.get("event_type"), data.get("updated_at")
    if not (isinstance(uid, str) and _UID.fullmatch(uid) and isinstance(event, str) and _WORD.fullmatch(event)):
        return None
    if not event.startswith(PREFIX):
        return None
    return LiveNews(uid, event, str(updated), _problem(data))


def read_video_news(body: Any) -> VideoNews | None:
    """None for what is not about a video."""
    uid = body.get("uid") if isinstance(body, dict) else None
    status = body.get("status") if isinstance(body, dict) else None
    state = status.get("state") if isinstance(status, dict) else None
    if not (isinstance(uid, str) and _WORD.fullmatch(uid)):
        return None
    return VideoNews(uid, state if isinstance(state, str) and _WORD.fullmatch(state) else "unknown")


def _problem(data: dict[str, Any]) -> str | None:
    found = data.get("live_input_errored")
    error = found.get("error") if isinstance(found, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, str) and _WORD.fullmatch(code) else None
