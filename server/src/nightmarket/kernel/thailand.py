"""Thailand's public numbers."""

import re

_PERSON = re.compile(r"[1-8][0-9]{12}")


def valid_national_id(text: str) -> bool:
    """Whether this can be a person's national id: thirteen digits, the last a check digit.

    Spaces and hyphens are skipped. It does not say that such a person exists. A company's tax id, which begins with
    zero, is none.
    """
    digits = text.replace("-", "").replace(" ", "")
    if not _PERSON.fullmatch(digits):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(13, 1, -1), strict=False))
    return (11 - total % 11) % 10 == int(digits[-1])
