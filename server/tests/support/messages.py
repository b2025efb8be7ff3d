"""What people were told, as they and the outbox page see it; and a channel that does what a test says."""

from dataclasses import dataclass, field
from typing import Any

import httpx2
import sqlalchemy as sa

from nightmarket.integrations.postbox.models import PostboxRow
from nightmarket.kernel.context import Context
from nightmarket.modules.notifications.models import DeliveryRow
from nightmarket.modules.notifications.ports import Channel, Message, Receipt, Senders

Json = dict[str, Any]

WELCOME = "identity.verify"


async def inbox(api: httpx2.AsyncClient, headers: dict[str, str], **query: Any) -> list[Json]:
    """Somebody's notifications, oldest first."""
    answer = await api.get("/api/v1/me/notifications", headers=headers, params={"limit": 100} | query)
    assert answer.status_code == 200, answer.text
    items: list[Json] = answer.json()["items"]
    return items[::-1]


async def kinds(api: httpx2.AsyncClient, headers: dict[str, str]) -> list[str]:
    """The kinds of somebody's notifications, oldest first."""
    return [one["kind"] for one in await inbox(api, headers)]


async def outbox(ctx: Context, address: str) -> list[PostboxRow]:
    """What is on the outbox page for an address, oldest first; without what every new account gets."""
    async with ctx.reader() as session:
        query = sa.select(PostboxRow).where(PostboxRow.address == address, PostboxRow.kind != WELCOME)
        query = query.order_by(PostboxRow.id)
        return list(await session.scalars(query))


async def deliveries(ctx: Context) -> list[DeliveryRow]:
    """Every delivery there is, oldest first; without letters to mailboxes, such as every new account gets."""
    is_letter = sa.and_(
        DeliveryRow.notification_id.is_(None), DeliveryRow.channel == "email", DeliveryRow.user_id.is_not(None)
    )
    async with ctx.reader() as session:
        return list(await session.scalars(sa.select(DeliveryRow).where(~is_letter).order_by(DeliveryRow.id)))


@dataclass
class Script:
    """A channel whose service does what the test wrote down, and takes everything after that."""

    channel: Channel = "email"
    provider: str = "script"
    answers: list[Exception | Receipt] = field(default_factory=list)
    taken: list[Message] = field(default_factory=list)

    async def send(self, message: Message) -> Receipt:
        """See `ports.Sender`. What every new account gets is taken without a word."""
        if message.kind == WELCOME:
            return Receipt()
        self.taken.append(message)
        answer = self.answers.pop(0) if self.answers else Receipt("script-1")
        if isinstance(answer, Exception):
            raise answer
        return answer


def use_script(ctx: Context, *answers: Exception | Receipt, channel: Channel = "email") -> Script:
    """Messages of the channel go to a script from now on."""
    script = Script(channel, answers=list(answers))
    ctx.ports[Senders] = Senders({**ctx.port(Senders).by_channel, channel: script})
    return script
