"""A user changes how they appear, and administrators are made."""

from typing import Any

from nightmarket.kernel.problems import SignInRequired
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity import repository
from nightmarket.modules.identity.models import User
from nightmarket.modules.identity.policy import canonical_email


async def edit_profile(unit: Unit, user_id: str, values: dict[str, Any]) -> User:
    """Change display name, language, market or the privacy switch.

    Access tokens already out keep what they say until they are renewed.
    """
    user = await repository.user(unit.session, user_id)
    if user is None:
        raise SignInRequired
    if values:
        await repository.set_profile(unit, user_id, values)
        await unit.session.refresh(user)
    return user


async def grant_role(unit: Unit, email: str, role: str) -> str | None:
    """Give the account with this address a platform role; its id, or None without one. Works from the next refresh."""
    canonical = canonical_email(email)
    user = await repository.user_by_email(unit.session, canonical) if canonical else None
    if user is None:
        return None
    if role not in user.roles:
        await repository.set_roles(unit, user.id, [*user.roles, role])
    return user.id
