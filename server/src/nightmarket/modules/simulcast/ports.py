"""What outputs need from whoever sends a show on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class OrderedOutput:
    """One place a show goes to."""

    id: str
    url: str
    key: str = field(repr=False)


class OutputRelay(Protocol):
    """Sends running shows on. How that goes comes back as `streams.events.OutputReported`."""

    async def refusal(self, url: str) -> str | None:
        """Why nothing is ever sent to this address; None when it may be tried."""

    async def order(self, stream_id: str, outputs: Sequence[OrderedOutput]) -> None:
        """From now on to these places and no others. Unavailable when it cannot be told now."""
