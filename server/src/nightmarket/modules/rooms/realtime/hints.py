"""What is left of each item of a room, as the bus told it last: lossy frames that a later viewer needs nevertheless."""

from collections.abc import Collection
from typing import Final

import msgspec

from nightmarket.modules.rooms.realtime.fanout import Fanout

_ITEM: Final = b'{"t":"item-updated",'


class Hints:
    """The newest frame of each item and variant; keys are `stock-changed:{item}.{variant}`."""

    __slots__ = ("_all", "_fanout", "_later")

    def __init__(self, fanout: Fanout) -> None:
        self._all: dict[str, bytes] = {}
        self._later: dict[str, bytes] = {}
        self._fanout = fanout

    def note(self, key: str, frame: bytes) -> None:
        """From the bus."""
        self._all[key] = self._later[key] = frame

    def heed(self, frame: bytes, *, is_late: bool) -> None:
        """A kept frame on its way: an item as it is now must not be followed by what was said of its stock before.

        One that comes late, from the log, may be older than what the bus has told meanwhile: that must follow it again.
        """
        if not self._all or not frame.startswith(_ITEM):
            return
        item = msgspec.json.decode(frame)
        for key in [key for key in self._all if key.startswith(f"stock-changed:{item['d']['item_id']}.")]:
            hint = self._all[key]
            if is_late and msgspec.json.decode(hint)["at"] >= item["at"]:
                self._later[key] = hint
                self._fanout.put_latest(key, hint)
            else:
                del self._all[key]
                self._later.pop(key, None)
                self._fanout.withdraw(key)

    def begin_snapshot(self) -> None:
        """A snapshot is being taken: it will contain what was noted until now."""
        self._later.clear()

    @property
    def for_newcomers(self) -> Collection[bytes]:
        """What a snapshot may lack."""
        return self._later.values()

    @property
    def for_returning(self) -> Collection[bytes]:
        """What those who were here all the time have seen, for those who only get the numbered frames they missed."""
        return self._all.values()
