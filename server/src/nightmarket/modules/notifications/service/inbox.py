"""A person reads what they were told."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.i18n import Locale
from nightmarket.modules.notifications import repository
from nightmarket.modules.notifications.channels import CHANNELS, Channel
from nightmarket.modules.notifications.models import NotificationRow
from nightmarket.modules.notifications.policy import CATEGORIES, REQUIRED, Category, is_allowed
from nightmarket.modules.notifications.ports import Senders
from nightmarket.modules.notifications.service.recipients import Recipient
from nightmarket.modules.notifications.service.render import render


@dataclass(frozen=True, slots=True)
class Told:
    """A notification in words."""

    row: NotificationRow
    title: str
    body: str


def in_words(row: NotificationRow, locale: Locale, now: datetime) -> Told:
    """A notification as its reader sees it."""
    text = render(locale, row.kind, variant=row.variant, words=row.words, market=row.market, now=now)
    return Told(row, text.title, text.body)


async def told_to(
    session: AsyncSession, user_id: str, *, before: str | None, only_unread: bool, limit: int
) -> Collection[NotificationRow]:
    """A person's notifications, newest first."""
    return await repository.notifications_of(session, user_id, before=before, only_unread=only_unread, limit=limit)


@dataclass(frozen=True, slots=True)
class ChannelState:
    """Whether a channel could reach the person: it is there, and where it leads."""

    channel: Channel
    is_available: bool
    addresses: list[str]


def choices_shown(found: Recipient) -> dict[Category, dict[Channel, bool]]:
    """What leaves the inbox, by category and channel."""
    return {
        category: {
            channel: is_allowed(category, channel, found.choices.get((category, channel))) for channel in CHANNELS
        }
        for category in CATEGORIES
    }


def may_choose(category: Category) -> bool:
    """Whether the person has a say."""
    return category not in REQUIRED


def channel_states(found: Recipient, senders: Senders) -> list[ChannelState]:
    """Every channel, with the addresses that live, as far as they may be shown."""
    return [
        ChannelState(
            channel, senders.get(channel) is not None, [_hidden(channel, one) for one in found.addresses[channel]]
        )
        for channel in CHANNELS
    ]


def _hidden(channel: Channel, address: str) -> str:
    """Enough to recognise one's own."""
    match channel:
        case "email":
            return address
        case "sms":
            return f"{address[:4]}…{address[-3:]}"
        case "line":
            return f"{address[:3]}…{address[-3:]}"
        case "push":
            return address
