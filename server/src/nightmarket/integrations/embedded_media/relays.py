"""Orders to the media server's relay."""

from collections.abc import Sequence

from nightmarket.integrations.embedded_media.control import MediaControl
from nightmarket.kernel.context import Context
from nightmarket.media.relay.target import TargetRefused, check_target
from nightmarket.modules.simulcast.ports import OrderedOutput


class EmbeddedRelay:
    """Implements `simulcast.ports.OutputRelay` with the media server that ships with the product."""

    def __init__(self, ctx: Context) -> None:
        self._allow_private = ctx.settings.media.private_outputs
        self._control = MediaControl(ctx)

    async def refusal(self, url: str) -> str | None:
        """The same rule as the server's own, so that a mistake is seen when it is made."""
        try:
            await check_target(url, allow_private=self._allow_private)
        except TargetRefused as error:
            return error.reason
        return None

    async def order(self, stream_id: str, outputs: Sequence[OrderedOutput]) -> None:
        """The whole list, keys included, over the signed control call."""
        said = [{"id": one.id, "url": one.url, "key": one.key} for one in outputs]
        await self._control.tell(stream_id, "outputs", outputs=said)
