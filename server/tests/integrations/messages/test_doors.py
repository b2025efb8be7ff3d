"""What the services tell us: signed, remembered once, and acted on; nobody else is believed."""

import base64
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from integrations.messages.fake_services import FakeService, twilio_signature
from nightmarket.integrations.line.sender import LineSender
from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.modules.notifications.models import DeliveryRow
from nightmarket.modules.notifications.ports import LineAccount, Senders
from nightmarket.modules.notifications.public import Letter, send_letter
from support.accounts import Person, email_of, person
from support.clock import FrozenClock
from support.messages import deliveries, use_script

Drain = Callable[[], Awaitable[list[str]]]
LINE_USER = "U4af4980629000000000000000000abcd"


@pytest.fixture
def configured(ctx: Context) -> FakeService:
    """All services are set up; HTTP reaches a fake alone."""
    updates = {
        "http": ctx.settings.http.model_copy(update={"public_url": "https://market.example"}),
        "twilio": {"account_sid": "AC1", "auth_token": "12345", "from_number": "+15005550006"},
        "line_messaging": {"channel_access_token": "t", "channel_secret": "s", "friend_url": "https://lin.ee/x"},
    }
    ctx.settings = type(ctx.settings).model_validate(ctx.settings.model_dump() | updates)
    ctx.ports[Senders] = Senders({**ctx.port(Senders).by_channel, "line": LineSender(ctx)})
    ctx.ports[LineAccount] = LineAccount("https://lin.ee/x")
    service = FakeService()
    ctx.http = service.client()
    return service


@pytest.fixture
async def ann(api: httpx2.AsyncClient) -> Person:
    """Somebody who can be written to."""
    return await person(api, "ann", locale="ja")


def line_event(kind: str, **more: Any) -> dict[str, Any]:
    """An event as LINE sends it."""
    source = {"type": "user", "userId": LINE_USER}
    common = {"type": kind, "mode": "active", "timestamp": 1, "source": source, "webhookEventId": new_id("evt")}
    return common | {"deliveryContext": {"isRedelivery": False}} | more


async def from_line(api: httpx2.AsyncClient, *events: dict[str, Any], secret: str = "s") -> httpx2.Response:
    """LINE calls."""
    raw = json.dumps({"destination": "U1", "events": list(events)}).encode()
    signature = base64.b64encode(hmac.digest(secret.encode(), raw, hashlib.sha256)).decode()
    return await api.post("/api/v1/webhooks/line", content=raw, headers={"x-line-signature": signature})


def text_event(text: str, **more: Any) -> dict[str, Any]:
    """Somebody wrote to our LINE account."""
    return line_event("message", replyToken="rt", message={"type": "text", "id": "1", "text": text}, **more)


async def addresses(api: httpx2.AsyncClient, who: Person, channel: str) -> list[str]:
    """Where somebody is reached by a channel."""
    shown = (await api.get("/api/v1/me/notification-preferences", headers=who.headers)).json()["channels"]
    found: list[str] = next(one["addresses"] for one in shown if one["channel"] == channel)
    return found


async def test_a_line_account_is_linked_by_the_code_it_sends(
    ctx: Context, api: httpx2.AsyncClient, configured: FakeService, ann: Person, drain: Drain
) -> None:
    offered = (await api.post("/api/v1/me/contacts/line", headers=ann.headers)).json()
    assert offered["friend_url"] == "https://lin.ee/x"
    assert (await from_line(api)).status_code == 200  # the console's "Verify" sends no events
    event = text_event(f"  {offered['code'].lower()} ")
    for _ in range(2):  # redelivered
        assert (await from_line(api, line_event("follow"), event, line_event("beacon"))).status_code == 200
    await drain()
    assert await addresses(api, ann, "line") == ["U4a…bcd"]
    [reply] = configured.calls
    assert reply.url == "https://api.line.me/v2/bot/message/reply"
    assert (reply.body["replyToken"], reply.body["messages"][0]["text"][:3]) == ("rt", "完了し")
    # Used up: somebody else with the same code gets nothing.
    other = text_event(offered["code"], source={"type": "user", "userId": "Uother"})
    await from_line(api, other)
    await drain()
    assert await addresses(api, ann, "line") == ["U4a…bcd"]
    await from_line(api, line_event("unfollow"))
    await drain()
    assert await addresses(api, ann, "line") == []
    await from_line(api, line_event("follow"))
    await drain()
    assert await addresses(api, ann, "line") == ["U4a…bcd"]
    assert (await api.delete("/api/v1/me/contacts/line", headers=ann.headers)).status_code == 204
    assert (await api.delete("/api/v1/me/contacts/line", headers=ann.headers)).status_code == 404


async def test_an_old_code_links_nobody(
    ctx: Context, api: httpx2.AsyncClient, configured: FakeService, ann: Person, drain: Drain, clock: FrozenClock
) -> None:
    offered = (await api.post("/api/v1/me/contacts/line", headers=ann.headers)).json()
    clock.advance(minutes=31)
    await from_line(api, text_event(offered["code"]), text_event("hello"))
    await drain()
    assert [call.body["messages"][0]["text"][:9] for call in configured.calls] == ["This code"]


async def test_line_is_believed_only_with_its_signature(api: httpx2.AsyncClient, configured: FakeService) -> None:
    forged = await from_line(api, line_event("follow"), secret="other")
    assert (forged.status_code, forged.json()["code"]) == (401, "webhook-signature-invalid")


async def planned(ctx: Context, who: Person, channel: str, to: str, drain: Drain) -> str:
    """A message that a service has taken; its delivery."""
    use_script(ctx, channel=channel)  # type: ignore[arg-type]
    letter = Letter(channel, to, "contact.code", {"code": "1", "minutes": 1}, "en", "TW", user_id=who.id)  # type: ignore[arg-type]
    delivery_id = await ctx.transact(lambda unit: send_letter(unit, ctx, letter))
    await drain()
    return delivery_id


async def from_twilio(api: httpx2.AsyncClient, delivery_id: str, token: str = "12345", **form: str) -> httpx2.Response:
    """Twilio calls."""
    path = f"/api/v1/webhooks/twilio?delivery={delivery_id}"
    said = {"MessageSid": "SM1", "To": "+886912345678", "From": "+15005550006"} | form
    signature = twilio_signature(f"https://market.example{path}", said, token)
    return await api.post(path, data=said, headers={"X-Twilio-Signature": signature})


async def test_twilio_reports(
    ctx: Context, api: httpx2.AsyncClient, configured: FakeService, ann: Person, drain: Drain
) -> None:
    delivery_id = await planned(ctx, ann, "sms", "+886912345678", drain)
    forged = await from_twilio(api, delivery_id, token="x", MessageStatus="delivered")
    assert (forged.status_code, forged.json()["code"]) == (401, "webhook-signature-invalid")
    assert (await from_twilio(api, delivery_id, MessageStatus="sent")).status_code == 200
    assert [one.state for one in await deliveries(ctx)] == ["sent"]
    assert (await from_twilio(api, delivery_id, MessageStatus="delivered")).status_code == 200
    assert [one.state for one in await deliveries(ctx)] == ["delivered"]
    await from_twilio(api, delivery_id, MessageStatus="undelivered", ErrorCode="30005")
    await from_twilio(api, delivery_id, MessageStatus="undelivered", ErrorCode="30005")
    assert [(one.state, one.error) for one in await deliveries(ctx)] == [("failed", "undelivered, code 30005")]


async def just(ctx: Context, delivery_id: str) -> list[DeliveryRow]:
    """One delivery as it is now."""
    async with ctx.reader() as session:
        row = await session.get(DeliveryRow, delivery_id, populate_existing=True)
    return [] if row is None else [row]


async def test_sendgrid_reports(
    ctx: Context, api: httpx2.AsyncClient, configured: FakeService, ann: Person, drain: Drain, clock: FrozenClock
) -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    public = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    sendgrid = ctx.settings.sendgrid.model_copy(update={"webhook_public_key": base64.b64encode(public).decode()})
    ctx.settings = ctx.settings.model_copy(update={"sendgrid": sendgrid})
    delivery_id = await planned(ctx, ann, "email", email_of("ann"), drain)

    async def call(events: Any, *, stamp: int | None = None, spoil: bytes = b"") -> httpx2.Response:
        raw = json.dumps(events).encode() + b"\r\n"
        at = str(int(clock().timestamp()) if stamp is None else stamp)
        signature = base64.b64encode(private.sign(at.encode() + raw, ec.ECDSA(hashes.SHA256()))).decode()
        headers = {
            "X-Twilio-Email-Event-Webhook-Signature": signature,
            "X-Twilio-Email-Event-Webhook-Timestamp": at,
        }
        return await api.post("/api/v1/webhooks/sendgrid", content=raw + spoil, headers=headers)

    delivered = {"event": "delivered", "sg_event_id": "e1", "delivery_id": delivery_id, "email": email_of("ann")}
    assert (await call([delivered], spoil=b" ")).status_code == 401
    assert (await call([delivered], stamp=1)).status_code == 401
    assert (await call({"no": "list"})).status_code == 400
    assert [one.state for one in await just(ctx, delivery_id)] == ["sent"]
    assert (await call([delivered, {"event": "open", "sg_event_id": "e2"}])).status_code == 200
    await drain()
    assert [one.state for one in await just(ctx, delivery_id)] == ["delivered"]
    assert await addresses(api, ann, "email") == [email_of("ann")]
    bounce = {"event": "bounce", "type": "bounce", "sg_event_id": "e3", "delivery_id": delivery_id, "reason": "550"}
    for _ in range(2):
        assert (await call([bounce])).status_code == 200
    await drain()
    assert [(one.state, one.error) for one in await just(ctx, delivery_id)] == [("failed", "550")]
    assert await addresses(api, ann, "email") == []


@pytest.mark.parametrize("name", ["line", "twilio", "sendgrid"])
async def test_doors_are_closed_without_keys(api: httpx2.AsyncClient, name: str) -> None:
    answer = await api.post(f"/api/v1/webhooks/{name}", content=b"{}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
