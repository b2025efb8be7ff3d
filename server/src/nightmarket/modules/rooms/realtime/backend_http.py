"""The edge as a process of its own asks the api over HTTP, signing what it says."""

from collections.abc import Sequence
from typing import Any

import msgspec

from nightmarket.kernel.clock import Clock, system_clock
from nightmarket.kernel.http import HttpClient
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.security import BodySignature, derive_key
from nightmarket.modules.rooms.errors import BackendRefused
from nightmarket.modules.rooms.realtime.backend import RoomBackend, Standing
from nightmarket.modules.rooms.realtime.comment_batches import Answer, Comment, CommentBatches
from nightmarket.modules.rooms.realtime.kinds.buyer import ClaimResult
from nightmarket.modules.rooms.realtime.kinds.replies import QueueAnswer, SpotlightAnswer
from nightmarket.modules.rooms.realtime.tickets import Ticket


def edge_signature(secret: str) -> BodySignature:
    """How edge and api know each other: both are started with the same master secret."""
    return BodySignature(derive_key(secret, "edge-api"))


class HttpBackend(RoomBackend):
    """The api behind an address."""

    def __init__(self, http: HttpClient, api_url: str, secret: str, *, clock: Clock = system_clock) -> None:
        self._http = http
        self._base = f"{api_url.rstrip('/')}/internal/rooms"
        self._signature = edge_signature(secret)
        self._clock = clock
        self._comments = CommentBatches(self._ask_about)

    async def snapshot(self, room: str) -> dict[str, Any] | None:
        """State of the room."""
        answer = await self._ask(room, "snapshot", {})
        state: dict[str, Any] | None = answer["state"]
        return state

    async def comment(self, room: str, viewer: Ticket, message_id: str, text: str) -> ClaimResult | None:
        """Hand a message over, together with those that others write at the moment."""
        return await self._comments.ask(room, Comment(viewer, message_id, text))

    async def standing(self, room: str, viewer: Ticket) -> Standing:
        """Ask how somebody stands."""
        return Standing((await self._ask(room, "standing", {"viewer": viewer}))["followed_at"])

    async def spotlight(
        self, room: str, viewer: Ticket, item_id: str | None, media_time: float | None
    ) -> SpotlightAnswer:
        """Pass on a pin."""
        asked = {"viewer": viewer, "item_id": item_id, "media_time": media_time}
        return msgspec.convert((await self._ask(room, "spotlight", asked))["result"], SpotlightAnswer)

    async def queue(self, room: str, viewer: Ticket, item_id: str | None, *, leave: bool) -> QueueAnswer:
        """Pass on a wish to join or leave the line."""
        asked = {"viewer": viewer, "item_id": item_id, "leave": leave}
        return msgspec.convert((await self._ask(room, "queue", asked))["result"], QueueAnswer)

    async def _ask_about(self, room: str, comments: Sequence[Comment]) -> list[Answer]:
        answer = await self._ask(room, "comments", {"comments": [comment._asdict() for comment in comments]})
        return [_answer_of(one) for one in answer["results"]]

    async def _ask(self, room: str, what: str, asked: dict[str, Any]) -> dict[str, Any]:
        body = msgspec.json.encode({"room": room, **asked})
        headers = {
            "Content-Type": "application/json",
            BodySignature.header: self._signature.sign(body, now=int(self._clock().timestamp())),
        }
        response = await self._http.post(f"{self._base}/{room}/{what}", content=body, headers=headers)
        if response.status_code >= 500:
            raise Unavailable(retry_after=1)
        answer: dict[str, Any] = response.json()
        if response.status_code >= 400:
            raise BackendRefused(answer)
        return answer


def _answer_of(one: dict[str, Any]) -> Answer:
    problem: dict[str, Any] | None = one.get("problem")
    if problem is None:
        return msgspec.convert(one["result"], ClaimResult | None)
    return Unavailable(retry_after=1) if problem["status"] >= 500 else BackendRefused(problem)
