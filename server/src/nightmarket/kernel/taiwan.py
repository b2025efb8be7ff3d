"""Taiwan's public numbers: who is named on an invoice, and where it goes."""

import re

_BUSINESS = re.compile(r"[0-9]{8}")
_WEIGHTS = (1, 2, 1, 2, 1, 2, 4, 1)
_MOBILE_BARCODE = re.compile(r"/[0-9A-Z.+\-]{7}")
_CITIZEN_CERTIFICATE = re.compile(r"[A-Z]{2}[0-9]{14}")
_DONATION = re.compile(r"[0-9]{3,7}")


def valid_business_number(text: str) -> bool:
    """Whether this can be a business number (統一編號): the checksum in force since 1 April 2023.

    It does not say that such a business exists. Eight zeros add up, but belong to nobody.
    """
    if not _BUSINESS.fullmatch(text) or text == "00000000":
        return False
    products = [int(digit) * weight for digit, weight in zip(text, _WEIGHTS, strict=True)]
    total = sum(product // 10 + product % 10 for product in products)
    # Seven times four is 28, 2 + 8 = 10: its digits may be added once more, which makes nine less.
    return total % 5 == 0 or (text[6] == "7" and (total + 1) % 5 == 0)


def valid_mobile_barcode(text: str) -> bool:
    """Whether this has the form of a mobile barcode (手機條碼): a slash and seven digits, capitals, `.`, `+` or `-`."""
    return _MOBILE_BARCODE.fullmatch(text) is not None


def valid_citizen_certificate(text: str) -> bool:
    """Whether this has the form of a citizen certificate's number (自然人憑證): two capitals and fourteen digits."""
    return _CITIZEN_CERTIFICATE.fullmatch(text) is not None


def valid_donation_code(text: str) -> bool:
    """Whether this has the form of a donation code (愛心碼): three to seven digits; leading zeros count."""
    return _DONATION.fullmatch(text) is not None
