"""How a room is kept in order, as far as viewers are told."""

from typing import ClassVar, Literal

from msgspec import UNSET, UnsetType

from nightmarket.modules.rooms.realtime.kinds.base import FrameClass, Minutes, Seconds, ServerData, UnixMs, UnixSeconds

Policy = Literal["allow", "mask", "block"]


class SlowMode(ServerData, frozen=True):
    """One message per person and so many seconds; 0: as fast as one likes."""

    kind: ClassVar[str] = "slow-mode"
    klass: ClassVar[FrameClass] = FrameClass.KEPT
    source: ClassVar[str] = "the api, when a moderator changes it"

    seconds: Seconds


class PublicRules(ServerData, frozen=True):
    """Everything that limits who may write what. `followers_only_minutes`: null is off, 0 is "must follow"."""

    kind: ClassVar[str] = "room-rules"
    klass: ClassVar[FrameClass] = FrameClass.KEPT
    source: ClassVar[str] = "the api, when a moderator changes a rule; also in every snapshot"

    slow_mode_seconds: Seconds
    followers_only_minutes: Minutes | None
    links: Policy
    contacts: Policy
    raid_until: UnixMs | None


class Muted(ServerData, frozen=True):
    """You may read and order but not write, until then (null: for the whole show); or you may write again."""

    kind: ClassVar[str] = "muted"
    klass: ClassVar[FrameClass] = FrameClass.PRIVATE
    source: ClassVar[str] = "the api, when a moderator mutes or unmutes you"

    muted: bool
    until: UnixSeconds | UnsetType | None = UNSET
