"""One message as an e-mail. Everything that people wrote is escaped; nothing is loaded from anywhere."""

from dataclasses import dataclass, field
from email.utils import parseaddr
from html import escape

from nightmarket.kernel.settings import Settings
from nightmarket.modules.notifications.ports import Message
from nightmarket.modules.notifications.public import word

_LINE_BREAKS = str.maketrans("\r\n\t", "   ")


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail, not yet in anybody's format."""

    to: str
    sender_name: str
    sender_address: str
    reply_to: str | None
    subject: str
    text: str
    html: str
    message_id: str
    headers: dict[str, str] = field(default_factory=dict)


def lay_out(message: Message, settings: Settings) -> Mail:
    """The e-mail that says this."""
    name, address = parseaddr(settings.messages.sender)
    domain = address.partition("@")[2] or "localhost"
    headers = {"Auto-Submitted": "auto-generated"}
    if message.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return Mail(
        to=message.to,
        sender_name=name,
        sender_address=address,
        reply_to=settings.messages.reply_to,
        subject=one_line(message.title),
        text=_text(message),
        html=_html(message),
        message_id=f"<{message.id}@{domain}>",
        headers=headers,
    )


def one_line(text: str) -> str:
    """A header must not be broken out of."""
    return text.translate(_LINE_BREAKS)[:200]


def _text(message: Message) -> str:
    parts = [message.title, message.body]
    if message.link:
        parts.append(f"{message.link_label}: {message.link}")
    last = [message.footer]
    if message.settings_url:
        last.append(f"{word_of(message, 'settings')}: {message.settings_url}")
    if message.unsubscribe_url:
        last.append(f"{word_of(message, 'unsubscribe')}: {message.unsubscribe_url}")
    return "\n\n".join([*parts, "-- \n" + "\n".join(line for line in last if line)]) + "\n"


def word_of(message: Message, name: str) -> str:
    """One of the small words in the message's language."""
    return word(message.locale, name)  # type: ignore[arg-type]


def _html(message: Message) -> str:
    button = (
        f'<p><a href="{escape(message.link)}" style="display:inline-block;padding:12px 22px;border-radius:999px;'
        f'background:#c2330f;color:#fff;text-decoration:none;font-weight:600">{escape(message.link_label)}</a></p>'
        if message.link
        else ""
    )
    small = [escape(message.footer)]
    if message.settings_url:
        small.append(f'<a href="{escape(message.settings_url)}">{escape(word_of(message, "settings"))}</a>')
    if message.unsubscribe_url:
        small.append(f'<a href="{escape(message.unsubscribe_url)}">{escape(word_of(message, "unsubscribe"))}</a>')
    return (
        f'<!doctype html><html lang="{escape(message.locale)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
        '<body style="margin:0;padding:24px 12px;background:#f4f1ec;color:#1d1b26;'
        "font:16px/1.5 system-ui,-apple-system,'Noto Sans TC','Noto Sans Thai',sans-serif\">"
        '<div style="max-width:520px;margin:0 auto;background:#fff;border-radius:16px;padding:24px">'
        f'<h1 style="font-size:20px;line-height:1.35;margin:0 0 12px">{escape(message.title)}</h1>'
        f'<p style="margin:0 0 16px">{escape(message.body)}</p>{button}</div>'
        '<p style="max-width:520px;margin:16px auto 0;color:#6b6778;font-size:13px">'
        f"{'<br>'.join(small)}</p></body></html>"
    )
