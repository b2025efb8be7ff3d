"""What the Facebook adapter does about news: who somebody is on Facebook goes with their account."""

from nightmarket.integrations.facebook_live import repository
from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import handles
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.events import AccountErased


@handles(AccountErased, name="facebook_live.forget_person.v1", queue="bulk")
async def forget_person(unit: Unit, _ctx: Context, event: AccountErased) -> None:
    """Nobody on Facebook is known by this account any more."""
    await repository.erase(unit, event.user_id)
