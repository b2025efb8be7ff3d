"""What must hold for any text: section 15.3 of the rules, on the corpus and on generated texts."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nightmarket.modules.claims.grammar import parse
from nightmarket.modules.claims.grammar.normalise import normalise
from nightmarket.modules.claims.grammar.scoring import Sample, load

CORPUS = Path(__file__).parent / "corpus"
SAMPLES = load(CORPUS / "comments_dev.jsonl", CORPUS / "comment_contexts.json")
ROOMS: list[dict[str, Any]] = json.loads((CORPUS / "comment_contexts.json").read_text(encoding="utf-8"))["contexts"]
MOVES = {"claim", "cancel", "set_quantity"}

rooms = st.sampled_from(ROOMS)
samples = st.sampled_from(SAMPLES)
_FRAGMENTS = """
A1 A12 A100 +1 +2 x2 - 1 2 12 105 7 黑 白 M L XL สีดำ cf เอา ไม่เอา 我要 取消 改 換 各 跟 , 、 / ? 嗎 ไหม 多少錢 ค่ะ 謝謝
件 ตัว โล 如果 ถ้ามี 「 」 @ # * ~ $ 390 元 กุ้ง 皮帶 belt please each and or 全色 all 再 อีก
ก1 ข05 SET1 套組A 號 . : = ( ) 😀 ② 2️⃣ ａ １
"""
fragments = st.sampled_from([*_FRAGMENTS.split(), "\n", " "])
noisy = st.lists(st.one_of(fragments, st.text(max_size=3)), max_size=14).map("".join)
spaced = st.lists(fragments, max_size=10).map(" ".join)
texts = st.one_of(st.text(max_size=80), noisy, spaced)
relaxed = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _meaning(answer: dict[str, Any]) -> tuple[str, list[str]]:
    return answer["intent"], sorted(json.dumps(line, sort_keys=True) for line in answer["claims"])


def _check_shape(answer: dict[str, Any], room: dict[str, Any]) -> None:
    assert answer["intent"] in MOVES | {"question", "none", "ambiguous"}
    assert set(answer) == {"intent", "claims", "reason"}
    items = {item["code"]: item for item in room["items"]}
    assert bool(answer["claims"]) == (answer["intent"] in MOVES)
    for line in answer["claims"]:
        options = {
            option["name"]: {value["value"] for value in option["values"]} for option in items[line["code"]]["options"]
        }
        for name, value in (line["variant"] or {}).items():
            assert value in options[name]
        assert line["quantity"] is None or line["quantity"] >= (0 if answer["intent"] == "set_quantity" else 1)


@relaxed
@given(texts, rooms)
@example("\ud800\udc00 A1+1", ROOMS[0])
@example("\x00" * 20 + "+1", ROOMS[0])
@example("第一件第2件", ROOMS[4])
def test_any_text_gives_a_valid_answer_about_the_room(text: str, room: dict[str, Any]) -> None:
    answer = parse(text, room)
    _check_shape(answer, room)
    assert parse(text, room) == answer


@relaxed
@given(texts, rooms)
def test_any_text_gives_a_valid_answer_to_a_buyer_with_open_lines(text: str, room: dict[str, Any]) -> None:
    held = [{"code": item["code"], "variant": None, "quantity": 2} for item in room["items"][:2]]
    _check_shape(parse(text, room | {"buyer_claims": held}), room)


def _full_width(text: str) -> str:
    return "".join(chr(ord(ch) + 0xFEE0) if "!" <= ch <= "~" and ch not in "'[]{}\"<>@`^" else ch for ch in text)


def _thai_digits(text: str) -> str:
    return "".join(chr(0x0E50 + ord(ch) - 48) if "0" <= ch <= "9" else ch for ch in text)


def _invisible(text: str) -> str:
    return "\u200b".join(text)


def _differences(change: Callable[[str], str], samples: list[Sample]) -> list[str]:
    """The samples that mean something else once changed."""
    return [
        change(sample.text)
        for sample in samples
        if _meaning(parse(change(sample.text), sample.context)) != _meaning(parse(sample.text, sample.context))
    ]


@pytest.mark.parametrize("change", [str.upper, str.lower, _full_width, _thai_digits, _invisible])
def test_writing_does_not_change_the_meaning(change: Callable[[str], str]) -> None:
    plain = [sample for sample in SAMPLES if not any(ch in sample.text for ch in "@①②③❶❷\ufe0f")]
    assert _differences(change, plain) == []


@pytest.mark.parametrize("tail", ["😀", " 😀😀", "  ", "~", "~~", "!", "!!", "\u200b"])
def test_decoration_behind_does_not_change_the_meaning(tail: str) -> None:
    assert _differences(lambda text: text + tail, SAMPLES) == []


@pytest.mark.parametrize(
    ("language", "tail"), [("zh", "喔"), ("zh", "啦"), ("th", "ค่ะ"), ("th", "ครับ"), ("th", "นะคะ")]
)
def test_particles_behind_do_not_change_the_meaning(language: str, tail: str) -> None:
    own = [sample for sample in SAMPLES if sample.language.startswith(language)]
    assert (
        _differences(lambda text: text + (" " if text[-1].isascii() and text[-1].isalnum() else "") + tail, own) == []
    )


@pytest.mark.parametrize("tail", [" 多少錢?", " เท่าไหร่คะ"])
def test_a_price_question_never_lets_an_order_through(tail: str) -> None:
    assert [s.text for s in SAMPLES if parse(s.text + tail, s.context)["intent"] in MOVES] == []


@pytest.mark.parametrize("tail", [" 如果有的話", " ถ้ามีของ"])
def test_a_condition_never_lets_a_claim_through(tail: str) -> None:
    assert [s.text for s in SAMPLES if parse(s.text + tail, s.context)["intent"] == "claim"] == []


@relaxed
@given(texts, rooms, st.sampled_from([" 多少錢?", " เท่าไหร่คะ"]))
def test_a_price_question_stops_any_text(text: str, room: dict[str, Any], tail: str) -> None:
    if len(text) < 400:
        assert parse(text + tail, room)["intent"] not in MOVES


@relaxed
@given(texts, rooms, st.sampled_from([" 如果有的話", " ถ้ามีของ"]))
def test_a_condition_stops_any_claim(text: str, room: dict[str, Any], tail: str) -> None:
    if len(text) < 400:
        assert parse(text + tail, room)["intent"] != "claim"


@relaxed
@given(st.data())
def test_two_certain_claims_on_two_lines_are_the_claim_of_both(data: st.DataObject) -> None:
    room = data.draw(rooms)
    mine = [sample for sample in SAMPLES if sample.context["id"] == room["id"] and sample.expected["intent"] == "claim"]
    named = [sample for sample in mine if len(sample.expected["claims"]) == 1 and _names(sample, room)]
    first, second = data.draw(st.sampled_from(named)), data.draw(st.sampled_from(named))
    lines = [*first.expected["claims"], *second.expected["claims"]]
    if lines[0]["code"] == lines[1]["code"] or "\n" in first.text + second.text:
        return
    answer = parse(first.text + "\n" + second.text, room)
    assert _meaning(answer) == _meaning({"intent": "claim", "claims": lines}), first.text + "\n" + second.text


def _names(sample: Sample, room: dict[str, Any]) -> bool:
    """Whether the claim is the same with nothing pinned and nothing held (it names its item),
    and it is no quote (M2) and asks nothing (T3)."""
    if "「" in sample.text or sample.expected["reason"] == "also_question":
        return False
    return _meaning(parse(sample.text, room | {"pinned": None, "buyer_claims": []})) == _meaning(sample.expected)


def _turned(room: dict[str, Any]) -> dict[str, Any]:
    """The same line-up with items, option values and keywords in another order."""
    items = [
        item
        | {
            "options": [option | {"values": option["values"][::-1]} for option in item["options"]],
            "keywords": {language: words[::-1] for language, words in item["keywords"].items()},
        }
        for item in room["items"][::-1]
    ]
    return room | {"version": "turned", "items": items}


def test_the_order_of_items_and_values_does_not_matter() -> None:
    different = [
        sample.text
        for sample in SAMPLES
        if _meaning(parse(sample.text, _turned(sample.context))) != _meaning(parse(sample.text, sample.context))
    ]
    assert different == []


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room["id"])
def test_removing_an_item_never_makes_a_claim_of_another(room: dict[str, Any]) -> None:
    refused = [
        sample
        for sample in SAMPLES
        if sample.context["id"] == room["id"] and sample.expected["intent"] != "claim"
        if not sample.context["buyer_claims"] and sample.expected["reason"] not in _ABOUT_SEVERAL
    ]
    for at, item in enumerate(room["items"]):
        if item["code"] == room["pinned"]:
            continue
        items = room["items"][:at] + room["items"][at + 1 :]
        for sample in refused:
            if item["code"].lower() in normalise(sample.text)[0]:
                context = sample.context | {"version": f"without {at}", "items": items}
                assert parse(sample.text, context)["intent"] != "claim", (sample.text, item["code"])


_ABOUT_SEVERAL = {
    "several_items",
    "code_boundary",
    "code_or_quantity",
    "code_keyword_conflict",
    "quantity_scope",
    "either_or",
}


@pytest.mark.parametrize("text", ["+1", "+1 ค่ะ", "＋１", "➕1", "+1!!", "+2 謝謝"])
@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room["id"])
def test_plus_one_is_always_about_the_pinned_item(text: str, room: dict[str, Any]) -> None:
    answer = parse(text, room)
    assert {line["code"] for line in answer["claims"]} <= {room["pinned"]}


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "A1",
        "1",
        "+",
        "+1",
        "A1+1 ",
        "a-",
        "cf",
        "ก",
        "ค่ะ",
        "我",
        "我要",
        "0 ",
        "1-",
        "@",
        "a@b.",
        "「",
        "x",
        "1/",
        "x1x",
        "各",
        "?",
        "\n",
        "7-11",
        "買1送",
        "寄到",
        ",1",
        ". ",
    ],
)
@pytest.mark.parametrize("room", [ROOMS[0], ROOMS[3], ROOMS[6], ROOMS[9], ROOMS[11]], ids=lambda room: room["id"])
def test_work_is_linear_in_the_text(unit: str, room: dict[str, Any]) -> None:
    parse(unit * 500, room)
    best = 1.0
    for _ in range(5):
        begin = time.perf_counter()
        parse(unit * 500, room)
        best = min(best, time.perf_counter() - begin)
    assert best < 0.01, f"{best * 1000:.1f} ms"


def test_an_answer_is_the_caller_s_own() -> None:
    first = parse("A1黑M+1", ROOMS[0])
    first["claims"][0]["variant"]["color"] = "changed"
    first["claims"].append("changed")
    assert parse("A1黑M+1", ROOMS[0])["claims"] == [
        {"code": "A1", "variant": {"color": "black", "size": "M"}, "quantity": 1}
    ]


def test_a_new_pin_is_read_on_every_call() -> None:
    codes = [parse("+1", ROOMS[0] | {"pinned": pinned})["claims"][0]["code"] for pinned in ("A12", "A100", "A12")]
    assert codes == ["A12", "A100", "A12"]


def test_a_megabyte_is_cut_before_it_is_read() -> None:
    begin = time.perf_counter()
    assert parse("A12+1 " * 200_000, ROOMS[0])["intent"] in {"ambiguous", "none"}
    assert time.perf_counter() - begin < 1


def test_a_long_claim_asks_because_the_rest_was_not_read() -> None:
    text = "A12+1 " + "謝謝" * 300
    assert parse(text, ROOMS[0]) == {"intent": "ambiguous", "claims": [], "reason": "too_long"}
