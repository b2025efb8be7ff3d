"""The one HTTP client for outside services: bounded time-outs, few connections, our name on it."""

import ssl
from functools import lru_cache

import httpx2

from nightmarket import __version__

HttpClient = httpx2.AsyncClient
HttpError = httpx2.HTTPError


def new_http_client(*, timeout: float = 10.0) -> HttpClient:
    """A client to keep for the life of the process. Redirects are not followed: an API that redirects is a surprise."""
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(timeout, connect=3.0),
        limits=httpx2.Limits(max_connections=100, max_keepalive_connections=20),
        headers={"User-Agent": f"Nightmarket/{__version__}"},
        follow_redirects=False,
        trust_env=False,
        verify=_trusted(),
    )


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    """Reading the certificates of all authorities takes longer than most requests: once for all clients."""
    return httpx2.create_ssl_context(trust_env=False)
