"""Messages go onto the outbox page."""

from nightmarket.integrations.mail.layout import lay_out
from nightmarket.integrations.postbox.models import PostboxRow
from nightmarket.integrations.twilio.sender import text_of
from nightmarket.kernel.context import Context
from nightmarket.kernel.unit import Unit
from nightmarket.modules.notifications.ports import Channel, Message, Receipt


class PostboxSender:
    """Keeps messages of one channel where the people at this machine can read them."""

    provider = "outbox"

    def __init__(self, ctx: Context, channel: Channel) -> None:
        self._ctx = ctx
        self.channel: Channel = channel

    async def send(self, message: Message) -> Receipt:
        """See `ports.Sender`. Sending it again changes nothing."""
        body = lay_out(message, self._ctx.settings).text if self.channel == "email" else text_of(message)

        async def work(unit: Unit) -> None:
            row = PostboxRow(
                id=message.id,
                channel=self.channel,
                address=message.to,
                kind=message.kind,
                locale=message.locale,
                title=message.title[:300],
                body=body,
                link=message.link,
                sent_at=unit.now,
            )
            await unit.add_new(row)

        await self._ctx.transact(work)
        return Receipt(message.id)
