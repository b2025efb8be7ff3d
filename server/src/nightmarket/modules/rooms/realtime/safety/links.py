"""Links, also those that do not want to look like one: bare domains, "shop dot com", "line。me", spaces around dots.

Everything here reads flattened text. What a live sale is full of must not look like a link: "3.5kg", "A1.A2",
"no.1", "500.cc", a full stop without a space after it.
"""

import re
from typing import Final

from nightmarket.modules.rooms.realtime.safety.folding import flatten

Span = tuple[int, int]

_CLEAR: Final = (
    "com net org info biz xyz vip icu cyou top shop store online site website club link click app win bet casino "
    "asia mobi tw cn hk jp kr th sg vn ph ru uk de fr eu cc tv gg"
)
"""Endings that make a link of a bare name. Those that are words too ("me", "to", "is") need a path or a known host."""

_PLAIN_DOTS: Final = "com|net|org|info|xyz|cc"
_KNOWN_HOSTS: Final = frozenset(
    [
        "line.me",
        "lin.ee",
        "t.me",
        "wa.me",
        "m.me",
        "fb.me",
        "ig.me",
        "bit.ly",
        "goo.gl",
        "is.gd",
        "pse.is",
        "linktr.ee",
        "shope.ee",
        "s.id",
        "youtu.be",
        "wx.cn",
        "discord.gg",
        "reurl.cc",
        "ppt.cc",
        "lihi.cc",
        "lihi1.cc",
        "lihi2.cc",
        "maac.io",
        "forms.gle",
        "page.link",
        "taplink.at",
        "beacons.ai",
        "x.co",
    ]
)
_CODE: Final = re.compile(r"[a-z]{0,2}-?\d{1,4}")
_LABEL: Final = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(
    rf"(?<![a-z0-9@._-])((?:{_LABEL}\.)+([a-z]{{2,12}}))(?![a-z0-9-])(?::\d{{2,5}})?([/?#][!-~]*)?"
)
_DOT_WORDS: Final = "|".join(flatten(word) for word in ("點", "ดอท", "จุด", "ドット"))
_DOT_COM: Final = "|".join(
    ["dotcom", *(flatten(word) for word in ("ดอทคอม", "ดอตคอม", "ドットコム", "點com", "點康姆"))]
)
_DRESSED: Final = re.compile(
    "|".join(
        [
            r"\b(?:https?|hxxps?|ftp|line|tg|weixin)\s?:\s?/\s?/\s?[!-~]+",
            r"(?<![a-z0-9])www\s?[.。]\s?[a-z0-9-]{2,}(?:\s?[.。]\s?[a-z0-9-]{2,})*(?:/[!-~]*)?",
            # a dot in brackets, or in words of other languages
            rf"[a-z0-9-]*[a-z][a-z0-9-]*\s?(?:[(\[{{<]\s?(?:dot|\.|{_DOT_WORDS})\s?[)\]}}>]|{_DOT_WORDS})\s?"
            rf"(?:{_PLAIN_DOTS}|tw|th|vip|ee|me|ly)(?![a-z0-9])(?:/[!-~]*)?",
            rf"[a-z0-9-]{{2,}}\sdot\s(?:{_PLAIN_DOTS})(?![a-z0-9])(?:/[!-~]*)?",
            rf"[a-z0-9-]{{2,}}\s?(?:{_DOT_COM})(?![a-z0-9])(?:/[!-~]*)?",
            # spaces around the dot, the full stop of Chinese, a middle dot
            rf"[a-z0-9-]{{2,}}(?:\s[.]\s?|[.]\s|\s?[。·•]\s?)(?:{_PLAIN_DOTS})(?![a-z0-9])(?:/[!-~]*)?",
            r"(?<![a-z0-9])(?:l\s?i\s?n\s?e\s?[.。·]\s?m\s?e|l\s?i\s?n\s?[.。·]\s?e\s?e|(?:t|wa|m)\s?[.。]\s?me\s?/)"
            r"(?![a-z0-9])(?:\s?/\s?[!-~]*)?",
            # a name in another script
            r"[^\s\x00-\x7f。，、！？]{2,20}\.(?:com|net|org)(?![a-z0-9])(?:\.[a-z]{2})?(?:/[!-~]*)?",
        ]
    )
)
_HINT: Final = re.compile(rf"[.。·•]|://|\bdot|: ?/|www|{_DOT_WORDS}|どつと")
_ENDINGS: Final = frozenset(_CLEAR.split())


def find_links(flat: str) -> list[Span]:
    """Where links are in a flattened text."""
    if _HINT.search(flat) is None:
        return []
    found = [match.span() for match in _HOST.finditer(flat) if _is_link(match)]
    return found + [match.span() for match in _DRESSED.finditer(flat)]


def _is_link(match: re.Match[str]) -> bool:
    host, ending, path = match[1], match[2], match[3]
    if any(host == known or host.endswith(f".{known}") for known in _KNOWN_HOSTS):
        return True
    name = host[: -len(ending) - 1]
    if path is not None and path.startswith("/") and len(path) > 1 and len(ending) >= 2 and not _CODE.fullmatch(name):
        return ending in _ENDINGS or (len(ending) == 2 and len(name) > 1)
    if ending not in _ENDINGS:
        return False
    if ending in ("com", "net", "org"):
        return True
    return len(name) > 1 and _CODE.fullmatch(name) is None
