"""Languages and markets: which exist, how to choose one, how money is written. Prose lives with the clients."""

from typing import Literal

from nightmarket.kernel.money import EXPONENT, Money

Locale = Literal["en", "zh-TW", "zh-CN", "th", "ja"]
LOCALES: tuple[Locale, ...] = ("en", "zh-TW", "zh-CN", "th", "ja")
Market = Literal["TW", "TH"]
MARKETS: tuple[Market, ...] = ("TW", "TH")
CURRENCY_OF: dict[str, str] = {"TW": "TWD", "TH": "THB"}
ZONE_OF: dict[str, str] = {"TW": "Asia/Taipei", "TH": "Asia/Bangkok"}
LOCALE_OF: dict[str, Locale] = {"TW": "zh-TW", "TH": "th"}
_PLAIN_LOCALES: tuple[Locale, ...] = ("en", "th", "ja")
_SIGN = {"TWD": "NT$", "THB": "฿"}


def format_money(money: Money) -> str:
    """`NT$1,290`, `฿129.00`: always with the digits of our own table, never a library's opinion of TWD."""
    return f"{_SIGN[money.currency]}{money.as_decimal():,.{EXPONENT[money.currency]}f}"


def best_locale(accept_language: str | None, default: Locale = "en") -> Locale:
    """The best of our locales for an `Accept-Language` header; scripts and regions of Chinese are told apart."""
    for part in (accept_language or "").split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith(("zh-tw", "zh-hant", "zh-hk", "zh-mo")):
            return "zh-TW"
        if tag.startswith("zh"):
            return "zh-CN"
        for locale in _PLAIN_LOCALES:
            if tag == locale or tag.startswith(f"{locale}-"):
                return locale
    return default
