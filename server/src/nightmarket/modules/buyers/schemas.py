"""HTTP shapes of buyers."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict

from nightmarket.kernel.text import Line, Prose
from nightmarket.modules.buyers.models import BuyerAppeal, ShopBuyer
from nightmarket.modules.buyers.repository import Standing
from nightmarket.modules.buyers.service.mark_buyers import BuyerView
from nightmarket.modules.buyers.states import AppealState, IncidentKind
from nightmarket.modules.identity.public import Phone


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ReasonIn(_In):
    """Why; the buyer is told."""

    reason: Annotated[str, Line(200)]


class AppealIn(_In):
    """What the buyer says; `phone`: of the parcel that was refused, when the refusal gave no reason."""

    text: Annotated[str, Prose(1000, 1)]
    phone: Phone | None = None


class AppealAnswerIn(_In):
    """What the shop says; `accept` lifts the block and the duty to pay in advance."""

    accept: bool
    answer: Annotated[str, Prose(1000)] | None = None


class MarkOut(BaseModel):
    """Since when, and why."""

    since: datetime
    reason: str | None


class IncidentOut(BaseModel):
    """Something that was left behind; `reference` is the claim or the order."""

    kind: IncidentKind
    reference: str
    at: datetime


class LinkedBuyerOut(BaseModel):
    """Another account that has its parcels sent with the same phone."""

    user_id: str
    display_name: str
    is_blocked: bool


class BuyerOut(BaseModel):
    """A buyer as the shop sees them. `incidents` and `linked` only where one buyer is asked for."""

    user_id: str
    display_name: str
    orders: int
    abandoned: int
    uncollected: int
    blocked: MarkOut | None
    prepay: MarkOut | None
    member_since: datetime | None
    first_at: datetime
    last_at: datetime
    incidents: list[IncidentOut] | None = None
    linked: list[LinkedBuyerOut] | None = None

    @classmethod
    def of(cls, view: BuyerView) -> Self:
        """The shape of one buyer."""
        incidents = [IncidentOut(kind=one.kind, reference=one.reference, at=one.at) for one in view.incidents]
        linked = [
            LinkedBuyerOut(user_id=one.user_id, display_name=one.name, is_blocked=one.blocked_at is not None)
            for one in view.linked
        ]
        return cls.in_list(view.row, view.name).model_copy(update={"incidents": incidents, "linked": linked})

    @classmethod
    def in_list(cls, row: ShopBuyer, name: str) -> Self:
        """The shape of a buyer among others."""
        return cls(
            user_id=row.user_id,
            display_name=name,
            orders=row.order_count,
            abandoned=row.abandoned_count,
            uncollected=row.uncollected_count,
            blocked=MarkOut(since=row.blocked_at, reason=row.block_reason) if row.blocked_at else None,
            prepay=MarkOut(since=row.prepay_at, reason=row.prepay_reason) if row.prepay_at else None,
            member_since=row.member_at,
            first_at=row.first_at,
            last_at=row.last_at,
        )


class AppealOut(BaseModel):
    """An appeal, with its answer once there is one."""

    id: str
    shop_id: str
    user_id: str
    display_name: str
    text: str
    state: AppealState
    made_at: datetime
    answer: str | None
    answered_at: datetime | None

    @classmethod
    def of(cls, row: BuyerAppeal, name: str) -> Self:
        """The shape of an appeal."""
        return cls(
            id=row.id,
            shop_id=row.shop_id,
            user_id=row.user_id,
            display_name=name,
            text=row.text,
            state=row.state,
            made_at=row.made_at,
            answer=row.answer,
            answered_at=row.answered_at,
        )


class StandingOut(BaseModel):
    """What the caller is to a shop, and the last appeal they made there."""

    is_blocked: bool
    block_reason: str | None
    is_prepay_only: bool
    prepay_reason: str | None
    is_member: bool
    appeal: AppealOut | None

    @classmethod
    def of(cls, standing: Standing, appeal: AppealOut | None) -> Self:
        """The shape of a standing."""
        return cls(
            is_blocked=standing.is_blocked,
            block_reason=standing.block_reason,
            is_prepay_only=standing.is_prepay_only,
            prepay_reason=standing.prepay_reason,
            is_member=standing.is_member,
            appeal=appeal,
        )
