"""Ways to reach somebody outside the show: phone numbers, messenger ids, accounts to pay into, and the phrases of
swindlers.

Everything here reads flattened text, so digits of every script and width are 0-9. A live sale is full of numbers; what
is a code, a quantity, a price, a size or the last digits of a transfer stays.
"""

import re
from typing import Final

from nightmarket.modules.rooms.realtime.safety.folding import flatten, merge_shared
from nightmarket.modules.rooms.realtime.safety.trie import any_of

Span = tuple[int, int]


def _any(*words: str) -> str:
    """Alternatives as they look after flattening, the longest first."""
    return f"(?:{'|'.join(sorted((re.escape(merge_shared(flatten(word))) for word in words), key=len, reverse=True))})"


# -- numbers ----------------------------------------------------------------------------------------------------------

_NUMBER: Final = re.compile(r"(?<![\d.,+])(?:\+\s?)?\(?\d(?:[ \-.()/_~·•*]{0,2}\d){7,16}(?![\d])")
_NUMERALS: Final = str.maketrans("零〇一二三四五六七八九", "00123456789")
_MANY_NUMERALS: Final = re.compile("[零〇一二三四五六七八九](?:[ -]?[零〇一二三四五六七八九]){7}")
_SPOKEN_ZERO: Final = re.compile(r"(?<![a-z0-9])o(?=[689][\d-])|(?<=\d)o(?=\d)")
_SOME_DIGITS: Final = re.compile(r"\d(?:[^\d]{0,4}\d){6}")
_GROUP: Final = re.compile(r"(?:\+\s?)?\(?\d+")
_COUNTRIES: Final = {
    "886": (11, 12),
    "852": (11, 11),
    "853": (11, 11),
    "66": (10, 12),
    "81": (11, 13),
    "86": (12, 13),
    "82": (11, 12),
    "84": (11, 12),
    "65": (10, 10),
    "60": (10, 12),
    "63": (12, 12),
    "62": (11, 13),
    "44": (12, 12),
    "1": (11, 11),  # and no 0 or 1 after it, see below
}
"""Country codes of those who come by, with how many digits a number has altogether."""
_SPACED: Final = frozenset(
    [(4, 3, 3), (4, 6), (3, 3, 4), (3, 7), (2, 4, 4), (2, 8), (2, 3, 4), (2, 7), (3, 4, 3), (3, 4, 4), (2, 3, 5)]
)
_TH_ACCOUNTS: Final = frozenset([(3, 1, 5, 1), (1, 4, 5, 2, 1)])
_MONEY_TALK: Final = re.compile(
    _any(
        *[
            "帳號",
            "帳戶",
            "戶頭",
            "匯款",
            "匯到",
            "轉帳",
            "轉到",
            "轉給",
            "銀行",
            "郵局",
            "口座",
            "振込",
            "bank",
            "account",
            "acct",
            "promptpay",
        ],
        *["บัญชี", "โอน", "กสิกร", "ไทยพาณิชย์", "กรุงไทย", "กรุงเทพ", "ธนาคาร", "พร้อมเพย์"],
    )
)


def _is_number(text: str, *, is_money_talk: bool) -> bool:
    """Whether a run of digits is a phone number, or an account where money is talked about."""
    digits = re.sub(r"\D", "", text)
    groups = tuple(len(group) for group in re.findall(r"\d+", text))
    if "+" in text or digits.startswith("00"):
        return _is_foreign(digits.removeprefix("00"), groups)
    if groups in _TH_ACCOUNTS:
        return True
    if is_money_talk and 10 <= len(digits) <= 16:
        return True
    is_phone = (
        (digits[0] == "0" and digits[1] in "23456789" and 9 <= len(digits) <= 10)
        or re.fullmatch(r"0[5789]0\d{8}", digits) is not None
        or re.fullmatch(r"1[3-9]\d{9}|8869\d{8}|66[689]\d{8}", digits) is not None
    )
    return is_phone and _is_grouped(text, groups)


def _is_foreign(digits: str, groups: tuple[int, ...]) -> bool:
    for code, (least, most) in _COUNTRIES.items():
        if digits.startswith(code) and least <= len(digits) <= most:
            if code == "1" and digits[1] in "01":
                return False  # "+1" of something, and then a number
            return len(groups) <= 6 or set(groups) == {1}
    return False


def _is_grouped(text: str, groups: tuple[int, ...]) -> bool:
    """Numbers side by side ("09 12 345") are codes of several items, unless they are grouped as phone numbers are."""
    if len(groups) == 1 or set(groups) == {1}:
        return True
    if " " in text.strip() and "-" not in text and "(" not in text:
        return groups in _SPACED
    return min(groups[1:]) >= 2


def _numbers(flat: str) -> list[Span]:
    if _MANY_NUMERALS.search(flat):
        flat = flat.translate(_NUMERALS)
    if _SOME_DIGITS.search(flat) is None:
        return []
    flat = _SPOKEN_ZERO.sub("0", flat)
    is_money_talk = _MONEY_TALK.search(flat) is not None
    found = []
    for match in _NUMBER.finditer(flat):
        span = _number_in(match[0], is_money_talk=is_money_talk)
        if span is not None:
            found.append((match.start() + span[0], match.start() + span[1]))
    return found


def _number_in(text: str, *, is_money_talk: bool) -> Span | None:
    """The longest stretch of whole groups that is a number: a quantity may stand before or after it ("+1 0912…")."""
    groups = list(_GROUP.finditer(text))
    for count in range(len(groups), 0, -1):
        for first in range(len(groups) - count + 1):
            start, end = groups[first].start(), groups[first + count - 1].end()
            if _is_number(text[start:end], is_money_talk=is_money_talk):
                return start, end
    return None


# -- names of messengers ----------------------------------------------------------------------------------------------

_ID: Final = r"@?[a-z0-9][a-z0-9._-]{2,29}"
_LINE: Final = rf"(?:(?<![a-z])line(?![a-z])|{_any('賴', '瀨', 'ไลน์', 'ไลน', 'ライン')})"
_ID_WORD: Final = rf"(?:id|{_any('帳號', '號', 'ไอดี')})"
_SIGN: Final = rf"(?:[:=>]|👉|{_any('是', 'คือ')}|is(?![a-z]))"
_ADD: Final = (
    rf"(?:{_any('加', '加我', '加我的', 'แอด', 'แอดมา', 'ทัก', 'ทักมา', '追加')}|(?<![a-z])add(?: me)?(?: on| my)?)"
)
_MESSENGERS: Final = re.compile(
    "|".join(
        [
            rf"{_LINE}\s?{_ID_WORD}?\s?{_SIGN}\s?(?P<a>{_ID})",
            rf"{_LINE}\s?{_ID_WORD}\s?(?P<b>{_ID})",
            rf"{_ADD}\s?{_any('我的', 'ที่', 'ทาง')}?\s?{_LINE}\s?(?P<c>{_ID})",
            rf"(?<![a-z]){_ID_WORD}\s?{_LINE}\s?{_SIGN}?\s?(?P<d>{_ID})",
            rf"{_any('賴', 'ไลน์', 'ไลน', 'ライン')}\s?(?P<e>{_ID})",
            rf"{_LINE}\s?(?P<f>@[a-z0-9][a-z0-9._-]{{2,29}})",
            rf"(?:{_any('微信', '薇信', '威信', 'v信', '加微', '加v')}|(?<![a-z])(?:wechat|vx|wx)(?![a-z]))"
            rf"\s?{_ID_WORD}?\s?{_SIGN}?\s?(?P<g>@?[a-z][a-z0-9_-]{{5,19}})",
            rf"(?:(?<![a-z])(?:telegram|tg)|{_any('電報', '紙飛機')})\s?{_ID_WORD}?\s?[:=@]"
            r"\s?(?P<h>@?[a-z][a-z0-9_]{4,31})",
            r"(?<![a-z])(?:ig|instagram)\s?[:=@]\s?(?P<i>@?[a-z0-9._]{3,30})",
            rf"(?<![a-z])qq\s?{_any('號', '群')}?\s?[:=]?\s?(?P<j>\d{{6,11}})(?!\d)",
            r"(?P<k>[a-z0-9][a-z0-9._%+-]*\s?(?:@|[(\[]at[)\]])\s?[a-z0-9-]+(?:\s?(?:\.|[(\[]dot[)\]])\s?[a-z0-9-]+)*"
            r"\s?(?:\.|[(\[]dot[)\]])\s?[a-z]{2,})",
        ]
    )
)
_NO_ID: Final = frozenset(
    [
        "pay",
        "payment",
        "points",
        "point",
        "today",
        "shopping",
        "friends",
        "friend",
        "bank",
        "tv",
        "sticker",
        "stickers",
        "official",
        "group",
        "store",
        "shop",
        "app",
        "yes",
        "okay",
        "thanks",
        "please",
        "chat",
        "live",
        "and",
        "the",
        "you",
        "for",
        "line",
        "man",
        "plus",
        "here",
    ]
)
_CODE: Final = re.compile(r"[a-z]{0,2}-?\d{1,4}")

# -- phrases ----------------------------------------------------------------------------------------------------------

_CHANNEL: Final = f"(?:line|{_any('賴', '微信', '群組', '老師', '客服', '連結', '網址')})"
_GAIN: Final = _any("領獎", "領取", "領紅包", "飆股", "獲利", "賺錢", "賺大錢", "投資", "兼職", "中獎")
_PHRASES: Final = re.compile(
    "|".join(
        [
            rf"{_any('加', '私', '聯繫', '聯絡', '點')}.{{0,3}}{_CHANNEL}.{{0,8}}{_GAIN}",
            rf"{_GAIN}.{{0,10}}{_any('加', '私訊', '聯繫', '聯絡')}.{{0,3}}{_CHANNEL}",
            _any("保證獲利", "穩賺不賠", "日入過萬", "內線消息", "飆股群", "高薪兼職", "解除分期付款", "代操獲利"),
            rf"{_any('恭喜')}.{{0,8}}{_any('中獎')}.{{0,12}}{_any('點擊', '連結', '領取')}",
            rf"{_any('รับรางวัล', 'ได้รางวัล', 'ถูกรางวัล')}.{{0,20}}{_any('ทัก', 'แอด', 'คลิก', 'ลิงก์', 'ลิ้งค์')}",
            rf"{_any('งานออนไลน์', 'งานพิเศษ')}.{{0,24}}{_any('รายได้', 'บาทต่อวัน', 'วันละ')}",
            _any("กำไรวันละ", "รายได้เสริมวันละ", "บาคาร่า", "สล็อตเว็บตรง", "เครดิตฟรี", "ฝากถอนออโต้", "การันตีกำไร"),
            r"\b(?:guaranteed|risk.free) (?:profit|income|returns?)\b|\bdouble your money\b",
            r"\bclaim your (?:free )?(?:prize|gift|reward)\b|\b(?:earn|make) \$?\d+ (?:a|per) day\b",
            _any("必ず儲かる", "絶対に稼げる", "高収入副業"),
        ]
    )
)
_HINT: Final = any_of(
    merge_shared(flatten(word))
    for word in (
        *[
            "line",
            "wechat",
            "vx",
            "wx",
            "tg",
            "telegram",
            "ig",
            "instagram",
            "qq",
            "@",
            "(at)",
            "[at]",
            "guarante",
            "risk",
            "double",
            "claim",
            "earn",
            "make",
        ],
        *[
            "賴",
            "瀨",
            "ไลน",
            "ライン",
            "微信",
            "薇信",
            "威信",
            "v信",
            "加微",
            "加v",
            "電報",
            "紙飛機",
            "群組",
            "老師",
            "客服",
            "連結",
            "網址",
            "獲利",
            "穩賺",
            "日入",
            "內線",
            "飆股",
        ],
        *[
            "兼職",
            "解除分期",
            "代操",
            "恭喜",
            "รางวัล",
            "งาน",
            "กำไร",
            "รายได้",
            "บาคาร่า",
            "สล็อต",
            "เครดิต",
            "ฝากถอน",
            "儲か",
            "稼げ",
            "副業",
        ],
    )
)
"""Without one of these there is nothing to look for."""


def _ids(flat: str) -> list[Span]:
    found = []
    for match in _MESSENGERS.finditer(flat):
        name = match[match.lastgroup or 0]
        is_marked = match.lastgroup in ("a", "b", "d", "h", "i", "j", "k") or name.startswith("@")
        if name in _NO_ID or (not is_marked and _CODE.fullmatch(name)):
            continue
        found.append(match.span(match.lastgroup or 0))
    return found


def find_contacts(flat: str) -> list[Span]:
    """Where a flattened text says how to reach somebody, or lures."""
    flat = merge_shared(flat)
    found = _numbers(flat)
    if _HINT.search(flat):
        found += _ids(flat)
        found += [match.span() for match in _PHRASES.finditer(flat)]
    return found
