"""Rules about e-mail addresses, passwords and network addresses: pure functions."""

import ipaddress
import unicodedata
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

PASSWORD_MIN = 8
PASSWORD_MAX = 128
EMAIL_MAX = 254

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


def weakness(password: str, email: str) -> Literal["common", "email"] | None:
    """Why a password is too easy to guess, if it is."""
    folded = normal_password(password).casefold()
    if folded in common_passwords() or len(set(folded)) <= 2:
        return "common"
    return "email" if folded in {email, email.partition("@")[0]} else None


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
