"""How a caller reached us: what addresses are built on."""

import re
from typing import Annotated

from fastapi import Depends, Request

from nightmarket.kernel.problems import BadRequest
from nightmarket.kernel.web.dependencies import ContextDep
from nightmarket.modules.streams.ports import PublicBase

_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]")


async def _public_base(request: Request, ctx: ContextDep) -> PublicBase:
    """How the caller reached us; addresses of the other processes are built for the same host."""
    try:
        scheme, host = request.url.scheme, request.url.hostname or ""
    except ValueError as error:
        raise BadRequest from error
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    if not _HOST.fullmatch(host):
        raise BadRequest("The Host header is not a host name.")
    secure = (ctx.settings.http.public_url or "").startswith("https:")
    return PublicBase("https" if secure else scheme, host, request.url.port)


BaseDep = Annotated[PublicBase, Depends(_public_base)]
