"""NewebPay's encryption and check codes, by published examples."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.integrations.newebpay.signing import (
    check_code,
    check_value,
    decrypt_trade_info,
    encrypt_trade_info,
    trade_sha,
)

KEYS = "Fs5cX1TGqYM2PpdbE14a9H83YQSQF5jn", "C6AcmfqJILwgnhIP"
MANUAL = "12345678901234567890123456789012", "1234567890123456"
PLAIN = (
    "MerchantID=MS127874575&RespondType=String&TimeStamp=1695795410&Version=2.0"
    "&MerchantOrderNo=Vanespl_ec_1695795410&Amt=30&ItemDesc=test"
    "&NotifyURL=https%3A%2F%2Fwebhook.site%2Fd4db5ad1-2278-466a-9d66-78585c0dbadb"
)
TRADE_INFO = (
    "f79eac33c4f3245d58f17b544c5d38b09457a6d77e77bae6f10fcc7236fe153ccef1a80001c0746afc063a7570f80ad970d8a32c72332c9e"
    "c5547410188007876bdca2bafa52d07d31b6b183f2204d6e4feee6d245e286ab198cf95422ad5843c7696fc943cbb65979ad207607d4b5d9"
    "7dac4a90ccd5e7a37adb7d7062e838be09d94e8c5dfa145c048e17feabe58c2e310792f0f50f5af32961ffb07ff6649ae1021ad558242551"
    "de5f09316e3182e198775e5d1ad5b66a70be290004de750fa85d86b0c2f087b40005d89e048be2ab6fd83f1c522494c093426a10a1f73fe4"
)
NOTICE = (
    "ee11d1501e6dc8433c75988258f2343d11f4d0a423be672e8e02aaf373c53c2363aeffdb4992579693277359b3e449ebe644d2075fdfbc10"
    "150b1c40e7d24cb215febefdb85b16a5cde449f6b06c58a5510d31e8d34c95284d459ae4b52afc1509c2800976a5c0b99ef24cfd28a2dfc8"
    "004215a0c98a1d3c77707773c2f2132f9a9a4ce3475cb888c2ad372485971876f8e2fec0589927544c3463d30c785c2d3bd947c06c8c33cf"
    "43e131f57939e1f7e3b3d8c3f08a84f34ef1a67a08efe177f1e663ecc6bedc7f82640a1ced807b548633cfa72d060864271ec79854ee2f5a"
    "170aa902000e7c61d1269165de330fce7d10663d1668c711571776365bfdcd7ddc915dcb90d31a9f27af9b79a443ca8302e508b0dbaac817"
    "d44cfc44247ae613075dde4ac960f1bdff4173b915e4344bc4567bd32e86be7d796e6d9b9cf20476e4996e98ccc315f1ed03a34139f93679"
    "7d971f2a3f90bc18f8a155a290bcbcf04f4277171c305bf554f5cba243154b30082748a81f2e5aa432ef9950cc9668cd4330ef7c37537a6d"
    "cb5e6ef01b4eca9705e4b097cf6913ee96e81d0389e5f775"
)


def test_the_published_request() -> None:
    params = dict(parse_qsl(PLAIN))
    assert encrypt_trade_info(params, *KEYS) == TRADE_INFO
    assert decrypt_trade_info(TRADE_INFO, *KEYS) == PLAIN
    assert trade_sha(TRADE_INFO, *KEYS) == "84E4D9F96537E029F8450BE1E759080F9AF6995921B7F6F9AAFDDD2C36E7B287"


def test_a_notice_the_gateway_made() -> None:
    assert trade_sha(NOTICE, *KEYS) == "C80876AEBAC0036268C0E240E5BFF69C0470DE9606EEE083C5C8DD64FDB3347A"
    notice = dict(parse_qsl(decrypt_trade_info(NOTICE, *KEYS), keep_blank_values=True))
    assert notice["Status"] == "SUCCESS"
    assert (notice["Message"], notice["TradeNo"]) == ("授權成功", "23092714215835071")
    assert notice["ECI"] == ""


def test_messages_padded_to_32_bytes_are_legal() -> None:
    text = (
        "e9316a506b9ac51d23b17e1323f742b7f66e491ae9df3f0c1909d09c34ec7d08"
        "e71c09db9542f5a9554c5e7c1e512962adcea1d5d32df9ddc5c8a37204cf3558"
    )
    assert decrypt_trade_info(text, *MANUAL) == "Amt=100&ItemDesc=&MerchantID=MS12345678"
    assert trade_sha(text, *MANUAL) == "ED48B85E498DA57D83FCE2DC42E52CA4EF6885EAD71F695A698DC34999DA0265"


def test_published_check_codes() -> None:
    order = "30", "MS127874575", "Vanespl_ec_1695795668"
    assert check_value(*order, *MANUAL) == "AEB81EE7F3ACF88F9E47AE5BB95468EA5995B3214A3B5BB976003A351230D7CD"
    trade = "10", "MS12345678", "MyCompanyOrder_1638423361", "21120214151152468"
    assert check_code(*trade, *MANUAL) == "650238295AC4DDBF233BA70F5479F3D15FE5839EF5115E754D9D1CE3AEF2CB71"


@given(st.dictionaries(st.text(min_size=1, max_size=8), st.text(max_size=40), max_size=5))
def test_what_was_encrypted_comes_back(params: dict[str, str]) -> None:
    plain = decrypt_trade_info(encrypt_trade_info(params, *KEYS), *KEYS)
    assert dict(parse_qsl(plain, keep_blank_values=True)) == params


def test_a_tilde_and_a_space_travel_as_php_writes_them() -> None:
    assert decrypt_trade_info(encrypt_trade_info({"a": "~ b"}, *KEYS), *KEYS) == "a=%7E+b"


@pytest.mark.parametrize("bad", ["", "zz", TRADE_INFO[:-2], TRADE_INFO[:-32]])
def test_broken_messages_are_refused(bad: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        decrypt_trade_info(bad, *KEYS)


def test_another_key_is_refused() -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        decrypt_trade_info(TRADE_INFO, *MANUAL)
