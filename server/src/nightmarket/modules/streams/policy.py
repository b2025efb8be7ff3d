"""Who may what, and how much, as data."""

from typing import Final

RUNNERS: Final = ("owner", "host")
"""Who plans a show, runs it, and knows its key."""
STAFF: Final = ("owner", "host", "moderator", "packer")
"""Who sees drafts and figures."""

MAX_ITEMS: Final = 200
"""A line-up longer than this is a catalogue."""
