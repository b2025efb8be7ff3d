"""What is left of each item of a room, as the bus told it last: lossy frames that a later viewer needs nevertheless."""

from collections.abc import Callable, Collection
from typing import Final

import msgspec

_ITEM: Final = b'{"t":"item-updated",'


class Hints:
    """The newest frame of each item and variant; keys are `stock-changed:{item}.{variant}`."""

    __slots__ = ("_all", "_later", "_withdraw")

    def __init__(self, withdraw: Callable[[str], None]) -> None:
        self._all: dict[str, bytes] = {}
        self._later: dict[str, bytes] = {}
        self._withdraw = withdraw

    def note(self, key: str, frame: bytes) -> None:
        """From the bus."""
        self._all[key] = self._later[key] = frame

    def heed(self, frame: bytes) -> None:
        """A kept frame: an item as it is now must not be followed by what was said of its stock before."""
        if self._all and frame.startswith(_ITEM):
            item_id = msgspec.json.decode(frame)["d"]["item_id"]
            for key in [key for key in self._all if key.startswith(f"stock-changed:{item_id}.")]:
                del self._all[key]
                self._later.pop(key, None)
                self._withdraw(key)

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
