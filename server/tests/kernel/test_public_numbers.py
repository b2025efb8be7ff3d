"""Taiwan's and Thailand's public numbers, by published samples."""

import pytest

from nightmarket.kernel.taiwan import (
    valid_business_number,
    valid_citizen_certificate,
    valid_donation_code,
    valid_mobile_barcode,
)
from nightmarket.kernel.thailand import valid_national_id


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        ("04595257", True),
        ("04595252", True),  # only by the rule of 2023
        ("10458575", True),  # the seventh digit is 7
        ("04595250", False),
        ("00000000", False),
        ("0459525", False),
        ("045952570", False),
        ("０４５９５２５７", False),
        ("04595257\n", False),
        ("", False),
    ],
)
def test_business_numbers(text: str, is_valid: bool) -> None:
    assert valid_business_number(text) is is_valid


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (valid_mobile_barcode, ["/1234567", "/AB+-.9Z"], ["/ab12345", "/123456", "1234567/", "/12345,7", "/1234567\n"]),
        (valid_citizen_certificate, ["AB12345678901234"], ["ab12345678901234", "A123456789012345", "AB1234567890123"]),
        (valid_donation_code, ["001", "8585", "1234567"], ["12", "12345678", "X123", "１２３", "123\n"]),
    ],
)
def test_invoice_identifiers(check: "type[bool]", good: list[str], bad: list[str]) -> None:
    assert [check(text) for text in good + bad] == [True] * len(good) + [False] * len(bad)


@pytest.mark.parametrize(
    ("text", "is_valid"),
    [
        ("3100600445635", True),
        ("1-2345-45678-78-1", True),
        ("1 2345 45678 78 1", True),
        ("1-2345-45678-78-9", False),
        ("0105536000315", False),  # a company's tax id
        ("9100600445635", False),
        ("310060044563", False),
        ("31006004456355", False),
        ("๓๑๐๐๖๐๐๔๔๕๖๓๕", False),
        ("", False),
    ],
)
def test_national_ids(text: str, is_valid: bool) -> None:
    assert valid_national_id(text) is is_valid
