"""The lane of `POST /streams/{id}/claims` by a tap (ADR 0009). What it leaves alone, the route in `api` answers."""

import hashlib
from collections.abc import Callable

import msgspec
from starlette.types import ASGIApp, Scope

from nightmarket.kernel.context import Context
from nightmarket.kernel.idempotency import MOST_KEY_LENGTH, REPLAYED_HEADER, canonical_body, scope_of
from nightmarket.kernel.ids import is_id
from nightmarket.kernel.problems import SignInRequired
from nightmarket.kernel.web.lane import Answered, Headers, Lane, NotForTheLane
from nightmarket.modules.claims.service.claim_desk import ClaimDesk
from nightmarket.modules.claims.service.make_claim import MAX_QUANTITY
from nightmarket.modules.claims.service.settle_group import KeyMark
from nightmarket.modules.claims.service.tap_claim import Tap, ask_for
from nightmarket.modules.identity.public import authenticate_lately

_HEAD = "/streams/"
_TAIL = "/claims"
_ID_LENGTH = 30
_REPLAYED = ((REPLAYED_HEADER.lower().encode(), b"true"),)


class ClaimLane(Lane):
    """Taps, without the layers of the application."""

    def __init__(
        self, app: ASGIApp, *, prefix: str, content_security_policy: str, base_url: str, origins: tuple[str, ...]
    ) -> None:
        super().__init__(
            app,
            route="/streams/{stream_id}/claims",
            content_security_policy=content_security_policy,
            base_url=base_url,
            origins=origins,
        )
        self._head = prefix + _HEAD
        self._length = len(self._head) + _ID_LENGTH + len(_TAIL)

    def takes(self, scope: Scope) -> bool:
        """See Lane."""
        path: str = scope["path"]
        return (
            scope["method"] == "POST"
            and len(path) == self._length
            and path.startswith(self._head)
            and path.endswith(_TAIL)
        )

    async def answer(self, scope: Scope, headers: Headers, body: bytes) -> Answered:
        """See Lane."""
        ctx: Context = scope["app"].state.ctx
        authorization, key = headers.get(b"authorization"), headers.get(b"idempotency-key", b"")
        path: str = scope["path"]
        stream_id = path[len(self._head) : -len(_TAIL)]
        if authorization is None or not 0 < len(key) <= MOST_KEY_LENGTH or not is_id("str", stream_id):
            raise NotForTheLane
        tap = _tap(stream_id, body)
        try:
            caller = await authenticate_lately(ctx, authorization.decode("latin-1"))
        except SignInRequired as error:
            raise NotForTheLane from error
        digest = hashlib.sha256(canonical_body(body)).digest()
        mark = KeyMark(scope_of(caller.id, f"POST {path}"), key.decode("latin-1"), digest)
        answer = await ctx.port(ClaimDesk).settle(await ask_for(ctx, tap, caller, mark))
        return answer.status, answer.body, _REPLAYED if answer.is_replay else ()


def _tap(stream_id: str, body: bytes) -> Tap:
    try:
        sent = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError) as error:
        raise NotForTheLane from error
    if type(sent) is not dict or not sent.keys() <= _FIELDS.keys():
        raise NotForTheLane
    for name, value in sent.items():
        if not _FIELDS[name](value):
            raise NotForTheLane
    if "item_id" not in sent:
        raise NotForTheLane
    return Tap(stream_id, **sent)


def _is_variant(value: object) -> bool:
    return value is None or (type(value) is str and is_id("var", value))


_FIELDS: dict[str, Callable[[object], bool]] = {
    "item_id": lambda value: type(value) is str and is_id("itm", value),
    "variant_id": _is_variant,
    "quantity": lambda value: type(value) is int and 1 <= value <= MAX_QUANTITY,
    "waitlist": lambda value: type(value) is bool,
}
"""What the lane understands; claims for somebody else are for the application."""
