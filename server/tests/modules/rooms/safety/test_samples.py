"""Labelled comments, harmless and harmful, in the languages of the markets: each must come out exactly as marked."""

import json
import re
from pathlib import Path

import pytest

from nightmarket.modules.rooms.realtime.safety.check import MASK, check
from nightmarket.modules.rooms.realtime.safety.presets import PRESETS
from nightmarket.modules.rooms.realtime.safety.words import WordList, compiled

SAMPLES = [json.loads(line) for line in (Path(__file__).parent / "samples.jsonl").read_text("utf-8").splitlines()]
CORPUS = Path(__file__).parents[2] / "claims" / "corpus" / "comments_dev.jsonl"

WORDS: WordList = compiled(
    (("髒話", "mask"), ("คำหยาบ", "mask"), ("แย่จัง", "mask"), *(entry for words in PRESETS.values() for entry in words))
)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["text"])
def test_a_comment_comes_out_as_marked(sample: dict[str, str]) -> None:
    marked = sample["text"]
    typed = marked.replace("«", "").replace("»", "")
    verdict = check(typed, WORDS, links="mask", contacts="mask")
    assert verdict.text == re.sub("«[^»]*»", MASK, marked)
    assert verdict.blocked is None


@pytest.mark.parametrize("kind", ["link", "contact"])
def test_what_would_be_masked_is_blocked_where_that_is_the_policy(kind: str) -> None:
    for sample in SAMPLES:
        typed = sample["text"].replace("«", "").replace("»", "")
        policy = {"link": {"links": "block", "contacts": "allow"}, "contact": {"links": "allow", "contacts": "block"}}
        verdict = check(typed, compiled(()), **policy[kind])  # type: ignore[arg-type]
        if sample["kind"] == kind:
            assert verdict.blocked == kind, typed
        elif sample["kind"] == "harmless":
            assert verdict.blocked is None, typed


def test_no_comment_of_the_order_corpus_is_harmed() -> None:
    """The corpus has six comments with a real phone number; nothing else in it may be touched."""
    texts = [json.loads(line)["text"] for line in CORPUS.read_text("utf-8").splitlines()]
    changed = {}
    for text in texts:
        verdict = check(text, WORDS, links="mask", contacts="mask")
        assert verdict.blocked is None
        if verdict.text != text:
            changed[text] = verdict.text
    assert len(texts) > 500
    assert changed == {
        "cf B12 โอนเลย 0812345678": "cf B12 โอนเลย •••",
        "0812345678": "•••",
        "081-234-5678 ค่ะ": "••• ค่ะ",
        "A12手刀+1 0912-345-678": "A12手刀+1 •••",
        "0912345678": "•••",
        "+886 912 345 678": "•••",
    }
