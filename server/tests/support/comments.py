"""Viewers of a sale who type, for tests of comments as orders."""

import httpx2
import msgspec

from nightmarket.kernel.ids import new_id
from nightmarket.modules.claims.service.comment_orders import RoomCommentOrders
from support.claims import Json, Sale


class Chat:
    """The room of a sale, as the order side sees it."""

    def __init__(self, sale: Sale) -> None:
        self.sale = sale
        self.orders = RoomCommentOrders()

    async def say(self, text: str, name: str = "ann", message_id: str | None = None) -> Json | None:
        """A message, as the room hands it over."""
        buyer = await self.sale.buyer(name)
        answer = await self.orders.submit(
            self.sale.ctx,
            stream_id=self.sale.stream_id,
            buyer_id=buyer.id,
            message_id=message_id or new_id("cht"),
            text=text,
        )
        said: Json | None = msgspec.to_builtins(answer)
        return said

    async def answer(self, text: str, name: str = "ann") -> Json:
        """A message that is an order."""
        answer = await self.say(text, name)
        assert answer is not None, text
        return answer

    async def pin(self, item_id: str | None = None) -> None:
        """The host shows an item: A1, unless another is named."""
        path = f"/api/v1/streams/{self.sale.stream_id}/items/{item_id or self.sale.item_id}/pin"
        assert (await self.sale.api.post(path, headers=self.sale.seller)).status_code in {200, 204}
        self.orders.forget(self.sale.stream_id)

    async def repairs(self, **query: str) -> list[Json]:
        """The repair list, as the seller sees it."""
        path = f"/api/v1/streams/{self.sale.stream_id}/comment-orders"
        answer = await self.sale.api.get(path, params=query, headers=self.sale.seller)
        assert answer.status_code == 200, answer.text
        items: list[Json] = answer.json()["items"]
        return items

    async def settle(self, message_id: str, headers: dict[str, str] | None = None, **body: object) -> httpx2.Response:
        """A helper presses a button of the list."""
        path = f"/api/v1/streams/{self.sale.stream_id}/comment-orders/{message_id}"
        return await self.sale.api.post(path, json=body, headers=headers or self.sale.seller)
