"""Paging, rate limits, languages, redaction, text."""

import contextlib
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError
from redis.exceptions import ConnectionError as RedisDown

from nightmarket.kernel.context import Context
from nightmarket.kernel.i18n import best_locale
from nightmarket.kernel.logging import redact
from nightmarket.kernel.paging import decode_cursor, encode_cursor
from nightmarket.kernel.problems import InvalidInput, TooManyRequests
from nightmarket.kernel.text import Line, Prose


@given(st.integers(min_value=-(2**62), max_value=2**62), st.text(max_size=50))
def test_cursor_comes_back(number: int, text: str) -> None:
    assert decode_cursor(encode_cursor(number, text), int, str) == (number, text)


@given(st.text(max_size=80))
def test_odd_cursor_is_invalid_input(text: str) -> None:
    with contextlib.suppress(InvalidInput):
        assert decode_cursor(text, int, str) is not None


def test_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(InvalidInput):
        decode_cursor(encode_cursor("a"), int)
    with pytest.raises(InvalidInput):
        decode_cursor(encode_cursor(2**80), int)


async def test_limit_counts_and_recovers(ctx: Context, clock: Any) -> None:
    for _ in range(3):
        await ctx.limits.hit("test", "1.2.3.4", limit=3)
    with pytest.raises(TooManyRequests) as refused:
        await ctx.limits.hit("test", "1.2.3.4", limit=3)
    assert 1 <= refused.value.members["retry_after"] <= 60
    await ctx.limits.hit("test", "5.6.7.8", limit=3)
    clock.advance(seconds=61)
    await ctx.limits.hit("test", "1.2.3.4", limit=3)


async def test_limit_lets_through_when_redis_is_away(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_options: Any) -> Any:
        raise RedisDown

    monkeypatch.setattr(ctx.redis, "pipeline", away)
    for _ in range(5):
        await ctx.limits.hit("test", "1.2.3.4", limit=1)


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("zh-TW,zh;q=0.9", "zh-TW"),
        ("zh-Hant-HK", "zh-TW"),
        ("zh-CN", "zh-CN"),
        ("th-TH,en;q=0.5", "th"),
        ("fr,ja;q=0.8", "ja"),
        (None, "en"),
        ("xx", "en"),
    ],
)
def test_best_locale(header: str | None, locale: str) -> None:
    assert best_locale(header) == locale


def test_log_hides_secrets_and_people() -> None:
    entry = {
        "event": "x",
        "access_token": "t",
        "password": "p",
        "email": "e",
        "recipient_phone": "0912",
        "Authorization": "a",
        "order_id": "ord_1",
    }
    clean = redact(None, "", dict(entry))
    assert {name for name, value in clean.items() if value == "[hidden]"} == set(entry) - {"event", "order_id"}


line = TypeAdapter(Annotated[str, Line(10)])
prose = TypeAdapter(Annotated[str, Prose(20)])


@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "a\nb", "a\ud800", "x" * 11, "\u202ea\x1b"])
def test_line_refuses(text: str) -> None:
    with pytest.raises(ValidationError):
        line.validate_python(text)


def test_text_is_trimmed_and_keeps_every_script() -> None:
    assert line.validate_python("  ตลาดไฟ ") == "ตลาดไฟ"
    assert prose.validate_python("燈籠\r\n好") == "燈籠\n好"
