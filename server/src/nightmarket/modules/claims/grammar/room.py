"""What a comment is read against: the compiled line-up, the item on screen, and what this buyer already holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .lineup import Item, Lineup, Variant


class Unsure(Exception):
    """Money might move, but one fact is missing or contradictory."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True, frozen=True)
class Held:
    """One open line of the buyer."""

    item: Item
    variant: Variant | None
    quantity: int

    @property
    def incomplete(self) -> bool:
        """Whether an option of the item is still open."""
        return len(self.variant or ()) < len(self.item.options)


@dataclass(slots=True)
class Line:
    """One line of a claim: what and how many."""

    item: Item
    variant: Variant | None
    quantity: int

    @property
    def incomplete(self) -> bool:
        """Whether an option of the item is still open."""
        return len(self.variant or ()) < len(self.item.options)


class Room:
    """Built for every call: ``pinned`` and ``buyer_claims`` change between comments."""

    __slots__ = ("held", "lineup", "pinned")

    def __init__(self, lineup: Lineup, context: dict[str, Any]) -> None:
        self.lineup = lineup
        pinned = context.get("pinned")
        self.pinned = lineup.by_code.get(pinned) if pinned is not None else None
        self.held: list[Held] = []
        for line in context.get("buyer_claims") or ():
            item = lineup.by_code.get(line["code"])
            if item is not None and line.get("quantity", 1):
                self.held.append(Held(item, line.get("variant"), line.get("quantity", 1)))

    def holds(self, item: Item) -> list[Held]:
        """The buyer's open lines of one item."""
        return [line for line in self.held if line.item is item]
