"""What SendGrid says of a message becomes its state here."""

from nightmarket.kernel import inbox
from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import is_id
from nightmarket.kernel.jobs import job
from nightmarket.kernel.unit import Unit
from nightmarket.modules.notifications.public import note_outcome


@job("sendgrid.take_event.v1", queue="mail")
async def take_event(ctx: Context, inbox_id: str) -> None:
    """One event. A hard bounce and a complaint end the address; a blocked or dropped mail only itself."""

    async def work(unit: Unit) -> None:
        row = await inbox.load(unit, inbox_id)
        if row is None or not await inbox.mark_handled(unit, inbox_id):
            return
        event, delivery_id = row.body.get("event"), str(row.body.get("delivery_id") or "")
        if not is_id("dlv", delivery_id):
            return
        reason = str(row.body.get("reason") or event)
        if event == "delivered":
            await note_outcome(unit, ctx, delivery_id, "delivered")
            return
        is_dead = event in {"spamreport", "unsubscribe", "group_unsubscribe"} or (
            event == "bounce" and row.body.get("type") != "blocked"
        )
        await note_outcome(unit, ctx, delivery_id, "failed", reason=reason, address_is_dead=is_dead)

    await ctx.transact(work)
