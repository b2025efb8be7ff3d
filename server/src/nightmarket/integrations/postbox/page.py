"""The outbox page: plain HTML, no script, one style sheet. For whoever tries the product out, so in English."""

import re
from collections.abc import Sequence
from html import escape
from typing import Final

from nightmarket.integrations.postbox.models import PostboxRow

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1d1b26; --paper: #fff; --ground: #f4f1ec; --soft: #5f5b6b; --line: #e4dfd6;
  --go: #b3300e; }
@media (prefers-color-scheme: dark) { :root { --ink: #f3f0fa; --paper: #221f2e; --ground: #15131d; --soft: #a9a4b8;
  --line: #39344a; --go: #ff8a66; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 20px 16px 48px; background: var(--ground); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Noto Sans TC", "Noto Sans Thai", "Noto Sans JP", sans-serif; }
main { max-width: 720px; margin: 0 auto; }
h1 { font-size: 22px; margin: 0 0 4px; }
.what { color: var(--soft); margin: 0 0 16px; }
form { display: flex; gap: 8px; margin: 0 0 16px; }
input, button { font: inherit; color: inherit; min-height: 44px; border-radius: 12px; border: 1px solid var(--line);
  background: var(--paper); padding: 8px 14px; }
input { flex: 1; min-width: 0; }
article { background: var(--paper); border: 1px solid var(--line); border-radius: 16px; padding: 16px 18px;
  margin: 0 0 12px; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 4px 0 8px; }
.meta { color: var(--soft); font-size: 14px; display: flex; flex-wrap: wrap; gap: 2px 12px; }
.channel { font-weight: 700; text-transform: uppercase; letter-spacing: .04em; font-size: 12px; padding: 2px 8px;
  border-radius: 99px; border: 1px solid var(--line); }
pre { white-space: pre-wrap; font: inherit; margin: 0; }
a { color: var(--go); }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 3px solid #5b8def; outline-offset: 2px; }
"""

_LINK = re.compile(r"https?://[^\s<>\"]+")


def render(rows: Sequence[PostboxRow], to: str | None) -> str:
    """The page with these messages."""
    found = "".join(_message(row) for row in rows) or "<article>Nothing has been sent yet.</article>"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex"><title>Outbox · Nightmarket</title>'
        '<link rel="stylesheet" href="/outbox.css"></head><body><main><h1>Outbox</h1>'
        '<p class="what">No mail or SMS service is configured, so messages stay on this machine.</p>'
        '<form><input name="to" type="search" aria-label="Address" placeholder="Address" '
        f'value="{escape(to or "")}"><button>Show</button></form>{found}</main></body></html>'
    )


def _message(row: PostboxRow) -> str:
    return (
        f'<article lang="{escape(row.locale)}" data-kind="{escape(row.kind)}"><div class="meta">'
        f'<span class="channel">{escape(row.channel)}</span><span>{escape(row.address)}</span>'
        f'<time datetime="{row.sent_at:%Y-%m-%dT%H:%M:%SZ}">{row.sent_at:%Y-%m-%d %H:%M:%S} UTC</time></div>'
        f"<h2>{escape(row.title)}</h2><pre>{_linked(row.body)}</pre></article>"
    )


def _linked(text: str) -> str:
    """The text with its links to follow."""
    parts, last = [], 0
    for found in _LINK.finditer(text):
        parts.append(escape(text[last : found.start()]))
        parts.append(f'<a href="{escape(found[0])}">{escape(found[0])}</a>')
        last = found.end()
    return "".join(parts) + escape(text[last:])
