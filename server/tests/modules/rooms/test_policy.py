"""Who may keep order, and over whom: every pair of roles."""

import pytest

from nightmarket.modules.rooms.policy import ADMIN, may_moderate, may_restrict

RANKS = [None, "buyer", "anonymous", "packer", "moderator", "host", "owner", ADMIN]


@pytest.mark.parametrize(("role", "may"), [(role, RANKS.index(role) >= 4) for role in RANKS])
def test_owner_host_and_moderators_keep_order(role: str | None, may: bool) -> None:
    assert may_moderate(role) is may


def test_only_those_above_restrict() -> None:
    allowed = {(role, subject) for role in RANKS for subject in RANKS if may_restrict(role, subject)}
    ordinary = {None, "buyer", "anonymous", "packer"}
    assert allowed == {
        *(("moderator", subject) for subject in ordinary),
        *(("host", subject) for subject in ordinary | {"moderator"}),
        *(("owner", subject) for subject in ordinary | {"moderator", "host"}),
        *((ADMIN, subject) for subject in ordinary | {"moderator", "host", "owner"}),
    }
