"""Ready-made word lists, one per language, that a shop may switch on. Short on purpose: insults without a second
meaning, each as the list of a shop would hold it. What a shop finds rude besides is for the shop to say.
"""

from typing import Final, Literal

from nightmarket.modules.rooms.realtime.safety.words import Entry

Preset = Literal["en", "ja", "th", "zh-CN", "zh-TW"]

_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "en": ("fuck*", "*fucker", "motherfuck*", "shit", "bullshit", "bitch", "bitches", "asshole", "bastard", "cunt"),
    "ja": ("死ね", "くたばれ", "クソ野郎", "馬鹿野郎", "ブス女", "キモい奴"),
    "th": ("ควย", "เหี้ย", "เย็ดแม่", "ไอ้สัตว์", "อีดอก", "ส้นตีน", "พ่อมึงตาย"),
    "zh-CN": ("傻逼", "煞笔", "操你", "草泥马", "你妈的", "他妈的", "贱人", "王八蛋", "狗娘养"),
    "zh-TW": ("幹你娘", "幹妳娘", "機掰", "雞掰", "靠北", "王八蛋", "賤人", "低能兒", "白目仔", "他媽的"),
}

PRESETS: Final[dict[str, tuple[Entry, ...]]] = {
    language: tuple((word, "mask") for word in words) for language, words in _WORDS.items()
}
