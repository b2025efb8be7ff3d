"""Stage 5c: parts as lines of a claim: who shares which quantity, wildcards, limits (Q3 to Q9, V4, V6, V10)."""

from __future__ import annotations

from itertools import product

from . import tokens as t
from .lineup import Item
from .parts import Part, check_unit, complete, resolve
from .room import Line, Unsure

MAX_LINES = 20
_LISTS = t.LIST | t.SEP | t.PLUS


def share(parts: list[Part]) -> None:
    """Give every part its amount: its own, a shared one, or one."""
    waiting: list[Part] = []
    line = -1
    for part in parts:
        if part.group.line != line:
            _settle(waiting)
            waiting, line = [], part.group.line
        if part.amount is None:
            waiting.append(part)
            continue
        _spread(waiting, part)
        waiting = []
    _settle(waiting)


def _spread(waiting: list[Part], part: Part) -> None:
    """Q9: one quantity behind several references or variants."""
    if not waiting:
        return
    assert part.amount is not None
    number = part.amount[0]
    siblings = [other for other in waiting if other.group is part.group]
    if part.each and siblings and len({frozenset(other.options) for other in [*siblings, part]}) > 1:
        raise Unsure("which_variant")
    if not part.each:
        if siblings:
            _check_siblings([*siblings, part], number)
        separator = part.group.separator if not siblings else 0
        if _chooses(separator, [*waiting, part]):
            raise Unsure("either_or")
        if number > 1:
            raise Unsure("quantity_scope")
    for other in waiting:
        other.amount = part.amount


def _check_siblings(parts: list[Part], number: int) -> None:
    """V4: two values of one option in one group."""
    if len({frozenset(part.options) for part in parts}) > 1 and not all(
        complete(part.item, part.options) for part in parts
    ):
        raise Unsure("which_variant")
    separators = [part.separator for part in parts[1:]]
    if any(separator & (t.OR | t.SLASH) for separator in separators):
        raise Unsure("either_or")
    listed = all(separator & _LISTS for separator in separators)
    if listed and number > 1:
        raise Unsure("quantity_scope")
    if not listed and not all(complete(part.item, part.options) and len(part.item.options) > 1 for part in parts):
        raise Unsure("which_variant")


def _settle(waiting: list[Part]) -> None:
    """Parts without any amount are one each, where that is certain."""
    for at, part in enumerate(waiting):
        siblings = [other for other in waiting if other.group is part.group]
        if len(siblings) > 1 and siblings[0] is part:
            _check_siblings(siblings, 1)
        if at and _chooses(part.group.separator, waiting):
            raise Unsure("either_or")
    for part in waiting:
        part.amount = (1, None, "none")


def _chooses(separator: int, parts: list[Part]) -> bool:
    """Q12: a slash between bare codes is a choice, between described items a list."""
    return bool(separator & t.OR) or (bool(separator & t.SLASH) and not any(part.options for part in parts))


def claim_lines(parts: list[Part]) -> list[Line]:
    """The lines of a claim; every doubt is raised."""
    share(parts)
    lines: list[Line] = []
    for part in parts:
        assert part.amount is not None
        number, unit, _ = part.amount
        if number < 1:
            raise Unsure("quantity_unclear")
        check_unit(part.item, unit)
        for variant in variants_of(part):
            lines.append(Line(part.item, variant, number))
            if number > part.item.limit:
                raise Unsure("quantity_limit")
    if len(lines) > MAX_LINES:
        raise Unsure("too_many")
    _no_repeats(lines)
    _check_sum(parts, lines)
    return lines


def _no_repeats(lines: list[Line]) -> None:
    seen: list[tuple[str, dict[str, str] | None]] = []
    for line in lines:
        key = (line.item.code, line.variant)
        if key in seen:
            raise Unsure("quantity_conflict")
        seen.append(key)


def _check_sum(parts: list[Part], lines: list[Line]) -> None:
    for part in parts:
        for name, value in part.group.events:
            if name == "sum" and value != sum(line.quantity for line in lines):
                raise Unsure("quantity_conflict")


def variants_of(part: Part) -> list[dict[str, str] | None]:
    """The variants a part names; several only for wildcards (V10)."""
    if not part.wild:
        return [resolve(part.item, part.options)]
    names = {_dimension(part, dimension) for dimension in part.wild}
    found: list[dict[str, str] | None] = []
    for combination in product(*(_values(part, name) for name in names)):
        options = {**part.options, **dict(zip(names, combination, strict=True))}
        try:
            variant = resolve(part.item, options)
        except Unsure:
            continue
        if variant not in found:
            found.append(variant)
    if not found:
        raise Unsure("unknown_variant")
    return found


def _values(part: Part, name: str) -> list[str]:
    return part.item.values[name]


def _dimension(part: Part, dimension: str) -> str:
    item: Item = part.item
    if dimension == "color" and item.color is not None:
        return item.color
    if dimension == "size" and item.size is not None:
        return item.size
    still_open = [name for name in item.options if name not in part.options and len(item.values[name]) > 1]
    if len(still_open) != 1:
        raise Unsure("which_variant" if item.options else "all_items")
    return still_open[0]
