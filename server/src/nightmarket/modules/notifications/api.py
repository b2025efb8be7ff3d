"""Notifications over HTTP: the inbox, what leaves it and by which way."""

from html import escape
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import HTMLResponse

from nightmarket.kernel.context import Context
from nightmarket.kernel.i18n import Locale, best_locale
from nightmarket.kernel.paging import decode_id_cursor, encode_cursor, split_page
from nightmarket.kernel.problems import InvalidInput, NotFound, SignInRequired, TooManyRequests, may_raise
from nightmarket.kernel.security import BadSignature, Signer
from nightmarket.kernel.unit import Unit
from nightmarket.kernel.web.dependencies import ContextDep, CursorQuery, LimitQuery
from nightmarket.modules.identity.public import CallerDep
from nightmarket.modules.notifications import errors, repository
from nightmarket.modules.notifications.policy import MARKETING
from nightmarket.modules.notifications.ports import LineAccount, PushKey, Senders
from nightmarket.modules.notifications.schemas import (
    ChannelOut,
    CodeIn,
    ContactChannel,
    LineCodeOut,
    NewsCategoryOut,
    NotificationOut,
    NotificationsOut,
    PhoneIn,
    PhoneOut,
    PreferencesIn,
    PreferencesOut,
    PushKeyOut,
    PushSubscriptionIn,
    PushSubscriptionOut,
    ReadIn,
    UnreadOut,
)
from nightmarket.modules.notifications.service import browsers, contacts
from nightmarket.modules.notifications.service.deliver import UNSUBSCRIBE
from nightmarket.modules.notifications.service.inbox import channel_states, choices_shown, in_words, may_choose
from nightmarket.modules.notifications.service.recipients import Recipient, recipients
from nightmarket.modules.notifications.service.render import known_locale
from nightmarket.modules.notifications.texts import word

router = APIRouter(tags=["notifications"])

_CODES_PER_HOUR = 5
_GUESSES_PER_MINUTE = 20


@router.get("/me/notifications", responses=may_raise(SignInRequired, InvalidInput))
async def my_notifications(
    ctx: ContextDep,
    caller: CallerDep,
    cursor: CursorQuery = None,
    limit: LimitQuery = 20,
    *,
    unread: Annotated[bool, Query(description="Only what is not read.")] = False,
    lang: Annotated[str | None, Query(max_length=16, description="Another language than the account's.")] = None,
) -> NotificationsOut:
    """What you were told, newest first."""
    before = decode_id_cursor(cursor, "ntf")
    async with ctx.reader() as session:
        rows = await repository.notifications_of(session, caller.id, before=before, only_unread=unread, limit=limit + 1)
        count = await repository.unread_count(session, caller.id)
    shown, more = split_page(rows, limit)
    locale, now = known_locale(lang or caller.locale, caller.market), ctx.clock()
    return NotificationsOut(
        items=[NotificationOut.of(in_words(row, locale, now)) for row in shown],
        next_cursor=encode_cursor(shown[-1].id) if more else None,
        unread=count,
    )


@router.get("/me/notifications/unread", responses=may_raise(SignInRequired))
async def my_unread(ctx: ContextDep, caller: CallerDep) -> UnreadOut:
    """The number on the bell."""
    async with ctx.reader() as session:
        return UnreadOut(unread=await repository.unread_count(session, caller.id))


@router.post("/me/notifications/read", responses=may_raise(SignInRequired, InvalidInput))
async def mark_read(body: ReadIn, ctx: ContextDep, caller: CallerDep) -> UnreadOut:
    """You have read these, or everything up to one; without either, everything."""

    async def work(unit: Unit) -> int:
        await repository.mark_read(unit, caller.id, ids=body.ids, up_to=body.up_to)
        return await repository.unread_count(unit.session, caller.id)

    return UnreadOut(unread=await ctx.transact(work))


@router.get("/me/notification-preferences", responses=may_raise(SignInRequired))
async def my_preferences(ctx: ContextDep, caller: CallerDep) -> PreferencesOut:
    """What leaves the inbox, and by which way."""
    return await _preferences(ctx, caller.id)


@router.patch("/me/notification-preferences", responses=may_raise(SignInRequired, InvalidInput))
async def change_preferences(body: PreferencesIn, ctx: ContextDep, caller: CallerDep) -> PreferencesOut:
    """Turn switches. A switch of a marketing category is your consent, kept with its time."""
    if not all(may_choose(one.category) for one in body.choices):
        raise InvalidInput("News about the safety of your account cannot be switched off.")

    async def work(unit: Unit) -> None:
        for one in body.choices:
            await repository.choose(unit, caller.id, one.category, one.channel, is_on=one.on)

    await ctx.transact(work)
    return await _preferences(ctx, caller.id)


@router.get("/push-subscriptions/key")
async def push_key(ctx: ContextDep) -> PushKeyOut:
    """The key that browsers subscribe with."""
    key = ctx.ports.get(PushKey)
    return PushKeyOut(public_key=key.public_key() if key is not None else None)


@router.put(
    "/me/push-subscriptions",
    responses=may_raise(SignInRequired, InvalidInput, errors.ChannelOff, errors.PushEndpointRefused),
)
async def put_push_subscription(
    body: PushSubscriptionIn, request: Request, ctx: ContextDep, caller: CallerDep
) -> PushSubscriptionOut:
    """Wake this browser when there is news, until it logs out. Repeating it is harmless."""
    agent = "".join(char if char.isprintable() else " " for char in request.headers.get("user-agent", "")[:200])
    browser = browsers.Browser(body.endpoint, (body.keys.p256dh, body.keys.auth), agent or None)
    row = await ctx.transact(
        lambda unit: browsers.subscribe(unit, ctx, browser, user_id=caller.id, session_id=caller.session_id)
    )
    return PushSubscriptionOut.of(row)


@router.delete("/me/push-subscriptions", status_code=204, responses=may_raise(SignInRequired, InvalidInput))
async def drop_push_subscription(
    ctx: ContextDep,
    caller: CallerDep,
    endpoint: Annotated[str | None, Query(max_length=2000, description="Without it: all of yours.")] = None,
) -> None:
    """Let the browser with this address sleep."""
    code = browsers.endpoint_hash(endpoint) if endpoint is not None else None
    await ctx.transact(lambda unit: repository.drop_subscriptions(unit, user_id=caller.id, endpoint_hash=code))


@router.post(
    "/me/contacts/phone",
    status_code=202,
    responses=may_raise(SignInRequired, InvalidInput, errors.ChannelOff, TooManyRequests),
)
async def ask_phone(body: PhoneIn, ctx: ContextDep, caller: CallerDep) -> PhoneOut:
    """Send a code to a phone that you want to be told things at."""
    number = contacts.international(body.phone, body.market or caller.market)
    await ctx.limits.hit("contact-code", caller.id, limit=_CODES_PER_HOUR, seconds=3600)
    await ctx.limits.hit("contact-code-to", number, limit=_CODES_PER_HOUR, seconds=3600)

    async def work(unit: Unit) -> str:
        person = (await recipients(unit.session, ctx, [caller.id])).get(caller.id)
        if person is None:
            raise SignInRequired
        return await contacts.ask_phone(unit, ctx, person.person, body.phone, body.market)

    return PhoneOut(phone=await ctx.transact(work))


@router.post(
    "/me/contacts/phone/confirm",
    responses=may_raise(SignInRequired, InvalidInput, errors.WrongCode, TooManyRequests),
)
async def prove_phone(body: CodeIn, ctx: ContextDep, caller: CallerDep) -> PreferencesOut:
    """The phone is yours. Five wrong codes, and a new one is needed."""
    await ctx.limits.hit("contact-guess", caller.id, limit=_GUESSES_PER_MINUTE)
    await contacts.prove_phone(ctx, caller.id, body.code.strip())
    return await _preferences(ctx, caller.id)


@router.post("/me/contacts/line", status_code=201, responses=may_raise(SignInRequired, errors.ChannelOff))
async def link_line(ctx: ContextDep, caller: CallerDep) -> LineCodeOut:
    """A code that links your LINE account when you send it to ours."""
    code, row = await ctx.transact(lambda unit: contacts.offer_line_code(unit, ctx, caller.id))
    account = ctx.ports.get(LineAccount)
    return LineCodeOut(code=code, expires_at=row.expires_at, friend_url=account.friend_url if account else None)


@router.delete("/me/contacts/phone", status_code=204, responses=may_raise(SignInRequired, NotFound))
async def drop_phone(ctx: ContextDep, caller: CallerDep) -> None:
    """Forget your phone."""
    await _drop_contact(ctx, caller.id, "sms")


@router.delete("/me/contacts/line", status_code=204, responses=may_raise(SignInRequired, NotFound))
async def drop_line(ctx: ContextDep, caller: CallerDep) -> None:
    """Forget your LINE account."""
    await _drop_contact(ctx, caller.id, "line")


async def _drop_contact(ctx: Context, user_id: str, channel: ContactChannel) -> None:
    async def work(unit: Unit) -> bool:
        await repository.drop_code(unit, user_id, channel)
        return await repository.drop_contact(unit, user_id, channel)

    if not await ctx.transact(work):
        raise NotFound


@router.get("/notifications/unsubscribe", response_class=HTMLResponse, responses=may_raise(NotFound))
async def unsubscribe_page(
    ctx: ContextDep,
    token: Annotated[str, Query(max_length=1000)],
    accept_language: Annotated[str | None, Header(max_length=1000)] = None,
) -> HTMLResponse:
    """Where the link in a mail leads: one button. Opening it changes nothing, for mail scanners open links, too."""
    _read_token(ctx, token)
    return _page(best_locale(accept_language), token)


@router.post("/notifications/unsubscribe", response_class=HTMLResponse, responses=may_raise(NotFound))
async def unsubscribe(
    ctx: ContextDep,
    token: Annotated[str, Query(max_length=1000)],
    accept_language: Annotated[str | None, Header(max_length=1000)] = None,
) -> HTMLResponse:
    """No more mail of this kind: from the page's button, or by one click in a mail program (RFC 8058)."""
    user_id, category, channel = _read_token(ctx, token)
    await ctx.transact(lambda unit: repository.choose(unit, user_id, category, channel, is_on=False))
    return _page(best_locale(accept_language), None)


def _read_token(ctx: Context, token: str) -> tuple[str, str, str]:
    try:
        said = Signer(ctx.secret, UNSUBSCRIBE).verify(token, now=int(ctx.clock().timestamp()))
    except BadSignature as error:
        raise NotFound from error
    return str(said["user"]), str(said["category"]), str(said["channel"])


def _page(locale: Locale, token: str | None) -> HTMLResponse:
    label = escape(word(locale, "unsubscribe"))
    action = (
        f"<p>✓ {label}</p>"
        if token is None
        else f'<form method="post" action="?token={escape(token)}"><button>{label}</button></form>'
    )
    return HTMLResponse(
        f'<!doctype html><html lang="{locale}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f"<title>Nightmarket</title><h1>Nightmarket</h1>{action}</html>",
        headers={"Cache-Control": "no-store", "Content-Language": locale},
    )


async def _me(ctx: Context, user_id: str) -> Recipient:
    async with ctx.reader() as session:
        found = (await recipients(session, ctx, [user_id])).get(user_id)
    if found is None:
        raise SignInRequired
    return found


async def _preferences(ctx: Context, user_id: str) -> PreferencesOut:
    found = await _me(ctx, user_id)
    return PreferencesOut(
        categories=[
            NewsCategoryOut(
                category=category,
                required=not may_choose(category),
                marketing=category in MARKETING,
                channels=channels,
            )
            for category, channels in choices_shown(found).items()
        ],
        channels=[
            ChannelOut(channel=one.channel, available=one.is_available, addresses=one.addresses)
            for one in channel_states(found, ctx.port(Senders))
        ],
    )
