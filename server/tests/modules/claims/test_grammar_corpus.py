"""The development corpus and the examples written from the rules: targets, and every example exactly."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from nightmarket.modules.claims.grammar import parse
from nightmarket.modules.claims.grammar.scoring import Ratio, by_language, cost_of, load, score

CORPUS = Path(__file__).parent / "corpus"
SAMPLES = load(CORPUS / "comments_dev.jsonl", CORPUS / "comment_contexts.json")
ROOMS = {sample.context["id"]: sample.context for sample in SAMPLES}


def _line(text: str, context: dict[str, Any]) -> dict[str, Any]:
    match = re.fullmatch(r"([^:]+?)(?::(.+?))? ?x(all|\d+)", text.strip())
    assert match is not None, text
    code, values, quantity = match.groups()
    item = next(item for item in context["items"] if item["code"] == code)
    variant = {
        option["name"]: value
        for option in item["options"]
        for value in (values or "").split(",")
        if value in [known["value"] for known in option["values"]]
    }
    return {"code": code, "variant": variant or None, "quantity": None if quantity == "all" else int(quantity)}


def _examples() -> list[Any]:
    examples = []
    context: dict[str, Any] = {}
    for number, line in enumerate((CORPUS / "examples.txt").read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("## "):
            room, _, held = line[3:].partition(" holding ")
            context = ROOMS[room] | {"pinned": _pinned(room), "buyer_claims": []}
            context["buyer_claims"] = [_line(part, context) for part in held.split(", ") if part]
        elif " => " in line and not line.startswith("#"):
            text, _, meaning = line.partition(" => ")
            examples.append(pytest.param(context, text.replace("\\n", "\n"), meaning, id=f"line {number}"))
    return examples


def _pinned(room: str) -> str | None:

    rooms = json.loads((CORPUS / "comment_contexts.json").read_text(encoding="utf-8"))["contexts"]
    return next((known["pinned"] for known in rooms if known["id"] == room), None)


@pytest.mark.parametrize(("context", "text", "meaning"), _examples())
def test_example_means_what_the_rules_say(context: dict[str, Any], text: str, meaning: str) -> None:
    answer = parse(text, context)
    kind, *lines = meaning.split(" ")
    if kind == "nothing":
        assert answer["intent"] in {"none", "question"}
        return
    intent = {"set": "set_quantity"}.get(kind, kind)
    assert answer["intent"] == intent
    if kind == "ambiguous":
        return
    expected = {"intent": intent, "claims": [_line(line, context) for line in lines], "reason": None}
    assert cost_of(expected, answer) == 0, answer


def test_corpus_targets_are_met() -> None:
    scores = score(parse, SAMPLES)
    assert scores.precision("claim").value >= 0.995, scores.mistakes
    assert scores.recall("claim").value >= 0.98, scores.mistakes
    assert scores.precision("change").value >= 0.99, scores.mistakes
    assert scores.recall("change").value >= 0.95, scores.mistakes
    assert scores.cost_per_thousand <= 60, scores.mistakes


def test_every_language_meets_the_targets_with_one_slip() -> None:
    for language, scores in by_language(parse, SAMPLES).items():
        precision, recall = scores.precision("claim"), scores.recall("claim")
        assert precision.total - precision.right <= max(1, 0.005 * precision.total), language
        assert recall.total - recall.right <= max(1, 0.02 * recall.total), language


def test_claim_reasons_match_the_labels() -> None:
    wrong = [
        (sample.text, sample.expected["reason"], answer["reason"])
        for cost, sample, answer in score(parse, SAMPLES).mistakes
        if not cost
    ]
    assert wrong == []


def test_scorer_charges_wrong_lines_and_wrong_intents() -> None:
    claim = {"intent": "claim", "claims": [{"code": "A1", "variant": None, "quantity": 1}], "reason": None}
    twice = {"intent": "claim", "claims": [{"code": "A1", "variant": None, "quantity": 2}], "reason": None}
    nothing: dict[str, Any] = {"intent": "none", "claims": [], "reason": None}
    assert [cost_of(claim, claim), cost_of(claim, twice), cost_of(claim, nothing), cost_of(nothing, claim)] == [
        0,
        12,
        3,
        10,
    ]


def test_wilson_bounds_hold_the_ratio() -> None:
    low, high = Ratio(398, 400).bounds
    assert low == pytest.approx(0.982, abs=0.001)
    assert high == pytest.approx(0.9986, abs=0.001)
