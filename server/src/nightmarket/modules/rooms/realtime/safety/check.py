"""The verdict on a message: said as it is, said with parts masked, or not said."""

from dataclasses import dataclass
from typing import Final, Literal

from nightmarket.modules.rooms.realtime.safety.contacts import find_contacts
from nightmarket.modules.rooms.realtime.safety.folding import Flat, flatten
from nightmarket.modules.rooms.realtime.safety.links import find_links
from nightmarket.modules.rooms.realtime.safety.words import WordList

Policy = Literal["allow", "mask", "block"]
Reason = Literal["word", "link", "contact"]
Span = tuple[int, int]

MASK: Final = "•••"
MOST_CHARACTERS: Final = 400
"""What a message may grow to when short words are masked; the database holds as much."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`text` as everybody may read it, or the reason why nobody may."""

    text: str
    blocked: Reason | None = None


def check(text: str, words: WordList, *, links: Policy, contacts: Policy) -> Verdict:
    """What becomes of a message. Pure, and quick for the many messages that nothing is wrong with."""
    flat = flatten(text)
    hits = words.find(text, flat) if words else []
    if any(hit.effect == "block" for hit in hits):
        return Verdict(text, "word")
    spans: list[Span] = [(hit.start, hit.end) for hit in hits]
    found_contacts = [] if contacts == "allow" else find_contacts(flat)
    if found_contacts and contacts == "block":
        return Verdict(text, "contact")
    found_links = [] if links == "allow" else find_links(flat)
    if found_links and links == "block":
        return Verdict(text, "link")
    if found_contacts or found_links:
        where = Flat(text)
        spans += [where.span(start, end) for start, end in (*found_contacts, *found_links)]
    return Verdict(_masked(text, spans) if spans else text)


def _masked(text: str, spans: list[Span]) -> str:
    merged: list[list[int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    mask = MASK
    if len(text) + len(merged) * len(MASK) > MOST_CHARACTERS:
        mask = MASK[:1]
    parts, done = [], 0
    for start, end in merged:
        parts += [text[done:start], mask]
        done = end
    return "".join([*parts, text[done:]])
