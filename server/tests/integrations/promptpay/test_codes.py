"""Thai QR codes and slips, by published vectors that several libraries agree on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nightmarket.integrations.promptpay import SlipReference, bill_payment_payload, crc16, decode_slip, payload
from nightmarket.integrations.promptpay.tlv import field, fields
from nightmarket.kernel.money import Money


def taken_apart(text: str) -> dict[str, str]:
    """Fields by id, the checksum proven: their order is free, so codes are compared by what they hold."""
    found = dict(fields(text))
    assert found.pop("63") == crc16(text[:-4])
    return found


def test_the_checksum() -> None:
    assert crc16("123456789") == "29B1"


@pytest.mark.parametrize(
    ("target", "satang", "expected"),
    [
        ("0801234567", None, "00020101021129370016A000000677010111011300668012345675802TH530376463046197"),
        ("+66-89-123-4567", None, "00020101021129370016A000000677010111011300668912345675802TH5303764630429C1"),
        ("1111111111111", None, "00020101021129370016A000000677010111021311111111111115802TH530376463047B5A"),
        ("0123456789012", None, "00020101021129370016A000000677010111021301234567890125802TH530376463040CBD"),
        ("012345678901234", None, "00020101021129390016A00000067701011103150123456789012345802TH530376463049781"),
        ("000-000-0000", 422, "00020101021229370016A000000677010111011300660000000005802TH530376454044.226304E469"),
        ("0812223333", 3000, "00020101021229370016A0000006770101110113006681222333353037645802TH540530.0063043CAD"),
        ("๐๘๑๒๒๒๓๓๓๓", 3000, "00020101021229370016A0000006770101110113006681222333353037645802TH540530.0063043CAD"),
    ],
)
def test_published_transfers(target: str, satang: int | None, expected: str) -> None:
    text = payload(target, None if satang is None else Money(satang, "THB"))
    assert taken_apart(text) == taken_apart(expected)
    ids = [number for number, _ in fields(text)]
    assert ids == sorted(ids)


def test_published_bills() -> None:
    plain = bill_payment_payload("099400016550100", "123456789012", "670429", Money(364922, "THB"))
    expected = (
        "00020101021230650016A00000067701011201150994000165501000212123456789012030667042953037645802TH5407"
        "3649.2263044534"
    )
    assert taken_apart(plain) == taken_apart(expected)
    one_reference = taken_apart(bill_payment_payload("0112233445566", "CUSTOMER001"))
    assert dict(fields(one_reference["30"])) == {"00": "A000000677010112", "01": "0112233445566", "02": "CUSTOMER001"}
    assert one_reference["01"] == "11"


@pytest.mark.parametrize("target", ["", "12345", "081222333", "08122233334", "66081222333x4", "02-123-456", "๑" * 12])
def test_other_targets_are_refused(target: str) -> None:
    with pytest.raises(ValueError, match="mobile"):
        payload(target)


@pytest.mark.parametrize("amount", [Money(0, "THB"), Money(-1, "THB"), Money(100, "TWD"), Money(10**13, "THB")])
def test_other_amounts_are_refused(amount: Money) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        payload("0812223333", amount)


@pytest.mark.parametrize(
    ("biller", "first", "second"),
    [
        ("12", "A1", None),
        ("0994000165501๐๐", "A1", None),
        ("099400016550100", "", None),
        ("099400016550100", "a1", None),
        ("099400016550100", "A 1", None),
        ("099400016550100", "A" * 21, None),
        ("099400016550100", "A1", ""),
    ],
)
def test_other_bills_are_refused(biller: str, first: str, second: str | None) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        bill_payment_payload(biller, first, second)


SLIP = "004000060000010103002021900021231231212000115102TH91049C30"


@pytest.mark.parametrize(
    ("text", "bank", "reference"),
    [
        (SLIP, "002", "0002123123121200011"),
        ("004100060000010103014022000111222233344ABCD125102TH910417DF", "014", "00111222233344ABCD12"),
        (f" {SLIP}\n", "002", "0002123123121200011"),
    ],
)
def test_published_slips(text: str, bank: str, reference: str) -> None:
    assert decode_slip(text) == SlipReference(bank, reference)


def slip(bank: str, reference: str) -> str:
    """A slip as a bank makes it."""
    details = field("00", "000001") + field("01", bank) + field("02", reference)
    text = field("00", details) + field("51", "TH") + "9104"
    return text + crc16(text)


def test_leading_zeros_that_an_app_dropped_are_no_fault() -> None:
    texts = [slip("004", f"REF{number}") for number in range(400)]
    short = [text for text in texts if text[-4] == "0"]
    assert short
    for text in short:
        assert decode_slip(text[:-4] + text[-4:].lstrip("0")) == decode_slip(text)


def test_a_wallet_s_slip() -> None:
    details = field("00", "01") + field("01", "01") + field("02", "P2P") + field("03", "50012345678")
    text = field("00", details + field("04", "26112026")) + "9104"
    assert decode_slip(text + crc16(text).lower()) == SlipReference("truemoney", "50012345678")


@given(
    st.text(max_size=80) | st.text("0123456789TH", max_size=80).map(lambda text: f"{text}9104{crc16(text + '9104')}")
)
def test_garbage_is_refused_with_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        decode_slip(text)


@pytest.mark.parametrize(
    "text",
    [
        SLIP[:-1] + "1",
        SLIP[:-4],
        SLIP.replace("0002123", "0002124"),
        slip("04", "REF"),
        slip("ABC", "REF"),
        payload("0801234567"),
        "",
    ],
)
def test_other_slips_are_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        decode_slip(text)
