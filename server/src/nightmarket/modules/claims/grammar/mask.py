"""Stage 2: digits and letters that are not an order become one opaque character each (rules M1 to M7, M11, M12).

Numbers with a measure, currency or counter behind them (M8, M13) and dates written with 號 (M5) need the line-up and
are read in the lexer. Every pattern is bounded or begins at a character that cannot occur inside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import tokens as t
from .lex import lex
from .lineup import Lineup
from .normalise import CLOCK, MASKED, PROMOTION, SELLER, SHIPPING, spell

_URL = re.compile(
    r"https?://\S+|[a-z0-9][a-z0-9._+-]{0,63}@[a-z0-9-]{1,63}\.[a-z.]{2,20}"
    r"|(?<![a-z0-9])[a-z0-9-]{2,40}\.(?:com|net|org|tw|th|me|io|shop|jp|cn|link|page|ee|ly|app|co)(?![a-z0-9])\S*"
)
_ACCOUNT_NAME = re.compile(
    r"(?:line ?id|line|加line|ไลน์ไอดี|ไอดีไลน์|ไลน์|แอดไลน์|赖|加赖|wechat|微信|ig|fb)(?: ?[:=] ?| )"
    r"@?[a-z0-9._-]{0,40}?[a-z_.][a-z0-9._-]{3,}"
    r"|(?:line ?id|赖|ไลน์|ไอดีไลน์|line) ?[:=] ?@?[a-z0-9._-]{3,}"
)
_ACCOUNT_HINTS = ("line", "ไลน์", "赖", "wechat", "微信", "ig", "fb")
_REPLY = re.compile(r"(?:^|(?<=\n))(?:>|(?:回复|ตอบกลับ|返信|reply to|re:)(?= ?@?\S)).*")
_REPLY_HINTS = (">", "回复", "ตอบกลับ", "返信", "reply to", "re:")
_QUOTES = {"「": "」", "『": "』", "“": "”", '"': '"', "‘": "’", "«": "»", "《": "》"}
_DECORATION = t.IGN | t.STOP | t.JOIN | t.SEP | t.NL
_MENTION = re.compile(r"@(\S{1,40})")
_PHONE = re.compile(
    r"(?<![0-9a-z])(?:\+(?:886|66|86|81|1)[ .()-]{0,2}|\(?0)[0-9](?:[ .()-]{0,2}[0-9]){6,12}(?![0-9])"
    r"|(?<![0-9])[0-9]{8,}(?![0-9])|(?<![0-9a-z])[0-9]{3,5}-[0-9]{3,6}(?:-[0-9]{1,6}){0,3}(?![0-9])"
)
_CLOCK = re.compile(
    r"(?<![0-9a-z])[0-2]?[0-9]:[0-5][0-9](?:pm|am|น\.?)?(?![0-9])|(?<![0-9a-z])[0-9]{1,2} ?(?:am|pm)(?![a-z])"
    r"|(?<![0-9a-z])[0-9]{1,2}月[0-9]{1,2}[日号]?|วันที่ ?[0-9]{1,2}(?![0-9])"
    r"|(?<![0-9a-z/])(?:1[0-2]|0?[1-9])/(?:[12][0-9]|3[01])(?![0-9/])"
    r"|บ่าย ?[0-9]{1,2}(?: ?โมง)?|[0-9]{1,2} ?ทุ่ม(?:ครึ่ง)?|[0-9]{1,2} ?โมง(?:เช้า|เย็น|ครึ่ง)?"
    r"|ตี ?[0-9](?![0-9])|[0-9]{1,2} ?[点时](?:半|[0-9]{1,2}分?)?(?!点)"
    r"|(?:星期|礼拜|周)[一二三四五六日天]|[0-9]{1,2} ?นาที"
)
_RATIO = re.compile(
    r"(?<![0-9a-z/])[0-9]{2,3}/[0-9]{2,3}(?![0-9/])|(?<![0-9a-z-])[0-9]{2,3}-[0-9]{2,3}-[0-9]{2,3}(?![0-9-])"
)
_SEVEN = re.compile(r"(?<![0-9a-z+])(?:7-11|7/11|7-eleven|7eleven|seven eleven)(?![0-9])|เซเว่น(?:อีเลฟเว่น)?|小七")
_SEVEN_SPACED = re.compile(r"(?<![0-9a-z+*=:-])(?:7 11|711)(?![0-9])")
_ADDRESS = re.compile(
    r"(?:b ?)?[0-9一二三四五六七八九十]{1,3}楼(?:之[0-9]{1,2})?"
    r"|(?<=[路街段巷弄])[0-9]{1,4}(?:号|巷|弄)(?: ?[0-9]{1,2}f)?"
    r"|[0-9一二三四五六七八九十]{1,4}(?:段|巷|弄)"
    r"|ซอย ?[0-9]{1,4}|หมู่ ?[0-9]{1,3}|ถ\.\S{1,30}|(?<=号)[0-9]{1,2}f(?![a-z0-9])|บ้านเลขที่ ?[0-9/]{1,10}"
)
_ADDRESS_HINTS = ("楼", "路", "街", "段", "巷", "弄", "ซอย", "หมู่", "ถ.", "号", "บ้านเลขที่")
_SHIP_TO = re.compile(r"(?:寄到|寄去|寄给|寄来|ส่งที่|ส่งไปที่|จัดส่งที่|ship to|deliver to|send to)[^\n,。!;?]*")
_SHIP_HINTS = ("寄", "ส่งที่", "ส่งไปที่", " to")
_PROMOTION = re.compile(
    r"(?:买|滿|满)[0-9一二三四五六七八九十两]{1,3}[个件]?[送赠][0-9一二三四五六七八九十两]{1,3}"
    r"|(?:ซื้อ ?)?[0-9]{1,2} ?แถม ?[0-9]{1,2}"
    r"|buy ?[0-9]{1,2},? ?get ?[0-9]{1,2}(?: free)?"
    r"|(?<![0-9a-z])[0-9]{1,2} ?(?:get|free) ?[0-9]{1,2}(?: free)?(?![0-9])"
)
_SUM = re.compile(r"(?<![0-9a-z])[0-9]{1,2} ?\+ ?[0-9]{1,2}(?= ?(?:[送赠]|แถม|ฟรี|free|get))")
_DIGITS = re.compile(r"[0-9]+")
_SUM_HINTS = ("送", "赠", "แถม", "free", "买", "ซื้อ", "buy", "ฟรี")


#: Cheap first look: a text without any of these has nothing to mask.
_TRIGGER = re.compile(
    r"[@「『“\"‘«《>.:楼路街段巷弄号月点时送赠寄赖期周]|[0-9]{7}|0[0-9]|\+[0-9]{2}|[0-9][/-][0-9]|7[ 1-]"
    r"|礼拜|小七|เซเว่น|ไลน์|ซอย"
    r"|หมู่|บ้านเลขที่|วันที่|บ่าย|ทุ่ม|โมง|ตี|นาที|แถม|ฟรี|free|get|line|wechat|微信|ig|fb|am|pm|回复"
    r"|ตอบกลับ|返信|reply|re:|ส่งที่|ส่งไปที่| to|seven"
)


@dataclass(slots=True)
class Masked:
    """A masked text, and what was learned on the way."""

    text: str
    quoted: list[str]
    to_other: bool = False


def mask(text: str, lineup: Lineup) -> Masked:
    """Replace everything that only looks like an order."""
    result = Masked(text, [])
    if _TRIGGER.search(text) is None:
        return result
    if not any(ch in text for ch in '0123456789@.「『“"‘«《>:#'):
        result.text = _words_only(text)
        return result
    _quotes(result, lineup)
    text = result.text
    if any(hint in text for hint in _REPLY_HINTS):
        text = _REPLY.sub(lambda found: _keep(result, found.group()), text)
    if "." in text or "@" in text or "://" in text:
        text = _URL.sub(MASKED, text)
    if any(hint in text for hint in _ACCOUNT_HINTS):
        text = _ACCOUNT_NAME.sub(lambda found: _account(found, lineup), text)
    if "@" in text:
        text = _MENTION.sub(lambda found: _mention(result, found.group(1), lineup), text)
    if _has_digit(text):
        text = _numbers(text, lineup)
    result.text = _words_only(text)
    return result


def _has_digit(text: str) -> bool:
    return any("0" <= ch <= "9" for ch in text)


def _words_only(text: str) -> str:
    if any(hint in text for hint in _SHIP_HINTS):
        text = _SHIP_TO.sub(SHIPPING, text)
    if "เซเว่น" in text or "小七" in text or "seven" in text:
        text = _SEVEN.sub(MASKED, text)
    if any(hint in text for hint in ("送", "赠")):
        text = _PROMOTION.sub(PROMOTION, text)
    if "期" in text or "礼拜" in text or "周" in text:
        text = _CLOCK.sub(CLOCK, text)
    if "楼" in text or "段" in text or "巷" in text:
        text = _ADDRESS.sub(MASKED, text)
    return text


def _numbers(text: str, lineup: Lineup) -> str:
    text = _PHONE.sub(lambda found: _unless_code(found.group(), lineup), text)
    if any(hint in text for hint in _SUM_HINTS) or "get" in text:
        text = _SUM.sub(PROMOTION, _PROMOTION.sub(PROMOTION, text))
    if "7" in text:
        text = _SEVEN.sub(MASKED, text)
        if "11" in text and not (lineup.numeric.keys() & {7, 11, 711}) and "711" not in lineup.by_code:
            text = _SEVEN_SPACED.sub(MASKED, text)
    text = _CLOCK.sub(lambda found: _unless_option(found.group(), lineup), text)
    if "/" in text or "-" in text:
        text = _RATIO.sub(lambda found: _unless_option(found.group(), lineup), text)
    if any(hint in text for hint in _ADDRESS_HINTS):
        text = _ADDRESS.sub(MASKED, text)
    return text


def _unless_code(found: str, lineup: Lineup) -> str:
    digits = "".join(ch for ch in found if ch.isdigit())
    if any(item.code == found or "".join(item.runs) == digits for item in lineup.items):
        return found
    parts = found.split("-")
    if (
        len(parts) > 1
        and found[0] != "+"
        and (len(digits) < 8 or any(int(part) in lineup.tree for part in parts if part.isdigit()))
    ):
        return found
    return MASKED if len(digits) >= 8 else found


def _unless_option(found: str, lineup: Lineup) -> str:
    if found in lineup.words or any(part in lineup.number_words for part in _DIGITS.findall(found) if ":" not in found):
        return found
    return CLOCK


def _account(found: re.Match[str], lineup: Lineup) -> str:
    name = found.group().split()[-1]
    return found.group() if name in lineup.words else MASKED


def _keep(result: Masked, quoted: str) -> str:
    result.quoted.append(quoted)
    return MASKED


def _mention(result: Masked, name: str, lineup: Lineup) -> str:
    for word in _hosts(lineup):
        if name.startswith(word):
            return SELLER + name[len(word) :]
    result.to_other = True
    return MASKED


def _hosts(lineup: Lineup) -> list[str]:
    return [*lineup.hosts, *_SELLERS]


_SELLERS = tuple(
    sorted(
        map(
            spell,
            [
                "主播",
                "老闆娘",
                "老闆",
                "小編",
                "店家",
                "版主",
                "賣家",
                "闆娘",
                "แม่ค้า",
                "พ่อค้า",
                "แอดมิน",
                "แอด",
                "เจ้าของร้าน",
                "host",
                "seller",
                "admin",
                "boss",
                "店長",
                "店主",
            ],
        ),
        key=len,
        reverse=True,
    )
)


def _quotes(result: Masked, lineup: Lineup) -> None:
    """M2: quoted words are someone else's, unless the marks enclose the whole comment."""
    text = result.text
    outside, inside, at = [], [], 0
    while at < len(text):
        end = text.find(_QUOTES[text[at]], at + 1) if text[at] in _QUOTES else -1
        if end < 0:
            outside.append(text[at])
            at += 1
        else:
            inside.append(text[at + 1 : end])
            outside.append(MASKED)
            at = end + 1
    if not inside:
        return
    rest = "".join(outside)
    if all(token.kind & _DECORATION for token in lex(rest.replace(MASKED, " "), lineup)):
        result.text = "".join(f" {inside.pop(0)} " if part == MASKED else part for part in outside).strip()
    else:
        result.quoted.extend(inside)
        result.text = rest
