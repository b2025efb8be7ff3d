"""The word list of a shop: one list for all its shows, in force at once in those that are on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import InvalidInput
from nightmarket.kernel.unit import Unit
from nightmarket.modules.rooms import moderation_repository as repository
from nightmarket.modules.rooms.errors import TooManyWords
from nightmarket.modules.rooms.models import Effect, ShopWord
from nightmarket.modules.rooms.realtime.publisher import RoomPublisher
from nightmarket.modules.rooms.realtime.safety.words import word_key
from nightmarket.modules.rooms.service.keep_order import Act, Moderator, note
from nightmarket.modules.rooms.service.load_rules import load_words
from nightmarket.modules.streams import public as streams

MOST_WORDS: Final = 500


@dataclass(frozen=True, slots=True)
class WordChange:
    """What to add (text and effect) and to take off the list; ready-made lists to use from now on, or None: as is."""

    add: Sequence[tuple[str, Effect]] = ()
    remove: Sequence[str] = ()
    presets: Sequence[str] | None = None


async def change_words(moderator: Moderator, change: WordChange) -> None:
    """Change the list. A word that is on it already gets the new effect, however it is written."""
    wanted = {_key(text): (text, effect) for text, effect in change.add}
    gone = {key for key in map(word_key, change.remove) if key} - wanted.keys()

    async def work(unit: Unit) -> None:
        shop_id = moderator.shop_id
        await repository.remove_words(unit, shop_id, gone | wanted.keys())
        if len(await repository.words(unit.session, shop_id)) + len(wanted) > MOST_WORDS:
            raise TooManyWords(limit=MOST_WORDS)
        await unit.add(
            *(
                ShopWord(
                    shop_id=shop_id, key=key, text=text, effect=effect, added_by=moderator.user_id, added_at=unit.now
                )
                for key, (text, effect) in sorted(wanted.items())
            )
        )
        if change.presets is not None:
            await repository.replace_presets(unit, shop_id, change.presets)
        detail = {
            "add": [{"text": text, "effect": effect} for text, effect in wanted.values()],
            "remove": list(change.remove),
            "presets": None if change.presets is None else sorted(set(change.presets)),
        }
        await note(unit, moderator, Act(action="words", detail=detail))

    await moderator.ctx.transact(work)
    await _tell(moderator.ctx, moderator.shop_id, moderator.stream_id)


async def _tell(ctx: Context, shop_id: str, stream_id: str) -> None:
    async with ctx.reader() as session:
        data = await load_words(session, shop_id)
        rooms = await streams.open_stream_ids(session, shop_id)
    say = RoomPublisher(ctx.redis, ctx.clock)
    for room in {stream_id, *rooms}:
        await say.control(room, "words", data)


def _key(text: str) -> str:
    key = word_key(text)
    if not key:
        raise InvalidInput("A word needs at least one letter.")
    return key
