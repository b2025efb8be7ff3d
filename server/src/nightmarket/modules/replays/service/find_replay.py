"""Where to watch a stored replay: lasting addresses of a public one, signed ones of a private one."""

import re
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.security import BadSignature, Signer
from nightmarket.kernel.storage import PRIVATE, ObjectMissing
from nightmarket.modules.replays import repository
from nightmarket.modules.replays.models import Replay
from nightmarket.modules.replays.ports import POSTER, THUMBNAILS
from nightmarket.modules.replays.service.lay_out import CHAPTERS, INDEX, REPLAY
from nightmarket.modules.replays.states import STORED
from nightmarket.modules.streams.ports import PublicBase, ReplayUrls

_LONGEST_LIST = 16 * 2**20
_NAMES = re.compile(r'(?<=URI=")[^"]+(?=")|^[A-Za-z0-9]+\.(?:mp4|jpg)', re.MULTILINE)
"""The names of other objects in a playlist or in the list of pictures."""


async def find_replay(
    session: AsyncSession, ctx: Context, stream_id: str, *, base: PublicBase, until: datetime
) -> ReplayUrls | None:
    """The addresses, good until then; None while the replay is not in storage."""
    replay = await repository.replay(session, stream_id)
    if replay is None or replay.state != STORED:
        return None
    is_private = replay.prefix.startswith(PRIVATE)

    def address(name: str) -> str | None:
        return _address(ctx, replay, name, base=base, until=until) if name in replay.files else None

    return ReplayUrls(
        hls=address(INDEX),
        mp4=address(REPLAY),
        poster=address(POSTER),
        thumbnails=address(THUMBNAILS),
        chapters=address(CHAPTERS),
        expires_at=until if is_private else None,
    )


async def read_list(ctx: Context, stream_id: str, name: str, ticket: str) -> str:
    """A playlist or list of pictures of a private replay, in which every address is signed."""
    now = ctx.clock()
    try:
        claim = _signer(ctx).verify(ticket, now=int(now.timestamp()))
    except BadSignature as error:
        raise NotFound from error
    async with ctx.reader() as session:
        replay = await repository.replay(session, stream_id)
    if claim.get("replay") != stream_id or replay is None or replay.state != STORED or name not in replay.files:
        raise NotFound
    try:
        text = (await ctx.storage.get(replay.prefix + name, max_bytes=_LONGEST_LIST)).decode()
    except ObjectMissing as error:
        raise NotFound from error
    signed: dict[str, str] = {}

    def sign(found: re.Match[str]) -> str:
        key = found[0]
        if key not in signed:
            signed[key] = ctx.storage.signed_url(replay.prefix + key, expires_at=int(claim["exp"]))
        return signed[key]

    return _NAMES.sub(sign, text)


def absolute(ctx: Context, base: PublicBase, url: str) -> str:
    """An address of local storage as others can use it."""
    return f"{ctx.settings.http.public_url or base.origin}{url}" if url.startswith("/") else url


def _address(ctx: Context, replay: Replay, name: str, *, base: PublicBase, until: datetime) -> str:
    key, expires_at = replay.prefix + name, int(until.timestamp())
    if not key.startswith(PRIVATE):
        return absolute(ctx, base, ctx.storage.url(key))
    if name in (INDEX, THUMBNAILS):
        # These name other objects, whose addresses must be signed one by one.
        ticket = _signer(ctx).sign({"replay": replay.stream_id}, expires_at=expires_at)
        return absolute(ctx, base, f"/api/v1/streams/{replay.stream_id}/replay/{name}?ticket={ticket}")
    return absolute(ctx, base, ctx.storage.signed_url(key, expires_at=expires_at))


def _signer(ctx: Context) -> Signer:
    return Signer(ctx.secret, "replay")
