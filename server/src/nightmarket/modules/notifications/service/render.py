"""Facts become words: in the reader's language, with the market's money and clock."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from nightmarket.kernel.i18n import LOCALE_OF, LOCALES, ZONE_OF, Locale, format_money
from nightmarket.kernel.money import Money
from nightmarket.modules.notifications.texts import Text, language, text_of


def known_locale(locale: str | None, market: str) -> Locale:
    """The reader's language, if it is one of ours; else that of the market."""
    return next((one for one in LOCALES if one == locale), LOCALE_OF.get(market, "en"))


def render(locale: Locale, kind: str, *, variant: str, words: dict[str, Any], market: str, now: datetime) -> Text:
    """Title and body of one message."""
    text = text_of(locale, kind, variant)
    said = {name: _said(locale, value, market, now) for name, value in words.items()}
    return Text(text.title.format_map(said), text.body.format_map(said))


def format_moment(locale: Locale, at: datetime, market: str, now: datetime) -> str:
    """`20:15` today, `28 Nov 20:15` otherwise, on the clock of the market. No years: nothing is that late."""
    zone = ZoneInfo(ZONE_OF.get(market, "UTC"))
    here = at.astimezone(zone)
    if here.date() == now.astimezone(zone).date():
        return f"{here:%H:%M}"
    words = language(locale).words
    month = words["months"].split()[here.month - 1]
    return words["date"].format(day=here.day, month=month, time=f"{here:%H:%M}")


def _said(locale: Locale, value: Any, market: str, now: datetime) -> str:
    match value:
        case ["money", int(minor), str(currency)]:
            return format_money(Money(minor, currency))
        case ["at", str(at)]:
            return format_moment(locale, datetime.fromisoformat(at), market, now)
        case _:
            return str(value)
