"""What can go wrong around messages."""

from nightmarket.kernel.problems import Problem


class ChannelOff(Problem):
    """This installation does not send by this channel."""

    status, code, title = 409, "channel-off", "This channel is not available here"


class WrongCode(Problem):
    """The code is not the one that was sent, is too old, or was guessed at too often. Ask for a new one."""

    status, code, title = 422, "wrong-code", "The code is wrong or too old"


class PushEndpointRefused(Problem):
    """The address of the subscription is not one of a known push service."""

    status, code, title = 422, "push-endpoint-refused", "Not a known push service"
