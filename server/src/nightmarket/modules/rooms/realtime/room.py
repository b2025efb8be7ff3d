"""One room in one process: numbering as seen here, who is in it, and how people come back.

Always true here: a viewer on the fan-out list has been given, or is about to be given, every numbered frame up to
`fanout.sent_seq`, each once.
Joining, returning and resuming therefore flush first, send what the viewer lacks, and only then add to the list.
"""

import asyncio
from collections.abc import Collection

from redis.exceptions import RedisError

from nightmarket.kernel.logging import get_logger
from nightmarket.modules.rooms.realtime.audience import Audience
from nightmarket.modules.rooms.realtime.fanout import Fanout
from nightmarket.modules.rooms.realtime.frames import Envelope, encode_frame, read_envelope
from nightmarket.modules.rooms.realtime.health import Health
from nightmarket.modules.rooms.realtime.hidden import HiddenFrame, Kept
from nightmarket.modules.rooms.realtime.hints import Hints
from nightmarket.modules.rooms.realtime.kinds.audience import ViewerCount
from nightmarket.modules.rooms.realtime.kinds.base import FrameClass
from nightmarket.modules.rooms.realtime.kinds.show import Resync
from nightmarket.modules.rooms.realtime.log import Position
from nightmarket.modules.rooms.realtime.metrics import EPOCHS, GAPS, RESUMED
from nightmarket.modules.rooms.realtime.order import RoomOrder, close_all
from nightmarket.modules.rooms.realtime.private import PrivateFrames, pass_signal
from nightmarket.modules.rooms.realtime.services import RoomServices
from nightmarket.modules.rooms.realtime.snapshot import Snapshot
from nightmarket.modules.rooms.realtime.tail import Tail, send_numbered
from nightmarket.modules.rooms.realtime.viewer import Resume, Viewer

log = get_logger(__name__)


class Room:
    """A room with viewers in this process."""

    def __init__(self, room_id: str, services: RoomServices) -> None:
        self.id = room_id
        self._services = services
        self.fanout = Fanout(services.loop, services.limits)
        self.meter = self.fanout.meter
        self.viewers: set[Viewer] = set()
        self.order = RoomOrder(services)
        self.audience = Audience(count_seconds=services.limits.presence_seconds * 0.9)
        self.health = Health()
        self.reactions: dict[str, int] = {}
        self.empty_since: float | None = None
        self._private = PrivateFrames(room_id, services.log, services.spawn)
        self._waiting: dict[Viewer, None] = {}
        self.position = Position("", 0)
        """Last numbered frame known here."""
        self._is_open = False
        self._tail = Tail(services.limits.tail_frames)
        self._hints = Hints(self.fanout)
        self._snapshot: Snapshot | None = None
        self._is_fetching = False
        self._is_filling = False
        self._must_refill = False

    # -- members ------------------------------------------------------------------------------------------------------

    def join(self, viewer: Viewer) -> None:
        """Into the room; what the viewer lacks is sent as soon as it is known."""
        viewer.room = self
        self.viewers.add(viewer)
        self.meter.joins += 1
        self.empty_since = None
        self.audience.come(viewer.ticket, is_return=viewer.resume is not None)
        self._private.add(viewer)
        self._admit(viewer)

    def leave(self, viewer: Viewer) -> None:
        """Out of the room; safe to repeat."""
        viewer.room = None
        if viewer in self.viewers:
            self.audience.go(viewer.ticket)
        self.viewers.discard(viewer)
        self._waiting.pop(viewer, None)
        self.health.for_now.discard(viewer)
        self.fanout.discard(viewer)
        self._private.discard(viewer)

    def pause(self, viewer: Viewer) -> None:
        """The viewer's socket is full: off the list until it drains."""
        viewer.missed_after = self.fanout.discard(viewer)

    def catch_up(self, viewer: Viewer) -> None:
        """The viewer's socket has drained: what was missed, or the state anew, and back on the list."""
        if viewer in self._waiting or not self._is_open:
            return
        self.fanout.flush()
        missed = self._since(viewer.missed_after)
        if missed is None:
            self._admit(viewer)
            return
        self._send_numbered(viewer, viewer.missed_after, missed)
        viewer.send(*self._latest_hints(self._hints.for_returning))
        self._put_on_list(viewer)

    def tell(self, user: str, frame: bytes) -> None:
        """For one person, from this process alone."""
        self._private.say(user, frame)

    def refresh(self) -> None:
        """Once a second: what was put off, and what could not be done while the backend or Redis was away."""
        self.audience.tell_count(self.fanout.put_latest)
        if self._is_open and self._must_refill:
            self.fill()
        if self._waiting and (self._is_open or not self.health.is_live):
            self._fetch()
        if self.health.is_live:
            self._private.retry()

    # -- bus ----------------------------------------------------------------------------------------------------------

    def cut_off(self) -> None:
        """The bus has gone: say so, and go on with what is here and what the backend knows."""
        self.health.lose(self.position, self._services.now_ms())
        self._tell_health()
        if self._waiting:
            self._fetch()

    def reconnect(self) -> None:
        """The bus is back: all is well as soon as what was missed has been read."""
        self.health.come_back()
        self.fill()
        if self._is_open and self.viewers:
            self._fetch()  # control messages may have been lost with the bus

    def _tell_health(self) -> None:
        if self.health.frame is not None:
            self.fanout.put_latest("room-health:", self.health.frame)
            self.fanout.flush()

    def _recover(self) -> None:
        if self.health.is_whole(self._services.now_ms()):
            self._tell_health()
            for viewer in self.health.take_for_now():
                self._admit(viewer)
            self._private.catch_up(self.health.lost_at)

    def deliver(self, raw: bytes) -> None:
        """A message from the bus."""
        envelope = read_envelope(raw)
        match envelope.klass:
            case FrameClass.KEPT | FrameClass.CHAT | FrameClass.SHADOW:
                self._deliver_numbered(envelope)
            case FrameClass.LOSSY:
                if envelope.key.startswith("stock-changed:"):
                    self._hints.note(envelope.key, envelope.frame)
                elif envelope.key.startswith("viewer-count:"):
                    self.audience.hear_count(envelope.frame)
                    self.audience.tell_count(self.fanout.put_latest)
                    return
                self.fanout.put_latest(envelope.key, envelope.frame)
            case "x":
                self.order.change(envelope, self.viewers)
            case FrameClass.PRIVATE:
                self._private.deliver(envelope.key, envelope.seq, envelope.frame)
            case _:
                pass_signal(list(self.viewers), envelope)

    def fill(self) -> None:
        """Ask the log for everything after what is known here."""
        if self._is_filling:
            self._must_refill = True
        elif self._is_open:
            self._is_filling = True
            self._services.spawn(self._fill())

    def _deliver_numbered(self, envelope: Envelope) -> None:
        position = self.position
        if not self._is_open or self._is_filling:
            self._must_refill = True
        elif envelope.epoch != position.epoch or envelope.seq > position.seq + 1:
            GAPS.inc()
            self.fill()
        elif envelope.seq == position.seq + 1:
            if envelope.key:
                self.order.guard.note_elsewhere(envelope.key)
            self._accept(envelope.klass, envelope.seq, envelope.frame)

    def _accept(self, klass: str, seq: int, frame: bytes) -> None:
        self.position = Position(self.position.epoch, seq)
        if klass == FrameClass.SHADOW:
            self._accept_hidden(seq, HiddenFrame(frame))
            return
        self._tail.append(seq, frame)
        if klass == FrameClass.CHAT:
            self.fanout.put_gathered(frame, seq)
        else:
            self._hints.heed(frame, is_late=self._is_filling)
            self.fanout.put_now(frame, seq)

    def _accept_hidden(self, seq: int, hidden: HiddenFrame) -> None:
        """Those who see it step aside while the others are told it is gone, and catch up with their own form of it."""
        self._tail.append(seq, hidden)
        self.fanout.flush()
        seeing = [one for one in self.viewers if hidden.is_seen_by(one.ticket) and one in self.fanout]
        for viewer in seeing:
            self.pause(viewer)
        self.fanout.put_now(hidden.for_others, seq)
        for viewer in seeing:
            self.catch_up(viewer)

    # -- opening, filling, starting anew ------------------------------------------------------------------------------

    async def open(self) -> None:
        """Once subscribed: learn the position, then let the first viewers in."""
        history = await self._services.log.head(self.id, last=self._services.limits.tail_frames)
        self.position = history.position
        self._tail.load(history.entries)
        self.fanout.restart(history.position.seq)
        self._is_open = True
        if self._must_refill:
            self.fill()
        else:
            self._recover()
        self._fetch()

    async def _fill(self) -> None:
        try:
            while True:
                self._must_refill = False
                epoch, seq = self.position
                history = await self._services.log.tail(self.id, seq, epoch=epoch)
                if history.position.epoch != epoch or not history.complete:
                    self._start_anew(history.position)
                else:
                    for entry in history.entries:
                        self._accept(entry.klass, entry.seq, entry.frame)
                if not self._must_refill:
                    self._recover()
                    return
        except (RedisError, OSError) as error:
            log.warning("rooms.fill_failed", room=self.id, error=repr(error))
            self._must_refill = True
        finally:
            self._is_filling = False

    def _start_anew(self, position: Position) -> None:
        EPOCHS.inc()
        self.meter.resyncs += len(self.viewers)
        log.warning("rooms.epoch_changed", room=self.id, epoch=position.epoch)
        self.position = position
        self._tail.clear()
        self._hints.begin_snapshot()
        self._snapshot = None
        self.fanout.restart(position.seq)
        notice = encode_frame(Resync(*position), at=self._services.now_ms())
        for viewer in list(self.viewers):
            self.fanout.discard(viewer)
            viewer.send(notice)
            self._waiting[viewer] = None
        self._fetch()

    # -- welcome ------------------------------------------------------------------------------------------------------

    def _admit(self, viewer: Viewer) -> None:
        self.fanout.discard(viewer)
        self._waiting[viewer] = None
        if not self._is_open and self.health.is_live:
            return
        if self._snapshot is None or self._snapshot.is_older_than(self._services.limits.snapshot_age_seconds):
            self._fetch()
        else:
            self._welcome_all()

    def _fetch(self) -> None:
        if not self._is_fetching:
            self._is_fetching = True
            self._services.spawn(self._fetch_snapshot())

    async def _fetch_snapshot(self) -> None:
        self._hints.begin_snapshot()
        self.order.expect()
        try:
            async with asyncio.timeout(self._services.limits.backend_timeout_seconds):
                state = await self._services.backend.snapshot(self.id)
        except Exception as error:
            log.warning("rooms.snapshot_failed", room=self.id, error=repr(error))
            if self._snapshot is None:
                self._welcome_returning()
        else:
            if state is None:
                close_all(self.viewers)
                return
            self._snapshot = Snapshot(state)
            self.order.take(state, self.viewers)
        finally:
            self._is_fetching = False
        self._welcome_all()

    def _welcome_all(self) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return
        if not self._is_open or snapshot.position.epoch != self.position.epoch:
            if not self.health.is_live:
                self._welcome_for_now(snapshot)
            else:
                self.fill()
            return
        self.fanout.flush()
        if (since := self._since(snapshot.position.seq)) is None and snapshot.position.seq < self.position.seq:
            return  # frames between the snapshot and the tail are gone; the next snapshot is newer
        for viewer in list(self._waiting):
            self._welcome(viewer, snapshot, since or [])

    def _welcome_returning(self) -> None:
        """Those who only lack frames can be served without a backend, from the log."""
        self.fanout.flush()
        for viewer in list(self._waiting):
            resume = viewer.resume
            missed = self._missed_by(resume)
            if resume is not None and missed is not None:
                self._waiting.pop(viewer, None)
                self._bring_back(viewer, resume, missed)

    def _welcome_for_now(self, snapshot: Snapshot) -> None:
        """While the bus is away, who lacks more than frames gets what the backend knows, and all of it anew later."""
        self._welcome_returning()
        for viewer in list(self._waiting):
            if self.order.turns_away(viewer):
                continue
            self._waiting.pop(viewer, None)
            self.health.for_now.add(viewer)
            resume, viewer.resume = viewer.resume, None
            viewer.send(snapshot.frame_for(viewer.ticket, viewers=self.audience.at_least, at=self._services.now_ms()))
            viewer.send(*self._news(self._hints.for_newcomers))
            if resume is not None:
                self._private.replay(viewer, resume)

    def _welcome(self, viewer: Viewer, snapshot: Snapshot, since: list[Kept]) -> None:
        if self.order.turns_away(viewer):
            return
        self._waiting.pop(viewer, None)
        resume = viewer.resume
        missed = self._missed_by(resume)
        if resume is not None and missed is not None:
            self._bring_back(viewer, resume, missed)
            return
        viewer.resume, viewer.missed_after = None, -1
        state = snapshot.frame_for(viewer.ticket, viewers=self.audience.at_least, at=self._services.now_ms())
        hints = self._news(self._hints.for_newcomers)
        if viewer.send(state, *([] if since else hints)):
            self._send_numbered(viewer, snapshot.position.seq, since)
        if since:
            viewer.send(*hints)
        if resume is not None:
            self._private.replay(viewer, resume)
        self._put_on_list(viewer)

    def _bring_back(self, viewer: Viewer, resume: Resume, missed: list[Kept]) -> None:
        RESUMED.labels("replayed").inc()
        self.meter.replays += 1
        viewer.resume = None
        self._send_numbered(viewer, resume.seq, missed)
        viewer.send(*self._latest_hints(self._hints.for_returning))
        self._private.replay(viewer, resume)
        self._put_on_list(viewer)

    def _latest_hints(self, stock: Collection[bytes]) -> list[bytes]:
        return [*self._news(stock), encode_frame(ViewerCount(self.audience.at_least), at=self._services.now_ms())]

    def _news(self, stock: Collection[bytes]) -> Collection[bytes]:
        return stock if self.health.frame is None else [*stock, self.health.frame]

    def _missed_by(self, resume: Resume | None) -> list[Kept] | None:
        if resume is None or resume.epoch != self.position.epoch:
            return None
        return self._since(resume.seq)

    def replay(self, viewer: Viewer, resume: Resume) -> bool:
        """A viewer who is here already says where it left off; False when only the state anew can help."""
        if not self._is_open or viewer in self._waiting:
            viewer.resume = resume
            return True
        self.fanout.discard(viewer)
        self.fanout.flush()
        missed = self._missed_by(resume)
        if missed is None:
            RESUMED.labels("resync").inc()
            self.meter.resyncs += 1
            viewer.send(encode_frame(Resync(*self.position), at=self._services.now_ms()))
            self._admit(viewer)
            return False
        self._bring_back(viewer, resume, missed)
        return True

    def _since(self, seq: int) -> list[Kept] | None:
        return self._tail.since(seq, self.position.seq)

    def _send_numbered(self, viewer: Viewer, after: int, frames: list[Kept]) -> None:
        send_numbered(viewer, after, frames, at_once=self._services.limits.catch_up_bytes)

    def _put_on_list(self, viewer: Viewer) -> None:
        if not viewer.is_paused and not viewer.is_closing:
            self.fanout.add(viewer)
