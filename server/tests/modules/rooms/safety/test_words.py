"""Word lists: what an entry means, and what it does not."""

import pytest

from nightmarket.modules.rooms.realtime.safety.check import check
from nightmarket.modules.rooms.realtime.safety.folding import flatten
from nightmarket.modules.rooms.realtime.safety.words import WordList, bare, compiled, word_key


def hits(entry: str, text: str) -> list[str]:
    return [text[hit.start : hit.end] for hit in WordList([(entry, "mask")]).find(text, flatten(text))]


@pytest.mark.parametrize(
    ("entry", "text", "found"),
    [
        ("ass", "class pass assassin grass", []),
        ("ass", "you ass!", ["ass"]),
        ("ass", "ass你好", ["ass"]),
        ("ass", "size as S", []),
        ("ass", "as", []),
        ("ass", "A55+1", []),
        ("ass", "a$$", []),  # two letters say too little
        ("god", "good", []),
        ("god", "goooood", ["goooood"]),
        ("good", "god", []),
        ("spam*", "spamming it", ["spamming"]),
        ("*spam", "superspam", ["superspam"]),
        ("*spam*", "superspammer", ["superspammer"]),
        ("spam", "superspammer", []),
        ("髒話", "體操髒話啊", ["髒話"]),
        ("操你", "體操，你好", []),
        ("操你", "操 你", ["操 你"]),
        ("操你", "我操 你", ["操 你"]),
        ("王八蛋", "王八 蛋糕", ["王八 蛋"]),
        ("幹", "餅乾很乾", []),
        ("幹", "幹嘛", ["幹"]),
        ("乾", "餅乾", ["乾"]),
        ("发票", "發票", ["發票"]),
        ("發票", "发票", ["发票"]),
        ("バカ", "ばか", ["ばか"]),
        ("バカ", "ﾊﾞｶ", ["ﾊﾞｶ"]),
        ("バカ", "ハカ", []),
        ("ห่า", "หา A5", []),
        ("กาก", "กาก่อน", []),  # another syllable: the mark belongs to the last letter
        ("น้ำ", "นํ้า", ["นํ้า"]),
        ("แย่", "เเย่", ["เเย่"]),
        ("แย่", "แย่่่", ["แย่่่"]),
        ("shit", "sh1t SH!T ѕһіt", ["sh1t", "SH!T", "ѕһіt"]),
        ("lol", "1o1", []),
        ("line群", "加line群", ["line群"]),
        ("line群", "online群", []),
        ("666", "1666 666", ["666"]),
        ("fuck", "f u u u c k", ["f u u u c k"]),
        ("c++", "abc c", ["c"]),
    ],
)
def test_an_entry_finds_what_it_means(entry: str, text: str, found: list[str]) -> None:
    assert hits(entry, text) == found


def test_what_is_blocked_is_blocked_before_anything_is_masked() -> None:
    words = compiled((("mild", "mask"), ("wild", "block")))
    assert check("mild", words, links="allow", contacts="allow").text == "•••"
    verdict = check("mild and wild", words, links="allow", contacts="allow")
    assert (verdict.text, verdict.blocked) == ("mild and wild", "word")


def test_one_entry_for_every_way_to_write_it() -> None:
    assert word_key("ＦＵＣＫ") == word_key("f.u.c.k") == word_key("F U C K") == "fuck"
    assert word_key("คําหยาบ") == word_key("คำหยาบ")
    assert word_key("fuck*") == "fuck*" != word_key("fuck")
    assert [word_key(text) for text in ("", "!!!", "\u200b", "*", "• •")] == [""] * 5


def test_an_entry_without_letters_is_no_entry() -> None:
    assert not WordList([("!!!", "block")])
    assert WordList([]).find("anything", "anything") == []


def test_lists_are_compiled_once() -> None:
    assert compiled((("a", "mask"),)) is compiled((("a", "mask"),))


def test_saying_it_again_is_the_same_whatever_it_looks_like() -> None:
    assert bare("Buy  NOW!!") == bare("ｂｕｙ noooow") == "buynow"
    assert bare("order 11") != bare("order 1")
    assert bare("!!! •") == ""


def test_many_short_words_do_not_make_a_message_grow_beyond_its_place() -> None:
    words = compiled((("髒", "mask"),))
    verdict = check("髒a" * 100, words, links="allow", contacts="allow")
    assert verdict.text == "•a" * 100
    assert check("髒" * 200, words, links="allow", contacts="allow").text == "•••"
