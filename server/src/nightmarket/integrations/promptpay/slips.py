"""The small code on a bank's transfer slip."""

from dataclasses import dataclass

from nightmarket.integrations.promptpay.tlv import crc16, fields

_CHECKSUM = "9104"
_TRUEMONEY = "truemoney"


@dataclass(frozen=True, slots=True)
class SlipReference:
    """Which transfer a slip speaks of. It says nothing of amount or receiver: those are asked of a bank."""

    bank: str
    """The sending bank's three-digit code, or `truemoney`."""
    reference: str


def decode_slip(payload: str) -> SlipReference:
    """The transfer a slip's code names; ValueError on a bad checksum or shape.

    A well-formed code proves nothing: ask a verification service, and let one (bank, reference) pay once.
    """
    text = payload.strip()
    found = dict(fields(_checked(text)))
    details = dict(fields(found.get("00", "")))
    if details.get("00") == "000001" and found.get("51") == "TH":
        bank, reference = details.get("01", ""), details.get("02", "")
        is_well_formed = len(bank) == 3 and bank.isdigit()
    else:
        bank, reference = _TRUEMONEY, details.get("03", "")
        is_well_formed = (details.get("00"), details.get("01")) == ("01", "01") and "51" not in found
    if not is_well_formed or not reference:
        raise ValueError("not the code of a slip")
    return SlipReference(bank, reference)


def _checked(text: str) -> str:
    """What stands before the checksum. Some apps drop its leading zeros; wallets write small letters."""
    for length in range(4, 0, -1):
        head, checksum = text[:-length], text[-length:]
        if text.isascii() and head.endswith(_CHECKSUM) and crc16(head) == checksum.upper().zfill(4):
            return head.removesuffix(_CHECKSUM)
    raise ValueError("the checksum is wrong")
