"""Keeps one output of one show going: connects, feeds, notices, waits longer each time, begins again.

It only reads the show's timeline. A target that takes less than the show brings is left behind and dropped, and the
show does not notice.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from nightmarket.media.relay.pusher import PushEnded, Pusher
from nightmarket.media.relay.target import Target, TargetRefused, check_target
from nightmarket.media.stream import Stream

log = structlog.get_logger()

Report = Callable[[str, str | None], None]


@dataclass(frozen=True, slots=True)
class RelayRules:
    """How patient a relay is."""

    allow_private: bool = False
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 60.0
    answer_seconds: float = 15.0
    """A target that has taken nothing for so long while the show went on is dropped."""
    proven_seconds: float = 30.0
    """One that went well for so long is tried again at once."""


class Relay:
    """One output; `run` until cancelled."""

    def __init__(self, stream: Stream, target: Target, *, ffmpeg: Path, rules: RelayRules, report: Report) -> None:
        self.target = target
        self._stream = stream
        self._ffmpeg = ffmpeg
        self._rules = rules
        self._report = report
        self._state: tuple[str, str | None] | None = None
        self._taken_at = 0.0

    async def run(self) -> None:
        """Never gives up while the show is on."""
        wait = self._rules.first_wait_seconds
        loop = asyncio.get_running_loop()
        try:
            while not self._stream.timeline.is_ended:
                await self._until_there_is_a_picture()
                self._say("connecting")
                began = loop.time()
                reason = await self._attempt()
                if reason is None:
                    # The encoder went, or sends another format now: no fault of the target.
                    wait = self._rules.first_wait_seconds
                    continue
                if loop.time() - began > self._rules.proven_seconds:
                    wait = self._rules.first_wait_seconds
                self._say("failing", reason)
                await asyncio.sleep(wait)
                wait = min(self._rules.longest_wait_seconds, wait * 2)
        finally:
            self._say("stopped")

    async def _attempt(self) -> str | None:
        """One connection; why it ended, or None when the show paused."""
        try:
            await check_target(self.target.url, allow_private=self._rules.allow_private)
        except TargetRefused as error:
            return error.reason
        pusher = Pusher(self._ffmpeg, self.target.address, self._on_progress)
        self._taken_at = asyncio.get_running_loop().time()
        watch: asyncio.Task[str] | None = None
        feed: asyncio.Task[None] | None = None
        try:
            await pusher.start()
            watch = asyncio.create_task(self._watch(pusher))
            feed = asyncio.create_task(self._feed(pusher))
            done, _ = await asyncio.wait({watch, feed}, return_when=asyncio.FIRST_COMPLETED)
            if watch in done:
                return watch.result()
            failure = feed.exception()
            if isinstance(failure, PushEnded):
                return str(failure)
            if failure is not None:
                raise failure
            return None
        finally:
            tasks = [task for task in (watch, feed) if task is not None]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await pusher.stop()

    async def _watch(self, pusher: Pusher) -> str:
        """Why it cannot go on."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(0.25)
            if pusher.is_over:
                return await pusher.ended()
            if not self._stream.is_publishing:
                self._taken_at = loop.time()
            elif loop.time() - self._taken_at > self._rules.answer_seconds:
                return "slow" if pusher.total else "no_answer"

    async def _feed(self, pusher: Pusher) -> None:
        async for data in self._live():
            await pusher.write(data)

    async def _live(self) -> AsyncIterator[bytes]:
        """From the newest segment on, until the encoder's run ends."""
        timeline = self._stream.timeline
        segment = timeline.segments[-1]
        run = segment.run
        yield timeline.inits[run.number]
        sequence, index = segment.sequence, 0
        while True:
            current = timeline.segment(sequence)
            if current is not None:
                if current.run.number != run.number:
                    return
                if current.is_closed and index == 0 and not current.parts:
                    raise PushEnded("slow")
                while index < len(current.parts):
                    part = current.parts[index]
                    index += 1
                    yield part.data
                if current.is_closed and index >= len(current.parts):
                    sequence, index = sequence + 1, 0
                    continue
            if timeline.is_ended or not self._stream.is_publishing:
                return
            await timeline.changed()

    async def _until_there_is_a_picture(self) -> None:
        timeline = self._stream.timeline
        while not timeline.is_ended:
            if self._stream.is_publishing and timeline.segments and timeline.segments[-1].parts:
                run = timeline.runs[-1]
                if timeline.segments[-1].run.number == run.number and run.number in timeline.inits:
                    return
            self._say("waiting")
            await timeline.changed()

    def _on_progress(self) -> None:
        self._taken_at = asyncio.get_running_loop().time()
        self._say("live")

    def _say(self, state: str, reason: str | None = None) -> None:
        if self._state != (state, reason):
            self._state = (state, reason)
            log.info("relay.state", stream=self._stream.id, output=self.target.id, state=state, reason=reason)
            self._report(state, reason)
