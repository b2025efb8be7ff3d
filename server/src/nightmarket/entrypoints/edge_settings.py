"""What an edge reads from the settings: its limits, and the certificate it answers TLS with."""

import signal
import ssl
from asyncio import get_running_loop
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from nightmarket.entrypoints.startup import CannotStart
from nightmarket.kernel.logging import get_logger
from nightmarket.kernel.settings import EdgeSettings
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits

_LIMITS = TypeAdapter(RealtimeLimits)

log = get_logger(__name__)


def realtime_limits(edge: EdgeSettings) -> RealtimeLimits:
    """The defaults, but for what `NIGHTMARKET_EDGE__LIMITS__…` says."""
    unknown = edge.limits.keys() - RealtimeLimits.__dataclass_fields__.keys()
    if unknown:
        raise CannotStart(f"Unknown limits of the edge: {', '.join(sorted(unknown))}.")
    try:
        limits = _LIMITS.validate_python(edge.limits)
    except ValidationError as error:
        names = ", ".join(str(one["loc"][0]) for one in error.errors())
        raise CannotStart(f"Limits of the edge are numbers: {names}.") from error
    empty = [name for name in edge.limits if getattr(limits, name) <= 0]
    if empty:
        raise CannotStart(f"Limits of the edge are greater than 0: {', '.join(sorted(empty))}.")
    return limits


class Certificate:
    """The TLS side of a listener. Read again at SIGHUP: connections from then on get the new one."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._certificate = certificate
        self._key = key
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.context.set_alpn_protocols(["http/1.1"])
        try:
            self.context.load_cert_chain(certificate, key)
        except (OSError, ssl.SSLError) as error:
            raise CannotStart(f"Cannot use the certificate {certificate} with the key {key}: {error}.") from error

    @classmethod
    def of(cls, edge: EdgeSettings) -> "Certificate | None":
        """As configured; None: the edge speaks plain WebSocket, behind somebody who speaks TLS."""
        if edge.tls_certificate is None or edge.tls_key is None:
            return None
        return cls(edge.tls_certificate, edge.tls_key)

    def reload_at_hangup(self) -> None:
        """From now on SIGHUP reads the files again."""
        get_running_loop().add_signal_handler(signal.SIGHUP, self.reload)

    def reload(self) -> None:
        """A bad file changes nothing."""
        try:
            # Tried out first: a context keeps half of what it was given when the other half is wrong.
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self._certificate, self._key)
            self.context.load_cert_chain(self._certificate, self._key)
        except (OSError, ssl.SSLError) as error:
            log.warning("edge.certificate_kept", error=repr(error))
        else:
            log.info("edge.certificate_reloaded")
