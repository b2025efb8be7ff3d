"""A show's line-up as the comment grammar wants it, and the way back from what it says to items and variants."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from nightmarket.kernel.i18n import CURRENCY_OF
from nightmarket.kernel.money import EXPONENT, Money
from nightmarket.modules.claims.grammar.normalise import normalise
from nightmarket.modules.claims.service.option_words import COLOR_NAMES, SIZE_NAMES, words_for
from nightmarket.modules.streams.public import ItemView, LineUpMark, StreamView, marks_of

MAX_COMMENT_QUANTITY = 20
_KEYWORDS_EACH = 12
_LONGEST_KEYWORD = 30
_MARKET_OF = {currency: market for market, currency in CURRENCY_OF.items()}
_PIECES = re.compile(r"[^\W_]+(?:[\u0e00-\u0e7f]+[^\W_]*)*")
_SELLING_WORDS = """
現貨 现货 預購 预购 新款 新品 特價 特价 免運 包邮 熱賣 热卖 限量 二手 全新 新作 中古 送料無料
日本 韓國 韩国 泰國 泰国 台灣 台湾
รุ่นใหม่ ของใหม่ มือสอง พร้อมส่ง ลดราคา ส่งฟรี ของแท้ สินค้าใหม่ ราคาถูก
"""
_NO_NAMES = frozenset(_SELLING_WORDS.split())
"""Words of titles that say how a thing is sold, not what it is."""

Variant = dict[str, str]


@dataclass(frozen=True)
class LineUp:
    """The items of a show, ready for comments."""

    stream: StreamView
    items: dict[str, ItemView]
    """By code."""
    pinned: str | None
    base: dict[str, Any]
    """The context without what differs by call."""
    option_names: dict[str, dict[str, str]]
    """By code: the grammar's name of an option to the seller's."""
    active: tuple[ItemView, ...] = ()
    """All that is in the line-up now."""
    staff: frozenset[str] = frozenset()
    """Who works in the shop: they explain how to order, and do not mean themselves."""
    catch_up: timedelta | None = None
    """How long the shop takes orders for what is closed."""
    takes_late: bool = False
    """The show is over, and the shop still takes what was meant for it."""

    @cached_property
    def marks(self) -> frozenset[LineUpMark]:
        """What tells this line-up from another."""
        return marks_of(self.active)

    def at(self, stream: StreamView, *, takes_late: bool) -> "LineUp":
        """The same items, in the show as it is now."""
        shown = (code for code, item in self.items.items() if item.id == stream.pinned_item_id)
        pinned = next((code for code in shown if self.items[code].removed_at is None), None)
        return replace(self, stream=stream, pinned=pinned, takes_late=takes_late)

    def is_late(self, code: str) -> bool:
        """Whether an item, or the show, is closed and may be ordered all the same."""
        return self.takes_late or self.items[code].removed_at is not None

    @property
    def version(self) -> int:
        """Changes with anything that matters to the grammar."""
        version: int = self.base["version"]
        return version

    def names_an_option(self, text: str) -> bool:
        """Whether a size or colour of some item stands in a text: it may be an answer to "which one?"."""
        return self._options is not None and self._options.search(normalise(text)[0]) is not None

    @cached_property
    def _options(self) -> re.Pattern[str] | None:
        words = {
            normalise(word)[0]
            for entry in self.base["items"]
            for option in entry["options"]
            for value in option["values"]
            for word in value["words"]["*"]
        }
        if not words:
            return None
        longest_first = sorted(words, key=lambda word: (-len(word), word))
        spelled = (rf"(?<![a-z]){re.escape(w)}(?![a-z])" if w.isascii() else re.escape(w) for w in longest_first if w)
        return re.compile("|".join(spelled))

    def context(self, buyer_claims: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
        """What the grammar gets for one comment."""
        return self.base | {"pinned": self.pinned, "buyer_claims": list(buyer_claims)}

    def variants_of(self, code: str, said: Variant | None) -> list[dict[str, Any]]:
        """The variants of an item that fit what was said; all of them when nothing was."""
        names = self.option_names[code]
        wanted = {names.get(name, name): value for name, value in (said or {}).items()}
        variants: list[dict[str, Any]] = self.items[code].product["variants"]
        return [one for one in variants if all(one["options"].get(name) == value for name, value in wanted.items())]

    def spoken_options(self, code: str, variant_id: str) -> Variant | None:
        """The options of a variant in the grammar's names; None without any."""
        back = {ours: theirs for theirs, ours in self.option_names[code].items()}
        for one in self.items[code].product["variants"]:
            if one["id"] == variant_id:
                return {back.get(name, name): value for name, value in one["options"].items()} or None
        return None


def line_up_of(
    stream: StreamView,
    items: Sequence[ItemView],
    *,
    closed: Sequence[ItemView] = (),
    staff: Collection[str] = (),
    catch_up: timedelta | None = None,
    takes_late: bool = False,
) -> LineUp:
    """Compile a line-up. Products that are off the shelf are left out; of those `closed` whose codes are used again."""
    in_order = [*items, *closed]
    sold: dict[str, ItemView] = {}
    for item in in_order:
        if item.product["status"] == "active" and item.product["variants"]:
            sold.setdefault(item.code, item)
    names = {code: _option_names(item) for code, item in sold.items()}
    entries = [_entry(item, names[code]) for code, item in sold.items()]
    text = json.dumps(entries, sort_keys=True, ensure_ascii=False)
    version = int.from_bytes(hashlib.sha256(text.encode(errors="replace")).digest()[:7], "big")
    base = {
        "id": stream.id,
        "version": version,
        "market": _MARKET_OF[stream.currency],
        "currency": stream.currency,
        "hosts": [],
        "max_quantity": MAX_COMMENT_QUANTITY,
        "items": entries,
    }
    pinned = next((item.code for item in sold.values() if item.is_pinned and item.removed_at is None), None)
    return LineUp(stream, sold, pinned, base, names, tuple(items), frozenset(staff), catch_up, takes_late)


def _entry(item: ItemView, names: dict[str, str]) -> dict[str, Any]:
    variants = item.product["variants"]
    spoken = {ours: theirs for theirs, ours in names.items()}
    values: dict[str, dict[str, None]] = {}
    for one in variants:
        for name, value in one["options"].items():
            values.setdefault(spoken[name], {})[value] = None
    return {
        "code": item.code,
        "price": _whole(item.live_price or _lowest(variants)),
        "title": item.product["title"],
        "keywords": {"*": keywords_of(item.product)},
        "options": [
            {"name": name, "values": [{"value": value, "words": {"*": words_for(value)}} for value in found]}
            for name, found in values.items()
        ],
        "variants": [{spoken[name]: value for name, value in one["options"].items()} for one in variants]
        if values
        else None,
    }


def _option_names(item: ItemView) -> dict[str, str]:
    """The grammar knows colours and sizes by one name; sellers write it in their own language."""
    names: dict[str, str] = {}
    for one in item.product["variants"]:
        for ours in one["options"]:
            folded = ours.casefold()
            spoken = "color" if folded in COLOR_NAMES else "size" if folded in SIZE_NAMES else ours
            if ours not in names.values():
                names[ours if spoken in names else spoken] = ours
    return names


def _lowest(variants: Sequence[dict[str, Any]]) -> Money:
    cheapest = min(variants, key=lambda one: int(one["price"]["amount"]))
    return Money(cheapest["price"]["amount"], cheapest["price"]["currency"])


def _whole(price: Money) -> int:
    """The price as people say it, in the main unit."""
    unit = int(10 ** EXPONENT[price.currency])
    return int((price.minor + unit - 1) // unit)


def keywords_of(product: dict[str, Any]) -> list[str]:
    """What buyers may call a product: the seller's keywords, the title, and the nouns in it."""
    given = (product.get("attributes") or {}).get("keywords")
    found = [str(word) for word in given] if isinstance(given, list) else []
    title = unicodedata.normalize("NFKC", str(product["title"])).strip()
    if len(title) <= _LONGEST_KEYWORD:
        found.append(title)
    pieces = _PIECES.findall(title)
    found += [piece for piece in pieces if _is_noun(piece)]
    latin = [piece for piece in pieces if piece.isascii() and piece.isalpha()]
    if latin and len(latin[-1]) >= 4:
        found.append(latin[-1])
        if len(latin) > 2:
            found.append(" ".join(latin[-2:]))
    return [word for word in dict.fromkeys(found) if _is_telling(word)][:_KEYWORDS_EACH]


def _is_noun(piece: str) -> bool:
    """Whether a piece of a Chinese, Japanese or Thai title may name the product by itself."""
    shortest = 3 if "\u0e00" <= piece[0] <= "\u0e7f" else 2
    return (
        not piece.isascii() and len(piece) >= shortest and not any(map(str.isdigit, piece)) and piece not in _NO_NAMES
    )


def _is_telling(word: str) -> bool:
    return 2 <= len(word) <= _LONGEST_KEYWORD and any(char.isalpha() for char in word) and len(words_for(word)) == 1
