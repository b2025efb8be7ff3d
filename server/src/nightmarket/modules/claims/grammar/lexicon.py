"""The lexicon of all five languages, compiled once: normal spelling of a word to its token class.

A word that stands in several classes belongs to the first of ``_ORDER``; the classes of ``_SHARED`` are added to
whatever else the word is. Words that mean something only after a number (counters, measures, currencies) live in
``COUNTERS`` and are never looked at elsewhere.
"""

from __future__ import annotations

from . import tokens as t
from . import words_en, words_ja, words_th, words_zh
from .normalise import spell

_ORDER = (
    "PROMO CORRECT FAILED REPORT PAID POSS FAVOUR CANCEL SOLD REQUEST COND WILD_COLOR WILD_SIZE WILD ALL EVERYTHING "
    "SET REFUSE MORE ONLY ENOUGH TOTAL LESS EACH LATER DRAW WAIT REL DEMO FILLER NOT VERBB VERB WEAKW WEAKC QUEST QEND "
    "AGREE TELL THIRD FULFIL TOPIC_F TOPIC_G PRAISE HOST PART IGN OR LIST DONE DRESS CODENO JOIN MARK HAGGLE WISH HAO "
    "TECH BLOCK"
).split()
_UNCLEAR_AMOUNTS = {
    "zh": "一些 多幾件 多幾個 半斤 半 一斤半 幾斤",
    "th": "ครึ่ง หลายตัว หลายอัน หลายชิ้น ไม่กี่ตัว สองสาม สามสี่ สองสามตัว เยอะๆ ครึ่งโล ครึ่งกิโล",
    "en": "a few|several|some|half|a couple|couple of|a couple of|a bunch of|few|half a|a few of",
    "ja": "いくつか 半分 何個か 数個 少し",
}
_SHARED = {"FULFIL", "TOPIC_F", "TOPIC_G", "CODENO", "DRESS", "HAO"}
_KINDS = {
    "WILD_COLOR": t.WILD,
    "WILD_SIZE": t.WILD,
    "PART": t.IGN | t.PART,
    "TECH": t.TEXT,
    "BLOCK": t.TEXT,
    "FILLER": t.FILLER,
    "WAIT": t.IGN | t.WAIT,
}
_VALUES = {"WILD_COLOR": "color", "WILD_SIZE": "size", "WILD": "any"}

_COLORS = {
    "zh": """黑 白 紅 橘 橙 黃 綠 藍 靛 紫 粉 灰 米 杏 駝 咖 棕 卡其 軍綠 酒紅 藏青 深藍 淺藍 金 銀 玫瑰金 裸 膚 透明 黑色 白色 紅色 橘色 橙色 黃色 綠色
        藍色 紫色 粉色 粉紅 粉紅色 灰色 米色 米白 米白色 杏色 駝色 咖色 咖啡色 咖啡 棕色 卡其色 軍綠色 酒紅色 藏青色 深藍色 淺藍色 金色 銀色 裸色 膚色 透明色 水藍
        水藍色 天藍 天藍色 薄荷綠 墨綠 墨綠色 深灰 淺灰 深灰色 淺灰色 奶茶色 奶油色 象牙白 焦糖色 丈青 寶藍 寶藍色 香檳金 香檳色 螢光 豹紋 桃紅 桃紅色 鵝黃 藕粉 藕色 磚紅 霧霾藍 牛仔藍 深咖 淺咖 綠松石 青色 黑白 深色 淺色 花色""",
    "th": """ดำ ขาว แดง ส้ม เหลือง เขียว ฟ้า น้ำเงิน ม่วง ชมพู เทา ครีม เบจ น้ำตาล กรม กรมท่า ทอง เงิน โอรส นู้ด กากี โรสโกลด์ สีดำ สีขาว สีแดง สีส้ม สีเหลือง สีเขียว สีฟ้า
        สีน้ำเงิน สีม่วง สีชมพู สีเทา สีครีม สีเบจ สีน้ำตาล สีกรม สีกรมท่า สีทอง สีเงิน สีโอรส สีนู้ด สีกากี สีเนื้อ สีพีช สีมิ้นท์ มิ้นท์ สีเลือดหมู""",
    "en": """black|white|red|orange|yellow|green|blue|indigo|purple|pink|grey|gray|beige|cream|brown|coffee|khaki|navy|gold|silver|rose gold|nude|transparent|ivory|
        burgundy|wine|teal|mint|turquoise|tan|camel|olive|maroon|lavender|peach|charcoal|violet|sky blue|light blue|dark blue|navy blue|off white|hot pink|dark brown|light brown|dark green|light green|dark grey|light grey|apricot""",
    "ja": """黒 白 赤 青 緑 黄 紫 茶 灰 桃 紺 黒色 白色 赤色 青色 緑色 黄色 茶色 水色 紺色 ブラック ホワイト レッド ブルー グリーン イエロー パープル ピンク グレー ベージュ ブラウン オレンジ ネイビー ゴールド シルバー
        カーキ アイボリー クリーム ワインレッド ミント ラベンダー""",
}
_SIZES = {
    "zh": "大號 中號 小號 均碼 加大 加大碼 特大 大尺寸 小尺寸 大碼 中碼 小碼 單一尺寸",
    "th": "ฟรีไซส์ จัมโบ้ เล็ก กลาง ใหญ่ ฟรีไซซ์ ไซส์เล็ก ไซส์กลาง ไซส์ใหญ่ ฟรีไซต์",
    "en": "xxs|xs|s|m|l|xl|xxl|xxxl|2xl|3xl|4xl|5xl|2l|3l|f|small|medium|large|free size|freesize|extra large|x-large|one size|2xs",
    "ja": "フリー フリーサイズ エス エム エル",
}

Entry = tuple[int, object]


def _split(language: str, text: str) -> list[str]:
    if language == "en":
        return [word.strip() for word in text.replace("\n", "").split("|") if word.strip()]
    return [word.replace("_", " ") for word in text.split()]


_LANGUAGES = (("zh", words_zh.WORDS), ("th", words_th.WORDS), ("ja", words_ja.WORDS), ("en", words_en.WORDS))


def _build_words() -> dict[str, Entry]:
    words: dict[str, Entry] = {}
    for name in _ORDER:
        kind = _KINDS.get(name) or getattr(t, name)
        for language, lists in _LANGUAGES:
            for word in _split(language, lists.get(name, "")):
                key = spell(word)
                old = words.get(key)
                if old is None:
                    words[key] = (kind, _VALUES.get(name))
                elif name in _SHARED:
                    words[key] = (old[0] | kind, old[1])
    words.update({word: (t.NUMW, number) for word, number in NUMBER_WORDS.items()})
    words.update({word: (t.QTY, (number, None)) for word, number in WHOLE_QUANTITIES.items()})
    for language, text in _UNCLEAR_AMOUNTS.items():
        words.update({spell(word): (t.QBAD, None) for word in _split(language, text)})
    return words


def _build_counters() -> dict[str, Entry]:
    counters: dict[str, Entry] = {}
    for name in ("CURRENCY", "MEASURE", "UNIT"):
        for language, lists in _LANGUAGES:
            for word in _split(language, lists.get(name, "")):
                key = spell(word)
                counters.setdefault(key, (getattr(t, name), singular(key)))
    return counters


def singular(unit: str) -> str:
    """English plural counters to their singular."""
    if unit.isascii() and len(unit) > 2 and unit.endswith("s"):
        return unit[:-2] if unit.endswith(("xes", "ches")) else unit[:-1]
    return unit


def _build_world() -> frozenset[str]:
    return frozenset(
        spell(word)
        for table in (_COLORS, _SIZES)
        for language, text in table.items()
        for word in _split(language, text)
    )


_THAI_NUMBERS = "หนึ่ง สอง สาม สี่ ห้า หก เจ็ด แปด เก้า สิบ สิบเอ็ด สิบสอง สิบสาม สิบสี่ สิบห้า สิบหก สิบเจ็ด สิบแปด สิบเก้า ยี่สิบ".split()
_ENGLISH_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
_JAPANESE_NUMBERS = {"一つ": 1, "ひとつ": 1, "二つ": 2, "ふたつ": 2, "三つ": 3, "みっつ": 3, "四つ": 4, "よっつ": 4, "五つ": 5, "いつつ": 5}


def _build_numbers() -> dict[str, int]:
    numbers = {spell(word): at for at, word in enumerate(_THAI_NUMBERS, 1)}
    numbers |= {word: at for at, word in enumerate(_ENGLISH_NUMBERS, 1)}
    numbers |= {spell("นึง"): 1, spell("เดียว"): 1, spell("หนึง"): 1}
    return numbers


NUMBER_WORDS = _build_numbers()
WHOLE_QUANTITIES = {spell(word): number for word, number in _JAPANESE_NUMBERS.items()}
WORDS = _build_words()
COUNTERS = _build_counters()
WORLD_OPTIONS = _build_world()
WORLD_COLORS = frozenset(spell(word) for language, text in _COLORS.items() for word in _split(language, text))
#: Thai counters may stand without a number between item and price ("ตัว 499"); there they only join.
THAI_COUNTERS = frozenset(spell(word) for word in _split("th", words_th.WORDS["UNIT"]))
JOINING_COUNTERS = frozenset(map(spell, ("ตัว", "อัน", "ชิ้น", "ใบ", "คู่", "ชุด", "ผืน", "องค์", "แพ็ค", "ขวด", "กล่อง")))
WEIGHTS = frozenset(map(spell, "斤 公斤 台斤 kg กก กก. โล กิโล ขีด g กรัม กิโลกรัม kilo gram 公克 克 キロ グラム โล่ lb".split()))
MULTI_PACKS = frozenset(map(spell, "箱 打 โหล ลัง dozen case carton ケース ダース カートン หีบ กระสอบ".split()))
