"""The personal link of a private reply: whoever opens it is the author of that comment, for nobody else was sent it."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from nightmarket.kernel.context import Context
from nightmarket.kernel.security import BadSignature, Signer

_LASTS = timedelta(days=7)
_PURPOSE = "facebook-comment"


@dataclass(frozen=True, slots=True)
class AuthorLink:
    """Which comment, and whose."""

    stream_id: str
    message_id: str
    page_id: str
    author_id: str


def show_url(ctx: Context, stream_id: str) -> str:
    """Where a show is watched."""
    return f"{(ctx.settings.http.public_url or '').rstrip('/')}/live/{stream_id}"


def personal_url(ctx: Context, link: AuthorLink, now: datetime) -> str:
    """The same, with the proof of who opens it."""
    token = Signer(ctx.secret, _PURPOSE).sign(asdict(link), expires_at=int((now + _LASTS).timestamp()))
    return f"{show_url(ctx, link.stream_id)}?comment={token}"


def read_link(ctx: Context, token: str) -> AuthorLink | None:
    """What a link says; None when it is not ours or too old."""
    try:
        said = Signer(ctx.secret, _PURPOSE).verify(token, now=int(ctx.clock().timestamp()))
    except BadSignature:
        return None
    return AuthorLink(*(said[name] for name in ("stream_id", "message_id", "page_id", "author_id")))
