"""Accounts for tests, made through the public API."""

from dataclasses import dataclass
from typing import Any

import httpx2

from nightmarket.kernel.context import Context
from nightmarket.modules.identity.public import make_admin

PASSWORD = "violet lantern 47"


def email_of(name: str) -> str:
    """The address of a test person."""
    return f"{name}@people.example"


async def register(api: httpx2.AsyncClient, name: str, **changes: Any) -> httpx2.Response:
    """Ask for an account; `headers` may be given among the changes. The client keeps no cookie of it."""
    headers = changes.pop("headers", None)
    form = {
        "email": email_of(name),
        "password": PASSWORD,
        "display_name": name.title(),
        "locale": "zh-TW",
        "market": "TW",
    }
    response = await api.post("/api/v1/auth/register", json=form | changes, headers=headers)
    api.cookies.clear()
    return response


@dataclass(frozen=True)
class Person:
    """Somebody with an account: their id and the headers that speak for them."""

    id: str
    headers: dict[str, str]


async def person(api: httpx2.AsyncClient, name: str, **changes: Any) -> Person:
    """A new account, logged in."""
    response = await register(api, name, **changes)
    assert response.status_code == 201, response.text
    body = response.json()
    return Person(body["user"]["id"], {"Authorization": f"Bearer {body['access_token']}"})


async def sign_up(api: httpx2.AsyncClient, name: str, **changes: Any) -> dict[str, str]:
    """The headers of a new account."""
    return (await person(api, name, **changes)).headers


async def log_in(api: httpx2.AsyncClient, name: str) -> dict[str, str]:
    """Fresh headers of an account made earlier."""
    response = await api.post("/api/v1/auth/login", json={"email": email_of(name), "password": PASSWORD})
    assert response.status_code == 200, response.text
    api.cookies.clear()
    return {"Authorization": f"Bearer {response.json()['access_token']}"}


async def sign_up_admin(ctx: Context, api: httpx2.AsyncClient, name: str = "admin") -> dict[str, str]:
    """The headers of a new platform administrator."""
    await sign_up(api, name)
    async with ctx.unit() as unit:
        assert await make_admin(unit, email_of(name)) is not None
    return await log_in(api, name)
