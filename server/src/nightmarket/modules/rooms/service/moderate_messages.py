"""What is said in a room: taken away, held up, announced, or answered in private.

What is decided is stored first, with its trace; then everybody in the room learns of it.
"""

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import users_by_id
from nightmarket.modules.rooms import moderation_repository, repository
from nightmarket.modules.rooms.models import ChatMessageRow
from nightmarket.modules.rooms.realtime.kinds.base import Person
from nightmarket.modules.rooms.realtime.kinds.buyer import PrivateReply
from nightmarket.modules.rooms.realtime.kinds.chat import Announcement, ChatDeleted, MessagePinned
from nightmarket.modules.rooms.service.archive_chat import archive_room
from nightmarket.modules.rooms.service.keep_order import Act, Moderator, note
from nightmarket.modules.rooms.service.read_chat import stored_message


async def delete_message(moderator: Moderator, message_id: str) -> None:
    """Take a message out of the chat, for everybody and for good. Deleting twice is fine."""
    ctx, stream_id = moderator.ctx, moderator.stream_id
    message = await _message(moderator, message_id)

    async def delete(unit: Unit) -> bool:
        await repository.unpin_message(unit, stream_id, message_id)
        if not await repository.delete_message(unit, stream_id, message_id, by=moderator.user_id):
            return False
        await note(unit, moderator, Act(action="delete", message=message))
        return True

    if await ctx.transact(delete):
        await moderator.say.publish(stream_id, ChatDeleted(id=message_id))


async def delete_messages_of(moderator: Moderator, user_id: str) -> None:
    """Take everything a person has said here out of the chat."""
    ctx, stream_id = moderator.ctx, moderator.stream_id
    await archive_room(ctx, stream_id)
    async with ctx.reader() as session:
        person = (await users_by_id(session, [user_id])).get(user_id)
        if person is None:
            raise NotFound

    async def delete(unit: Unit) -> int:
        count = await moderation_repository.delete_messages_of(unit, stream_id, user_id, by=moderator.user_id)
        if count:
            await note(unit, moderator, Act(action="delete_all", subject=person, detail={"messages": count}))
        return count

    if await ctx.transact(delete):
        await moderator.say.publish(stream_id, ChatDeleted(user_id=user_id))


async def pin_message(moderator: Moderator, message_id: str | None) -> None:
    """Hold a message above the chat, or none."""
    ctx, stream_id = moderator.ctx, moderator.stream_id
    message = None if message_id is None else await _message(moderator, message_id)
    if message is not None and (message.deleted_at is not None or message.shadow):
        raise NotFound

    async def pin(unit: Unit) -> None:
        await moderation_repository.set_rules(unit, stream_id, pinned_message_id=message_id)
        await note(unit, moderator, Act(action="unpin" if message is None else "pin", message=message))

    await ctx.transact(pin)
    pinned = None if message is None else stored_message(message)
    await moderator.say.publish(stream_id, MessagePinned(pinned))


async def announce(moderator: Moderator, text: str) -> None:
    """Words of the shop to everybody in the room."""
    await moderator.ctx.transact(lambda unit: note(unit, moderator, Act(action="announce", detail={"text": text})))
    await moderator.say.publish(moderator.stream_id, Announcement(new_id("ann"), text))


async def reply(moderator: Moderator, user_id: str, text: str, *, message_id: str | None) -> None:
    """Words of the shop to one person alone, perhaps in answer to something they said here."""
    ctx, stream_id = moderator.ctx, moderator.stream_id
    message = None if message_id is None else await _message(moderator, message_id)
    async with ctx.reader() as session:
        person = (await users_by_id(session, [user_id])).get(user_id)
    if person is None or (message is not None and message.user_id != user_id):
        raise NotFound
    act = Act(action="reply", subject=person, message=message, detail={"text": text})
    await ctx.transact(lambda unit: note(unit, moderator, act))
    sender = Person(moderator.user_id, moderator.name, moderator.shown_role)
    await moderator.say.publish(stream_id, PrivateReply(new_id("prv"), sender, text, message_id), to_user=user_id)


async def _message(moderator: Moderator, message_id: str) -> ChatMessageRow:
    """A message of this room, deleted or not, also one that was said a moment ago."""
    await archive_room(moderator.ctx, moderator.stream_id)
    async with moderator.ctx.reader() as session:
        found = await moderation_repository.any_message(session, moderator.stream_id, message_id)
    if found is None:
        raise NotFound
    return found
