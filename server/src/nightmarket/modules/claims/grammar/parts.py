"""Stage 5b: what was said about an item as parts, each one variant and an amount (sections 7 and 8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from . import lexicon
from . import tokens as t
from .groups import Event, Group
from .lineup import Item
from .room import Room, Unsure
from .tokens import Token

_WHOLE = frozenset({"ทั้งหมด", "รวมทั้งหมด", "altogether"})

Amount = tuple[int, str | None, str]


@dataclass(slots=True)
class Part:
    """One variant of one item and how many of it."""

    group: Group
    item: Item
    options: dict[str, str] = field(default_factory=dict)
    amount: Amount | None = None
    wild: set[str] = field(default_factory=set)
    separator: int = 0
    each: bool = False
    total: bool = False
    minus: bool = False
    amount_first: bool = False


class Splitter:
    """Splits the events of one group into parts."""

    def __init__(self, group: Group, item: Item) -> None:
        self.group = group
        self.item = item
        self.part = Part(group, item, separator=group.separator)
        self.parts = [self.part]
        self.each = False
        self.total = False
        self.separator = 0
        self.check_sum: int | None = None

    def split(self) -> list[Part]:
        """The parts, in the order they were said."""
        events = self.group.events
        for at, (name, value) in enumerate(events):
            if name == "o":
                self._option(value, events, at)
            elif name == "n":
                self._number(value, events, at)
            elif name == "q":
                self._amount(value)
            elif name == "e":
                self._each(events, at)
            elif name == "t":
                self._total(value, events, at)
            elif name == "s":
                self.separator = value
            else:
                self._rare(name, value)
        return self._sum_up()

    def _rare(self, name: str, value: Any) -> None:
        if name == "w":
            self._wild(value)
        elif name == "m":
            self._minus(value)
        elif name == "p":
            self._price(value)
        elif name == "b":
            raise Unsure("quantity_unclear")
        elif name == "x":
            raise Unsure("unknown_variant")

    def _total(self, word: str, events: list[Event], at: int) -> None:
        self.total = True
        if word in _WHOLE and not (at + 1 < len(events) and events[at + 1][0] in "qn"):
            raise Unsure("all_items")

    def _option(self, token: Token, events: list[Event], at: int) -> None:
        meaning = token.val.get(self.item.index)
        if meaning is None:
            if token.kind & (t.VERBB | t.DRESS):
                return
            raise Unsure("unknown_variant")
        self._choose(meaning, events, at)

    def _choose(self, meaning: tuple[str, str], events: list[Event], at: int) -> None:
        name, value = meaning
        part = self.part
        if part.options.get(name) == value and part.amount is None:
            return
        if name in part.options or (part.amount is not None and _amount_follows(events, at)):
            if name in part.options and part.amount is None and self.separator & (t.OR | t.SLASH):
                raise Unsure("either_or")
            self._next()
        self.part.amount_first = self.part.amount_first or (self.part.amount is not None and not self.part.options)
        self.part.options[name] = value

    def _next(self) -> None:
        self.part = Part(self.group, self.item, separator=self.separator)
        self.separator = 0
        self.parts.append(self.part)

    def _number(self, token: Token, events: list[Event], at: int) -> None:
        meaning = self.item.number_words.get(token.raw)
        if meaning is not None and not self.each and not self.total and meaning[0] not in self.part.options:
            self._choose(meaning, events, at)
            return
        if meaning is not None and _amount_follows(events, at) and not self.each:
            self._choose(meaning, events, at)
            return
        open_numbers = self.item.number_options - self.part.options.keys()
        if token.kind & t.HAO:
            if open_numbers or self.item.number_options:
                raise Unsure("unknown_variant")
            raise Unsure("unknown_code")
        if open_numbers and _amount_follows(events, at):
            raise Unsure("unknown_variant")
        if token.val > self.item.limit and token.val > 20 and token.val in {self.item.price}:
            self._price(token.val)
            return
        self._amount((token.val, None, "weak"))

    def _amount(self, amount: Amount) -> None:
        if self.total:
            self.check_sum = amount[0]
            self.total = False
            if self.part.amount is None and len(self.parts) == 1:
                self.part.total = True
                self.part.amount = amount
            return
        if self.each:
            self.part.each = True
            self.each = False
        old = self.part.amount
        if old is not None and (old[0] != amount[0] or old[2] == amount[2] == "strong"):
            raise Unsure("quantity_conflict")
        if old is None or old[2] == "weak":
            self.part.amount = amount
        elif amount[1] is not None:
            self.part.amount = (old[0], amount[1], old[2])
        self.separator = 0

    def _each(self, events: list[Event], at: int) -> None:
        """*各 2* before its amount, *2 each* behind it."""
        behind = at > 0 and events[at - 1][0] in "qn" and self.part.amount is not None
        if behind and not (at + 1 < len(events) and events[at + 1][0] in "qn"):
            self.part.each = True
        else:
            self.each = True

    def _wild(self, dimension: str) -> None:
        if self.part.amount is not None:
            self._next()
        self.part.wild.add(dimension)

    def _minus(self, value: tuple[int, str | None] | None) -> None:
        if (
            value is not None
            and str(value[0]) in self.item.number_words
            and self.item.number_words[str(value[0])][0] not in self.part.options
        ):
            name, choice = self.item.number_words[str(value[0])]
            self.part.options[name] = choice
            return
        self.part.minus = True
        self.part.amount = None if value is None else (value[0], value[1], "strong")

    def _price(self, price: int) -> None:
        if price != self.item.price:
            raise Unsure("price_mismatch")
        operator = any(name == "q" and value[2] == "strong" for name, value in self.group.events)
        if not self.group.verb and not operator:
            raise Unsure("price_echo")

    def _sum_up(self) -> list[Part]:
        """Q8: a total with its breakdown."""
        parts = self.parts
        first = parts[0]
        if len(parts) > 1 and first.amount_first and all(part.amount is None for part in parts[1:]):
            if first.amount is None or first.amount[0] != len(parts):
                raise Unsure("quantity_conflict")
            for part in parts:
                part.amount = (1, None, "weak")
        if len(parts) > 1 and first.amount is not None and not first.options and not first.wild:
            rest = parts[1:]
            if any(part.options for part in rest):
                if sum(part.amount[0] if part.amount else 1 for part in rest) != first.amount[0]:
                    raise Unsure("quantity_conflict")
                for part in rest:
                    part.amount = part.amount or (1, None, "weak")
                parts = rest
        if self.check_sum is not None and not parts[0].total:
            for part in parts:
                part.total = False
            parts[-1].group.flags |= t.TOTAL
            parts[-1].group.events.append(("sum", self.check_sum))
        return parts


def _amount_follows(events: list[Event], at: int) -> bool:
    """Whether an amount comes before the next separator of variants."""
    for name, value in events[at + 1 :]:
        if name == "q" or (name == "n" and value is not None):
            return True
        if name in "owe":
            continue
        return False
    return False


def split_groups(groups: list[Group], room: Room) -> list[Part]:
    """All parts of a clause; codeless groups are about the pinned item (D1)."""
    parts: list[Part] = []
    previous: Item | None = None
    for group in groups:
        item = group.item
        if item is None:
            item = previous if previous is not None and not group.after_gap else room.pinned
        if item is None:
            raise Unsure("no_item")
        previous = item
        parts.extend(Splitter(group, item).split())
    return parts


def complete(item: Item, options: dict[str, str]) -> bool:
    """Whether the options name one variant once the implied ones are filled in (V6)."""
    return len(resolve(item, options) or {}) == len(item.options)


def resolve(item: Item, options: dict[str, str]) -> dict[str, str] | None:
    """The variant with implied options filled in; refuses combinations that do not exist (V5, V6)."""
    if not item.options:
        return None
    key = tuple(sorted(options.items()))
    known = item.resolved.get(key, "")
    if known == "":
        known = _resolve(item, options)
        item.resolved[key] = known
    if known is False:
        raise Unsure("unknown_variant")
    return dict(known) if known else None


def _resolve(item: Item, options: dict[str, str]) -> dict[str, str] | bool | None:
    """What :func:`resolve` remembers: the variant, None for nothing known, False for one that does not exist."""
    chosen = dict(options)
    if item.variants is not None:
        fitting = [known for known in item.variants if all(known.get(name) == value for name, value in chosen.items())]
        if not fitting:
            return False
        for name in item.options:
            values = {variant.get(name) for variant in fitting}
            only = values.pop() if len(values) == 1 else None
            if only is not None:
                chosen[name] = only
    else:
        for name in item.options:
            if len(item.values[name]) == 1:
                chosen[name] = item.values[name][0]
    return {name: chosen[name] for name in item.options if name in chosen} or None


def check_unit(item: Item, unit: str | None) -> None:
    """Q4: packs and weights only where the item is sold that way."""
    if unit is None or unit in item.units:
        return
    if item.by_weight or unit in lexicon.WEIGHTS or unit in lexicon.MULTI_PACKS:
        raise Unsure("unit_mismatch")
