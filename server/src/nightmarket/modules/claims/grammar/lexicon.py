"""The lexicon of all five languages, compiled once: normal spelling of a word to its token class.

A word that stands in several classes belongs to the first of ``_ORDER``; the classes of ``_SHARED`` are added to
whatever else the word is. Words that mean something only after a number (counters, measures, currencies) live in
``COUNTERS`` and are never looked at elsewhere.
"""

from __future__ import annotations

from importlib.resources import files

from . import tokens as t
from .normalise import spell

_ORDER = (
    "PROMO", "CORRECT", "FAILED", "REPORT", "PAID", "POSS", "FAVOUR", "CANCEL", "SOLD", "REQUEST", "COND",
    "WILD_COLOR", "WILD_SIZE", "WILD", "ALL", "EVERYTHING", "METOO", "CONTRAST", "GREET", "CHOICE", "SET",
    "REFUSE", "MORE", "ONLY", "ENOUGH", "TOTAL", "LESS", "EACH", "LATER", "DRAW", "WAIT", "REL", "DEMO",
    "FILLER", "NOT", "VERBB", "VERB", "WEAKW", "WEAKC", "QUEST", "QEND", "AGREE", "TELL", "THIRD", "FULFIL",
    "TOPIC_F", "TOPIC_G", "PRAISE", "HOST", "PART", "IGN", "OR", "LIST", "DONE", "DRESS", "CODENO", "JOIN",
    "MARK", "HAGGLE", "WISH", "HAO", "TECH", "BLOCK",
)  # fmt: skip
_SHARED = {"FULFIL", "TOPIC_F", "TOPIC_G", "CODENO", "DRESS", "HAO"}
_KINDS = {
    "WILD_COLOR": t.WILD,
    "WILD_SIZE": t.WILD,
    "PART": t.IGN | t.PART,
    "CONTRAST": t.CONTRAST | t.TEXT,
    "METOO": t.METOO | t.AGREE,
    "CHOICE": t.QUEST | t.OR,
    "TECH": t.TEXT,
    "BLOCK": t.TEXT,
    "FILLER": t.FILLER,
    "WAIT": t.IGN | t.WAIT,
}
_VALUES = {"WILD_COLOR": "color", "WILD_SIZE": "size", "WILD": "any"}

Entry = tuple[int, object]


def _sections(language: str) -> dict[str, list[str]]:
    """The words of one language by section of its file."""
    text = files(__package__).joinpath("words", f"{language}.txt").read_text(encoding="utf-8")
    sections: dict[str, list[str]] = {}
    words: list[str] = []
    for line in text.splitlines():
        if line.startswith("["):
            words = sections.setdefault(line[1:-1], [])
        elif line and not line.startswith("#"):
            parts = line.split("|") if language == "en" else line.replace("_", "\u00a0").split(" ")
            words.extend(spell(part) for part in parts)
    return sections


_LANGUAGES = tuple(_sections(language) for language in ("zh", "th", "ja", "en"))


def _words_of(name: str) -> list[str]:
    return [word for sections in _LANGUAGES for word in sections.get(name, ())]


def _build_words() -> dict[str, Entry]:
    words: dict[str, Entry] = {}
    for name in _ORDER:
        kind = _KINDS.get(name) or getattr(t, name)
        for word in _words_of(name):
            old = words.get(word)
            if old is None:
                words[word] = (kind, _VALUES.get(name))
            elif name in _SHARED:
                words[word] = (old[0] | kind, old[1])
    words.update({word: (t.NUMW, number) for word, number in NUMBER_WORDS.items()})
    words.update({word: (t.QTY, (number, None)) for word, number in WHOLE_QUANTITIES.items()})
    for counter in JOINING_COUNTERS:
        words.setdefault(counter, (t.JOIN, None))
    for counter in THAI_COUNTERS:
        for one in ("นึง", "หนึ่ง", "เดียว", "นึ่ง"):
            words.setdefault(counter + one, (t.QTY, (1, counter)))
    words.update(dict.fromkeys(_words_of("UNCLEAR"), (t.QBAD, None)))
    return words


def _build_counters() -> dict[str, Entry]:
    counters: dict[str, Entry] = {}
    for name in ("CURRENCY", "MEASURE", "UNIT"):
        for word in _words_of(name):
            counters.setdefault(word, (getattr(t, name), singular(word)))
    return counters


def singular(unit: str) -> str:
    """English plural counters to their singular."""
    if unit.isascii() and len(unit) > 2 and unit.endswith("s"):
        return unit[:-2] if unit.endswith(("xes", "ches")) else unit[:-1]
    return unit


_THAI_NUMBERS = [
    "หนึ่ง",
    "สอง",
    "สาม",
    "สี่",
    "ห้า",
    "หก",
    "เจ็ด",
    "แปด",
    "เก้า",
    "สิบ",
    "สิบเอ็ด",
    "สิบสอง",
    "สิบสาม",
    "สิบสี่",
    "สิบห้า",
    "สิบหก",
    "สิบเจ็ด",
    "สิบแปด",
    "สิบเก้า",
    "ยี่สิบ",
]
_ENGLISH_NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_JAPANESE_NUMBERS = {
    "一つ": 1,
    "ひとつ": 1,
    "二つ": 2,
    "ふたつ": 2,
    "三つ": 3,
    "みっつ": 3,
    "四つ": 4,
    "よっつ": 4,
    "五つ": 5,
    "いつつ": 5,
}


def _build_numbers() -> dict[str, int]:
    numbers = {spell(word): at for at, word in enumerate(_THAI_NUMBERS, 1)}
    numbers |= {word: at for at, word in enumerate(_ENGLISH_NUMBERS, 1)}
    numbers |= {spell("นึง"): 1, spell("เดียว"): 1, spell("หนึง"): 1}
    return numbers


#: Thai counters may stand without a number between item and price ("ตัว 499"); there they only join.
THAI_COUNTERS = frozenset(_LANGUAGES[1]["UNIT"])
JOINING_COUNTERS = frozenset(map(spell, ("ตัว", "อัน", "ชิ้น", "ใบ", "คู่", "ชุด", "ผืน", "องค์", "แพ็ค", "ขวด", "กล่อง")))
NUMBER_WORDS = _build_numbers()
WHOLE_QUANTITIES = {spell(word): number for word, number in _JAPANESE_NUMBERS.items()}
WORDS = _build_words()
COUNTERS = _build_counters()
WORLD_COLORS = frozenset(_words_of("COLOR"))
WORLD_OPTIONS = WORLD_COLORS | frozenset(_words_of("SIZE"))
WEIGHTS = frozenset(
    map(
        spell,
        [
            "斤",
            "公斤",
            "台斤",
            "kg",
            "กก",
            "กก.",
            "โล",
            "กิโล",
            "ขีด",
            "g",
            "กรัม",
            "กิโลกรัม",
            "kilo",
            "gram",
            "公克",
            "克",
            "キロ",
            "グラム",
            "โล่",
            "lb",
        ],
    )
)
MULTI_PACKS = frozenset(
    map(spell, ["箱", "打", "โหล", "ลัง", "dozen", "case", "carton", "ケース", "ダース", "カートン", "หีบ", "กระสอบ"])
)
