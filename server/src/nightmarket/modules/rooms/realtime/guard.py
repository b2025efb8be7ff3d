"""What stands between a message and the room: who may write now, how often, and what.

One per room and process. It runs after the message has been handed to the order side, so that nothing here can cost
anybody an order. The shop's own people write freely, unless one of them was muted by somebody above.
"""

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from nightmarket.modules.rooms.errors import FollowersOnly, MessageBlocked, MutedInRoom, SlowMode, TooFast
from nightmarket.modules.rooms.realtime.limits import LastSaid, RealtimeLimits
from nightmarket.modules.rooms.realtime.moderation import RoomRules
from nightmarket.modules.rooms.realtime.pace import Pace, RepeatLimits, Repeats, Said, fingerprint_of
from nightmarket.modules.rooms.realtime.safety.check import MASK, Policy, check
from nightmarket.modules.rooms.realtime.safety.words import WordList, weight_of
from nightmarket.modules.rooms.realtime.tickets import Ticket

_ROOM: Final = "room"
_ORDER: Final = re.compile(r"[+＋xX×*]\s*\d|\bcf\b|ซีเอฟ|^\W*[a-zก-ฮ]{0,3}[ -]?\d{1,4}\W*$", re.IGNORECASE)
"""What surely is meant as an order, so that asking the order side can be spared."""


def is_surely_order(text: str) -> bool:
    """Whether a message looks so much like an order that losing it would be noticed."""
    return _ORDER.search(text) is not None


@lru_cache(maxsize=4096)
def _shown_name(name: str, words: WordList, links: Policy, contacts: Policy) -> str:
    """A name as everybody may read it: what would keep a message out is masked here, for nobody is without a name."""
    links, contacts = ("mask" if policy == "block" else policy for policy in (links, contacts))
    verdict = check(name, words, links=links, contacts=contacts)
    return verdict.text if verdict.blocked is None else MASK


@dataclass(frozen=True, slots=True)
class Author:
    """Somebody who writes; `followed_at` may be newer than the ticket's."""

    ticket: Ticket
    user: str
    followed_at: int | None


@dataclass(frozen=True, slots=True)
class Passed:
    """A message that may be said: as everybody may read it, or by somebody whom nobody hears."""

    text: str
    name: str
    """Names are written by people, too."""
    is_shadow: bool
    said: Said


class ChatGuard:
    """Lets messages pass, or raises why not."""

    def __init__(self, limits: RealtimeLimits, edge_id: str) -> None:
        self._edge = edge_id
        self._slow = LastSaid()
        self._people = Pace(limits.chat_per_second, limits.chat_burst)
        self._room = Pace(limits.room_chat_per_second, limits.room_chat_burst)
        self._repeats = Repeats(
            RepeatLimits(
                by_one=limits.repeats_by_one,
                seconds=limits.repeat_seconds,
                by_many=limits.repeats_by_many,
                crowd_seconds=limits.crowd_seconds,
                long_text=limits.repeat_long_text,
            )
        )

    def let_pass(self, rules: RoomRules, author: Author, text: str, *, now_ms: int, is_order: bool = False) -> Passed:
        """The message as it may be said. An order is never held to repeat something."""
        user, now = author.user, now_ms // 1000
        is_muted, until = rules.muted_until(user, now)
        if is_muted:
            raise MutedInRoom(until=until)
        said = Said(self._edge, user, fingerprint_of(text))
        if author.ticket.is_staff:
            return Passed(text, author.ticket.name, rules.is_shadowed(user, now), said)
        self._check_right(rules, author, now_ms)
        self._check_pace(rules, user, now_ms)
        shown = self._check_content(rules, text, now_ms)
        if not (is_order or is_surely_order(text)) and self._repeats.is_repeat(user, said.fingerprint, weight_of(text)):
            raise MessageBlocked(reason="repeat")
        self._slow.note(user)
        self._count(said)
        name = _shown_name(author.ticket.name, rules.words, rules.links, rules.contacts)
        return Passed(shown, name, rules.is_shadowed(user, now), said)

    def note_elsewhere(self, key: str) -> None:
        """Something was said in this room; what was said here has been counted."""
        said = Said.read(key)
        if said is not None and said.edge != self._edge:
            self._slow.note(said.user)
            self._count(said)

    def _count(self, said: Said) -> None:
        self._people.note(said.user)
        self._room.note(_ROOM)
        self._repeats.note(said.user, said.fingerprint)

    @staticmethod
    def _check_right(rules: RoomRules, author: Author, now_ms: int) -> None:
        ticket = author.ticket
        if rules.is_raid(now_ms) and rules.is_newcomer(ticket.born_at, ticket.known_since, now_ms):
            raise MessageBlocked(reason="raid")
        wait = rules.must_follow_for(author.followed_at, now_ms // 1000)
        if wait != 0:
            raise FollowersOnly(minutes=rules.followers_only_minutes, must_follow_for=wait)

    def _check_pace(self, rules: RoomRules, user: str, now_ms: int) -> None:
        slow = rules.slow_seconds(now_ms)
        wait = self._slow.wait(user, slow)
        if wait:
            raise SlowMode(seconds=slow, retry_after=math.ceil(wait))
        wait = self._people.wait(user)
        if wait:
            raise TooFast(retry_after=math.ceil(wait))
        wait = self._room.wait(_ROOM)
        if wait:
            raise TooFast(retry_after=max(1, math.ceil(wait)), scope=_ROOM)

    @staticmethod
    def _check_content(rules: RoomRules, text: str, now_ms: int) -> str:
        links, contacts = rules.links, rules.contacts
        if rules.is_raid(now_ms):
            links = contacts = "block"
        verdict = check(text, rules.words, links=links, contacts=contacts)
        if verdict.blocked is not None:
            raise MessageBlocked(reason=verdict.blocked)
        return verdict.text
