"""The text of a Thai QR that asks for money."""

import re
import unicodedata

from nightmarket.integrations.promptpay.tlv import crc16, field
from nightmarket.kernel.money import Money

_TRANSFER, _BILL = "A000000677010111", "A000000677010112"
_MOBILE, _ID, _WALLET = "01", "02", "03"
_REFERENCE = re.compile(r"[0-9A-Z]{1,20}")
_BILLER = re.compile(r"[0-9]{13,15}")
_LONGEST_AMOUNT = 13


def payload(target: str, amount: Money | None = None) -> str:
    """A code that transfers to a PromptPay id: a mobile number, a 13-digit national or tax id, a 15-digit e-wallet id.

    Without an amount the payer types it, and the code may be used again and again. It carries no reference of ours and
    nobody calls back: only a slip or the bank's statement tells who paid. ValueError for another kind of target.
    """
    return _code(field("29", field("00", _TRANSFER) + _proxy(target)), amount)


def bill_payment_payload(biller_id: str, ref1: str, ref2: str | None = None, amount: Money | None = None) -> str:
    """A code that pays a bill: a bank's biller id, one or two references of 1 to 20 upper-case letters and digits.

    The bank reports who paid by these references. ValueError when one of them has another shape.
    """
    if not _BILLER.fullmatch(biller_id):
        raise ValueError("a biller id has 13 to 15 digits")
    references = {"02": ref1} | ({} if ref2 is None else {"03": ref2})
    if not all(_REFERENCE.fullmatch(reference) for reference in references.values()):
        raise ValueError("a reference has 1 to 20 upper-case letters and digits")
    parts = [field("00", _BILL), field("01", biller_id), *(field(*reference) for reference in references.items())]
    return _code(field("30", "".join(parts)), amount)


def _code(account: str, amount: Money | None) -> str:
    parts = [field("00", "01"), field("01", "11" if amount is None else "12"), account, field("53", "764")]
    if amount is not None:
        parts.append(field("54", _amount(amount)))
    text = "".join([*parts, field("58", "TH"), "6304"])
    return text + crc16(text)


def _amount(amount: Money) -> str:
    if amount.currency != "THB" or amount.minor <= 0:
        raise ValueError("PromptPay takes baht, and more than nothing")
    text = f"{amount.as_decimal():.2f}"
    if len(text) > _LONGEST_AMOUNT:
        raise ValueError("the amount is too large for a code")
    return text


def _proxy(target: str) -> str:
    digits = "".join(str(unicodedata.decimal(sign)) for sign in target if sign.isdecimal())
    if len(digits) == 15:
        return field(_WALLET, digits)
    if len(digits) == 13:
        return field(_ID, digits)
    if len(digits) == 10 and digits.startswith("0"):
        digits = "66" + digits[1:]
    if len(digits) == 11 and digits.startswith("66"):
        return field(_MOBILE, digits.zfill(13))
    raise ValueError("not a mobile number, a 13-digit id or a 15-digit e-wallet id")
