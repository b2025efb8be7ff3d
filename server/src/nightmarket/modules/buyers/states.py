"""Marks a shop puts on buyers, what it counts of them, and the life of an appeal."""

from typing import Final, Literal

Mark = Literal["block", "prepay", "member"]
"""May not buy; has to pay in advance; a regular buyer of the shop."""

IncidentKind = Literal["abandoned", "uncollected"]
"""A claim or order that was left to expire; a parcel that nobody picked up."""

AppealState = Literal["open", "accepted", "rejected"]
Filter = Literal["blocked", "prepay", "members", "unreliable"]

OPEN: Final[AppealState] = "open"
