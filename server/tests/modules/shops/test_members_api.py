"""Who works in a shop, over HTTP."""

from typing import Any

import httpx2
import pytest
import sqlalchemy as sa

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.kernel.outbox import OutboxRow
from support.accounts import Person, email_of, person, sign_up, sign_up_admin
from support.shops import join_shop, seller_with_shop


def problem(response: httpx2.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json"
    return response.status_code, response.json()["code"]


async def shop_of(api: httpx2.AsyncClient) -> tuple[dict[str, str], str]:
    """The owner's headers and the address of the member list."""
    owner, shop = await seller_with_shop(api)
    return owner, f"/api/v1/shops/{shop['id']}/members"


async def roles(api: httpx2.AsyncClient, headers: dict[str, str], path: str) -> dict[str, str]:
    items = (await api.get(path, headers=headers)).json()["items"]
    return {one["display_name"]: one["role"] for one in items}


async def hire(api: httpx2.AsyncClient, owner: dict[str, str], path: str, name: str, role: str) -> Person:
    who = await person(api, name)
    answer = await api.post(path, json={"email": email_of(name), "role": role}, headers=owner)
    assert answer.status_code == 201
    return who


async def test_member_is_added_by_email(api: httpx2.AsyncClient, ctx: Context) -> None:
    owner, path = await shop_of(api)
    host = await person(api, "mei")
    response = await api.post(path, json={"email": f" {email_of('MEI')} ", "role": "host"}, headers=owner)
    assert response.status_code == 201
    added = response.json()
    assert added == {"user_id": host.id, "display_name": "Mei", "role": "host", "added_at": "2026-11-20T12:00:00Z"}
    assert await roles(api, owner, path) == {"Seller": "owner", "Mei": "host"}
    assert await roles(api, host.headers, path) == {"Seller": "owner", "Mei": "host"}
    async with ctx.reader() as session:
        (event,) = await session.scalars(sa.select(OutboxRow.payload).where(OutboxRow.name == "shops.member_changed"))
    assert event == {"shop_id": path.split("/")[4], "user_id": host.id, "role": "host"}


@pytest.mark.parametrize(
    "body",
    [
        {"email": email_of("mei"), "role": "owner"},
        {"email": email_of("mei"), "role": "king"},
        {"email": email_of("mei")},
        {"email": "nonsense", "role": "host"},
        {"email": email_of("mei"), "role": "host", "user_id": "usr_1"},
        [],
    ],
)
async def test_malformed_member(api: httpx2.AsyncClient, body: Any) -> None:
    owner, path = await shop_of(api)
    await sign_up(api, "mei")
    assert problem(await api.post(path, json=body, headers=owner)) == (422, "invalid-input")
    assert await roles(api, owner, path) == {"Seller": "owner"}


async def test_member_needs_an_account_and_is_added_once(api: httpx2.AsyncClient) -> None:
    owner, path = await shop_of(api)
    body = {"email": email_of("mei"), "role": "host"}
    assert problem(await api.post(path, json=body, headers=owner)) == (422, "no-such-account")
    await sign_up(api, "mei")
    assert (await api.post(path, json=body, headers=owner)).status_code == 201
    again = await api.post(path, json=body | {"role": "packer"}, headers=owner)
    assert problem(again) == (409, "already-member")
    owner_again = await api.post(path, json=body | {"email": email_of("seller")}, headers=owner)
    assert problem(owner_again) == (409, "already-member")
    assert await roles(api, owner, path) == {"Seller": "owner", "Mei": "host"}


async def test_shop_has_so_many_members(api: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nightmarket.modules.shops.service.keep_members.MAX_MEMBERS", 1)
    owner, path = await shop_of(api)
    await sign_up(api, "mei")
    response = await api.post(path, json={"email": email_of("mei"), "role": "host"}, headers=owner)
    assert problem(response) == (409, "too-many-members")
    assert response.json()["limit"] == 1


async def test_member_gets_another_role(api: httpx2.AsyncClient) -> None:
    owner, path = await shop_of(api)
    mei = await hire(api, owner, path, "mei", "host")
    response = await api.patch(f"{path}/{mei.id}", json={"role": "packer"}, headers=owner)
    assert (response.status_code, response.json()["role"]) == (200, "packer")
    assert await roles(api, owner, path) == {"Seller": "owner", "Mei": "packer"}
    for body in ({"role": "owner"}, {}, {"role": "host", "user_id": "x"}):
        assert problem(await api.patch(f"{path}/{mei.id}", json=body, headers=owner)) == (422, "invalid-input")


async def test_member_is_let_go(api: httpx2.AsyncClient) -> None:
    owner, path = await shop_of(api)
    mei = await hire(api, owner, path, "mei", "host")
    assert (await api.delete(f"{path}/{mei.id}", headers=owner)).status_code == 204
    assert await roles(api, owner, path) == {"Seller": "owner"}
    assert problem(await api.delete(f"{path}/{mei.id}", headers=owner)) == (404, "not-found")
    assert problem(await api.patch(f"{path}/{mei.id}", json={"role": "host"}, headers=owner)) == (404, "not-found")
    assert problem(await api.get(path, headers=mei.headers)) == (403, "not-allowed")


async def test_member_leaves_but_cannot_let_others_go(api: httpx2.AsyncClient) -> None:
    owner, path = await shop_of(api)
    mei = await hire(api, owner, path, "mei", "host")
    lin = await hire(api, owner, path, "lin", "moderator")
    assert problem(await api.delete(f"{path}/{lin.id}", headers=mei.headers)) == (403, "not-allowed")
    assert (await api.delete(f"{path}/{mei.id}", headers=mei.headers)).status_code == 204
    assert await roles(api, owner, path) == {"Seller": "owner", "Lin": "moderator"}


async def test_owner_stays(api: httpx2.AsyncClient, ctx: Context) -> None:
    owner, path = await shop_of(api)
    items = (await api.get(path, headers=owner)).json()["items"]
    admin = await sign_up_admin(ctx, api)
    for headers in (owner, admin):
        assert problem(await api.delete(f"{path}/{items[0]['user_id']}", headers=headers)) == (409, "owner-stays")
        response = await api.patch(f"{path}/{items[0]['user_id']}", json={"role": "host"}, headers=headers)
        assert problem(response) == (409, "owner-stays")
    assert await roles(api, owner, path) == {"Seller": "owner"}


async def test_only_the_owner_hires(api: httpx2.AsyncClient) -> None:
    owner, path = await shop_of(api)
    await sign_up(api, "mei")
    stranger, _ = await seller_with_shop(api, "stranger", slug="elsewhere")
    outsiders = [stranger] + [
        await join_shop(api, owner, path.split("/")[4], role, role) for role in ("host", "moderator", "packer")
    ]
    before = await roles(api, owner, path)
    for headers in outsiders:
        body = {"email": email_of("mei"), "role": "host"}
        assert problem(await api.post(path, json=body, headers=headers)) == (403, "not-allowed")
        response = await api.patch(f"{path}/{new_id('usr')}", json={"role": "host"}, headers=headers)
        assert problem(response) == (403, "not-allowed")
    assert problem(await api.get(path, headers=stranger)) == (403, "not-allowed")
    assert problem(await api.get(path)) == (401, "sign-in-required")
    assert await roles(api, owner, path) == before


async def test_members_of_no_shop(api: httpx2.AsyncClient) -> None:
    headers = await sign_up(api, "mei")
    for shop_id in (new_id("shp"), "x"):
        path = f"/api/v1/shops/{shop_id}/members"
        body = {"email": email_of("mei"), "role": "host"}
        assert problem(await api.get(path, headers=headers)) == (404, "not-found")
        assert problem(await api.post(path, json=body, headers=headers)) == (404, "not-found")
        assert problem(await api.delete(f"{path}/{new_id('usr')}", headers=headers)) == (404, "not-found")
    owner, path = await shop_of(api)
    assert problem(await api.delete(f"{path}/x", headers=owner)) == (404, "not-found")
