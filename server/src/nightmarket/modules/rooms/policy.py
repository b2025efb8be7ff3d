"""Who may keep order in a room, and over whom. Pure functions: what a route checks, a job checks too."""

from typing import Final

ADMIN: Final = "admin"
"""An administrator of the platform, who acts as a moderator in every shop and stands above its people."""

_RANKS: Final = {ADMIN: 4, "owner": 3, "host": 2, "moderator": 1}


def may_moderate(role: str | None) -> bool:
    """Owner, host and moderators keep order. Packers work after the show and have no say in the room."""
    return role in _RANKS


def may_restrict(role: str | None, subject: str | None) -> bool:
    """Whether somebody of `role` may mute or ban somebody of `subject`: only those who stand below them."""
    return may_moderate(role) and _rank(role) > _rank(subject)


def _rank(role: str | None) -> int:
    return 0 if role is None else _RANKS.get(role, 0)
