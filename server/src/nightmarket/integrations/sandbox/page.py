"""The pretend gateway's pay page: plain HTML and forms, no script, one style sheet, made for a phone."""

from html import escape
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from nightmarket.integrations.sandbox.models import SandboxPaymentRow
from nightmarket.integrations.sandbox.texts import LANGUAGE_NAMES, TEXTS
from nightmarket.kernel.i18n import CURRENCY_OF, ZONE_OF, Locale, format_money
from nightmarket.kernel.money import Money

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1d1b26; --paper: #fff; --ground: #f4f1ec; --soft: #6b6778; --line: #e4dfd6;
  --go: #0b7a53; --stop: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --ink: #f3f0fa; --paper: #221f2e; --ground: #15131d; --soft: #a9a4b8;
  --line: #39344a; --go: #2fbf8a; --stop: #ff8a80; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; padding: 20px 16px 40px; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Noto Sans TC", "Noto Sans Thai", "Noto Sans JP", sans-serif; }
main { max-width: 440px; margin: 0 auto; }
.badge { display: inline-block; padding: 2px 10px; border-radius: 99px; background: #ffd166; color: #3b2a00;
  font-size: 13px; font-weight: 600; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 18px; padding: 20px; margin-top: 14px; }
h1 { font-size: 17px; margin: 0 0 4px; font-weight: 600; }
.what { margin: 0; color: var(--soft); overflow-wrap: anywhere; }
.amount { font-size: 40px; line-height: 1.2; font-weight: 700; margin: 12px 0 4px; font-variant-numeric: tabular-nums; }
.until { margin: 0; color: var(--soft); font-size: 14px; }
form { margin: 0; }
button, .back { display: block; width: 100%; min-height: 52px; padding: 10px 16px; border-radius: 14px; font: inherit;
  text-align: start; cursor: pointer; color: inherit; background: var(--paper); border: 1px solid var(--line); }
button:focus-visible, a:focus-visible, summary:focus-visible { outline: 3px solid #5b8def; outline-offset: 2px; }
button strong { display: block; font-weight: 600; }
button small { color: var(--soft); font-size: 14px; }
.go { background: var(--go); border-color: var(--go); color: #fff; text-align: center; font-size: 18px;
  margin-top: 16px; }
.go strong { font-weight: 700; }
@media (prefers-color-scheme: dark) { .go { color: #06281c; } }
.stop { text-align: center; color: var(--stop); margin-top: 10px; background: none; }
.stop strong { color: var(--stop); }
summary { cursor: pointer; padding: 14px 4px; color: var(--soft); min-height: 44px; }
details form { margin-top: 10px; }
.back { text-align: center; text-decoration: none; margin-top: 16px; }
nav { margin-top: 24px; display: flex; flex-wrap: wrap; gap: 4px 6px; justify-content: center; font-size: 14px; }
nav a { color: var(--soft); padding: 12px 8px; }
nav a[aria-current] { color: var(--ink); font-weight: 600; text-decoration: none; }
"""

_MISBEHAVIOURS: Final = (
    ("late_soon", "late", 10),
    ("late", "late", None),
    ("twice", "twice", None),
    ("wrong_amount", "wrong_amount", None),
    ("forged", "forged", None),
    ("silent", "silent", None),
)


def render(row: SandboxPaymentRow, locale: Locale, *, is_overdue: bool) -> str:
    """The page for one payment."""
    words = {key: escape(text) for key, text in TEXTS[locale].items()}
    amount = escape(format_money(Money(row.amount_minor, row.currency)))
    return (
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{words["title"]} · {amount}</title>'
        '<link rel="stylesheet" href="/sandbox/pay.css"></head><body><main>'
        f'<span class="badge">{words["notice"]}</span>'
        f'<section class="card"><h1>{words["title"]}</h1><p class="what">{escape(row.description)}</p>'
        f'<p class="amount">{amount}</p>{_deadline(row, words, is_overdue=is_overdue)}</section>'
        f"{_choices(row, words, amount)}{_languages(row, locale, words)}</main></body></html>"
    )


def _deadline(row: SandboxPaymentRow, words: dict[str, str], *, is_overdue: bool) -> str:
    if row.state == "paid":
        return f'<p class="until">{words["settled"]}</p>'
    if is_overdue:
        return f'<p class="until">{words["overdue"]}</p>'
    zone = ZONE_OF[next(market for market, currency in CURRENCY_OF.items() if currency == row.currency)]
    until = row.expires_at
    here = until.astimezone(ZoneInfo(zone))
    return (
        f'<p class="until">{words["pay_by"]} <time datetime="{until:%Y-%m-%dT%H:%M:%SZ}">'
        f"{here:%Y-%m-%d %H:%M}</time></p>"
    )


def _choices(row: SandboxPaymentRow, words: dict[str, str], amount: str) -> str:
    if row.state == "paid":
        return f'<a class="back" href="{escape(row.return_url)}">{words["back"]}</a>'
    others = "".join(
        _button(row, outcome, f"<strong>{words[name]}</strong><small>{words[f'{name}_hint']}</small>", delay=delay)
        for name, outcome, delay in _MISBEHAVIOURS
    )
    return (
        _button(row, "paid", f"<strong>{words['pay']} {amount}</strong>", style="go")
        + _button(row, "failed", f"<strong>{words['fail']}</strong>", style="stop")
        + f"<details><summary>{words['more']}</summary>{others}</details>"
        + f'<a class="back" href="{escape(row.return_url)}">{words["back"]}</a>'
    )


def _button(row: SandboxPaymentRow, outcome: str, label: str, *, style: str = "", delay: int | None = None) -> str:
    later = "" if delay is None else f'<input type="hidden" name="delay_seconds" value="{delay}">'
    return (
        f'<form method="post" action="/sandbox/pay/{escape(row.payment_id)}">{later}'
        f'<button class="{style}" name="outcome" value="{outcome}">{label}</button></form>'
    )


def _languages(row: SandboxPaymentRow, current: Locale, words: dict[str, str]) -> str:
    current_mark = ' aria-current="true"'
    links = "".join(
        f'<a lang="{locale}" href="/sandbox/pay/{escape(row.payment_id)}?lang={locale}"'
        f"{current_mark if locale == current else ''}>{name}</a>"
        for locale, name in LANGUAGE_NAMES.items()
    )
    return f'<nav aria-label="{words["language"]}">{links}</nav>'


def content_security_policy(row: SandboxPaymentRow) -> str:
    """Nothing but our style sheet, and forms that lead to us and back to the shop."""
    parts = urlsplit(row.return_url)
    return (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {parts.scheme}://{parts.netloc}"
    )
