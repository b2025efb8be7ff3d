"""Where a replay and a clip stand.

waiting → stored → removed          waiting → elsewhere (only the video provider has it)
pending → ready | failed            a clip that is deleted leaves no row
"""

from typing import Final, Literal

ReplayState = Literal["waiting", "stored", "elsewhere", "removed"]
ClipState = Literal["pending", "ready", "failed"]
Why = Literal["asked", "retention"]

WAITING: Final = "waiting"
STORED: Final = "stored"
ELSEWHERE: Final = "elsewhere"
REMOVED: Final = "removed"

PENDING: Final = "pending"
READY: Final = "ready"
FAILED: Final = "failed"
