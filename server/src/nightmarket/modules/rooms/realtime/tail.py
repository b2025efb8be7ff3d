"""The last numbered frames of a room in this process: what those who come back have missed."""

from collections import deque
from collections.abc import Iterable
from itertools import islice

from nightmarket.modules.rooms.realtime.viewer import Viewer


class Tail:
    """Frames without a gap between them; the oldest leave."""

    __slots__ = ("_frames",)

    def __init__(self, size: int) -> None:
        self._frames: deque[tuple[int, bytes]] = deque(maxlen=size)

    def append(self, seq: int, frame: bytes) -> None:
        self._frames.append((seq, frame))

    def extend(self, frames: Iterable[tuple[int, bytes]]) -> None:
        self._frames.extend(frames)

    def clear(self) -> None:
        self._frames.clear()

    def since(self, seq: int, newest: int) -> list[bytes] | None:
        """Frames after number `seq` up to the newest, or None when some are no longer at hand."""
        if seq == newest:
            return []
        if seq > newest or not self._frames or seq + 1 < self._frames[0][0]:
            return None
        return [frame for _, frame in islice(self._frames, seq + 1 - self._frames[0][0], None)]


def send_numbered(viewer: Viewer, after: int, frames: list[bytes], *, at_once: int) -> None:
    """The frames that follow number `after`, in messages small enough to stop where the socket is full."""
    part: list[bytes] = []
    size = 0
    viewer.missed_after = after
    for frame in frames:
        if part and size + len(frame) > at_once:
            if not viewer.send(*part):
                return
            viewer.missed_after = after = after + len(part)
            part, size = [], 0
        part.append(frame)
        size += len(frame)
    if part and viewer.send(*part):
        viewer.missed_after = after + len(part)
