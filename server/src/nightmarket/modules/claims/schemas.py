"""HTTP shapes of claims."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nightmarket.kernel.ids import IdShape
from nightmarket.kernel.money import MoneyModel
from nightmarket.kernel.paging import MAX_PAGE
from nightmarket.modules.claims.service.make_claim import MAX_QUANTITY
from nightmarket.modules.claims.states import RepairSource, RepairState, Source, State

Quantity = Annotated[int, Field(ge=1, le=MAX_QUANTITY, strict=True)]


class ClaimIn(BaseModel):
    """Units of a line-up item that somebody wants. `variant_id` may be left out when the product has only one."""

    model_config = ConfigDict(extra="forbid")

    item_id: Annotated[str, IdShape("itm")]
    variant_id: Annotated[str, IdShape("var")] | None = None
    quantity: Quantity = 1
    waitlist: bool = Field(default=True, description="Join the line when nothing is left, instead of a 409")
    buyer_id: Annotated[str, IdShape("usr")] | None = Field(default=None, description="Staff only: claim for a buyer")


class ClaimPatch(BaseModel):
    """A new quantity."""

    model_config = ConfigDict(extra="forbid")

    quantity: Quantity


class ClaimListQuery(BaseModel):
    """Which claims of a list."""

    state: list[State] = Field(default_factory=list, max_length=10)
    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=50, ge=1, le=MAX_PAGE)


class MyClaimsQuery(ClaimListQuery):
    """Which of the caller's claims."""

    shop_id: Annotated[str, IdShape("shp")] | None = None
    stream_id: Annotated[str, IdShape("str")] | None = None


class BuyerOut(BaseModel):
    """Whose claim it is, for the staff."""

    id: str
    display_name: str


class ClaimOut(BaseModel):
    """A claim with what is claimed. `position` is the place in line of a waiting one."""

    id: str
    state: State
    stream_id: str
    item_id: str
    shop_id: str
    product_id: str
    variant_id: str
    code: str
    title: str
    options: dict[str, str]
    image: str | None
    quantity: int
    unit_price: MoneyModel
    hold_expires_at: datetime | None
    position: int | None
    source: Source
    order_id: str | None
    first_paid: bool = Field(default=False, description="Nothing is set aside: the units go to whoever pays first.")
    created_at: datetime
    buyer: BuyerOut | None = None


class ClaimAnswer(BaseModel):
    """A claim that was made or changed."""

    claim: ClaimOut


class RepairLineOut(BaseModel):
    """A line as far as it was understood; `variant_id` when only one variant fits."""

    code: str
    item_id: str | None = None
    variant: dict[str, str] | None = None
    variant_id: str | None = None
    quantity: int | None = None


class RepairClaimOut(BaseModel):
    """What the author has claimed after writing."""

    code: str
    variant_id: str
    quantity: int
    state: State


class RepairOut(BaseModel):
    """A comment that may be an order. `buyer` is null for somebody without an account here (`author_name`).

    `reason` is what was missing; `claimed_since` what the author has taken by themselves after writing.
    """

    id: str
    message_id: str
    source: RepairSource
    buyer: BuyerOut | None
    author_name: str | None
    text: str
    reason: str
    proposal: list[RepairLineOut]
    state: RepairState
    settled_by: BuyerOut | None
    settled_at: datetime | None
    claim_id: str | None
    claimed_since: list[RepairClaimOut]
    created_at: datetime


class RepairListQuery(BaseModel):
    """Which comments of the list."""

    state: list[RepairState] = Field(default=["open"], min_length=1, max_length=4)
    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=50, ge=1, le=MAX_PAGE)


class RepairIn(BaseModel):
    """What a helper makes of a comment: `claim` needs `item_id`, and `buyer_id` when the author has no account here."""

    model_config = ConfigDict(extra="forbid")

    action: Literal["claim", "dismiss"]
    item_id: Annotated[str, IdShape("itm")] | None = None
    variant_id: Annotated[str, IdShape("var")] | None = None
    quantity: Quantity = 1
    buyer_id: Annotated[str, IdShape("usr")] | None = None

    @model_validator(mode="after")
    def _claims_something(self) -> Self:
        if self.action == "claim" and self.item_id is None:
            raise ValueError("`claim` needs `item_id`")
        return self
