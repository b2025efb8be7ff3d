"""Authenticator apps and passkeys of test people, set up through the API."""

from typing import Any

import httpx2

from nightmarket.kernel.context import Context
from nightmarket.modules.identity import totp
from support.authenticator import Authenticator

Headers = dict[str, str]


def code_of(ctx: Context, secret: str, *, steps: int = 0) -> str:
    """What the app shows now, or some time steps away."""
    return totp.code(secret, int(ctx.clock().timestamp()) + steps * totp.PERIOD_SECONDS)


async def add_totp(api: httpx2.AsyncClient, ctx: Context, headers: Headers) -> tuple[str, list[str]]:
    """A confirmed authenticator app: its secret, and the recovery codes."""
    begun = await api.post("/api/v1/me/totp", headers=headers)
    assert begun.status_code == 201, begun.text
    secret = str(begun.json()["secret"])
    code = code_of(ctx, secret, steps=-1)
    done = await api.post("/api/v1/me/totp/confirm", json={"code": code}, headers=headers)
    assert done.status_code == 200, done.text
    return secret, done.json()["recovery_codes"]


async def add_passkey(
    api: httpx2.AsyncClient, headers: Headers, passkey: Authenticator, name: str = "Phone"
) -> httpx2.Response:
    """The answer to a passkey that was just made."""
    asked = await api.post("/api/v1/me/passkeys/new/options", headers=headers)
    assert asked.status_code == 200, asked.text
    body = {
        "challenge": asked.json()["challenge"],
        "credential": passkey.create(asked.json()["options"]),
        "name": name,
    }
    return await api.post("/api/v1/me/passkeys", json=body, headers=headers)


async def answered(api: httpx2.AsyncClient, passkey: Authenticator) -> dict[str, Any]:
    """A challenge and the passkey's answer to it."""
    asked = await api.post("/api/v1/auth/passkeys/options")
    assert asked.status_code == 200, asked.text
    return {"challenge": asked.json()["challenge"], "credential": passkey.get(asked.json()["options"])}
