"""The inbox, the switches, browsers, phones and the outbox page, as their owner and as anybody else sees them."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.kernel.security import Signer
from nightmarket.modules.identity.events import SessionEnded
from nightmarket.modules.notifications.ports import PushKey, Refused, Senders, TryLater
from nightmarket.modules.notifications.service.browsers import is_push_service
from nightmarket.modules.notifications.service.contacts import international
from nightmarket.modules.notifications.service.deliver import UNSUBSCRIBE
from nightmarket.modules.notifications.service.tell import tell
from support.accounts import Person, email_of, log_in, person, sign_up_admin
from support.clock import FrozenClock
from support.messages import deliveries, inbox, outbox, use_script

Drain = Callable[[], Awaitable[list[str]]]
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc:123"
KEYS = {
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}


@pytest.fixture
async def ann(api: httpx2.AsyncClient) -> Person:
    """Somebody."""
    return await person(api, "ann", locale="en")


async def say(ctx: Context, who: Person, count: int = 1) -> None:
    """Tell somebody things."""
    for number in range(count):
        await tell(ctx, "identity.session_stolen", who.id, f"k{number}", {})


async def test_the_inbox_in_pages_and_what_is_read(ctx: Context, api: httpx2.AsyncClient, ann: Person) -> None:
    await say(ctx, ann, 5)
    ben = await person(api, "ben")
    first = (await api.get("/api/v1/me/notifications?limit=3", headers=ann.headers)).json()
    second = await api.get(
        "/api/v1/me/notifications", params={"limit": 3, "cursor": first["next_cursor"]}, headers=ann.headers
    )
    ids = [one["id"] for one in first["items"] + second.json()["items"]]
    assert ids == sorted(ids, reverse=True)
    assert (len(ids), first["unread"], second.json()["next_cursor"]) == (5, 5, None)
    read = "/api/v1/me/notifications/read"
    assert (await api.post(read, json={"ids": [ids[0]]}, headers=ben.headers)).json() == {"unread": 0}
    assert (await api.get("/api/v1/me/notifications/unread", headers=ann.headers)).json() == {"unread": 5}
    assert (await api.post(read, json={"ids": [ids[0]]}, headers=ann.headers)).json() == {"unread": 4}
    assert (await api.post(read, json={"up_to": ids[3]}, headers=ann.headers)).json() == {"unread": 2}
    assert {one["id"] for one in await inbox(api, ann.headers, unread="true")} == {ids[1], ids[2]}
    assert (await api.post(read, json={}, headers=ann.headers)).json() == {"unread": 0}
    for bad in ("cursor=x", "limit=0"):
        assert (await api.get(f"/api/v1/me/notifications?{bad}", headers=ann.headers)).status_code == 422
    assert (await api.get("/api/v1/me/notifications")).status_code == 401


async def test_switches(ctx: Context, api: httpx2.AsyncClient, ann: Person) -> None:
    path = "/api/v1/me/notification-preferences"
    before = (await api.get(path, headers=ann.headers)).json()
    shown = {one["category"]: one for one in before["categories"]}
    assert (shown["bag"]["marketing"], shown["bag"]["channels"]["email"]) == (True, False)
    assert (shown["account"]["required"], shown["orders"]["channels"]["sms"]) == (True, False)
    channels = {one["channel"]: one for one in before["channels"]}
    assert channels["email"] == {"channel": "email", "available": True, "addresses": [email_of("ann")]}
    assert channels["line"]["available"] is False
    choice = {"choices": [{"category": "orders", "channel": "email", "on": False}]}
    for _ in range(2):
        after = (await api.patch(path, json=choice, headers=ann.headers)).json()
        assert next(one for one in after["categories"] if one["category"] == "orders")["channels"]["email"] is False
    for bad in ({"choices": []}, {"choices": [{"category": "x", "channel": "email", "on": True}]}):
        assert (await api.patch(path, json=bad, headers=ann.headers)).status_code == 422


async def test_one_click_ends_a_kind_of_mail(
    ctx: Context, api: httpx2.AsyncClient, ann: Person, drain: Drain, clock: FrozenClock
) -> None:
    said = {"user": ann.id, "category": "bag", "channel": "email"}
    token = Signer(ctx.secret, UNSUBSCRIBE).sign(said, expires_at=int(clock().timestamp()) + 60)
    choice = {"choices": [{"category": "bag", "channel": "email", "on": True}]}
    prefs = "/api/v1/me/notification-preferences"
    await api.patch(prefs, json=choice, headers=ann.headers)

    async def is_on() -> bool:
        shown = (await api.get(prefs, headers=ann.headers)).json()["categories"]
        on: bool = next(one for one in shown if one["category"] == "bag")["channels"]["email"]
        return on

    path = f"/api/v1/notifications/unsubscribe?token={token}"
    page = await api.get(path, headers={"Accept-Language": "th"})
    assert (page.status_code, "ไม่รับข้อความ" in page.text, await is_on()) == (200, True, True)
    done = await api.post(path, data={"List-Unsubscribe": "One-Click"})
    assert (done.status_code, await is_on()) == (200, False)
    assert (await api.post(f"{path}x")).status_code == 404
    clock.advance(minutes=2)
    assert (await api.post(path)).status_code == 404


async def test_browsers(ctx: Context, api: httpx2.AsyncClient, ann: Person, drain: Drain) -> None:
    path = "/api/v1/me/push-subscriptions"
    key = (await api.get("/api/v1/push-subscriptions/key")).json()["public_key"]
    assert key == ctx.port(PushKey).public_key()
    body = {"endpoint": ENDPOINT, "keys": KEYS, "expirationTime": None}
    first = await api.put(path, json=body, headers=ann.headers)
    assert first.status_code == 200, first.text
    assert (await api.put(path, json=body, headers=ann.headers)).json()["id"] == first.json()["id"]
    script = use_script(ctx, channel="push")
    await say(ctx, ann)
    await drain()
    [message] = script.taken
    assert (message.to, message.push_keys) == (ENDPOINT, (KEYS["p256dh"], KEYS["auth"]))
    # The same browser, another person: the first is woken there no more.
    ben = await person(api, "ben")
    assert (await api.put(path, json=body, headers=ben.headers)).json()["id"] == first.json()["id"]
    await tell(ctx, "identity.session_stolen", ann.id, "again", {})
    await drain()
    assert len(script.taken) == 1
    # Only one's own can be dropped; and it goes with the log-in.
    assert (await api.delete(path, params={"endpoint": ENDPOINT}, headers=ann.headers)).status_code == 204
    sessions = (await api.get("/api/v1/me/sessions", headers=ben.headers)).json()["items"]
    await tell(ctx, "identity.session_stolen", ben.id, "b1", {})
    await drain()
    assert len(script.taken) == 2
    async with ctx.unit() as unit:
        unit.announce(SessionEnded(sessions[0]["id"], ben.id, "logout"))
    await drain()
    await tell(ctx, "identity.session_stolen", ben.id, "b2", {})
    await drain()
    assert len(script.taken) == 2


async def test_what_waits_for_one_is_not_shown_to_who_has_the_browser_next(
    ctx: Context, api: httpx2.AsyncClient, ann: Person, drain: Drain, clock: FrozenClock
) -> None:
    path = "/api/v1/me/push-subscriptions"
    body = {"endpoint": ENDPOINT, "keys": KEYS}
    await api.put(path, json=body, headers=ann.headers)
    script = use_script(ctx, TryLater("away"), channel="push")
    await say(ctx, ann)
    await drain()
    ben = await person(api, "ben")
    assert (await api.put(path, json=body, headers=ben.headers)).status_code == 200
    clock.advance(minutes=5)
    await drain()
    assert len(script.taken) == 1  # the try that failed, when the browser was hers
    assert [one.state for one in await deliveries(ctx) if one.channel == "push"] == ["failed"]


async def test_a_browser_that_is_gone_is_forgotten(
    ctx: Context, api: httpx2.AsyncClient, ann: Person, drain: Drain
) -> None:
    path = "/api/v1/me/push-subscriptions"
    await api.put(path, json={"endpoint": ENDPOINT, "keys": KEYS}, headers=ann.headers)
    script = use_script(ctx, Refused("gone", address_is_dead=True), channel="push")
    await say(ctx, ann, 1)
    await drain()
    await tell(ctx, "identity.session_stolen", ann.id, "again", {})
    await drain()
    assert len(script.taken) == 1
    assert [one.state for one in await deliveries(ctx) if one.channel == "push"] == ["failed"]


async def test_what_is_no_browser(ctx: Context, api: httpx2.AsyncClient, ann: Person) -> None:
    path = "/api/v1/me/push-subscriptions"

    async def refused(**changes: Any) -> tuple[int, str]:
        answer = await api.put(path, json={"endpoint": ENDPOINT, "keys": KEYS} | changes, headers=ann.headers)
        return answer.status_code, answer.json()["code"]

    assert await refused(endpoint="https://169.254.169.254/latest") == (422, "push-endpoint-refused")
    assert await refused(keys=KEYS | {"auth": "AAAA"}) == (422, "invalid-input")
    assert await refused(keys=KEYS | {"p256dh": "AAAA"}) == (422, "invalid-input")
    ctx.ports[Senders] = Senders()
    assert await refused() == (409, "channel-off")


@pytest.mark.parametrize(
    ("endpoint", "good"),
    [
        (ENDPOINT, True),
        ("https://updates.push.services.mozilla.com/wpush/v2/x", True),
        ("https://web.push.apple.com/QX", True),
        ("https://wns2-sg2p.notify.windows.com/w/?token=x", True),
        ("https://fcm.googleapis.com:443/x", True),
        ("http://fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com:8443/x", False),
        ("https://fcm.googleapis.com@127.0.0.1/x", False),
        ("https://fcm.googleapis.com.evil.example/x", False),
        ("https://evil-push.apple.com.example/x", False),
        ("https://.push.apple.com/x", False),
        ("https://push.apple.com/x", False),
        ("https://127.0.0.1\\@fcm.googleapis.com/x", False),
        ("https://fcm.googleapis.com\n/x", False),
        ("https://[::1]/x", False),
        ("https://localhost/x", False),
        ("file:///etc/passwd", False),
        ("https://ｆcm.googleapis.com/x", False),
    ],
)
def test_only_known_push_services(endpoint: str, good: bool) -> None:
    assert is_push_service(endpoint) is good


async def test_a_phone_is_told_things_when_it_has_repeated_the_code(
    ctx: Context, api: httpx2.AsyncClient, ann: Person, drain: Drain, clock: FrozenClock
) -> None:
    ask, prove = "/api/v1/me/contacts/phone", "/api/v1/me/contacts/phone/confirm"
    asked = await api.post(ask, json={"phone": "0912-345-678"}, headers=ann.headers)
    assert (asked.status_code, asked.json()) == (202, {"phone": "+886912345678"})
    await drain()
    [sms] = await outbox(ctx, "+886912345678")
    code = sms.title.partition(": ")[2]
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        answer = await api.post(prove, json={"code": wrong}, headers=ann.headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "wrong-code")
    late = await api.post(prove, json={"code": code}, headers=ann.headers)
    assert late.status_code == 422, "five guesses are all there are"
    await api.post(ask, json={"phone": "+66 81 234 5678", "market": "TH"}, headers=ann.headers)
    await drain()
    [sms] = await outbox(ctx, "+66812345678")
    code = sms.title.partition(": ")[2]
    ben = await person(api, "ben")
    assert (await api.post(prove, json={"code": code}, headers=ben.headers)).status_code == 422
    proven = await api.post(prove, json={"code": f" {code} "}, headers=ann.headers)
    assert proven.status_code == 200, proven.text
    assert next(one for one in proven.json()["channels"] if one["channel"] == "sms")["addresses"] == ["+668…678"]
    assert (await api.post(prove, json={"code": code}, headers=ann.headers)).status_code == 422
    assert (await api.delete("/api/v1/me/contacts/phone", headers=ann.headers)).status_code == 204


@pytest.mark.parametrize(
    ("typed", "market", "number"),
    [
        ("0912 345 678", "TW", "+886912345678"),
        ("+886 0912 345 678", "TH", "+886912345678"),
        ("081-234-5678", "TH", "+66812345678"),
        ("+81 90 1234 5678", "TW", "+819012345678"),
    ],
)
def test_numbers_as_services_want_them(typed: str, market: str, number: str) -> None:
    assert international(typed, market) == number


@pytest.mark.parametrize(("typed", "market"), [("02 2345 6789", "TW"), ("912345678", "TW"), ("02 123 4567", "TH")])
def test_no_mobile_numbers(typed: str, market: str) -> None:
    with pytest.raises(Exception, match="number"):
        international(typed, market)


async def test_the_outbox_page_is_for_this_machine(
    ctx: Context, api: httpx2.AsyncClient, ann: Person, drain: Drain
) -> None:
    await say(ctx, ann)
    await drain()
    local = {"host": "127.0.0.1:8000"}
    page = await api.get("/outbox", params={"to": email_of("ann")}, headers=local)
    assert page.status_code == 200
    assert 'data-kind="identity.session_stolen"' in page.text
    assert "script" not in page.headers["content-security-policy"]
    listed = (await api.get("/api/v1/outbox-messages?limit=1", headers=local)).json()
    assert [one["address"] for one in listed["items"]] == [email_of("ann")]
    for headers in ({}, local | {"x-forwarded-for": "1.2.3.4"}, local | {"host": "evil.example"}, ann.headers):
        assert (await api.get("/outbox", headers=headers)).status_code == 404
        assert (await api.get("/api/v1/outbox-messages", headers=headers)).status_code == 404
    admin = await sign_up_admin(ctx, api)
    assert (await api.get("/api/v1/outbox-messages", headers=admin)).status_code == 200
    off = ctx.settings.messages.model_copy(update={"email": "off", "sms": "off"})
    ctx.settings = ctx.settings.model_copy(update={"messages": off})
    assert (await api.get("/outbox", headers=local)).status_code == 404
    assert (await api.get("/api/v1/me", headers=await log_in(api, "ann"))).status_code == 200
