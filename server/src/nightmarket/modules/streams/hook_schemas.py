"""What the media server sends to our hooks."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class AuthorizeIn(BaseModel):
    """The media server asks whose key this is."""

    key: Annotated[str, Field(min_length=1, max_length=200)]
    remote: Annotated[str, Field(max_length=200)] = ""


class MediaEventIn(BaseModel):
    """The media server tells what happened; facts this build does not know are ignored."""

    model_config = ConfigDict(extra="allow")

    event: Annotated[str, Field(max_length=40)]
    stream: Annotated[str, Field(max_length=64)]
    at: Annotated[int, Field(ge=0, le=4_102_444_800_000, strict=True)]


class OutputReportIn(BaseModel):
    """The facts of an `output` event."""

    output: Annotated[str, Field(pattern=r"^out_[0-9a-z]{26}$")]
    state: Annotated[str, Field(max_length=20)]
    reason: Annotated[str | None, Field(max_length=40)] = None


class RecordedIn(BaseModel):
    """The facts of a `recorded` event."""

    duration_seconds: Annotated[float, Field(ge=0, le=10_000_000, allow_inf_nan=False)]
    bytes: Annotated[int | None, Field(ge=0, le=2**62)] = None
    mp4_path: Annotated[str | None, Field(max_length=200, pattern=r"^/[A-Za-z0-9/_.-]+$")] = None
    width: Annotated[int | None, Field(ge=0, le=100_000)] = None
    height: Annotated[int | None, Field(ge=0, le=100_000)] = None
