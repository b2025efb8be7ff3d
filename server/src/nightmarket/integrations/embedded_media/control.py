"""Signed calls to the media server."""

import json

from nightmarket.integrations.embedded_media.locations import Locations
from nightmarket.kernel.context import Context
from nightmarket.kernel.http import HttpError
from nightmarket.kernel.problems import Unavailable
from nightmarket.kernel.security import BodySignature, derive_key

PURPOSE = "media-hooks"


class MediaControl:
    """Knows where the server is and how it recognises us."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self.locations = Locations(ctx.settings)
        self.secret = derive_key(ctx.secret, PURPOSE).hex()
        self._signature = BodySignature(self.secret)

    def signature(self, body: bytes) -> dict[str, str]:
        """The header that says it is us."""
        return {BodySignature.header: self._signature.sign(body, now=int(self._ctx.clock().timestamp()))}

    async def tell(self, stream_id: str, action: str, **more: object) -> None:
        """Have something done. A show the server does not know needs nothing."""
        url = f"{await self.locations.control()}/control/streams/{stream_id}/{action}"
        body = json.dumps({"stream": stream_id, "action": action} | more).encode()
        headers = self.signature(body) | {"Content-Type": "application/json"}
        try:
            answer = await self._ctx.http.post(url, content=body, headers=headers)
        except HttpError as error:
            raise Unavailable("The media server does not answer.", retry_after=2) from error
        if answer.status_code == 404:
            return
        if not answer.is_success:
            raise Unavailable(f"The media server answered {answer.status_code}.", retry_after=5)
