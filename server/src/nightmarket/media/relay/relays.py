"""Which outputs each show has now, as the api ordered; the newest order holds."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import structlog

from nightmarket.media.hooks import Events
from nightmarket.media.relay.relay import Relay, RelayRules, Report
from nightmarket.media.relay.target import Target
from nightmarket.media.streams import Streams

log = structlog.get_logger()

MOST_OUTPUTS = 10


class Relays:
    """Starts and stops relays."""

    def __init__(self, streams: Streams, events: Events, *, ffmpeg: Path, rules: RelayRules) -> None:
        self._streams = streams
        self._events = events
        self._ffmpeg = ffmpeg
        self._rules = rules
        self._running: dict[tuple[str, str], tuple[Target, asyncio.Task[None]]] = {}

    @property
    def count(self) -> int:
        """Relays running now."""
        return len(self._running)

    def order(self, stream_id: str, outputs: object) -> bool:
        """From now on these and no others. False when the show is not here, or the order makes no sense."""
        stream = self._streams.get(stream_id)
        targets = read_targets(outputs)
        if targets is None:
            return False
        wanted = {target.id: target for target in targets} if stream is not None else {}
        for key, (target, task) in list(self._running.items()):
            if key[0] == stream_id and wanted.get(key[1]) != target:
                task.cancel()
                del self._running[key]
        if stream is None:
            return not targets
        for target in targets:
            key = (stream_id, target.id)
            if key not in self._running:
                relay = Relay(
                    stream, target, ffmpeg=self._ffmpeg, rules=self._rules, report=self._reporter(stream_id, target.id)
                )
                task = asyncio.create_task(relay.run())
                self._running[key] = (target, task)
                task.add_done_callback(self._forgetter(key))
        return True

    async def close(self) -> None:
        """Ends every relay."""
        tasks = [task for _, task in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _reporter(self, stream_id: str, output_id: str) -> Report:
        def report(state: str, reason: str | None) -> None:
            self._events.emit("output", stream_id, {"output": output_id, "state": state, "reason": reason})

        return report

    def _forgetter(self, key: tuple[str, str]) -> Callable[[asyncio.Task[None]], None]:
        def forget(task: asyncio.Task[None]) -> None:
            if key in self._running and self._running[key][1] is task:
                del self._running[key]
            if not task.cancelled() and (error := task.exception()) is not None:
                log.error("relay.broke", stream=key[0], output=key[1], exc_info=error)

        return forget


def read_targets(said: object) -> Sequence[Target] | None:
    """The outputs of a signed order; None when they are no such thing."""
    if not isinstance(said, list) or len(said) > MOST_OUTPUTS:
        return None
    targets = []
    for one in said:
        entry: dict[str, Any] = one if isinstance(one, dict) else {}
        values = [entry.get(name) for name in ("id", "url", "key")]
        if not all(isinstance(value, str) and value for value in values):
            return None
        targets.append(Target(*(str(value) for value in values)))
    return targets
