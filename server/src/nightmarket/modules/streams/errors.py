"""What a show refuses."""

from nightmarket.kernel.problems import Problem


class StreamOver(Problem):
    """The show has ended for good. Its replay stays; a new show needs a new stream."""

    status, code, title = 410, "stream-ended", "The show has ended"


class StreamNotOnAir(Problem):
    """This needs a show that is on the air, and it has not started yet."""

    status, code, title = 409, "stream-not-live", "The show is not on the air"


class StreamUnderWay(Problem):
    """The show has started already; only a show that has not can be changed this way or deleted."""

    status, code, title = 409, "stream-started", "The show has started already"


class NoSignal(Problem):
    """No picture arrives from the encoder. Start OBS or the browser camera with this show's key, then go live."""

    status, code, title = 409, "no-signal", "No picture is arriving"


class CodeTaken(Problem):
    """Another item of this show's line-up has this code, and viewers could not tell the two apart."""

    status, code, title = 409, "code-taken", "The code is already used in this show"


class LineUpFull(Problem):
    """A line-up has at most `limit` items."""

    status, code, title = 409, "line-up-full", "The line-up is full"


class CapBelowTaken(Problem):
    """The stock set aside for this show cannot be lower than what buyers have taken already (`taken`)."""

    status, code, title = 409, "stock-cap-below-taken", "Buyers have already taken more than this"


class StreamProviderOff(Problem):
    """The video service asked for is not set up in this installation. The embedded media server always is."""

    status, code, title = 409, "stream-provider-off", "The video service is not set up here"


class VideoServiceRefused(Problem):
    """The video service does not take what we ask: its credentials, quota or settings here need an operator."""

    status, code, title = 503, "video-service-refused", "The video service refuses"


class StreamKeyRefused(Problem):
    """The stream key is unknown or has been replaced by a newer one."""

    status, code, title = 403, "stream-key-refused", "The stream key is not valid"


class StreamKeyEnded(Problem):
    """The key belongs to a show that has ended."""

    status, code, title = 403, "stream-key-ended", "The show of this key has ended"


class HookNotSigned(Problem):
    """The call is not signed by our media server, or the signature is too old."""

    status, code, title = 401, "hook-not-signed", "The signature is missing or wrong"
