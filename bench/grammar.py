"""The comment language: time per comment, beside the cost of decoding the same comment from JSON, and the scores.

    grammar.py [CORPUS.jsonl [CONTEXTS.json]]

Without arguments: the development corpus. Times are the minimum of several passes per comment, contexts compiled.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from nightmarket.modules.claims.grammar import parse
from nightmarket.modules.claims.grammar.lineup import Lineup, lineup_for
from nightmarket.modules.claims.grammar.pipeline import read
from nightmarket.modules.claims.grammar.scoring import Sample, Scores, by_language, load, score

CORPUS = Path(__file__).resolve().parents[1] / "server" / "tests" / "modules" / "claims" / "corpus"
PASSES = 9


def fastest(calls: Sequence[Callable[[], Any]]) -> list[int]:
    """Nanoseconds of every call, the best of all passes."""
    best = [1 << 62] * len(calls)
    for _ in range(PASSES):
        for at, call in enumerate(calls):
            begin = time.perf_counter_ns()
            call()
            best[at] = min(best[at], time.perf_counter_ns() - begin)
    return sorted(best)


def times(samples: list[Sample]) -> None:
    """Mean, p50 and p99 of reading a comment anew and of meeting it again, beside decoding its own JSON line."""
    rooms = [lineup_for(sample.context) for sample in samples]
    anew = [partial(read, sample.text, sample.context, room) for sample, room in zip(samples, rooms, strict=True)]
    again = [partial(parse, sample.text, sample.context) for sample in samples]
    lines = [json.dumps({"id": sample.id, "text": sample.text, "expected": sample.expected}) for sample in samples]
    decode = [partial(json.loads, line) for line in lines]
    plain = statistics.mean(fastest(decode))
    for name, calls in (("read anew", anew), ("met again", again)):
        ours = fastest(calls)
        p50, p99 = ours[len(ours) // 2], ours[int(len(ours) * 0.99)]
        mean = statistics.mean(ours)
        print(f"{name}: mean {mean / 1000:.1f} µs · p50 {p50 / 1000:.1f} µs · p99 {p99 / 1000:.1f} µs (aim ≤ 50)")
        print(f"  decoding the same comment from JSON {plain / 1000:.1f} µs · ratio {mean / plain:.1f}")


def compile_time(context: dict[str, Any]) -> None:
    """Compiling a line-up of 300 items."""
    items = [item | {"code": f"{item['code']}{at}"} for at in range(300) for item in context["items"][:1]]
    big = context | {"items": items}
    best = min(fastest([lambda: Lineup(big)]))
    print(f"compiling 300 items {best / 1e6:.1f} ms (aim ≤ 50)")


def report(name: str, scores: Scores) -> None:
    """One line per measure."""
    print(f"{name}: {scores.samples} comments, cost per 1,000 {scores.cost_per_thousand:.1f} (aim ≤ 60)")
    print(f"  claims  precision {scores.precision('claim')} · recall {scores.recall('claim')}")
    print(f"  changes precision {scores.precision('change')} · recall {scores.recall('change')}")


def main() -> None:
    """Score and time a corpus."""
    corpus = Path(sys.argv[1]) if len(sys.argv) > 1 else CORPUS / "comments_dev.jsonl"
    contexts = Path(sys.argv[2]) if len(sys.argv) > 2 else CORPUS / "comment_contexts.json"
    samples = load(corpus, contexts)
    scores = score(parse, samples)
    report("all", scores)
    for language, part in by_language(parse, samples).items():
        report(language, part)
    for cost, sample, answer in sorted(scores.mistakes, key=lambda mistake: -mistake[0]):
        print(f"{cost:5.1f} {sample.id} {sample.text!r} expected {sample.expected} answered {answer}")
    times(samples)
    compile_time(samples[0].context)


if __name__ == "__main__":
    main()
