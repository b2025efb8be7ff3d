"""Where a show may be sent: RTMP servers on the public internet, unless the operator allows others."""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SCHEMES = {"rtmp": 1935, "rtmps": 443}
LOOK_UP_SECONDS = 5.0


class TargetRefused(ValueError):
    """The show is not sent there; why, in one word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Target:
    """One output as the api ordered it."""

    id: str
    url: str
    key: str = field(repr=False)

    @property
    def address(self) -> str:
        """What ffmpeg publishes to; contains the secret."""
        return f"{self.url.rstrip('/')}/{self.key}"


async def check_target(url: str, *, allow_private: bool) -> None:
    """Raises TargetRefused unless every address of the host is a public one. Looked up anew before each attempt."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise TargetRefused("not_rtmp") from error
    if parts.scheme not in SCHEMES or not host or parts.username or parts.password:
        raise TargetRefused("not_rtmp")
    if allow_private:
        return
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(LOOK_UP_SECONDS):
            found = await loop.getaddrinfo(host, port or SCHEMES[parts.scheme], type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError) as error:
        raise TargetRefused("unknown_host") from error
    for *_, address in found:
        if not is_public(str(address[0])):
            raise TargetRefused("not_a_public_address")


def is_public(address: str) -> bool:
    """Whether this is an address on the public internet."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and (inner := ip.ipv4_mapped or ip.sixtofour) is not None:
        ip = inner
    return ip.is_global and not ip.is_multicast
