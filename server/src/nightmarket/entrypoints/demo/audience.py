"""Demo viewers: they watch, chat, claim by comment and by tap, and mostly pay. Real sockets, real API."""

import asyncio
import json
import random
from typing import Any

from picows import WSCloseCode, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from nightmarket.entrypoints.demo.client import ApiClient, Refused
from nightmarket.kernel.http import HttpError
from nightmarket.kernel.logging import get_logger

log = get_logger(__name__)

_CHAT = {
    "zh-TW": ("晚安~", "這個好漂亮", "主播今天氣色真好", "上次買的超好用", "可以看一下背面嗎?", "價格很佛心耶"),
    "th": ("สวัสดีค่า", "สวยมากเลย", "ของแท้ไหมคะ", "ส่งกี่วันถึงคะ", "ชอบมากๆ", "ขอดูใกล้ๆหน่อยค่ะ"),
    "ja": ("こんばんは!", "かわいい!", "これ気になります", "色がきれいですね"),
    "en": ("Hello everyone!", "That looks great", "How big is it?", "Love this show"),
}
_ADDRESS = {
    "TW": {
        "recipient": "Demo 收件人",
        "phone": "0912345678",
        "country": "TW",
        "postcode": "104",
        "city": "台北市",
        "district": "中山區",
        "line1": "南京東路一段 1 號",
    },
    "TH": {
        "recipient": "Demo ผู้รับ",
        "phone": "0812345678",
        "country": "TH",
        "postcode": "10110",
        "city": "กรุงเทพมหานคร",
        "district": "คลองเตย",
        "subdistrict": "คลองตัน",
        "line1": "1 ถนนสุขุมวิท",
    },
}


class _Ears(WSListener):
    """Keeps the line open; what is heard is the room's own business."""

    def __init__(self) -> None:
        self.closed = asyncio.Event()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.CLOSE:
            transport.send_close(WSCloseCode.OK)
            transport.disconnect()

    def on_ws_disconnected(self, _transport: WSTransport) -> None:
        self.closed.set()


class DemoViewer:
    """One labelled viewer."""

    def __init__(self, client: ApiClient, stream_id: str, shop_id: str) -> None:
        self._client = client
        self._stream = stream_id
        self._shop = shop_id
        self._dice = random.Random(client.address + str(client.person))  # noqa: S311  (a mood, not a secret)
        self._number = 0

    async def run(self) -> None:
        """Take part until cancelled; a lost line is dialled again."""
        await self._client.sign_in()
        while True:
            try:
                await self._visit()
            except (Refused, HttpError, OSError) as error:
                log.info("demo.viewer_interrupted", error=str(error))
            await asyncio.sleep(self._dice.uniform(2, 5))

    async def _visit(self) -> None:
        ticket = await self._client.post(f"/streams/{self._stream}/room/ticket")
        url = f"{_socket_address(ticket['url'], self._client.address)}?ticket={ticket['ticket']}"
        ears = _Ears()
        transport, _ = await ws_connect(lambda: ears, url)
        try:
            while not ears.closed.is_set():
                await asyncio.sleep(self._dice.uniform(5, 16))
                await self._act(transport)
        finally:
            transport.disconnect()

    async def _act(self, transport: WSTransport) -> None:
        mood = self._dice.random()
        if mood < 0.45:
            self._say(transport, self._dice.choice(_CHAT[self._locale]))
        elif mood < 0.55:
            self._send(transport, "reaction", {"kind": "heart", "count": self._dice.randint(1, 6)})
        elif mood < 0.75:
            await self._order_by_comment(transport)
        elif mood < 0.85:
            await self._order_by_tap()
        else:
            await self._pay()

    async def _order_by_comment(self, transport: WSTransport) -> None:
        item = await self._pinned()
        if item is None:
            return
        variant = self._dice.choice(item["product"]["variants"])
        words = " ".join(variant["options"].values())
        start = "CF " if self._locale == "th" else ""
        self._say(transport, f"{start}{item['code']}{' ' + words + ' ' if words else ''}+1")

    async def _order_by_tap(self) -> None:
        item = await self._pinned()
        if item is None:
            return
        variant = self._dice.choice(item["product"]["variants"])
        body = {"item_id": item["id"], "variant_id": variant["id"], "quantity": 1}
        try:
            await self._client.post(f"/streams/{self._stream}/claims", body)
        except Refused as refused:
            if refused.status != 409:
                raise

    async def _pay(self) -> None:
        claims = await self._client.get("/me/claims?state=held")
        held = [claim["id"] for claim in claims["items"] if claim.get("shop_id", self._shop) == self._shop]
        if not held:
            return
        answer = await self._client.post(
            "/orders",
            {
                "shop_id": self._shop,
                "claim_ids": held,
                "address": _ADDRESS[self._market],
                "shipping_method": "home",
                "payment_method": "sandbox",
            },
        )
        await asyncio.sleep(self._dice.uniform(2, 6))
        await self._client.post(f"/sandbox/payments/{answer['payment']['id']}", {"outcome": "paid"})

    async def _pinned(self) -> dict[str, Any] | None:
        items = await self._client.get(f"/streams/{self._stream}/items")
        return next((item for item in items["items"] if item["pinned"]), None)

    def _say(self, transport: WSTransport, text: str) -> None:
        self._send(transport, "chat-message", {"text": text})

    def _send(self, transport: WSTransport, kind: str, data: dict[str, Any]) -> None:
        self._number += 1
        frame = {"t": kind, "id": self._number, "d": data}
        transport.send(WSMsgType.TEXT, json.dumps(frame, ensure_ascii=False).encode())

    @property
    def _locale(self) -> str:
        return self._client.person.locale if self._client.person else "en"

    @property
    def _market(self) -> str:
        return self._client.person.market if self._client.person else "TW"


def _socket_address(url: str, address: str) -> str:
    """The room's socket as the ticket names it, made absolute when it is a path."""
    if url.startswith("ws"):
        return url
    return address.replace("http", "ws", 1) + url
