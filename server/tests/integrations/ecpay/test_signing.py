"""ECPay's check codes and encrypted data, by its published examples."""

import base64
import hashlib
import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.integrations.ecpay.signing import check_mac_value, decrypt_data, encrypt_data

PAYMENT = "pwFHCqoQZGmho4w6", "EkRm7iFT261dpevs"
LOGISTICS = "5294y06JbISpM5x9", "v77hoKGq4kWxNNIS"
INVOICE = "ejCk326UnaZWKisg", "q9jcZX8Ib9LM8wYk"
"""Of ECPay's public test merchants."""

ORDER = {
    "TradeDesc": "促銷方案",
    "PaymentType": "aio",
    "MerchantTradeDate": "2023/03/12 15:30:23",
    "MerchantTradeNo": "ecpay20230312153023",
    "MerchantID": "3002607",
    "ReturnURL": "https://www.ecpay.com.tw/receive.php",
    "ItemName": "Apple iphone 15",
    "TotalAmount": "30000",
    "ChoosePayment": "ALL",
    "EncryptType": "1",
}
ORDER_CODE = "6C51C9E6888DE861FD62FB1DD17029FC742634498FD813DC43D4243B5685B840"
LABEL = {
    "MerchantID": "2000132",
    "LogisticsType": "CVS",
    "LogisticsSubType": "UNIMART",
    "MerchantTradeDate": "2025/01/01 12:00:00",
}
ALLOWANCE = {
    "RtnCode": "1",
    "RtnMsg": "",
    "IA_Allow_No": "1909181313013546",
    "IA_Invoice_No": "UV11100019",
    "IA_Date": "2019-09-18 13:13:23",
    "IIS_Remain_Allowance_Amt": "0",
}


@pytest.mark.parametrize(
    ("params", "code"),
    [
        (ORDER, ORDER_CODE),
        (
            {
                "MerchantID": "3002607",
                "MerchantTradeNo": "Test1234567890",
                "MerchantTradeDate": "2025/01/01 12:00:00",
                "PaymentType": "aio",
                "TotalAmount": "100",
                "TradeDesc": "測試",
                "ItemName": "測試商品",
                "ReturnURL": "https://example.com/notify",
                "ChoosePayment": "ALL",
                "EncryptType": "1",
            },
            "291CBA324D31FB5A4BBBFDF2CFE5D32598524753AFD4959C3BF590C5B2F57FB2",
        ),
        (
            {"MerchantID": "3002607", "ItemName": "Tom's Shop", "TotalAmount": "100"},
            "CF0A3D4901D99459D8641516EC57210700E8A5C9AB26B1D021301E9CB93EF78D",
        ),
        (
            {"MerchantID": "3002607", "ItemName": "My Test Product", "TotalAmount": "300"},
            "7712A5E6EDC3B57086063C88568084C66CE882A21D40E74DE5ACA3B478C6F316",
        ),
    ],
)
def test_published_payments(params: dict[str, str], code: str) -> None:
    assert check_mac_value(params, *PAYMENT) == code


@pytest.mark.parametrize(
    ("params", "keys", "code"),
    [
        (LABEL, LOGISTICS, "545E6146FD45BDA683C88454DB34CE8D"),
        (ALLOWANCE, INVOICE, "50A276E71DAE26343013958B405EEEA0"),
    ],
)
def test_published_logistics_and_allowances(params: dict[str, str], keys: tuple[str, str], code: str) -> None:
    assert check_mac_value(params, *keys, "md5") == code


def test_a_code_that_came_along_does_not_count_and_order_does_not_matter() -> None:
    received = dict(reversed(list(ORDER.items()))) | {"CheckMacValue": "whatever"}
    assert check_mac_value(received, *PAYMENT) == ORDER_CODE


def test_empty_values_count() -> None:
    assert check_mac_value(ORDER | {"Remark": ""}, *PAYMENT) != ORDER_CODE


def test_a_tilde_is_escaped_as_dotnet_does() -> None:
    """Published: `Items (Special)~Test` becomes `items+(special)%7etest`; the vendor's own library misses it."""
    encoded = "hashkey%3dk%26a%3ditems+(special)%7etest%26hashiv%3di"
    expected = hashlib.sha256(encoded.encode()).hexdigest().upper()
    assert check_mac_value({"a": "Items (Special)~Test"}, "k", "i") == expected


@pytest.mark.parametrize(
    ("data", "keys", "text"),
    [
        (
            {"MerchantID": "2000132", "BarCode": "/1234567"},
            INVOICE,
            "XeEOdHpTRvxKEqs/JD9RSd16s7VtpyWVCN6AV44pKTW3DVa6yI7vKmjBRp2eulDhXoru/qBqFDBH3fEqlkMn3bbJfJBfGAq+v+SvttutYnc=",
        ),
        (
            {"Name": "test!*'()~value"},
            INVOICE,
            "uvI4yrErM37XNQkXGAgRgBuDOiJoVs72Xn/rum9Ejl1DSna4HyLSoY7764PmhTR7JXb9jJWLSjCGcZEDeFiABg==",
        ),
        (
            {"MerchantID": "3002607", "RespondType": "JSON"},
            PAYMENT,
            "udqjXgM+7Q6lCrrculcvzUFnN5zv0ibax1glKFxrORoO0sl6pcoib/QDYPKCAP57ME4+3Yo84XmyabVFnxriMTuy9JK/RXS7DtEOvF+PUoU=",
        ),
    ],
)
def test_published_data(data: dict[str, Any], keys: tuple[str, str], text: str) -> None:
    assert encrypt_data(data, *keys) == text
    assert decrypt_data(text, *keys) == data


@given(st.dictionaries(st.text(max_size=8), st.one_of(st.text(max_size=40), st.integers(), st.none()), max_size=5))
def test_what_was_encrypted_comes_back(data: dict[str, Any]) -> None:
    assert decrypt_data(encrypt_data(data, *INVOICE), *INVOICE) == data


def test_what_was_not_made_with_the_key_is_refused() -> None:
    text = encrypt_data({"RtnCode": 1}, *INVOICE)
    for bad, keys in (
        (text, PAYMENT),
        (text[:-4], INVOICE),
        ("§" + text, INVOICE),
        ("", INVOICE),
        (base64.b64encode(b"x" * 15).decode(), INVOICE),
    ):
        with pytest.raises(ValueError):  # noqa: PT011
            decrypt_data(bad, *keys)
    with pytest.raises(ValueError, match="16 characters"):
        encrypt_data({}, "short", "short")


def test_json_that_is_no_object_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json, "dumps", lambda *_args, **_options: "[1]")
    text = encrypt_data({}, *INVOICE)
    with pytest.raises(ValueError, match="object"):
        decrypt_data(text, *INVOICE)


def test_keys_are_sorted_without_case() -> None:
    letters = dict.fromkeys(string.ascii_letters[:3] + string.ascii_uppercase[3:6], "1")
    assert check_mac_value(letters, "k", "i") == check_mac_value(dict(sorted(letters.items())), "k", "i")
