"""Each service gets what its documents ask for, and its answers mean what they say there."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from integrations.messages.fake_services import (
    Browser,
    FakeMailServer,
    FakeService,
    Unreachable,
    read_vapid,
    running_mail_server,
)
from nightmarket.integrations.line.sender import LineSender
from nightmarket.integrations.mail.smtp import SmtpSender
from nightmarket.integrations.sendgrid.sender import SendgridSender
from nightmarket.integrations.twilio.sender import TwilioSender
from nightmarket.integrations.webpush.keys import VapidKey
from nightmarket.integrations.webpush.sender import WebPushSender
from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import id_to_bytes, new_id
from nightmarket.modules.notifications.ports import Message, Refused, TryLater
from support.clock import FrozenClock
from support.engines import sqlite_context

SETTINGS: dict[str, Any] = {
    "http": {"public_url": "https://market.example"},
    "messages": {"sender": "Night Market <hello@market.example>", "reply_to": "help@market.example"},
    "sendgrid": {"api_key": "SG.key"},
    "twilio": {"account_sid": "AC123", "auth_token": "12345", "from_number": "+15005550006"},
    "line_messaging": {"channel_access_token": "line-token", "channel_secret": "line-secret"},
}


@pytest.fixture
async def mail_server() -> AsyncIterator[FakeMailServer]:
    """A mail server on a local port."""
    async with running_mail_server() as server:
        yield server


@pytest.fixture
def service() -> FakeService:
    """Whatever answers at the other end of HTTP."""
    return FakeService()


@pytest.fixture
async def ours(
    tmp_path: Path, template: Path, clock: FrozenClock, service: FakeService, mail_server: FakeMailServer
) -> AsyncIterator[Context]:
    """A process whose HTTP reaches the fake alone."""
    smtp = {"host": "127.0.0.1", "port": mail_server.port, "security": "none", "username": "we", "password": "right"}
    ctx = sqlite_context(tmp_path / "data", template, smtp=smtp, **SETTINGS)
    await ctx.http.aclose()
    ctx.clock, ctx.http = clock, service.client()
    yield ctx
    await ctx.close()


def message(to: str, **changes: Any) -> Message:
    """Something to say, with everything that could break a format."""
    said = Message(
        id=new_id("dlv"),
        to=to,
        locale="zh-TW",
        kind="orders.paid",
        title="訂單 A1\r\nBcc: thief@example.com",
        body="<b>金額</b> NT$1,290 & more",
        link="https://market.example/orders/ord_1",
        link_label="查看",
        footer="因為你有帳號",
        settings_url="https://market.example/account",
    )
    return replace(said, **changes)


async def test_smtp(ours: Context, mail_server: FakeMailServer) -> None:
    one_click = f"https://market.example/api/v1/notifications/unsubscribe?token={'x' * 260}.y"
    said = message("buyer@people.example", unsubscribe_url=one_click)
    receipt = await SmtpSender(ours).send(said)
    assert "4711" in (receipt.provider_id or "")
    assert mail_server.logins == ["\0we\0right"]
    [(sender, to, letter)] = mail_server.letters
    assert (sender, to) == ("hello@market.example", ["buyer@people.example"])
    assert letter["From"] == "Night Market <hello@market.example>"
    assert (letter["To"], letter["Reply-To"]) == ("buyer@people.example", "help@market.example")
    assert letter["Subject"] == "訂單 A1  Bcc: thief@example.com"
    assert letter["Bcc"] is None
    assert letter["Message-ID"] == f"<{said.id}@market.example>"
    # Whole, on one line: encoded or broken, mail programs could not follow it.
    assert f"\r\nList-Unsubscribe: <{one_click}>\r\n".encode() in mail_server.raw[0]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "<b>金額</b> NT$1,290 & more" in plain.get_content()
    assert said.link is not None
    assert said.link in plain.get_content()
    assert "&lt;b&gt;金額&lt;/b&gt; NT$1,290 &amp; more" in html.get_content()
    assert "<b>" not in html.get_content()


@pytest.mark.parametrize(
    ("where", "answer", "expected", "is_dead"),
    [
        ("RCPT", "550 no such user", Refused, True),
        ("RCPT", "552 mailbox full", Refused, False),
        ("RCPT", "450 come back", TryLater, False),
        ("DATA", "554 looks like spam", Refused, False),
        ("DATA", "451 busy", TryLater, False),
    ],
)
async def test_smtp_refusals(
    ours: Context, mail_server: FakeMailServer, where: str, answer: str, expected: type[Exception], is_dead: bool
) -> None:
    mail_server.refusals[where] = answer
    with pytest.raises(expected) as caught:
        await SmtpSender(ours).send(message("buyer@people.example"))
    assert getattr(caught.value, "address_is_dead", False) is is_dead
    assert mail_server.letters == []


async def test_a_wrong_password_is_mended_by_the_operator_and_the_mail_waits(
    ours: Context, mail_server: FakeMailServer
) -> None:
    smtp = ours.settings.smtp.model_copy(update={"username": None})
    ours.settings = ours.settings.model_copy(update={"smtp": smtp.model_copy(update={"port": 1})})
    with pytest.raises(TryLater, match="cannot be reached"):
        await SmtpSender(ours).send(message("buyer@people.example"))
    assert mail_server.letters == []


async def test_sendgrid(ours: Context, service: FakeService) -> None:
    service.answers.append((202, {"X-Message-Id": "sg-1"}, None))
    said = message("buyer@people.example")
    assert (await SendgridSender(ours).send(said)).provider_id == "sg-1"
    [call] = service.calls
    assert (call.method, call.url) == ("POST", "https://api.sendgrid.com/v3/mail/send")
    assert call.headers["authorization"] == "Bearer SG.key"
    [person] = call.body["personalizations"]
    assert person == {"to": [{"email": "buyer@people.example"}], "custom_args": {"delivery_id": said.id}}
    assert call.body["from"] == {"email": "hello@market.example", "name": "Night Market"}
    assert "\n" not in call.body["subject"]
    # Plain text must come before HTML.
    assert [one["type"] for one in call.body["content"]] == ["text/plain", "text/html"]


@pytest.mark.parametrize(
    ("status", "expected"), [(400, Refused), (413, Refused), (401, TryLater), (429, TryLater), (500, TryLater)]
)
async def test_sendgrid_refusals(ours: Context, service: FakeService, status: int, expected: type[Exception]) -> None:
    service.answers.append((status, {}, {"errors": [{"message": "no", "field": None}]}))
    with pytest.raises(expected):
        await SendgridSender(ours).send(message("buyer@people.example"))


async def test_twilio(ours: Context, service: FakeService) -> None:
    service.answers.append((201, {}, {"sid": "SM1", "status": "queued"}))
    said = message("+886912345678")
    assert (await TwilioSender(ours).send(said)).provider_id == "SM1"
    [call] = service.calls
    assert call.url == "https://api.twilio.com/2010-04-01/Accounts/AC123/Messages.json"
    assert call.headers["authorization"] == httpx2.BasicAuth("AC123", "12345")._auth_header
    assert call.form == {
        "To": "+886912345678",
        "From": "+15005550006",
        "Body": "<b>金額</b> NT$1,290 & more https://market.example/orders/ord_1",
        "StatusCallback": f"https://market.example/api/v1/webhooks/twilio?delivery={said.id}",
    }


@pytest.mark.parametrize(
    ("status", "code", "expected", "is_dead"),
    [
        (400, 21211, Refused, True),
        (400, 21610, Refused, True),
        (400, 21614, Refused, True),
        (400, 21408, Refused, False),
        (401, 20003, TryLater, False),
        (429, 20429, TryLater, False),
        (503, 0, TryLater, False),
    ],
)
async def test_twilio_refusals(
    ours: Context, service: FakeService, status: int, code: int, expected: type[Exception], is_dead: bool
) -> None:
    service.answers.append((status, {}, {"code": code, "message": "no", "status": status}))
    with pytest.raises(expected) as caught:
        await TwilioSender(ours).send(message("+886912345678"))
    assert getattr(caught.value, "address_is_dead", False) is is_dead


async def test_line(ours: Context, service: FakeService) -> None:
    service.answers.append((200, {"x-line-request-id": "r1"}, {"sentMessages": [{"id": "461", "quoteToken": "q"}]}))
    said = message("U" + "0" * 32)
    assert (await LineSender(ours).send(said)).provider_id == "461"
    [call] = service.calls
    assert call.url == "https://api.line.me/v2/bot/message/push"
    assert call.headers["authorization"] == "Bearer line-token"
    assert uuid.UUID(call.headers["x-line-retry-key"]).bytes == id_to_bytes("dlv", said.id)
    assert call.body["to"] == said.to
    assert call.body["customAggregationUnits"] == ["orders_paid"]
    [bubble] = call.body["messages"]
    assert bubble["type"] == "flex"
    assert bubble["contents"]["footer"]["contents"][0]["action"] == {
        "type": "uri",
        "label": "查看",
        "uri": "https://market.example/orders/ord_1",
    }
    await LineSender(ours).send(replace(said, link="http://localhost:8000/bag"))
    assert service.calls[1].body["messages"][0]["type"] == "text"
    assert service.calls[1].headers["x-line-retry-key"] == call.headers["x-line-retry-key"]


async def test_line_knows_a_repeat(ours: Context, service: FakeService) -> None:
    service.answers.append(
        (409, {"x-line-accepted-request-id": "r0"}, {"message": "The retry key is already accepted"})
    )
    assert (await LineSender(ours).send(message("U1"))).provider_id == "r0"


@pytest.mark.parametrize(
    ("status", "text", "expected"),
    [
        (400, "The property, 'to', in the request body is invalid", Refused),
        (429, "You have reached your monthly limit.", Refused),
        (429, "The API rate limit has been exceeded. Try again later.", TryLater),
        (401, "Authentication failed", TryLater),
        (500, "Internal Server Error", TryLater),
    ],
)
async def test_line_refusals(
    ours: Context, service: FakeService, status: int, text: str, expected: type[Exception]
) -> None:
    service.answers.append((status, {}, {"message": text}))
    with pytest.raises(expected):
        await LineSender(ours).send(message("U1"))


ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc:123"


def pushed(browser: Browser, clock: FrozenClock, **changes: Any) -> Message:
    """A message for a browser."""
    keys = (browser.keys["p256dh"], browser.keys["auth"])
    return message(changes.pop("to", ENDPOINT), push_keys=keys, expires_at=clock() + timedelta(minutes=5), **changes)


async def test_web_push(ours: Context, service: FakeService, clock: FrozenClock) -> None:
    service.otherwise = (201, {"Location": "https://fcm.googleapis.com/message/1"}, None)
    browser, key = Browser(), VapidKey(ours.settings)
    said = pushed(browser, clock, body="字" * 3000)
    receipt = await WebPushSender(ours, key).send(said)
    assert receipt.provider_id == "https://fcm.googleapis.com/message/1"
    [call] = service.calls
    assert call.url == ENDPOINT
    assert (call.headers["ttl"], call.headers["urgency"]) == ("300", "high")
    assert call.headers["content-encoding"] == "aes128gcm"
    assert len(call.headers["topic"]) == 32
    news = browser.read(call.raw)
    assert (news["title"], news["url"], news["lang"]) == (said.title, said.link, "zh-TW")
    assert news["body"] == "字" * 600
    claims, public = read_vapid(call.headers["authorization"])
    assert public == key.public_key()
    assert len(public) == 87
    assert claims["aud"] == "https://fcm.googleapis.com"
    assert claims["sub"] == "https://market.example"
    assert 0 < claims["exp"] - clock().timestamp() <= 86_400
    # Sealed anew for each try, under the same topic.
    await WebPushSender(ours, key).send(said)
    assert service.calls[1].raw != call.raw
    assert service.calls[1].headers["topic"] == call.headers["topic"]
    with pytest.raises(Exception):  # noqa: B017, PT011  (whatever the cipher says)
        Browser().read(call.raw)


@pytest.mark.parametrize(
    ("status", "headers", "expected", "is_dead", "seconds"),
    [
        (404, {}, Refused, True, None),
        (410, {}, Refused, True, None),
        (413, {}, Refused, False, None),
        (403, {}, Refused, False, None),
        (429, {"Retry-After": "77"}, TryLater, False, 77),
        (503, {"Retry-After": "soon"}, TryLater, False, None),
    ],
)
async def test_web_push_refusals(
    ours: Context,
    service: FakeService,
    clock: FrozenClock,
    status: int,
    headers: dict[str, str],
    expected: type[Exception],
    is_dead: bool,
    seconds: int | None,
) -> None:
    service.answers.append((status, headers, {}))
    with pytest.raises(expected) as caught:
        await WebPushSender(ours, VapidKey(ours.settings)).send(pushed(Browser(), clock))
    assert getattr(caught.value, "address_is_dead", False) is is_dead
    assert getattr(caught.value, "seconds", None) == seconds


async def test_web_push_goes_nowhere_else(ours: Context, service: FakeService, clock: FrozenClock) -> None:
    with pytest.raises(Refused):
        await WebPushSender(ours, VapidKey(ours.settings)).send(
            pushed(Browser(), clock, to="https://169.254.169.254/x")
        )
    assert service.calls == []


@pytest.mark.parametrize("make", [SendgridSender, TwilioSender, LineSender])
async def test_a_network_that_is_down_is_no_refusal(ours: Context, make: Any) -> None:
    await ours.http.aclose()
    ours.http = httpx2.AsyncClient(transport=Unreachable())
    with pytest.raises(TryLater, match="cannot be reached"):
        await make(ours).send(message("+886912345678"))
