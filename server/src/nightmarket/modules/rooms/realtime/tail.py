"""The last numbered frames of a room in this process: what those who come back have missed."""

from collections import deque
from collections.abc import Iterable
from itertools import islice

from nightmarket.modules.rooms.realtime.hidden import HiddenFrame, Kept, shown_to
from nightmarket.modules.rooms.realtime.kinds.base import FrameClass
from nightmarket.modules.rooms.realtime.log import Entry
from nightmarket.modules.rooms.realtime.viewer import Viewer


class Tail:
    """Frames without a gap between them; the oldest leave."""

    __slots__ = ("_frames",)

    def __init__(self, size: int) -> None:
        self._frames: deque[tuple[int, Kept]] = deque(maxlen=size)

    def append(self, seq: int, frame: Kept) -> None:
        self._frames.append((seq, frame))

    def load(self, entries: Iterable[Entry]) -> None:
        """Frames out of the log, in order."""
        for entry in entries:
            self.append(entry.seq, HiddenFrame(entry.frame) if entry.klass == FrameClass.SHADOW else entry.frame)

    def clear(self) -> None:
        self._frames.clear()

    def since(self, seq: int, newest: int) -> list[Kept] | None:
        """Frames after number `seq` up to the newest, or None when some are no longer at hand."""
        if seq == newest:
            return []
        if seq > newest or not self._frames or seq + 1 < self._frames[0][0]:
            return None
        return [frame for _, frame in islice(self._frames, seq + 1 - self._frames[0][0], None)]


def send_numbered(viewer: Viewer, after: int, frames: list[Kept], *, at_once: int) -> None:
    """The frames that follow number `after`, in messages small enough to stop where the socket is full."""
    part: list[bytes] = []
    size = 0
    viewer.missed_after = after
    for kept in frames:
        frame = shown_to(viewer.ticket, kept)
        if part and size + len(frame) > at_once:
            if not viewer.send(*part):
                return
            viewer.missed_after = after = after + len(part)
            part, size = [], 0
        part.append(frame)
        size += len(frame)
    if part and viewer.send(*part):
        viewer.missed_after = after + len(part)
