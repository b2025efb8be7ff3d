"""Letters that look like Latin ones, and the digits and signs that stand in for letters.

Only what people really use to dress a word up; the compatibility forms of Unicode (full width, bold, circled,
superscript …) need no table, normalisation knows them.
"""

from typing import Final

_CYRILLIC: Final = ("абвгеёзіїјкмнорстухѕуьԁԛԝһӏց", "a6breeeiijkmhopctyxsybdqwhlg")
_CYRILLIC_EXTRA: Final = {"ԍ": "g", "ү": "y", "ұ": "y", "ӕ": "ae", "ѵ": "v", "ғ": "f", "ҫ": "c", "ӧ": "o", "ԏ": "t"}
_GREEK: Final = ("αβγεηικνορτυχωςϲϳ", "abyenikvoptuxwccj")
_SMALL: Final = ("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz")
_LATIN_FORMS: Final = {
    "ı": "i",
    "ȷ": "j",
    "ɑ": "a",
    "ɡ": "g",
    "ɩ": "i",
    "ɾ": "r",
    "ʋ": "v",
    "ɯ": "w",
    "ø": "o",
    "đ": "d",
    "ħ": "h",
    "ł": "l",
    "ŧ": "t",
    "ƒ": "f",
    "ɛ": "e",
    "ɔ": "c",
    "ƅ": "b",
    "ƽ": "s",
    "ʐ": "z",
    "ꞵ": "b",
}


def _boxed() -> dict[str, str]:
    """Letters in squares and circles, and the halves of flags."""
    return {
        chr(start + offset): chr(ord("a") + offset)
        for start in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)
        for offset in range(26)
    }


LOOKALIKES: Final[dict[str, str]] = {
    **dict(zip(*_CYRILLIC, strict=True)),
    **_CYRILLIC_EXTRA,
    **dict(zip(*_GREEK, strict=True)),
    **dict(zip(*_SMALL, strict=True)),
    **_LATIN_FORMS,
    **_boxed(),
}

LEET: Final = ({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i"}, {"1": "l"})
"""Digits and signs between letters; the second reading differs in what it changes of the first."""
