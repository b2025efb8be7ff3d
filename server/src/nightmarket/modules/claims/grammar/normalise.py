"""Stage 1: one spelling for everything (rules N1 to N12; N4 and N13 need context and live in the lexer).

The same function prepares comments, lexicon entries, codes, keywords and option words, so that two texts are equal
after it exactly when the language says they are.
"""

from __future__ import annotations

import re
import unicodedata

from .fold import HAN_FOLD

MAX_CODE_POINTS = 500

#: Private-use characters that stand for whole things once the text is normalised. Comments cannot contain them:
#: normalisation turns every private-use character of the input into a space.
MASKED, CROSS, PROMOTION, SHIPPING, SELLER, PICTURE, CLOCK = (chr(0xE000 + i) for i in range(7))

_SIGNS = {
    "➕": "+", "﹢": "+", "＋": "+", "➖": "-", "﹣": "-",
    "✖": "x", "✕": "x", "✗": "x", "×": "x", "⨯": "x", "╳": "x", "✘": "x",
    "❌": CROSS, "🚫": CROSS, "‼": "!", "⁉": "!?", "❓": "?", "❔": "?", "❗": "!", "❕": "!",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "ｰ": "-", "～": "~", "〜": "~", "∼": "~",
    "＊": "*", "∗": "*", "⁎": "*", "，": ",", "､": "、", "︰": ":", "∶": ":", "’": "'", "ʼ": "'", "`": "'", "´": "'",
    "→": "→", "➡": "→", "⇒": "→", "➔": "→", "➜": "→", "＂": '"', "（": "(", "）": ")", "﹙": "(", "﹚": ")",
    "【": " ", "】": " ", "[": " ", "]": " ", "［": " ", "］": " ", "〔": " ", "〕": " ", "{": " ", "}": " ", "，̈": ",",
    "\u2028": "\n", "\u2029": "\n", "฿": "฿", "💲": "$", "＄": "$", "￥": "¥", "\u0e46": "\u0e46",
}  # fmt: skip
_LOOK_ALIKE = dict(zip("авсенікморртхуғѕјαοϝ", "abcehikmopptxyfsjaof", strict=True)) | dict(
    zip("АВСЕНІКМОРТХУҒЅЈΑΒΕΗΙΚΜΟΡΤΧΥΝΖ", "abcehikmoptxyfsjabehikmoptxynz", strict=True)
)
_FORMAT = (
    *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x180E, 0xFEFF, 0x20E3),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
)
_ENCLOSED = "\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089\u2460-\u249b\u24ea-\u24ff\u2776-\u2793"
_NEEDS_CARE = re.compile(f"[\u20e3{_ENCLOSED}]")
_KEYCAPS = re.compile("(?:[0-9]\ufe0f?\u20e3)+")
_ENCLOSED_DIGIT = re.compile(f"[{_ENCLOSED}]")
_RUNS = re.compile("([a-wyz\u0e01-\u0e5b\u3041-\u30fc\u3400-\u9fff])\\1\\1+")
_BLANKS = re.compile(r"\s{2,}|\n")
_LONG_SOUND = re.compile("(?<=[a-z0-9])ー(?=[a-z0-9])")


def _squared_letter(code_point: int) -> str | None:
    for start in (0x1F130, 0x1F150, 0x1F170):
        if start <= code_point < start + 26:
            return chr(ord("a") + code_point - start)
    return None


def _picture(text: str) -> str:
    """Emoji and other symbols become one ignorable mark."""
    if len(text) == 1 and unicodedata.category(text) in {"So", "Sk", "Cn", "Me"} and text > "\x7f":
        return PICTURE
    return text


class _CharacterTable(dict[int, str]):
    """Maps a code point to its normal spelling; filled on first use of each character."""

    def __missing__(self, code_point: int) -> str:
        value = _spell(code_point)
        self[code_point] = value
        return value


def _spell(code_point: int) -> str:
    if code_point < 0xA0:
        return "\n" if code_point == 10 else (" " if code_point < 32 or code_point >= 127 else chr(code_point).lower())
    if 0xD800 <= code_point <= 0xF8FF or code_point >= 0xE0000:
        return "" if 0xE0000 <= code_point <= 0xE007F else (" " if code_point < 0xF900 else PICTURE)
    letter = _squared_letter(code_point)
    if letter is not None:
        return letter
    out = []
    for part in unicodedata.normalize("NFKC", chr(code_point)).lower():
        sign = _SIGNS.get(part) or _LOOK_ALIKE.get(part)
        digit = unicodedata.decimal(part, None)
        if sign is None and digit is not None:
            sign = str(digit)
        if sign is None and part.isspace():
            sign = " "
        out.append(sign or HAN_FOLD.get(ord(part)) or _picture(part))
    return "".join(out)


_TABLE = _CharacterTable({ord(k): v for k, v in (_SIGNS | _LOOK_ALIKE).items() if len(k) == 1})
_TABLE.update(dict.fromkeys(_FORMAT, ""))


def _plain_digit(text: str, at: int) -> bool:
    return at >= 0 and unicodedata.decimal(text[at], None) is not None


def _spread_keycaps(text: str) -> str:
    """N2: a keycap or enclosed digit after a plain digit is another number, never the same one."""
    text = "".join(ch for ch in text if ord(ch) not in _INVISIBLE)
    out, last = [], 0
    for match in _KEYCAPS.finditer(text):
        gap = " " if _plain_digit(text, match.start() - 1) else ""
        out.append(text[last : match.start()] + gap + match.group().replace("\u20e3", "").replace("\ufe0f", ""))
        last = match.end()
    text = "".join(out) + text[last:]
    out, last = [], 0
    for match in _ENCLOSED_DIGIT.finditer(text):
        gap = " " if _plain_digit(text, match.start() - 1) else ""
        out.append(text[last : match.start()] + gap + str(int(unicodedata.numeric(match.group()))))
        last = match.end()
    return "".join(out) + text[last:]


_INVISIBLE = frozenset(_FORMAT) - {0x20E3}


def _blank(match: re.Match[str]) -> str:
    return "\n" if "\n" in match.group() else " "


def normalise(text: str) -> tuple[str, bool]:
    """The normal spelling of ``text`` and whether it was longer than the platform reads."""
    too_long = len(text) > MAX_CODE_POINTS
    if too_long:
        text = text[:MAX_CODE_POINTS]
    if _NEEDS_CARE.search(text) is not None:
        text = _spread_keycaps(text)
    text = text.translate(_TABLE)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        if "ー" in text:
            text = _LONG_SOUND.sub("-", text)
    text = _RUNS.sub(r"\1", text)
    if _BLANKS.search(text) is not None:
        text = _BLANKS.sub(_blank, text)
    return text.strip(), too_long


def spell(text: str) -> str:
    """Normal spelling of a word of the lexicon or of a line-up."""
    return normalise(text)[0]
