"""Links and warnings of accounts reach their owners."""

from collections.abc import Awaitable, Callable

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.integrations.postbox.models import PostboxRow
from nightmarket.kernel.context import Context
from nightmarket.modules.identity.events import SecurityNotice
from nightmarket.modules.notifications.models import DeliveryRow
from nightmarket.modules.notifications.service.compose_people import device_words
from nightmarket.modules.notifications.texts import language
from support.accounts import PASSWORD, email_of, person, sign_up
from support.clock import FrozenClock
from support.messages import inbox, outbox

Drain = Callable[[], Awaitable[list[str]]]


async def mail(ctx: Context, name: str) -> list[PostboxRow]:
    """Everything in a mailbox, oldest first."""
    async with ctx.reader() as session:
        query = sa.select(PostboxRow).where(PostboxRow.address == email_of(name)).order_by(PostboxRow.id)
        return list(await session.scalars(query))


async def test_a_new_account_is_asked_to_verify_its_address(
    api: httpx2.AsyncClient, ctx: Context, drain: Drain
) -> None:
    headers = await sign_up(api, "mei", locale="th", market="TH")
    await drain()
    [letter] = await mail(ctx, "mei")
    assert (letter.kind, letter.locale, letter.title) == ("identity.verify", "th", "ยืนยันอีเมลของคุณ")
    assert letter.link is not None
    path, _, token = letter.link.partition("#")
    assert path.endswith("/account/link/verify")
    verified = await api.post("/api/v1/auth/email/verify", json={"token": token}, headers=headers)
    assert verified.json()["email_verified"] is True


async def test_the_link_of_a_forgotten_password_works_and_is_kept_nowhere(
    api: httpx2.AsyncClient, ctx: Context, drain: Drain
) -> None:
    await sign_up(api, "mei")
    await api.post("/api/v1/auth/password/forgot", json={"email": email_of("mei")})
    await drain()
    [letter] = await outbox(ctx, email_of("mei"))
    assert letter.kind == "identity.reset"
    token = str(letter.link).partition("#")[2]
    async with ctx.reader() as session:
        rows = (await session.execute(sa.select(DeliveryRow.__table__))).all()
    assert token not in str(rows)
    body = {"token": token, "password": "another lantern 48"}
    assert (await api.post("/api/v1/auth/password/reset", json=body)).status_code == 204
    await drain()
    assert [one.kind for one in await outbox(ctx, email_of("mei"))] == ["identity.reset", "identity.security"]


async def test_a_letter_that_comes_too_late_is_not_sent(
    api: httpx2.AsyncClient, ctx: Context, drain: Drain, clock: FrozenClock
) -> None:
    await sign_up(api, "mei")
    clock.advance(days=1)
    await drain()
    assert await mail(ctx, "mei") == []


async def test_the_old_address_hears_of_the_new_one(api: httpx2.AsyncClient, ctx: Context, drain: Drain) -> None:
    headers = await sign_up(api, "mei")
    body = {"email": email_of("mei2"), "password": PASSWORD}
    await api.post("/api/v1/me/email", json=body, headers=headers)
    await drain()
    token = str((await mail(ctx, "mei2"))[0].link).partition("#")[2]
    assert (await api.post("/api/v1/auth/email/verify", json={"token": token}, headers=headers)).status_code == 200
    await drain()
    assert [one.kind for one in await outbox(ctx, email_of("mei"))] == ["identity.email_moved"]
    assert [one.kind for one in await outbox(ctx, email_of("mei2"))] == ["identity.security"]


@pytest.mark.parametrize(
    "what", [key.partition(":")[2] for key in language("en").texts if key.startswith("identity.security:")]
)
async def test_every_warning_has_words(api: httpx2.AsyncClient, ctx: Context, drain: Drain, what: str) -> None:
    mei = await person(api, "mei")
    detail = ctx.clock().isoformat() if what == "deletion-planned" else "Mozilla/5.0 (iPhone) Line/15.1"
    async with ctx.unit() as unit:
        unit.announce(SecurityNotice(mei.id, what, ctx.clock().isoformat(), detail))
    await drain()
    [told] = await inbox(api, mei.headers)
    assert (told["kind"], told["category"], told["link"]) == ("identity.security", "account", "/account")
    assert told["title"] not in {language("zh-TW").texts["identity.security"].title, ""}
    if what == "new-device":
        assert told["title"] == "新的登入:LINE · iPhone"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537 Chrome/140 Mobile Safari/537", "Chrome · Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X) Version/19 Safari/605", "Safari · Mac"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge · Windows"),
        ("curl/8", "curl/8"),
        ("", "?"),
    ],
)
def test_devices_have_names(agent: str, words: str) -> None:
    assert device_words(agent) == words
