"""Search terms in scripts with and without spaces."""

import pytest

from nightmarket.modules.catalog.service.search_terms import MAX_TERMS, fold, query_of, terms_of


def finds(query: str, *texts: str) -> bool:
    """What the database does: all terms stored, and all pieces in the folded text."""
    terms, pieces = query_of(query)
    stored = set(terms_of(*texts))
    folded = fold(" ".join(texts))
    return bool(terms) and set(terms) <= stored and all(piece in folded for piece in pieces)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("dre", "Floral Dress"),
        ("FLORAL dress", "dress, floral"),
        ("洋裝", "碎花洋裝"),
        ("花洋", "碎花洋裝"),
        ("裝", "碎花洋裝"),
        ("เสื้อ", "เสื้อยืดสีดำ"),
        ("สีดำ", "เสื้อยืดสีดำ"),
        ("Ｔ恤", "純棉T恤"),
        ("xl 洋裝", "碎花洋裝 XL"),
        ("ワンピ", "花柄ワンピース"),
        ("платье", "Летнее ПЛАТЬЕ"),
        ("incomprehensibilities", "Incomprehensibilities"),
    ],
)
def test_found(query: str, text: str) -> None:
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("ress", "Dress"),
        ("洋花裝", "碎花洋裝"),
        ("花裝洋", "花裝 裝洋"),
        ("เสื้อดำ", "เสื้อยืดสีดำ"),
        ("shirt", "skirt"),
        ("incomprehensibly", "incomprehensible"),
        ("!!!", "Dress"),
        ("", "Dress"),
    ],
)
def test_not_found(query: str, text: str) -> None:
    assert not finds(query, text)


def test_number_of_terms_is_bounded() -> None:
    words = " ".join(chr(0x4E00 + index) * 2 for index in range(3000))
    assert len(terms_of(words)) == MAX_TERMS
    assert max(len(term) for term in terms_of("a" * 500)) == 12


@pytest.mark.parametrize("text", ["\x00", "\ud800", "\u0301", "a\u0301" * 50, "%_\\", "٣٤", "🧣"])
def test_strange_text_is_no_error(text: str) -> None:
    terms_of(text)
    query_of(text)
