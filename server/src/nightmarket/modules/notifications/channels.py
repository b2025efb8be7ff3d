"""The ways to reach a person outside the inbox."""

from typing import Final, Literal

Channel = Literal["email", "sms", "line", "push"]
CHANNELS: Final[tuple[Channel, ...]] = ("email", "sms", "line", "push")
