"""Signed calls to the api: may this key publish, and what has happened since.

Events of one stream arrive in order and at least once; each has an `id` that repeats with a repeated delivery. While
the api is away they wait; of the health reports only the newest waits.
"""

import asyncio
import contextlib
import json
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2
import structlog

from nightmarket.media.access import Grant
from nightmarket.media.config import MediaConfig
from nightmarket.media.ingest import AuthorizationUnavailable, Refused
from nightmarket.media.names import is_stream_id
from nightmarket.media.signing import HEADER, sign

log = structlog.get_logger()

FIRST_DELAY_SECONDS, LAST_DELAY_SECONDS = 0.25, 10.0
RETRIED_STATUSES = {408, 425, 429}
REFUSING_STATUSES = {403, 404, 409, 410, 422}
HEALTH = "health"
REFUSAL = "The stream key is not valid."
Delivered = Callable[[], None]


class HookClient:
    """Posts signed JSON to the api."""

    def __init__(self, config: MediaConfig, now: Callable[[], float]) -> None:
        self._base = config.hook_url.rstrip("/")
        self._secret = config.secret
        self._now = now
        self._client = httpx2.AsyncClient(timeout=config.hook_timeout_seconds, trust_env=False)

    async def post(self, path: str, body: dict[str, Any]) -> httpx2.Response:
        """The api's answer; raises `httpx2.HTTPError` when there is none."""
        raw = json.dumps(body, separators=(",", ":")).encode()
        headers = {HEADER: sign(self._secret, raw, now=int(self._now())), "Content-Type": "application/json"}
        return await self._client.post(self._base + path, content=raw, headers=headers)

    async def authorize(self, key: str, remote: str) -> Grant:
        """See `access.Authority`."""
        try:
            answer = await self.post("/authorize", {"key": key, "remote": remote})
        except httpx2.HTTPError as error:
            log.warning("hooks.authorize_unreachable", error=type(error).__name__)
            raise AuthorizationUnavailable from error
        if answer.status_code in REFUSING_STATUSES:
            raise Refused(REFUSAL)
        if answer.status_code != 200:
            log.error("hooks.authorize_failed", status=answer.status_code)
            raise AuthorizationUnavailable
        try:
            said = answer.json()
            stream, protected = said["stream"], said.get("protected")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise AuthorizationUnavailable from error
        if not isinstance(stream, str) or not is_stream_id(stream):
            raise AuthorizationUnavailable
        return Grant(stream, protected if isinstance(protected, bool) else None)

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()


@dataclass(frozen=True, slots=True)
class _Event:
    body: dict[str, Any]
    delivered: Delivered | None

    @property
    def is_health(self) -> bool:
        return bool(self.body["event"] == HEALTH)


class Events:
    """Delivers events, one lane per stream."""

    def __init__(self, client: HookClient, *, limit: int, now: Callable[[], float]) -> None:
        self._client = client
        self._limit = limit
        self._now = now
        self._lanes: dict[str, deque[_Event]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._latest_ms = 0
        self.lost_count = 0

    @property
    def waiting_count(self) -> int:
        """Events not delivered yet."""
        return sum(len(lane) for lane in self._lanes.values())

    def not_before(self, at_ms: int) -> None:
        """An earlier process has reported something for this moment: later news is dated after it.

        The api takes news older than what it knows for late, so a clock that was set back must not date it.
        """
        self._latest_ms = max(self._latest_ms, at_ms)

    def emit(
        self, event: str, stream: str, facts: dict[str, Any] | None = None, *, delivered: Delivered | None = None
    ) -> None:
        """Queues an event; `delivered` is called once the api has taken it."""
        self._latest_ms = max(self._latest_ms + 1, int(self._now() * 1000))
        body = {
            "id": f"evt_{secrets.token_hex(12)}",
            "event": event,
            "stream": stream,
            "at": self._latest_ms,
            **(facts or {}),
        }
        lane = self._lanes.setdefault(stream, deque())
        if event == HEALTH and lane and lane[-1].is_health and len(lane) > 1:
            lane.pop()
        if len(lane) >= self._limit:
            self.lost_count += 1
            log.error("hooks.event_lost", stream=stream, event_kind=event)
            return
        lane.append(_Event(body, delivered))
        if stream not in self._workers:
            self._workers[stream] = asyncio.create_task(self._deliver(stream, lane))

    async def close(self, patience_seconds: float) -> None:
        """Gives deliveries a last moment."""
        if self._workers:
            await asyncio.wait(self._workers.values(), timeout=patience_seconds)
        for worker in list(self._workers.values()):
            worker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await worker

    async def _deliver(self, stream: str, lane: deque[_Event]) -> None:
        delay = FIRST_DELAY_SECONDS
        try:
            while lane:
                event = lane[0]
                if await self._try(event):
                    lane.remove(event)
                    delay = FIRST_DELAY_SECONDS
                    continue
                await asyncio.sleep(delay)
                delay = min(delay * 2, LAST_DELAY_SECONDS)
        finally:
            self._lanes.pop(stream, None)
            self._workers.pop(stream, None)

    async def _try(self, event: _Event) -> bool:
        """Whether the event is done with: taken, or refused for good."""
        try:
            answer = await self._client.post("/events", event.body)
        except httpx2.HTTPError as error:
            log.warning("hooks.unreachable", event_kind=event.body["event"], error=type(error).__name__)
            return False
        if answer.status_code >= 500 or answer.status_code in RETRIED_STATUSES:
            log.warning("hooks.retry", event_kind=event.body["event"], status=answer.status_code)
            return False
        if not answer.is_success:
            log.error("hooks.refused", event_kind=event.body["event"], status=answer.status_code)
        elif event.delivered is not None:
            event.delivered()
        return True
