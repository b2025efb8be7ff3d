"""Where a show stands. Drawn as data; every change is a guarded update that names the allowed old states.

draft ⇄ scheduled → live ⇄ interrupted
  └────────┴─────────▶│         │
                      └────┬────┘
                         ended
"""

from typing import Final, Literal

ClaimsFor = Literal["everyone", "followers", "members"]
"""Whose claims a show takes: `members` are the people of the shop, `followers` include them."""
ItemMode = Literal["stock", "turn"]
ProviderName = Literal["embedded", "cloudflare"]
"""Who carries the picture of a show: our own media server, or a video service."""

StreamState = Literal["draft", "scheduled", "live", "interrupted", "ended"]

EMBEDDED: Final = "embedded"

DRAFT: Final = "draft"
SCHEDULED: Final = "scheduled"
LIVE: Final = "live"
INTERRUPTED: Final = "interrupted"
ENDED: Final = "ended"

MOVES: Final[dict[StreamState, frozenset[StreamState]]] = {
    DRAFT: frozenset({SCHEDULED, LIVE}),
    SCHEDULED: frozenset({DRAFT, LIVE}),
    LIVE: frozenset({INTERRUPTED, ENDED}),
    INTERRUPTED: frozenset({LIVE, ENDED}),
    ENDED: frozenset(),
}

BEFORE: Final[tuple[StreamState, ...]] = (DRAFT, SCHEDULED)
ON_AIR: Final[tuple[StreamState, ...]] = (LIVE, INTERRUPTED)


def sources(to: StreamState) -> tuple[StreamState, ...]:
    """The states from which a show may move to `to`."""
    return tuple(old for old, new in MOVES.items() if to in new)
