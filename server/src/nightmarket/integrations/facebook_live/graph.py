"""The two calls of Facebook's Graph API that we make: a private reply, and one under the video."""

from typing import Any
from urllib.parse import quote

import msgspec

from nightmarket.integrations.facebook.signing import appsecret_proof
from nightmarket.integrations.facebook_live.pages import Page
from nightmarket.kernel.context import Context
from nightmarket.kernel.http import HttpError
from nightmarket.kernel.problems import Unavailable

ALREADY_REPLIED = 10900
_TRANSIENT = frozenset({1, 2, 4, 17, 32, 341, 613})
"""Facebook has a bad moment, or we are too fast for it."""


class GraphRefusal(Exception):
    """Facebook says no, and will say so again."""

    def __init__(self, code: int, status: int) -> None:
        super().__init__(f"code {code}, status {status}")
        self.code = code


async def reply_privately(ctx: Context, page: Page, comment_id: str, text: str) -> None:
    """The one message a comment's author may get. Raises GraphRefusal, or Unavailable when trying again may help."""
    await _post(ctx, page, f"{page.id}/messages", {"recipient": {"comment_id": comment_id}, "message": {"text": text}})


async def reply_publicly(ctx: Context, page: Page, comment_id: str, text: str) -> None:
    """Say something under the comment, for everybody to read. Raises the same."""
    await _post(ctx, page, f"{quote(comment_id)}/comments", {"message": text})


async def _post(ctx: Context, page: Page, path: str, body: dict[str, Any]) -> None:
    token = page.token.get_secret_value()
    proof = appsecret_proof(token, page.app_secret.get_secret_value())
    url = f"{ctx.settings.facebook.graph_url}/{path}"
    headers = {"Authorization": f"Bearer {token}"}
    try:
        answer = await ctx.http.post(url, json=body | {"appsecret_proof": proof}, headers=headers)
    except HttpError as error:
        raise Unavailable(f"Facebook cannot be reached: {type(error).__name__}") from error
    if answer.is_success:
        return
    code = _code_of(answer.content)
    if answer.status_code >= 500 or answer.status_code == 429 or code in _TRANSIENT:
        raise Unavailable(f"Facebook answered {answer.status_code}, code {code}")
    raise GraphRefusal(code, answer.status_code)


def _code_of(raw: bytes) -> int:
    try:
        code = msgspec.json.decode(raw)["error"]["code"]
    except (msgspec.DecodeError, KeyError, TypeError):
        return 0
    return code if isinstance(code, int) else 0
