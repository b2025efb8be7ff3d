"""What buyers do about news: an account that goes takes everything with it."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import handles
from nightmarket.kernel.unit import Unit
from nightmarket.modules.buyers.service.know_buyers import erase
from nightmarket.modules.identity.events import AccountErased


@handles(AccountErased, name="buyers.forget_person.v1", queue="bulk")
async def forget_person(unit: Unit, _ctx: Context, event: AccountErased) -> None:
    """No shop remembers somebody who left."""
    await erase(unit, event.user_id)
