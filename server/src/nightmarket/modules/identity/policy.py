"""Rules about e-mail addresses, passwords and network addresses: pure functions."""

import ipaddress
import re
import unicodedata
from collections.abc import Collection
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

PASSWORD_MIN = 12
PASSWORD_MAX = 128
PASSWORD_MAX_BYTES = 1024
EMAIL_MAX = 254

_BRAND = ("nightmarket", "night market", "nightmarkets", "夜市", "ตลาดนัด")
_OWN_LETTERS = 4
"""So many letters a password must have besides the names that everybody would try."""
_DIGITS = "1234567890" * 13

_LIST = Path(__file__).with_name("common_passwords.txt")


def canonical_email(text: str) -> str | None:
    """The one spelling under which an address is stored and looked up; None when it is not an address.

    All lower case, the local part in ASCII and the domain in its ASCII form: two spellings of one mailbox, or two that
    only look alike, must not become two accounts. Domains under `.test` are fine: accounts for trying things out.
    """
    try:
        found = validate_email(text.strip(), allow_smtputf8=False, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    email = (found.ascii_email or "").lower()
    _, _, domain = email.partition("@")
    return email if "." in domain and len(email) <= EMAIL_MAX else None


def normal_password(password: str) -> str:
    """The form that is hashed: keyboards differ in how they compose the same characters."""
    return unicodedata.normalize("NFKC", password)


def is_password_length(password: str) -> bool:
    """Whether it has a length we take: counted in characters as they are hashed, bounded in bytes."""
    normal = normal_password(password)
    return len(normal) >= PASSWORD_MIN and len(normal.encode()) <= PASSWORD_MAX_BYTES


def weakness(password: str, email: str | None, name: str = "") -> Literal["common", "email", "context"] | None:
    """Why a password is too easy to guess, if it is."""
    folded = normal_password(password).casefold()
    if folded in common_passwords() or len(set(folded)) <= 2 or _is_sequence(folded):
        return "common"
    local = (email or "").partition("@")[0]
    if folded in {email, local}:
        return "email"
    words = [*_BRAND, *re.split(r"[^\w]|_", f"{local} {name.casefold()}")]
    rest = folded
    for word in sorted({one for one in words if len(one) >= 3}, key=len, reverse=True):
        rest = rest.replace(word, "")
    return "context" if rest != folded and sum(char.isalpha() for char in rest) < _OWN_LETTERS else None


def _is_sequence(folded: str) -> bool:
    """`abcdefghijkl`, `123456789012`, `qwertyqwerty`: each character follows from the ones before."""
    steps = {ord(after) - ord(before) for before, after in pairwise(folded)}
    if steps in ({1}, {-1}) or folded in _DIGITS or folded in _DIGITS[::-1]:
        return True
    return any(
        len(folded) >= 2 * size and folded == (folded[:size] * len(folded))[: len(folded)] for size in (3, 4, 5, 6)
    )


@cache
def common_passwords() -> frozenset[str]:
    """The list that ships with the product: the usual words with the usual endings, for our languages and markets."""
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    words = [line.strip().casefold() for line in lines if line.strip() and not line.startswith("#")]
    endings = ("", "1", "12", "123", "1234", "12345", "123456", "!", "1!", "123!", "@123", "2024", "2025", "2026", "88")
    return frozenset(word + ending for word in words for ending in endings if len(word + ending) >= PASSWORD_MIN)


def network_of(address: str) -> str:
    """What a rate limit counts: the address, for IPv6 the /64 that one household or phone gets."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:45]
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)


def is_own_page(*, fetch_site: str | None, origin: str | None, host: str, allowed: Collection[str]) -> bool:
    """Whether a request that carries our cookie was made by one of our own pages, or by no browser at all.

    Browsers say so in `Sec-Fetch-Site`, older ones at least in `Origin`; other sites cannot forge either. A program
    that sends neither holds the cookie itself, so nobody is being tricked.
    """
    if fetch_site == "same-origin":
        return True
    if origin is None:
        return fetch_site is None
    return origin in allowed or (origin != "null" and urlsplit(origin).netloc.lower() == host.lower())


def device_name(user_agent: str | None) -> str | None:
    """A user agent as it may be stored and shown."""
    if not user_agent:
        return None
    return "".join(char if char.isprintable() else " " for char in user_agent)[:200]


def device_kind(user_agent: str | None) -> str:
    """A user agent without its version numbers: an update does not make a new device."""
    return re.sub(r"[\d._]+", "", user_agent or "")
