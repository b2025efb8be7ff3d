"""Where an output stands, as the relay last said.

idle (no show) → waiting (no picture) → connecting → live ⇄ failing (tried again, later each time)
"""

from typing import Final, Literal

OutputState = Literal["idle", "waiting", "connecting", "live", "failing"]

IDLE: Final = "idle"
FAILING: Final = "failing"
REPORTED: Final[dict[str, OutputState]] = {
    "waiting": "waiting",
    "connecting": "connecting",
    "live": "live",
    "failing": "failing",
    "stopped": "idle",
}
