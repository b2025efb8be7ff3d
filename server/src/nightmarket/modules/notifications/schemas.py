"""HTTP shapes of notifications."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from nightmarket.kernel.i18n import Market
from nightmarket.kernel.ids import IdShape
from nightmarket.kernel.paging import Page
from nightmarket.modules.identity.public import Phone
from nightmarket.modules.notifications.channels import Channel
from nightmarket.modules.notifications.models import PushSubscriptionRow
from nightmarket.modules.notifications.policy import Category
from nightmarket.modules.notifications.service.inbox import Told

NotificationId = Annotated[str, IdShape("ntf")]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NotificationOut(BaseModel):
    """Something you were told. `link` is a path of the web client."""

    id: str
    kind: str
    category: Category
    title: str
    body: str
    link: str | None
    created_at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, told: Told) -> Self:
        """The shape of a notification in words."""
        row = told.row
        return cls.model_validate(
            {
                "id": row.id,
                "kind": row.kind,
                "category": row.category,
                "title": told.title,
                "body": told.body,
                "link": row.link,
                "created_at": row.created_at,
                "read_at": row.read_at,
            }
        )


class NotificationsOut(Page[NotificationOut]):
    """The inbox, newest first. `unread` counts the whole inbox, up to 100."""

    unread: int


class UnreadOut(BaseModel):
    """How much is not read, up to 100."""

    unread: int


class ReadIn(_In):
    """What was read: these (`ids`), or everything up to and including one (`up_to`)."""

    ids: Annotated[list[NotificationId], Field(max_length=100)] | None = None
    up_to: NotificationId | None = None


class ChannelOut(BaseModel):
    """A way to reach you outside the inbox. `available`: this installation sends by it. `addresses`: where to."""

    channel: Channel
    available: bool
    addresses: list[str]


class NewsCategoryOut(BaseModel):
    """One kind of news and its channels. `required`: it cannot be switched off. `marketing`: it needs consent."""

    category: Category
    required: bool
    marketing: bool
    channels: dict[Channel, bool]


class PreferencesOut(BaseModel):
    """What leaves the inbox, and by which way."""

    categories: list[NewsCategoryOut]
    channels: list[ChannelOut]


class ChoiceIn(_In):
    """One switch."""

    category: Category
    channel: Channel
    on: Annotated[bool, Field(strict=True)]


class PreferencesIn(_In):
    """Switches to turn; the others stay."""

    choices: Annotated[list[ChoiceIn], Field(min_length=1, max_length=40)]


class PushKeysIn(_In):
    """The keys of a push subscription, base64url."""

    p256dh: Annotated[str, Field(max_length=90, pattern=r"^[A-Za-z0-9_=-]+$")]
    auth: Annotated[str, Field(max_length=26, pattern=r"^[A-Za-z0-9_=-]+$")]


class PushSubscriptionIn(BaseModel):
    """What `PushSubscription.toJSON()` says; members a browser adds are ignored."""

    endpoint: Annotated[str, Field(min_length=10, max_length=2000)]
    keys: PushKeysIn


class PushSubscriptionOut(BaseModel):
    """A browser that is woken when there is news."""

    id: str
    created_at: datetime

    @classmethod
    def of(cls, row: PushSubscriptionRow) -> Self:
        """The shape of a subscription."""
        return cls(id=row.id, created_at=row.created_at)


class PushKeyOut(BaseModel):
    """The `applicationServerKey` for `pushManager.subscribe`; null where web push is off."""

    public_key: str | None


class PhoneIn(_In):
    """A mobile number to be told things at; national numbers are of `market`, or else of your own."""

    phone: Phone
    market: Market | None = None


class PhoneOut(BaseModel):
    """A code is on its way to this number."""

    phone: str


class CodeIn(_In):
    """The code out of the message."""

    code: Annotated[str, Field(pattern=r"^\s*[0-9]{6}\s*$", max_length=20)]


class LineCodeOut(BaseModel):
    """Send this code to our LINE account, which you find at `friend_url`, and it is yours."""

    code: str
    expires_at: datetime
    friend_url: str | None


ContactChannel = Literal["sms", "line"]
