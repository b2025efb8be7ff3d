"""Every message has words in every language, with the same gaps; money and times are the market's."""

import string
from datetime import UTC, datetime

import pytest

from nightmarket.kernel.i18n import LOCALES, Locale
from nightmarket.modules.notifications.policy import CATEGORIES, KINDS, channels_of
from nightmarket.modules.notifications.service.render import format_moment, known_locale, render
from nightmarket.modules.notifications.service.tell import COMPOSERS
from nightmarket.modules.notifications.states import MOVES, sources_of
from nightmarket.modules.notifications.texts import language, text_of

LETTERS = {"contact.code", "identity.verify", "identity.reset", "identity.sign-up", "identity.email_moved"}


def gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_language_is_whole(locale: Locale) -> None:
    english, other = language("en"), language(locale)
    assert other.words.keys() == english.words.keys()
    assert other.texts.keys() == english.texts.keys()
    for key, text in english.texts.items():
        said = other.texts[key]
        assert gaps(said.title) <= gaps(text.title) | gaps(text.body), key
        assert gaps(said.body) == gaps(text.body), key
        assert (locale == "en") or (said.title, said.body) != (text.title, text.body)


def test_every_kind_can_be_told() -> None:
    assert KINDS.keys() == COMPOSERS.keys()
    bases = {key.partition(":")[0] for key in language("en").texts}
    assert bases - LETTERS == KINDS.keys()
    assert {kind.category for kind in KINDS.values()} == set(CATEGORIES)


def test_a_variant_without_words_is_said_as_its_kind() -> None:
    assert text_of("en", "orders.refunded", "odd") == text_of("en", "orders.refunded", "")


@pytest.mark.parametrize(
    ("locale", "market", "today", "later"),
    [
        ("en", "TW", "20:15", "28 Nov 01:15"),
        ("zh-TW", "TW", "20:15", "11月28日 01:15"),
        ("zh-CN", "TW", "20:15", "11月28日 01:15"),
        ("ja", "TW", "20:15", "11月28日 01:15"),
        ("th", "TH", "19:15", "28 พ.ย. 00:15 น."),
    ],
)
def test_times_are_on_the_clock_of_the_market(locale: Locale, market: str, today: str, later: str) -> None:
    now = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
    assert format_moment(locale, datetime(2026, 11, 27, 12, 15, tzinfo=UTC), market, now) == today
    assert format_moment(locale, datetime(2026, 11, 27, 17, 15, tzinfo=UTC), market, now) == later


def test_money_has_the_digits_of_its_coin() -> None:
    now = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
    for amount, said in ((["money", 1290, "TWD"], "NT$1,290"), (["money", 12900, "THB"], "฿129.00")):
        words = {"number": "A1B2", "shop": "Lane {x}", "amount": amount}
        text = render("en", "orders.refunded", variant="", words=words, market="TW", now=now)
        assert text.title == f"{said} goes back to you"
        assert "Lane {x}" in text.body  # what people wrote is never read as a gap


def test_unknown_languages_are_those_of_the_market() -> None:
    assert known_locale("xx", "TH") == "th"
    assert known_locale("ja", "TH") == "ja"


def test_choices_decide_and_marketing_needs_consent() -> None:
    assert channels_of("carts.abandoned", {}) == []
    assert channels_of("carts.abandoned", {("bag", "email"): True, ("orders", "sms"): True}) == ["email"]
    assert channels_of("claims.promoted", {}) == ["email", "line", "push"]
    assert channels_of("claims.promoted", {("claims", "email"): False, ("claims", "sms"): True}) == [
        "sms",
        "line",
        "push",
    ]
    assert channels_of("orders.packing", {("orders", "email"): True}) == []
    assert channels_of("identity.session_stolen", {("account", "email"): False}) == ["email", "line", "push"]


def test_states_are_reached_only_by_the_table() -> None:
    assert sources_of("delivered") == {"sending", "sent", "failed"}
    assert sources_of("waiting") == {"sending"}
    assert MOVES["expired"] == frozenset()
