"""Who may what, and how much, as data."""

from typing import Final

EDITORS: Final = ("owner", "host")
"""Who makes and removes clips, keeps and removes replays, and says how long they stay."""

SHORTEST_CLIP_MS: Final = 1_000
LONGEST_CLIP_MS: Final = 600_000
MAX_CLIPS: Final = 50
"""Of one show."""
