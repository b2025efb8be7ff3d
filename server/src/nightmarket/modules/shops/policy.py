"""Who may do what in a shop, and which names it may have: pure functions."""

from typing import Literal

Role = Literal["owner", "host", "moderator", "packer"]
GivenRole = Literal["host", "moderator", "packer"]
"""Roles that can be given: there is one owner, from the start."""

RESERVED_SLUGS = frozenset({"admin", "api", "assets", "mine", "new", "nightmarket", "official", "studio", "support"})
SLUG_PATTERN = r"^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$"


def may(role: str | None, *, is_admin: bool, roles: tuple[str, ...]) -> bool:
    """Whether a member with this role may do what is open to `roles`. Owners and platform admins always may."""
    return is_admin or role == "owner" or (role is not None and role in roles)
