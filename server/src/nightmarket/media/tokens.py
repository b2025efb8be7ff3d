"""Tokens the api hands out to players of protected shows: `<unix time>.<MAC of show and time>`.

A token is good for every file of one show until its time. It travels as `?token=` on the first address; playlists
repeat it on every line, so that players need to know nothing about it.
"""

import base64
import hashlib
import hmac
import re

PARAMETER = "token"
TOKEN = re.compile(r"([0-9]{1,12})\.([A-Za-z0-9_-]{24})")
_MARKED = re.compile(r'URI="([^"]+)"')
_TEMPLATES = re.compile(r'((?:media|initialization)="[^"]+)"')


def allows(secret: str, stream_id: str, token: str, *, now: int) -> bool:
    """Whether the token was made for this show and has not expired."""
    match = TOKEN.fullmatch(token)
    if match is None or int(match[1]) < now:
        return False
    mac = hmac.new(secret.encode(), f"play:{stream_id}:{match[1]}".encode(), hashlib.sha256).digest()
    return hmac.compare_digest(base64.urlsafe_b64encode(mac[:18]), match[2].encode())


def with_token(text: str, token: str) -> str:
    """The playlist or manifest with the token on every address."""
    suffix = f"?{PARAMETER}={token}"
    if text.startswith("<?xml"):
        return _TEMPLATES.sub(rf'\1{suffix}"', text)
    return "\n".join(_line(line, suffix) for line in text.split("\n"))


def _line(line: str, suffix: str) -> str:
    if line.startswith("#"):
        return _MARKED.sub(rf'URI="\1{suffix}"', line)
    return line + suffix if line else line
