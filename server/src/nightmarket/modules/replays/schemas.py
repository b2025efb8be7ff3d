"""HTTP shapes of replays and clips."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from nightmarket.modules.replays.service.clips import ClipPlan
from nightmarket.modules.replays.service.keep_rules import Rules
from nightmarket.modules.replays.states import ClipState, ReplayState, Why

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Seconds = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Days = Annotated[int, Field(ge=1, le=3650)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ClipIn(_In):
    """A stretch of the recording, in seconds, as `dvr_seconds` and the moments count."""

    title: Title
    start: Seconds
    end: Seconds

    def plan(self) -> ClipPlan:
        """In the words of the domain."""
        return ClipPlan(self.title, round(self.start * 1000), round(self.end * 1000))


class ClipPatch(_In):
    """What to change."""

    title: Title | None = None
    keep: bool | None = None

    @model_validator(mode="after")
    def _nothing_is_null(self) -> Self:
        for name in self.model_fields_set:
            if getattr(self, name) is None:
                raise ValueError(f"{name} must not be null")
        return self

    def changes(self) -> dict[str, Any]:
        """What was named, as it is stored."""
        names = {"title": "title", "keep": "is_kept"}
        return {names[name]: getattr(self, name) for name in self.model_fields_set}


class ClipOut(BaseModel):
    """A clip. `url` is an MP4, null until it is ready; that of a private show works for some hours."""

    id: str
    stream_id: str
    title: str
    start: float
    end: float
    state: ClipState
    url: str | None
    size_bytes: int | None
    keep: bool
    created_at: datetime


class ReplayPatch(_In):
    """`keep`: the rules leave this replay alone."""

    keep: bool


class ReplayOut(BaseModel):
    """Where a replay stands. `elsewhere`: only the video provider has it. `expires_at`: when the rules remove it."""

    stream_id: str
    title: str
    state: ReplayState
    size_bytes: int | None = Field(description="Bytes in storage; of a removed replay, those that were freed.")
    keep: bool
    created_at: datetime
    stored_at: datetime | None
    expires_at: datetime | None
    removed_at: datetime | None
    removed_why: Why | None


class RulesModel(_In):
    """Days that replays and clips stay; null: for ever."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    replay_days: Days | None
    clip_days: Days | None

    def rules(self) -> Rules:
        """In the words of the domain."""
        return Rules(self.replay_days, self.clip_days)
