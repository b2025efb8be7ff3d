"""What replays and clips refuse."""

from nightmarket.kernel.problems import Problem


class ClipOutOfRange(Problem):
    """A clip lasts from `min_seconds` to `max_seconds` and lies within what has been recorded (`recorded_seconds`)."""

    status, code, title = 422, "clip-out-of-range", "There is no such stretch to cut out"


class TooManyClips(Problem):
    """A show has at most `limit` clips. Delete one first."""

    status, code, title = 409, "too-many-clips", "The show has too many clips"
