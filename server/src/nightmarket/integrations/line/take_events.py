"""What people do at LINE becomes what we know of them: they follow, they leave, they send the code of their account."""

from nightmarket.integrations.line.sender import reply
from nightmarket.kernel import inbox
from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import job
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import people_by_id
from nightmarket.modules.notifications.public import (
    known_locale,
    looks_like_line_code,
    mute_address,
    take_line_code,
    word,
)


@job("line.take_event.v1", queue="mail")
async def take_event(ctx: Context, inbox_id: str) -> None:
    """One event. Events may come again and out of order; each acts once."""
    answer: list[tuple[str, str]] = []

    async def work(unit: Unit) -> None:
        answer.clear()
        row = await inbox.load(unit, inbox_id)
        if row is None or not await inbox.mark_handled(unit, inbox_id):
            return
        said = row.body
        match said["type"]:
            case "follow":
                await mute_address(unit, "line", said["user_id"], is_muted=False)
            case "unfollow":
                await mute_address(unit, "line", said["user_id"], is_muted=True)
            case "message" if said["text"] and looks_like_line_code(said["text"]):
                text = await _link(unit, ctx, said["text"], said["user_id"])
                if said["reply_token"]:
                    answer.append((said["reply_token"], text))

    await ctx.transact(work)
    for token, text in answer:
        await reply(ctx, token, text)


async def _link(unit: Unit, ctx: Context, text: str, line_user_id: str) -> str:
    user_id = await take_line_code(unit, ctx, text, line_user_id)
    if user_id is None:
        return word("en", "line_unknown")
    person = (await people_by_id(unit.session, [user_id]))[user_id]
    return word(known_locale(person.locale, person.market), "line_linked")
