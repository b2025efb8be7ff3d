"""Stream keys: made at random, found by a keyed hash, shown again only to those who run the show."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import Conflict, NotFound
from nightmarket.kernel.security import derive_key, random_token, token_hash
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import Caller
from nightmarket.modules.streams import repository
from nightmarket.modules.streams.errors import StreamOver
from nightmarket.modules.streams.models import Stream, StreamKey
from nightmarket.modules.streams.service.check_access import run_stream
from nightmarket.modules.streams.service.tell_provider import kick_publisher
from nightmarket.modules.streams.states import ENDED

_NONCE_BYTES = 12


def key_hash(secret: str, key: str) -> bytes:
    """What a key is found by."""
    return token_hash(derive_key(secret, "stream-keys").hex(), key)


def seal(secret: str, row_id: str, key: str) -> bytes:
    """The key encrypted for this row alone: copied into another row it opens no more."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(secret).encrypt(nonce, key.encode(), row_id.encode())


def unseal(secret: str, row_id: str, sealed: bytes) -> str | None:
    """The key again; None when it was sealed under another secret or for another row."""
    try:
        return _cipher(secret).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], row_id.encode()).decode()
    except InvalidTag:
        return None


async def make_key(unit: Unit, ctx: Context, stream_id: str) -> str:
    """A new key for a show; the one before is good no more."""
    row_id, key = new_id("key"), random_token(24)
    row = StreamKey(
        id=row_id,
        stream_id=stream_id,
        active_stream_id=stream_id,
        key_hash=key_hash(ctx.secret, key),
        sealed_key=seal(ctx.secret, row_id, key),
        created_at=unit.now,
    )
    if not await repository.replace_key(unit, row):
        raise Conflict
    return key


async def replace_key(unit: Unit, ctx: Context, caller: Caller, stream_id: str) -> str:
    """The key got out: a new one, and the connection that used the old one is closed."""
    await run_stream(unit.session, stream_id, caller)
    stream = await repository.locked(unit, stream_id)
    if stream is None:
        raise NotFound
    if stream.state == ENDED:
        raise StreamOver
    key = await make_key(unit, ctx, stream_id)
    unit.enqueue(kick_publisher, stream_id)
    return key


async def read_key(ctx: Context, stream: Stream) -> str:
    """The good key of a show. One sealed under an old secret cannot be shown any more and is replaced."""
    if stream.state == ENDED:
        raise StreamOver
    async with ctx.reader() as session:
        row = await repository.active_key(session, stream.id)
    key = None if row is None else unseal(ctx.secret, row.id, row.sealed_key)
    if key is not None:
        return key
    return await ctx.transact(lambda unit: make_key(unit, ctx, stream.id))


def _cipher(secret: str) -> AESGCM:
    return AESGCM(derive_key(secret, "stream-keys-sealed"))
