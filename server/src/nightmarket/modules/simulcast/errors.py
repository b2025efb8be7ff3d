"""What outputs refuse."""

from nightmarket.kernel.problems import Problem


class OutputRefused(Problem):
    """Shows are sent to `rtmp://` and `rtmps://` servers on the public internet. `reason` says what is wrong here."""

    status, code, title = 422, "output-refused", "The show cannot be sent there"


class TooManyOutputs(Problem):
    """A show is sent to at most `limit` places at once."""

    status, code, title = 409, "too-many-outputs", "The show has too many outputs"
