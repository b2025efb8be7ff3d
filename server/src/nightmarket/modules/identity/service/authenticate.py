"""Who sends this request?"""

from nightmarket.kernel.context import Context
from nightmarket.kernel.problems import SignInRequired
from nightmarket.modules.identity.service.access_tokens import Caller, read_access_token
from nightmarket.modules.identity.service.session_state import LiveLately, is_session_live


async def authenticate(ctx: Context, authorization: str) -> Caller:
    """The caller of an `Authorization` header; SignInRequired unless it carries a good token of a live session."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise SignInRequired
    caller = read_access_token(ctx.secret, token.strip(), now=ctx.clock())
    if not await is_session_live(ctx, caller.session_id):
        raise SignInRequired
    return caller


async def authenticate_lately(ctx: Context, authorization: str) -> Caller:
    """The same for the hottest routes: a session that ended in another process is seen two seconds later."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer":
        raise SignInRequired
    caller = read_access_token(ctx.secret, token.strip(), now=ctx.clock())
    sessions = LiveLately.of(ctx)
    if not (sessions.is_known(caller.session_id) or await sessions.check(caller.session_id)):
        raise SignInRequired
    return caller
