"""Shops for tests, made through the public API."""

from typing import Any

import httpx2

from support.accounts import email_of, sign_up


async def make_shop(
    api: httpx2.AsyncClient, headers: dict[str, str], *, slug: str = "lantern-lane", market: str = "TW", **more: Any
) -> dict[str, Any]:
    """A shop owned by whoever the headers speak for, as the API shows it to them."""
    form = {"name": slug.replace("-", " ").title(), "slug": slug, "market": market}
    response = await api.post("/api/v1/shops", json=form | more, headers=headers)
    assert response.status_code == 201, response.text
    shop: dict[str, Any] = response.json()
    return shop


async def seller_with_shop(
    api: httpx2.AsyncClient, name: str = "seller", *, slug: str = "lantern-lane", market: str = "TW"
) -> tuple[dict[str, str], dict[str, Any]]:
    """A new owner's headers and their shop."""
    headers = await sign_up(api, name, market=market)
    return headers, await make_shop(api, headers, slug=slug, market=market)


async def join_shop(
    api: httpx2.AsyncClient, owner: dict[str, str], shop_id: str, name: str, role: str
) -> dict[str, str]:
    """The headers of a new account that works in the shop."""
    headers = await sign_up(api, name)
    answer = await api.post(
        f"/api/v1/shops/{shop_id}/members", json={"email": email_of(name), "role": role}, headers=owner
    )
    assert answer.status_code == 201, answer.text
    return headers
