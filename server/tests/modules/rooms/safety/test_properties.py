"""Whatever people type: nothing raises, folding is stable, masking touches only what was found."""

from hypothesis import given, settings
from hypothesis import strategies as st

from nightmarket.modules.rooms.realtime.safety.check import MASK, MOST_CHARACTERS, check
from nightmarket.modules.rooms.realtime.safety.contacts import find_contacts
from nightmarket.modules.rooms.realtime.safety.folding import Flat, flatten
from nightmarket.modules.rooms.realtime.safety.links import find_links
from nightmarket.modules.rooms.realtime.safety.presets import PRESETS
from nightmarket.modules.rooms.realtime.safety.words import WordList, bare, compiled, word_key

ALL = compiled(tuple(entry for words in PRESETS.values() for entry in words))

anything = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=200)
dense = st.text(
    alphabet="aA1０@.。:/ -+•\u200b\ufe0f\u0301ｆuckFUCKкสัดคำเเ่้ําน髒話操你ばカﾞ발라line賴09８٣①🅰🇦", max_size=80
)
texts = st.one_of(anything, dense)


@given(texts)
@settings(max_examples=400, deadline=None)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = flatten(text)
    assert flatten(once) == once


@given(texts)
@settings(max_examples=300, deadline=None)
def test_the_two_ways_to_fold_agree_and_every_place_is_in_the_text(text: str) -> None:
    flat = Flat(text)
    assert flat.text == flatten(text)
    for index in range(len(flat.text)):
        start, end = flat.span(index, index + 1)
        assert 0 <= start < end <= len(text)


@given(texts)
@settings(max_examples=400, deadline=None)
def test_a_verdict_never_fails_and_masks_sanely(text: str) -> None:
    verdict = check(text, ALL, links="mask", contacts="mask")
    assert verdict.blocked is None
    assert len(verdict.text) <= max(MOST_CHARACTERS, len(text))
    if verdict.text != text:
        assert MASK[0] in verdict.text
    flat = flatten(text)
    for start, end in (*find_links(flat), *find_contacts(flat)):
        assert 0 <= start < end <= len(flat)


@given(texts)
@settings(max_examples=200, deadline=None)
def test_with_nothing_to_enforce_nothing_changes(text: str) -> None:
    assert check(text, compiled(()), links="allow", contacts="allow").text == text


@given(
    st.text(alphabet="abcdefghijklm一二三髒話คำหยาบばか", min_size=2, max_size=8),
    st.sampled_from(["", "\u200b", "\ufe0f"]),
)
@settings(max_examples=200, deadline=None)
def test_an_entry_always_finds_itself(word: str, dress: str) -> None:
    words = WordList([(word, "mask")])
    if not word_key(word):
        return
    dressed = dress.join(word)
    assert words.find(dressed, flatten(dressed)), dressed


@given(texts, texts)
@settings(max_examples=200, deadline=None)
def test_any_text_may_be_an_entry(entry: str, text: str) -> None:
    WordList([(entry, "block")]).find(text, flatten(text))
    assert isinstance(bare(text), str)
