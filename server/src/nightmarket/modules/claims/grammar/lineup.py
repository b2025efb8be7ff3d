"""Stage 0: a line-up compiled for matching.

Everything of a context that is constant for one ``(id, version)`` becomes a :class:`Lineup`; a bounded number of them
is kept. ``pinned`` and ``buyer_claims`` are never part of it.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any

from . import lexicon
from . import tokens as t
from .lexicon import Entry
from .normalise import spell as _spell

_RUNS = re.compile(r"[0-9]+|[a-z]+|[^0-9a-z\s\-_.#]+")
_LETTERS_FIRST = re.compile(r"[a-z']+|[0-9]+[a-z]*")
_CACHE_SIZE = 64

Variant = dict[str, str]
#: One node of the code tree: the next run (an integer or letters) to the node after it; ``""`` to the codes that end.
Node = dict[Any, Any]


@dataclass(slots=True)
class Item:
    """One item of the line-up with its words resolved."""

    index: int
    code: str
    price: int
    limit: int
    options: tuple[str, ...]
    values: dict[str, list[str]]
    variants: list[Variant] | None
    units: frozenset[str]
    by_weight: bool
    runs: tuple[str, ...]
    words: dict[str, tuple[str, str]] = field(default_factory=dict)
    number_words: dict[str, tuple[str, str]] = field(default_factory=dict)
    color: str | None = None
    size: str | None = None
    number_options: frozenset[str] = frozenset()
    #: Variants already worked out, by what was said: at most one for every set of option values.
    resolved: dict[tuple[tuple[str, str], ...], Any] = field(default_factory=dict)


class Lineup:
    """All items, and the tables that find their names in a comment."""

    def __init__(self, context: dict[str, Any]) -> None:
        self.thai = context.get("market") == "TH"
        self.limit: int = context["max_quantity"]
        self.items = [_item(at, raw, self.limit) for at, raw in enumerate(context["items"])]
        self.by_code = {item.code: item for item in self.items}
        self.prices: dict[int, list[int]] = {}
        self.numeric: dict[int, int] = {}
        self.tree: Node = {}
        self.code_letters: set[str] = set()
        self.words: dict[str, Entry] = dict(lexicon.WORDS)
        self.counters: dict[str, Entry] = dict(lexicon.COUNTERS)
        self.hosts = [spell(word) for word in context.get("hosts", ())]
        self.segments: dict[str, Any] = {}
        self.answers: dict[Any, dict[str, Any]] = {}
        for item in self.items:
            self.prices.setdefault(item.price, []).append(item.index)
            self._add_code(item)
        self.single_letters = {
            item.runs[0] for item in self.items if len(item.runs) == 1 and not item.runs[0].isdigit()
        }
        self.number_words = {word for item in self.items for word in item.number_words} | {
            str(code) for code in self.numeric
        }
        self._add_words(context["items"])
        self._index_words()

    def _add_code(self, item: Item) -> None:
        runs = item.runs
        if len(runs) == 1 and runs[0].isdigit():
            self.numeric[int(runs[0])] = item.index
            return
        for spelling in {runs, _joined_letters(runs)}:
            node = self.tree
            for run in spelling:
                node = node.setdefault(int(run) if run.isdigit() else run, {})
            owners = node.setdefault("", [])
            if item.index not in owners:
                owners.append(item.index)
        self.code_letters.update(run for run in runs[:1] if not run.isdigit())

    def _add_words(self, raw_items: list[dict[str, Any]]) -> None:
        options: dict[str, dict[int, tuple[str, str]]] = {}
        for item in self.items:
            for word, meaning in item.words.items():
                options.setdefault(word, {})[item.index] = meaning
            self.counters.update({unit: (t.UNIT, unit) for unit in item.units})
        self.words.update({word: (t.OPT, options.get(word, {})) for word in lexicon.WORLD_OPTIONS})
        self.words.update(dict.fromkeys(self.hosts, (t.HOST, None)))
        self.words.update({word: (t.OPT, meanings) for word, meanings in options.items() if not word.isdigit()})
        self.words.update({word: (t.KW, owners) for word, owners in _keywords(raw_items).items()})
        if self.thai:
            self.words["f"] = (t.VERBB | t.OPT if "f" in options else t.VERBB, options.get("f", {}))
            self.words["cc"] = (t.CANCEL, None)
        self.words.pop("", None)

    def _index_words(self) -> None:
        """First character to word lengths for scripts without spaces; first word to phrases for Latin."""
        heads: dict[str, set[int]] = {}
        phrases: dict[str, list[tuple[str, Entry]]] = {}
        for word, entry in self.words.items():
            if word[0].isascii() and word[0].isalnum():
                match = _LETTERS_FIRST.match(word)
                if match is not None:
                    phrases.setdefault(match.group(), []).append((word, entry))
            else:
                heads.setdefault(word[0], set()).add(len(word))
        self.heads = {head: tuple(sorted(lengths, reverse=True)) for head, lengths in heads.items()}
        self.phrases = {head: sorted(found, key=_longest_first) for head, found in phrases.items()}
        counter_heads: dict[str, set[int]] = {}
        for word in self.counters:
            counter_heads.setdefault(word[0], set()).add(len(word))
        self.counter_heads = {head: tuple(sorted(sizes, reverse=True)) for head, sizes in counter_heads.items()}
        self.letter_heads = {run for run in self.tree if isinstance(run, str) and not run.isascii()}
        self.letter_first = {run[0] for run in self.letter_heads}


def _keywords(raw_items: list[dict[str, Any]]) -> dict[str, list[int]]:
    """Every keyword of every language to the items that have it."""
    owners: dict[str, list[int]] = {}
    for index, raw in enumerate(raw_items):
        for word in {spell(word) for words in (raw.get("keywords") or {}).values() for word in words}:
            owners.setdefault(word, []).append(index)
    return owners


def _joined_letters(runs: tuple[str, ...]) -> tuple[str, ...]:
    """``JP-X`` may be typed ``JPX``: neighbouring Latin runs as one."""
    out: list[str] = []
    for run in runs:
        if out and out[-1][-1].isascii() and out[-1].isalpha() and run.isascii() and run.isalpha():
            out[-1] += run
        else:
            out.append(run)
    return tuple(out)


def _longest_first(found: tuple[str, Entry]) -> int:
    return -len(found[0])


def _item(index: int, raw: dict[str, Any], room_limit: int) -> Item:
    values = {option["name"]: [value["value"] for value in option["values"]] for option in raw.get("options", ())}
    units = frozenset(spell(unit) for unit in raw.get("units") or ())
    item = Item(
        index=index,
        code=raw["code"],
        price=raw["price"],
        limit=min(raw.get("max_quantity") or room_limit, room_limit),
        options=tuple(values),
        values=values,
        variants=raw.get("variants") or None,
        units=units,
        by_weight=bool(units & lexicon.WEIGHTS),
        runs=tuple(_RUNS.findall(spell(raw["code"]))),
    )
    numeric = set()
    for option in raw.get("options", ()):
        for value in option["values"]:
            for words in (value.get("words") or {}).values():
                for word in map(spell, words):
                    item.words.setdefault(word, (option["name"], value["value"]))
                    if word.isdigit():
                        item.number_words.setdefault(word, (option["name"], value["value"]))
                        numeric.add(option["name"])
            if all(word.isdigit() for words in (value.get("words") or {}).values() for word in words):
                numeric.add(option["name"])
    item.number_options = frozenset(numeric)
    item.color = _dimension(item, ("color", "colour", "shade"), lexicon.WORLD_COLORS)
    item.size = _dimension(item, ("size",), frozenset())
    return item


def _dimension(item: Item, names: tuple[str, ...], world: frozenset[str]) -> str | None:
    for name in item.options:
        if name.lower() in names:
            return name
    if len(item.options) == 1:
        return item.options[0]
    return next((meaning[0] for word, meaning in item.words.items() if word in world), None)


spell = lru_cache(maxsize=16384)(_spell)

_cache: OrderedDict[tuple[Any, Any], tuple[int, Lineup]] = OrderedDict()
_lock = Lock()


def lineup_for(context: dict[str, Any]) -> Lineup:
    """The compiled line-up of this context, from the cache when its id and version were seen lately."""
    key = (context.get("id"), context.get("version"))
    count = len(context["items"])
    with _lock:
        found = _cache.get(key)
        if found is not None and found[0] == count:
            _cache.move_to_end(key)
            return found[1]
    lineup = Lineup(context)
    with _lock:
        _cache[key] = (count, lineup)
        while len(_cache) > _CACHE_SIZE:
            _cache.popitem(last=False)
    return lineup
