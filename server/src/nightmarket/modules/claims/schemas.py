"""HTTP shapes of claims."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from nightmarket.kernel.ids import IdShape
from nightmarket.kernel.money import MoneyModel
from nightmarket.kernel.paging import MAX_PAGE
from nightmarket.modules.claims.service.make_claim import MAX_QUANTITY
from nightmarket.modules.claims.states import Source, State

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
    created_at: datetime
    buyer: BuyerOut | None = None


class ClaimAnswer(BaseModel):
    """A claim that was made or changed."""

    claim: ClaimOut
