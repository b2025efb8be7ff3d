"""How good a parser is on a labelled corpus: the price of every mistake, precision and recall with Wilson bounds."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Result = dict[str, Any]
Parser = Callable[[str, dict[str, Any]], Result]

_CHANGES = ("cancel", "set_quantity")
#: What a wrong answer costs, by the intent that was true and the one that was answered.
_COST: dict[str, dict[str, float]] = {
    "claim": {"none": 3, "question": 3, "ambiguous": 1, "cancel": 15, "set_quantity": 12},
    "cancel": {"none": 4, "question": 4, "ambiguous": 1, "claim": 15, "set_quantity": 10},
    "set_quantity": {"none": 4, "question": 4, "ambiguous": 1, "claim": 15, "cancel": 8},
    "ambiguous": {"none": 2, "question": 1, "claim": 10, "cancel": 8, "set_quantity": 10},
    "question": {"none": 0.5, "ambiguous": 0.5, "claim": 10, "cancel": 8, "set_quantity": 10},
    "none": {"question": 0.5, "ambiguous": 0.5, "claim": 10, "cancel": 8, "set_quantity": 10},
}
_WRONG_LINES = 12.0


@dataclass(slots=True)
class Sample:
    """One labelled comment with the context it was written in."""

    id: str
    language: str
    text: str
    context: dict[str, Any]
    expected: Result


@dataclass(slots=True)
class Ratio:
    """Right answers among all, with the 95 % Wilson interval."""

    right: int
    total: int

    @property
    def value(self) -> float:
        """The plain ratio; 1 of nothing."""
        return self.right / self.total if self.total else 1.0

    @property
    def bounds(self) -> tuple[float, float]:
        """Lower and upper bound of the 95 % Wilson interval."""
        if not self.total:
            return 0.0, 1.0
        z, n, p = 1.96, self.total, self.value
        middle = p + z * z / (2 * n)
        spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return (middle - spread) / (1 + z * z / n), (middle + spread) / (1 + z * z / n)

    def __str__(self) -> str:
        low, high = self.bounds
        return f"{self.value:.4f} [{low:.4f}, {high:.4f}] ({self.right}/{self.total})"


@dataclass(slots=True)
class Scores:
    """Counts over a corpus."""

    samples: int = 0
    cost: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    mistakes: list[tuple[float, Sample, Result]] = field(default_factory=list)

    @property
    def cost_per_thousand(self) -> float:
        """Mean cost of 1,000 comments."""
        return 1000 * self.cost / self.samples if self.samples else 0.0

    def precision(self, kind: str) -> Ratio:
        """Of the answers of this kind, those right in every line."""
        return Ratio(self.counts[f"{kind} right"], self.counts[f"{kind} answered"])

    def recall(self, kind: str) -> Ratio:
        """Of the comments of this kind, those answered right in every line."""
        return Ratio(self.counts[f"{kind} right"], self.counts[f"{kind} true"])


def load(corpus: Path, contexts: Path) -> list[Sample]:
    """The samples of a corpus file."""
    rooms = {room["id"]: room for room in json.loads(contexts.read_text(encoding="utf-8"))["contexts"]}
    samples = []
    for line in corpus.read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        own = {name: raw[name] for name in ("pinned", "buyer_claims") if name in raw}
        samples.append(Sample(raw["id"], raw["lang"], raw["text"], rooms[raw["context"]] | own, raw["expected"]))
    return samples


def same_lines(first: Result, second: Result) -> bool:
    """Whether two results name the same lines, in any order."""
    keys = [sorted(json.dumps(line, sort_keys=True) for line in result["claims"]) for result in (first, second)]
    return keys[0] == keys[1]


def cost_of(expected: Result, answer: Result) -> float:
    """The price of one answer."""
    true, said = expected["intent"], answer["intent"]
    if true != said:
        return _COST[true][said]
    moves = true == "claim" or true in _CHANGES
    return _WRONG_LINES if moves and not same_lines(expected, answer) else 0.0


def score(parse: Parser, samples: Iterable[Sample]) -> Scores:
    """Run the parser over the samples and count."""
    scores = Scores()
    for sample in samples:
        answer = parse(sample.text, sample.context)
        cost = cost_of(sample.expected, answer)
        scores.samples += 1
        scores.cost += cost
        for kind, intents in (("claim", ("claim",)), ("change", _CHANGES)):
            scores.counts[f"{kind} true"] += sample.expected["intent"] in intents
            scores.counts[f"{kind} answered"] += answer["intent"] in intents
            scores.counts[f"{kind} right"] += sample.expected["intent"] in intents and not cost
        reasons = sample.expected["intent"] == "claim" and sample.expected["reason"] != answer["reason"]
        scores.counts["exact"] += not cost
        if cost or reasons:
            scores.mistakes.append((cost, sample, answer))
    return scores


def by_language(parse: Parser, samples: Iterable[Sample]) -> dict[str, Scores]:
    """The scores of every language of the corpus."""
    groups: dict[str, list[Sample]] = {}
    for sample in samples:
        groups.setdefault(sample.language, []).append(sample)
    return {language: score(parse, group) for language, group in sorted(groups.items())}
