"""What the safety of the chat costs: one message through the guard of a room, with every check and with none.

    safety.py [CORPUS.jsonl]

Without an argument: the development corpus of the comment language, in the five languages of the product. Every check
means a word list of 500 entries and the ready-made lists, links and contacts masked, repeats and paces counted.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from nightmarket.modules.rooms.realtime.guard import Author, ChatGuard
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.moderation import RoomRules
from nightmarket.modules.rooms.realtime.safety.check import check
from nightmarket.modules.rooms.realtime.safety.words import WordList, compiled
from nightmarket.modules.rooms.realtime.tickets import Ticket

CORPUS = Path(__file__).resolve().parents[1] / "server" / "tests" / "modules" / "claims" / "corpus"
PASSES = 15
AIM = 30.0


def own_words() -> list[tuple[str, str]]:
    """500 words of a shop that likes to be thorough."""
    latin = [(f"word{index:x}y", "mask") for index in range(250)]
    return latin + [(chr(0x4E00 + index * 61) + chr(0x4E00 + index * 47 + 9), "block") for index in range(250)]


def fastest(texts: Sequence[str], call: Callable[[str], object]) -> list[float]:
    """Microseconds of every text, the best of all passes."""
    best = [float("inf")] * len(texts)
    for _ in range(PASSES):
        for at, text in enumerate(texts):
            begin = time.perf_counter_ns()
            call(text)
            best[at] = min(best[at], (time.perf_counter_ns() - begin) / 1000)
    return sorted(best)


def report(name: str, times: list[float], plain: float | None = None) -> float:
    """One line; the mean."""
    mean = statistics.mean(times)
    ratio = "" if plain is None else f" · ratio {mean / plain:.2f}"
    print(
        f"{name}: mean {mean:.1f} µs · p50 {times[len(times) // 2]:.1f} · p99 {times[int(len(times) * 0.99)]:.1f}{ratio}"
    )
    return mean


def main() -> int:
    """Print the figures; 1 when the aim is missed."""
    corpus = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS / "comments_dev.jsonl"
    texts = [json.loads(line)["text"] for line in corpus.read_text("utf-8").splitlines()]
    presets = ["en", "ja", "th", "zh-CN", "zh-TW"]
    stored = {"words": [{"text": text, "effect": effect} for text, effect in own_words()], "presets": presets}
    strict = RoomRules.of({"links": "mask", "contacts": "mask", **stored})
    free = RoomRules()
    fast = RealtimeLimits(chat_per_second=1e9, chat_burst=1e9, room_chat_per_second=1e9, repeats_by_one=10**9)
    author = Author(Ticket(room="str_x", viewer="vwr_x", device="dev_x", user="usr_x", role="buyer"), "usr_x", None)

    def through(rules: RoomRules) -> Callable[[str], object]:
        guard = ChatGuard(fast, "edg_x")
        return lambda text: guard.let_pass(rules, author, text, now_ms=1)

    plain = report("guard without rules", fastest(texts, through(free)))
    report("guard with every rule", fastest(texts, through(strict)), plain)
    mean = report(
        "safety check alone", fastest(texts, lambda text: check(text, strict.words, links="mask", contacts="mask"))
    )
    begin = time.perf_counter()
    WordList((*own_words(), *((f"another{index}", "mask") for index in range(3))))
    print(
        f"compiling 503 words {(time.perf_counter() - begin) * 1000:.1f} ms; the same list again is free: {compiled.cache_info()}"
    )
    print(f"aim: safety check ≤ {AIM:.0f} µs for a typical comment: {'met' if mean <= AIM else 'MISSED'}")
    return int(mean > AIM)


if __name__ == "__main__":
    sys.exit(main())
