"""Rules of a room that the edge itself applies; the database keeps them, control messages change them."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class RoomRules:
    """Who is silent, who is out, and how often one may write."""

    slow_mode_seconds: int = 0
    muted: dict[str, int | None] = field(default_factory=dict)
    """User id to the end of the mute (Unix seconds; None: the whole show)."""
    banned: set[str] = field(default_factory=set)
    """User and device ids."""

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "RoomRules":
        """Rules as a snapshot carries them."""
        return cls(
            slow_mode_seconds=int(stored.get("slow_mode_seconds", 0)),
            muted=dict(stored.get("muted", {})),
            banned=set(stored.get("banned", ())),
        )

    def apply(self, change: str, data: dict[str, Any]) -> None:
        """A control message; unknown changes belong to a newer build and are ignored."""
        if change == "slow-mode":
            self.slow_mode_seconds = int(data["seconds"])
        elif change == "mute":
            self.muted[data["user"]] = data["until"]
        elif change == "unmute":
            self.muted.pop(data["user"], None)
        elif change == "ban":
            self.banned.update(data["identities"])
        elif change == "unban":
            self.banned.difference_update(data["identities"])

    def muted_until(self, user: str, now: int) -> tuple[bool, int | None]:
        """Whether the user is silent now, and until when."""
        if user not in self.muted:
            return False, None
        until = self.muted[user]
        if until is not None and until <= now:
            del self.muted[user]
            return False, None
        return True, until
