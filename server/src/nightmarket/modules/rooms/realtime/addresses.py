"""How many sockets one network address holds.

The api decides what the address of a viewer is (it knows the trusted proxies) and puts a mark of it into the ticket;
the edge only counts marks, before the upgrade. A carrier puts hundreds of phones behind one address, so the limit is
generous; addresses inside a network say nothing about who is behind them and are not counted.
"""

import hashlib
import hmac
import ipaddress

from nightmarket.kernel.security import derive_key
from nightmarket.modules.rooms.errors import TooManySockets


def address_mark(address: str, secret: str) -> str:
    """A short name for an address that only we can make; IPv6 homes by their /64. Empty when it says nothing."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or ipaddress.IPv6Address(int(found) >> 64 << 64)
    if not found.is_global:
        return ""
    key = derive_key(secret, "room-address")
    return hmac.new(key, found.packed, hashlib.sha256).hexdigest()[:12]


class SocketCount:
    """Open sockets of one process by the mark of their address."""

    __slots__ = ("_limit", "_open")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._open: dict[str, int] = {}

    def check(self, mark: str) -> None:
        """Raises TooManySockets when this address has its share."""
        if mark and self._open.get(mark, 0) >= self._limit:
            raise TooManySockets(retry_after=30)

    def add(self, mark: str) -> None:
        """A socket is open."""
        if mark:
            self._open[mark] = self._open.get(mark, 0) + 1

    def discard(self, mark: str) -> None:
        """A socket has gone; call once for each one added."""
        left = self._open.get(mark, 0) - 1
        if left > 0:
            self._open[mark] = left
        else:
            self._open.pop(mark, None)
