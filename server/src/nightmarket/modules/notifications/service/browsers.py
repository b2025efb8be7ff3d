"""Browsers that may be woken: only through push services we know, for an address out of a browser is anybody's text."""

import base64
import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import InvalidInput
from nightmarket.kernel.unit import Unit
from nightmarket.modules.notifications import repository
from nightmarket.modules.notifications.errors import ChannelOff, PushEndpointRefused
from nightmarket.modules.notifications.models import PushSubscriptionRow
from nightmarket.modules.notifications.policy import MAX_SUBSCRIPTIONS
from nightmarket.modules.notifications.ports import Senders

KNOWN_HOSTS: Final = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    ".push.apple.com",
    ".notify.windows.com",
)


def is_push_service(endpoint: str, extra_hosts: Collection[str] = ()) -> bool:
    """Whether an address leads to a push service that we know, and nowhere else."""
    try:
        parts = urlsplit(endpoint)
        port = parts.port
    except ValueError:
        return False
    if not endpoint.isascii() or any(char <= " " or char in "\\\x7f" for char in endpoint):
        return False
    if parts.scheme != "https" or parts.username is not None or parts.password is not None or parts.fragment:
        return False
    where = (parts.hostname or "") + (f":{port}" if port not in {None, 443} else "")
    return any(
        where.endswith(known) and where != known if known.startswith(".") else where == known
        for known in (*KNOWN_HOSTS, *extra_hosts)
    )


@dataclass(frozen=True, slots=True)
class Browser:
    """What a browser says of itself: where it is woken, and its keys (p256dh and auth)."""

    endpoint: str
    keys: tuple[str, str]
    user_agent: str | None


async def subscribe(
    unit: Unit, ctx: Context, browser: Browser, *, user_id: str, session_id: str
) -> PushSubscriptionRow:
    """Wake this browser from now on, for this person and nobody else."""
    endpoint = browser.endpoint
    if ctx.port(Senders).get("push") is None:
        raise ChannelOff
    if not is_push_service(endpoint, ctx.settings.web_push.extra_hosts):
        raise PushEndpointRefused
    p256dh, auth = (key.rstrip("=") for key in browser.keys)
    if _size(p256dh) != 65 or _size(auth) != 16:
        raise InvalidInput("keys.p256dh must be 65 bytes and keys.auth 16 bytes of base64url.")
    code = endpoint_hash(endpoint)
    values = {
        "user_id": user_id,
        "session_id": session_id,
        "p256dh": p256dh,
        "auth": auth,
        "user_agent": browser.user_agent,
    }
    known = await repository.subscription_at(unit.session, code)
    if known is None:
        row = PushSubscriptionRow(
            id=new_id("psb"), endpoint=endpoint, endpoint_hash=code, created_at=unit.now, **values
        )
        if await unit.add_new(row):
            await _keep_few(unit, user_id)
            return row
        known = await repository.subscription_at(unit.session, code)
    assert known is not None
    await repository.set_subscription(unit, known.id, **values)
    return known


def endpoint_hash(endpoint: str) -> bytes:
    """Under which a browser is found again."""
    return hashlib.sha256(endpoint.encode()).digest()


async def _keep_few(unit: Unit, user_id: str) -> None:
    """The oldest go when somebody has too many."""
    mine = await repository.subscriptions_of(unit.session, [user_id])
    if len(mine) > MAX_SUBSCRIPTIONS:
        await repository.drop_subscriptions(unit, ids=[row.id for row in mine[: len(mine) - MAX_SUBSCRIPTIONS]])


def _size(text: str) -> int:
    try:
        return len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return 0
