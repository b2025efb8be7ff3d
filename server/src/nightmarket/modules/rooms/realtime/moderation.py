"""Rules of a room that the edge itself applies; the database keeps them, control messages change them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from nightmarket.modules.rooms.realtime.safety.check import Policy
from nightmarket.modules.rooms.realtime.safety.presets import PRESETS
from nightmarket.modules.rooms.realtime.safety.words import WordList, compiled

RAID_SLOW_SECONDS: Final = 10
NEWCOMER_SECONDS: Final = 86_400

_NO_WORDS: Final = compiled(())

Until = int | None
"""End of a restriction in Unix seconds; None: the whole show."""


@dataclass(slots=True)
class RoomRules:
    """Who is silent, unheard or out, and what may be written how often."""

    slow_mode_seconds: int = 0
    followers_only_minutes: int | None = None
    links: Policy = "allow"
    contacts: Policy = "allow"
    raid_since: int | None = None
    raid_until: int | None = None
    """Unix milliseconds."""
    muted: dict[str, Until] = field(default_factory=dict)
    shadowed: dict[str, Until] = field(default_factory=dict)
    banned: dict[str, Until] = field(default_factory=dict)
    """User and device ids."""
    words: WordList = _NO_WORDS

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "RoomRules":
        """Rules as a snapshot carries them."""
        rules = cls(
            muted=dict(stored.get("muted", {})),
            shadowed=dict(stored.get("shadowed", {})),
            banned=_ends(stored.get("banned", {})),
        )
        rules._set(stored)
        rules._set_words(stored)
        return rules

    def apply(self, change: str, data: dict[str, Any]) -> None:
        """A control message; unknown changes belong to a newer build and are ignored."""
        match change:
            case "rules":
                self._set(data)
            case "words":
                self._set_words(data)
            case "mute":
                self._forget(data["user"])
                (self.shadowed if data.get("shadow") else self.muted)[data["user"]] = data["until"]
            case "unmute":
                self._forget(data["user"])
            case "ban":
                self.banned.update(dict.fromkeys(data["identities"], data.get("until")))
            case "unban":
                for identity in data["identities"]:
                    self.banned.pop(identity, None)

    def muted_until(self, user: str, now: int) -> tuple[bool, Until]:
        """Whether the user is silent now, and until when."""
        return _in_force(self.muted, user, now), self.muted.get(user)

    def is_shadowed(self, user: str, now: int) -> bool:
        """Whether only the user and the staff are to see what the user writes."""
        return _in_force(self.shadowed, user, now)

    def is_banned(self, identities: Iterable[str], now: int) -> bool:
        """Whether one of these, an account or a device, is out."""
        return any(_in_force(self.banned, identity, now) for identity in identities)

    def is_raid(self, now_ms: int) -> bool:
        """Whether raid mode is on; it ends by itself."""
        return self.raid_until is not None and now_ms < self.raid_until

    def is_newcomer(self, born_at: int, known_since: int, now_ms: int) -> bool:
        """Whether a raid mode is meant for this person: a young account, or one that came after it began."""
        since = (self.raid_since or 0) // 1000
        return now_ms // 1000 - born_at < NEWCOMER_SECONDS or known_since > since

    def slow_seconds(self, now_ms: int) -> int:
        """One message per person and so many seconds."""
        return max(self.slow_mode_seconds, RAID_SLOW_SECONDS) if self.is_raid(now_ms) else self.slow_mode_seconds

    def must_follow_for(self, followed_at: int | None, now: int) -> int | None:
        """Seconds until this person has followed long enough; 0: now. None: they do not follow."""
        if self.followers_only_minutes is None:
            return 0
        if followed_at is None:
            return None
        return max(0, followed_at + self.followers_only_minutes * 60 - now)

    def _forget(self, user: str) -> None:
        self.muted.pop(user, None)
        self.shadowed.pop(user, None)

    def _set(self, rules: Mapping[str, Any]) -> None:
        self.slow_mode_seconds = int(rules.get("slow_mode_seconds", 0))
        self.followers_only_minutes = rules.get("followers_only_minutes")
        self.links = rules.get("links", "allow")
        self.contacts = rules.get("contacts", "allow")
        self.raid_since, self.raid_until = rules.get("raid_since"), rules.get("raid_until")

    def _set_words(self, data: Mapping[str, Any]) -> None:
        own = [(word["text"], word["effect"]) for word in data.get("words", ())]
        ready = [entry for name in data.get("presets", ()) for entry in PRESETS.get(name, ())]
        self.words = compiled((*own, *ready))


def _in_force(ends: dict[str, Until], who: str, now: int) -> bool:
    if who not in ends:
        return False
    until = ends[who]
    if until is not None and until <= now:
        del ends[who]
        return False
    return True


def _ends(stored: Mapping[str, Until] | Iterable[str]) -> dict[str, Until]:
    return dict(stored) if isinstance(stored, Mapping) else dict.fromkeys(stored)
