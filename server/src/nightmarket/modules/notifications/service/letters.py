"""Letters that are no news of the inbox: codes. They go to one address, known or not, and leave no words behind."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from nightmarket.kernel.context import Context
from nightmarket.kernel.i18n import Locale
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.unit import Unit
from nightmarket.modules.notifications.channels import Channel
from nightmarket.modules.notifications.errors import ChannelOff
from nightmarket.modules.notifications.models import DeliveryRow
from nightmarket.modules.notifications.ports import Senders
from nightmarket.modules.notifications.service.deliver import deliver


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said, to whom. The texts are found by `kind`; `user_id` lets it go with an account that is erased."""

    channel: Channel
    to: str
    kind: str
    words: dict[str, Any]
    locale: Locale
    market: str
    user_id: str | None = None
    life: timedelta = timedelta(minutes=10)
    ticket_id: str | None = None
    """A ticket of an account whose secret link is to be in the letter; made when it is written, and kept nowhere."""


async def send_letter(unit: Unit, ctx: Context, letter: Letter) -> str:
    """Plan a letter with the commit of this unit; its delivery's id. ChannelOff where nothing leaves that way."""
    if ctx.port(Senders).get(letter.channel) is None:
        raise ChannelOff
    row = DeliveryRow(
        id=new_id("dlv"),
        notification_id=None,
        user_id=letter.user_id,
        channel=letter.channel,
        address=letter.to,
        locale=letter.locale,
        letter={"kind": letter.kind, "words": letter.words, "market": letter.market, "ticket": letter.ticket_id},
        state="waiting",
        attempts=0,
        created_at=unit.now,
        expires_at=unit.now + letter.life,
    )
    await unit.add(row)
    unit.enqueue(deliver, row.id)
    return row.id
