"""What happened to shops and their people."""

from dataclasses import dataclass
from typing import ClassVar

from nightmarket.kernel.outbox import Event


@dataclass(frozen=True)
class ShopCreated(Event):
    """A new shop exists."""

    topic: ClassVar[str] = "shops.shop_created"
    shop_id: str
    owner_id: str
    market: str


@dataclass(frozen=True)
class MemberChanged(Event):
    """Somebody joined a shop, got another role, or left (`role` is null)."""

    topic: ClassVar[str] = "shops.member_changed"
    shop_id: str
    user_id: str
    role: str | None
