"""Calls to Cloudflare's API and to its playback host: bounded tries with jitter, and errors that stay the same.

A thin client of our own instead of the vendor's package: a dozen calls, no second HTTP stack and no import of a second
and forty megabytes in every process (see the decision record on video providers).
"""

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Final

import msgspec

from nightmarket.kernel.context import Context
from nightmarket.kernel.http import HttpError
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.problems import Unavailable
from nightmarket.modules.streams.errors import VideoServiceRefused

log = get_logger(__name__)

TRIES: Final = 3
_FIRST_WAIT: Final = 0.25
_LONGEST_WAIT: Final = 2.0
_BLOCKED_SECONDS: Final = 300
"""Over its limit, Cloudflare refuses every call for five minutes."""

Json = Any
Sleep = Callable[[float], Any]


class NotThere(Exception):
    """Cloudflare knows no such thing (any more)."""


class CloudflareClient:
    """One account. Keeps away from the API while the rate limit says so, with every client of this process."""

    _quiet_until: ClassVar[dict[tuple[str, str], float]] = {}

    def __init__(self, ctx: Context, *, sleep: Sleep = asyncio.sleep) -> None:
        self._ctx = ctx
        self._settings = ctx.settings.cloudflare
        self._sleep = sleep
        self._account = (self._settings.api_url, self._settings.account_id)

    @property
    def playback_url(self) -> str:
        """The host of this account's players, without a slash at the end."""
        own = self._settings.playback_url
        return own.rstrip("/") if own else f"https://customer-{self._settings.customer_code}.cloudflarestream.com"

    async def call(
        self, method: str, path: str, body: Json = None, *, key: str | None = None, repeatable: bool = True
    ) -> Json:
        """`result` of a call under `/accounts/…/stream`. `repeatable=False`: not again when its fate is unclear."""
        url = f"{self._settings.api_url.rstrip('/')}/accounts/{self._settings.account_id}/stream{path}"
        token = self._settings.api_token.get_secret_value() if self._settings.api_token else ""
        headers = {"Authorization": f"Bearer {token}"} | ({} if key is None else {"Idempotency-Key": key})
        return await self._tries(method, url, body, headers=headers, repeatable=repeatable)

    async def graphql(self, query: str, variables: Mapping[str, Json]) -> Json:
        """`data` of an analytics query."""
        url = f"{self._settings.api_url.rstrip('/')}/graphql"
        token = self._settings.api_token.get_secret_value() if self._settings.api_token else ""
        body = {"query": query, "variables": dict(variables)}
        answer = await self._tries("POST", url, body, headers={"Authorization": f"Bearer {token}"}, repeatable=True)
        return answer.get("data") if isinstance(answer, dict) else None

    async def look(self, path: str) -> Json:
        """JSON of the playback host, which needs no token and does not count towards the API's limit."""
        try:
            answer = await self._ctx.http.get(f"{self.playback_url}{path}")
        except HttpError as error:
            raise Unavailable("Cloudflare's playback host does not answer.", retry_after=5) from error
        if answer.status_code == 404:
            raise NotThere
        if not answer.is_success:
            raise Unavailable(f"Cloudflare's playback host answered {answer.status_code}.", retry_after=5)
        return _decoded(answer.content)

    async def _tries(self, method: str, url: str, body: Json, *, headers: dict[str, str], repeatable: bool) -> Json:
        now = self._ctx.clock().timestamp()
        quiet = self._quiet_until.get(self._account, 0.0)
        if now < quiet:
            raise Unavailable("Cloudflare takes no calls at the moment.", retry_after=quiet - now)
        for attempt in range(1, TRIES + 1):
            try:
                return await self._once(method, url, body, headers=headers)
            except _Again as error:
                wait = self._wait(error, attempt)
                if attempt == TRIES or wait is None or (error.is_unclear and not repeatable):
                    raise Unavailable(error.text, retry_after=error.after or 5) from error
            await self._sleep(wait)
        raise AssertionError("unreachable")

    def _wait(self, error: "_Again", attempt: int) -> float | None:
        """How long to wait before the next try; None: too long for anybody to wait."""
        if error.after is not None and error.after > _LONGEST_WAIT:
            if error.is_limit:
                until = self._ctx.clock().timestamp() + min(error.after, _BLOCKED_SECONDS)
                self._quiet_until[self._account] = until
            return None
        backoff = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (attempt - 1))
        return (error.after or 0) + random.uniform(backoff / 2, backoff)  # noqa: S311  (spread, not a secret)

    async def _once(self, method: str, url: str, body: Json, *, headers: dict[str, str]) -> Json:
        try:
            answer = await self._ctx.http.request(method, url, json=body, headers=headers)
        except HttpError as error:
            log.warning("cloudflare.no_answer", method=method, error=type(error).__name__)
            raise _Again("Cloudflare does not answer.", is_unclear=True) from error
        status, content = answer.status_code, answer.content
        if status == 429:
            after = _seconds(answer.headers.get("retry-after"))
            raise _Again("Cloudflare's rate limit is reached.", after=after, is_limit=True)
        if status >= 500:
            after = _seconds(answer.headers.get("retry-after"))
            raise _Again(f"Cloudflare answered {status}.", after=after, is_unclear=True)
        if status == 404:
            raise NotThere
        if answer.is_success and not content:
            return None
        envelope = _decoded(content)
        if not answer.is_success or (isinstance(envelope, dict) and envelope.get("success") is False):
            log.warning("cloudflare.refused", method=method, status=status, errors=_codes(envelope))
            raise VideoServiceRefused(f"Cloudflare answered {status}: {_codes(envelope)}", service="cloudflare")
        return envelope.get("result", envelope) if isinstance(envelope, dict) else envelope


class _Again(Exception):
    """A failure that may pass. `is_unclear`: the call may have had its effect."""

    def __init__(
        self, text: str, *, after: float | None = None, is_unclear: bool = False, is_limit: bool = False
    ) -> None:
        super().__init__(text)
        self.text, self.after, self.is_unclear, self.is_limit = text, after, is_unclear, is_limit


def _seconds(header: str | None) -> float | None:
    text = (header or "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None


def _decoded(content: bytes) -> Json:
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Unavailable("Cloudflare's answer could not be read.", retry_after=5) from error


def _codes(envelope: Json) -> str:
    """Code and first words of each error; Cloudflare publishes no list of them."""
    errors = envelope.get("errors") if isinstance(envelope, dict) else None
    found = [one for one in errors or [] if isinstance(one, dict)] if isinstance(errors, list) else []
    return "; ".join(f"{one.get('code')} {str(one.get('message'))[:120]}" for one in found[:3]) or "no reason given"
