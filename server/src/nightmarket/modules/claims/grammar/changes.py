"""Section 10: giving up (cancel) and final targets (set)."""

from __future__ import annotations

from dataclasses import dataclass

from . import tokens as t
from .clauses import Clause
from .groups import REFERENCE, Builder, Group
from .lineup import Item, Variant
from .parts import Part, Splitter, check_unit, resolve
from .room import Held, Line, Room, Unsure

_NAMED = t.CODE | t.KW | t.PRICE
_CHATTER = t.TEXT | t.PRAISE | t.BADVERB | t.SOLD | t.DRAW | t.LATER | t.THIRD | t.TELL


@dataclass(slots=True)
class GivingUp:
    """One target of a cancel: an item, the variant as said, and how many (None: all)."""

    item: Item
    variant: Variant | None
    quantity: int | None


def decide_cancel(clause: Clause, room: Room) -> list[GivingUp]:
    """What the clause gives up; nothing when it gives up nothing the buyer has."""
    groups = Builder(room).build(clause.tokens)
    strong = bool(clause.bits & t.CANCEL)
    if any(group.reference & t.UCODE for group in groups):
        raise Unsure("unknown_code")
    named = [group for group in groups if group.reference & _NAMED]
    if clause.bits & (t.EVERYTHING | t.ALL | t.TOTAL) and not named:
        return [GivingUp(line.item, line.variant, None) for line in room.held] if strong else []
    if not named:
        return _unnamed(clause, groups, room, strong=strong)
    for group in named:
        if group.item is None or (group.trouble is not None and not group.said("ow")):
            raise Unsure(group.trouble or "no_item")
    minus = bool(clause.bits & t.MINUS) and not clause.bits & (t.CANCEL | t.REFUSE | t.WEAKC)
    found: list[GivingUp] = []
    for group in named:
        assert group.item is not None
        if not strong and not room.holds(group.item):
            if minus:
                raise Unsure("minus_or_dash")
            continue
        found.extend(_targets(group, group.item, room))
    return found


def _targets(group: Group, item: Item, room: Room) -> list[GivingUp]:
    found = []
    for part in Splitter(group, item).split():
        variant = resolve(item, part.options) if part.options else None
        number = part.amount[0] if part.amount is not None else None
        if number == 0:
            raise Unsure("quantity_unclear")
        if part.amount is not None:
            check_unit(item, part.amount[1])
            if part.minus and room.holds(item) and part.amount[0] > sum(line.quantity for line in room.holds(item)):
                raise Unsure("minus_or_dash")
        found.append(GivingUp(item, variant, number))
    return found


def _unnamed(clause: Clause, groups: list[Group], room: Room, *, strong: bool) -> list[GivingUp]:
    """X3, X4: giving up without naming the item."""
    bits = clause.bits
    if bits & _CHATTER and (not strong or not room.held):
        return []
    if not room.held:
        return []
    if not bits & (t.CANCEL | t.REFUSE | t.MINUS):
        if len(room.held) == 1:
            raise Unsure("weak_cancel")
        return []
    number = _number(groups)
    lines = _fitting(groups, room)
    if bits & (t.MINUS | t.DEMO) and room.pinned is not None:
        pinned = [line for line in lines if line.item is room.pinned]
        lines = pinned or lines
    if len(lines) != 1:
        raise Unsure("which_claim")
    if bits & _CHATTER:
        raise Unsure("which_claim")
    return [GivingUp(lines[0].item, lines[0].variant, number)]


def _number(groups: list[Group]) -> int | None:
    for group in groups:
        for name, value in group.events:
            number = value[0] if name in "qm" and value is not None else value.val if name == "n" else None
            if name == "b" or number == 0:
                raise Unsure("quantity_unclear")
            if number is not None:
                return int(number)
    return None


def _fitting(groups: list[Group], room: Room) -> list[Held]:
    """The held lines that have every option word that was said."""
    words = [value for group in groups for name, value in group.events if name == "o"]
    fitting = []
    for line in room.held:
        variant = line.variant or {}
        meanings = [word.val.get(line.item.index) for word in words]
        if all(meaning is not None and variant.get(meaning[0], meaning[1]) == meaning[1] for meaning in meanings):
            fitting.append(line)
    return fitting


@dataclass(slots=True)
class Targets:
    """Absolute targets, and why."""

    lines: list[Line]
    reason: str | None = None


def decide_set(clause: Clause, room: Room) -> Targets | None:
    """The targets a clause with a SET word states; None when it states none."""
    tokens = clause.tokens
    at = max(index for index, token in enumerate(tokens) if token.kind & t.SET)
    references = [token for token in tokens if token.kind & (t.CODE | t.KW)]
    if clause.bits & t.UCODE:
        raise Unsure("unknown_code")
    items = _items(references, room)
    if len(items) == 2:
        return _swap(clause, items, room)
    if len(items) > 2:
        raise Unsure("which_claim")
    first = _first_set(tokens)
    before = _one_part(tokens[:first], items, room)
    after = _one_part([token for token in tokens[first:] if not token.kind & t.SET], items, room)
    if before is None and after is None and not items:
        return None
    del at
    return _retarget(items[0] if items else None, before, after, room, chatter=bool(clause.bits & t.TEXT))


def _first_set(tokens: list[t.Token]) -> int:
    return next(index for index, token in enumerate(tokens) if token.kind & t.SET)


def _items(references: list[t.Token], room: Room) -> list[Item]:
    items: list[Item] = []
    for token in references:
        if token.kind & t.KW and len(token.val) > 1:
            raise Unsure("several_items")
        item = room.lineup.items[token.val[0] if token.kind & t.KW else token.val]
        if item not in items:
            items.append(item)
    return items


@dataclass(slots=True)
class Said:
    """Option words and numbers on one side of the SET word, in order."""

    options: list[t.Token]
    amount: tuple[int, str | None] | None


def _one_part(tokens: list[t.Token], items: list[Item], room: Room) -> Said | None:
    del room
    said = Said([], None)
    for token in tokens:
        if token.kind & t.QTY:
            said.amount = token.val
        elif token.kind & t.OPT:
            said.options.append(token)
        elif token.kind & t.NUM:
            if (items and token.raw in items[0].number_words) or (not items and token.kind & t.HAO):
                said.options.append(token)
            else:
                said.amount = (token.val, None)
        elif token.kind & t.QBAD:
            raise Unsure("quantity_unclear")
    return said if said.options or said.amount is not None else None


def _meaning(item: Item, token: t.Token) -> tuple[str, str] | None:
    if token.kind & t.NUM:
        return item.number_words.get(token.raw)
    meaning: tuple[str, str] | None = token.val.get(item.index)
    return meaning


def _retarget(
    item: Item | None, before: Said | None, after: Said | None, room: Room, *, chatter: bool
) -> Targets | None:
    """S1 to S3: a new number or a new variant of one item."""
    words = [*(before.options if before else ()), *(after.options if after else ())]
    amount = (after.amount if after else None) or (before.amount if before else None)
    line, item = _line_meant(item, words, room, chatter=chatter)
    if item is None:
        return None
    old, new = _old_and_new(item, before, after)
    if not new:
        if amount is None:
            if room.held and not room.holds(item):
                raise Unsure("which_claim")
            return None
        return _number_target(item, line, old, amount, room)
    held = _held_line(item, old, new, room)
    variant = {**(held.variant or {}), **new}
    number = amount[0] if amount is not None else held.quantity
    _check(item, amount, number)
    resolved = resolve(item, variant)
    if resolved == held.variant:
        return Targets([Line(item, resolved, number)], None)
    kept = [other for other in room.holds(item) if other.variant == resolved]
    total = number + (kept[0].quantity if kept and amount is None else 0)
    return Targets([Line(item, held.variant, 0), Line(item, resolved, total)], "variant_change")


def _old_and_new(item: Item, before: Said | None, after: Said | None) -> tuple[dict[str, str], dict[str, str]]:
    old: dict[str, str] = {}
    new: dict[str, str] = {}
    for token in before.options if before else ():
        meaning = _meaning(item, token)
        if meaning is None:
            raise Unsure("unknown_variant")
        old[meaning[0]] = meaning[1]
    for token in after.options if after else ():
        meaning = _meaning(item, token)
        if meaning is None:
            raise Unsure("unknown_variant")
        if meaning[0] in new:
            old[meaning[0]] = new[meaning[0]]
        new[meaning[0]] = meaning[1]
    if before and before.options and not new and not (after and after.amount):
        old, new = {}, old
    return old, new


def _line_meant(
    item: Item | None, words: list[t.Token], room: Room, *, chatter: bool
) -> tuple[Held | None, Item | None]:
    if item is not None:
        return None, item
    fitting = [line for line in room.held if all(_meaning(line.item, word) is not None for word in words)]
    items = {line.item.index for line in fitting}
    if len(items) > 1:
        raise Unsure("which_claim")
    if not fitting:
        if chatter:
            return None, None
        raise Unsure("nothing_held")
    return fitting[0], fitting[0].item


def _held_line(item: Item, old: Variant, new: Variant, room: Room) -> Held:
    lines = room.holds(item)
    fitting = [line for line in lines if all((line.variant or {}).get(name) == value for name, value in old.items())]
    if not fitting:
        raise Unsure("nothing_held")
    if len(fitting) > 1:
        raise Unsure("which_variant")
    del new
    return fitting[0]


def _number_target(
    item: Item, line: Held | None, options: Variant, amount: tuple[int, str | None], room: Room
) -> Targets:
    del line
    _check(item, amount, amount[0])
    lines = room.holds(item)
    if options:
        return Targets([Line(item, resolve(item, options), amount[0])])
    if len(lines) > 1:
        raise Unsure("which_variant")
    if lines:
        return Targets([Line(item, lines[0].variant, amount[0])])
    if item.options and len(resolve(item, {}) or {}) < len(item.options):
        raise Unsure("nothing_held")
    return Targets([Line(item, resolve(item, {}), amount[0])])


def _check(item: Item, amount: tuple[int, str | None] | None, number: int) -> None:
    if amount is not None:
        check_unit(item, amount[1])
    if number > item.limit:
        raise Unsure("quantity_limit")


def _swap(clause: Clause, items: list[Item], room: Room) -> Targets:
    """S4: one item for another."""
    old, new = items
    groups = [
        group
        for group in Builder(room).build([token for token in clause.tokens if not token.kind & t.SET])
        if group.reference & REFERENCE
    ]
    held = room.holds(old)
    parts: list[Part] = [part for group in groups if group.item is new for part in Splitter(group, new).split()]
    left = [part for group in groups if group.item is old for part in Splitter(group, old).split()]
    wanted = left[0].options if left else {}
    held = [line for line in held if all((line.variant or {}).get(name) == value for name, value in wanted.items())]
    if not held:
        raise Unsure("nothing_held")
    if len(held) > 1:
        raise Unsure("which_variant")
    if len(parts) != 1:
        raise Unsure("which_variant")
    return swap_lines(held[0], parts[0], room)


def swap_lines(held: Held, part: Part, room: Room) -> Targets:
    """The held line at 0, the new one at what the buyer had or said."""
    item = part.item
    variant = resolve(item, part.options)
    number = part.amount[0] if part.amount is not None else held.quantity
    total = number + sum(line.quantity for line in room.holds(item) if line.variant == variant)
    _check(item, None if part.amount is None else part.amount[:2], total)
    return Targets([Line(held.item, held.variant, 0), Line(item, variant, total)], "swap")
