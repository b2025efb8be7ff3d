"""Profile and address book over HTTP."""

from typing import Any

import httpx2
import pytest

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import new_id
from nightmarket.modules.identity.public import (
    NewUser,
    UserCard,
    address_of,
    create_user,
    hash_password,
    make_admin,
    user_id_of,
    users_by_id,
)
from nightmarket.modules.identity.service.keep_addresses import MAX_ADDRESSES
from support.accounts import PASSWORD, email_of, log_in, person, sign_up, sign_up_admin

TAIPEI = {
    "recipient": "林美",
    "phone": "0912-345-678",
    "country": "TW",
    "postcode": "106",
    "city": "臺北市",
    "district": "大安區",
    "line1": "和平東路一段 1 號",
}
BANGKOK = {
    "recipient": "สมใจ",
    "phone": "+66 81 234 5678",
    "country": "TH",
    "postcode": "10110",
    "city": "กรุงเทพมหานคร",
    "district": "คลองเตย",
    "subdistrict": "คลองตัน",
    "line1": "99/1 ถนนสุขุมวิท",
    "line2": "ชั้น 3",
}
BOOK = "/api/v1/me/addresses"


async def test_profile_is_changed(api: httpx2.AsyncClient) -> None:
    me = await person(api, "mei")
    before = (await api.get("/api/v1/me", headers=me.headers)).json()
    changed = await api.patch("/api/v1/me", json={"display_name": "阿美", "locale": "th"}, headers=me.headers)
    assert changed.status_code == 200
    assert changed.json() == before | {"display_name": "阿美", "locale": "th"}
    assert (await api.get("/api/v1/me", headers=me.headers)).json() == changed.json()
    assert (await api.patch("/api/v1/me", json={}, headers=me.headers)).json() == changed.json()
    assert (await api.patch("/api/v1/me", json={"market": "TH"}, headers=me.headers)).json()["market"] == "TH"


async def test_the_privacy_switch_is_on_until_switched_off(ctx: Context, api: httpx2.AsyncClient) -> None:
    me = await person(api, "mei")
    assert (await api.get("/api/v1/me", headers=me.headers)).json()["show_activity"] is True
    for value in (False, True, False):
        changed = await api.patch("/api/v1/me", json={"show_activity": value}, headers=me.headers)
        assert (changed.status_code, changed.json()["show_activity"]) == (200, value)
    assert (await api.patch("/api/v1/me", json={"show_activity": "no"}, headers=me.headers)).status_code == 422
    async with ctx.reader() as session:
        assert (await users_by_id(session, [me.id]))[me.id] == UserCard(
            me.id, "Mei", shows_activity=False, signed_up_at=ctx.clock()
        )


@pytest.mark.parametrize(
    "body", [{"roles": ["admin"]}, {"email": "x@y.co"}, {"display_name": ""}, {"locale": "xx"}, {"market": 1}, []]
)
async def test_profile_refuses_what_is_not_its_own(api: httpx2.AsyncClient, body: Any) -> None:
    me = await person(api, "mei")
    before = (await api.get("/api/v1/me", headers=me.headers)).json()
    response = await api.patch("/api/v1/me", json=body, headers=me.headers)
    assert (response.status_code, response.json()["code"]) == (422, "invalid-input")
    assert (await api.get("/api/v1/me", headers=me.headers)).json() == before


async def test_guests_have_no_profile(api: httpx2.AsyncClient) -> None:
    for method, path in [("GET", "/api/v1/me"), ("PATCH", "/api/v1/me"), ("GET", "/api/v1/me/sessions"), ("GET", BOOK)]:
        response = await api.request(method, path, json={} if method == "PATCH" else None)
        assert (response.status_code, response.json()["code"]) == (401, "sign-in-required")


@pytest.mark.parametrize("form", [TAIPEI, BANGKOK])
async def test_address_is_kept(api: httpx2.AsyncClient, form: dict[str, str]) -> None:
    headers = await sign_up(api, "mei")
    created = await api.post(BOOK, json=form, headers=headers)
    assert created.status_code == 201
    body = created.json()
    assert body == {"subdistrict": None, "line2": None, **form, "id": body["id"]}
    listed = (await api.get(BOOK, headers=headers)).json()
    assert listed == {"items": [body], "next_cursor": None}


@pytest.mark.parametrize(
    "change",
    [
        {"postcode": "1061"},
        {"postcode": "10x"},
        {"country": "TH"},
        {"country": "JP"},
        {"phone": "12"},
        {"phone": "call me"},
        {"phone": "０９１２３４５６７８"},
        {"recipient": ""},
        {"recipient": "a\x00b"},
        {"line1": "x" * 201},
        {"city": None},
        {"user_id": "usr_1"},
    ],
)
async def test_malformed_address(api: httpx2.AsyncClient, change: dict[str, Any]) -> None:
    headers = await sign_up(api, "mei")
    response = await api.post(BOOK, json=TAIPEI | change, headers=headers)
    assert (response.status_code, response.json()["code"]) == (422, "invalid-input")
    assert (await api.get(BOOK, headers=headers)).json()["items"] == []


async def test_address_is_changed_field_by_field(api: httpx2.AsyncClient) -> None:
    headers = await sign_up(api, "mei")
    kept = (await api.post(BOOK, json=BANGKOK, headers=headers)).json()
    path = f"{BOOK}/{kept['id']}"
    changed = await api.patch(path, json={"recipient": "สมชาย", "line2": None}, headers=headers)
    assert (changed.status_code, changed.json()) == (200, kept | {"recipient": "สมชาย", "line2": None})
    assert (await api.get(BOOK, headers=headers)).json()["items"] == [changed.json()]
    for body in ({"recipient": None}, {"country": "TW", "postcode": "1"}, {"postcode": "106"}, {"id": "adr_1"}):
        response = await api.patch(path, json=body, headers=headers)
        assert (response.status_code, response.json()["code"]) == (422, "invalid-input")
        assert response.json()["errors"]
    assert (await api.get(BOOK, headers=headers)).json()["items"] == [changed.json()]


async def test_address_is_removed(api: httpx2.AsyncClient) -> None:
    headers = await sign_up(api, "mei")
    kept = (await api.post(BOOK, json=TAIPEI, headers=headers)).json()
    assert (await api.delete(f"{BOOK}/{kept['id']}", headers=headers)).status_code == 204
    assert (await api.delete(f"{BOOK}/{kept['id']}", headers=headers)).status_code == 404
    assert (await api.patch(f"{BOOK}/{kept['id']}", json={}, headers=headers)).status_code == 404


async def test_address_of_somebody_else_is_not_found(api: httpx2.AsyncClient, ctx: Context) -> None:
    mine, other = await person(api, "mei"), await person(api, "lin")
    kept = (await api.post(BOOK, json=TAIPEI, headers=mine.headers)).json()
    for path in (kept["id"], new_id("adr"), "x"):
        for method, body in (("PATCH", {"recipient": "x"}), ("DELETE", None)):
            response = await api.request(method, f"{BOOK}/{path}", json=body, headers=other.headers)
            assert (response.status_code, response.json()["code"]) == (404, "not-found")
    assert (await api.get(BOOK, headers=mine.headers)).json()["items"] == [kept]
    async with ctx.reader() as session:
        found = await address_of(session, mine.id, kept["id"])
        assert found is not None
        assert {"id": kept["id"], **found.as_json()} == kept
        assert await address_of(session, other.id, kept["id"]) is None
        assert await address_of(session, mine.id, "not an id") is None


async def test_book_has_an_end(api: httpx2.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nightmarket.modules.identity.service.keep_addresses.MAX_ADDRESSES", 2)
    assert MAX_ADDRESSES == 50
    headers = await sign_up(api, "mei")
    for _ in range(2):
        assert (await api.post(BOOK, json=TAIPEI, headers=headers)).status_code == 201
    refused = await api.post(BOOK, json=TAIPEI, headers=headers)
    assert (refused.status_code, refused.json()["code"], refused.json()["limit"]) == (409, "too-many-addresses", 2)


async def test_seeded_user_can_log_in(api: httpx2.AsyncClient, ctx: Context) -> None:
    new = NewUser(
        email=email_of("SEED"),
        password_hash=await hash_password(PASSWORD),
        display_name="Seed",
        locale="en",
        market="TH",
    )
    async with ctx.unit() as unit:
        user_id = await create_user(unit, new)
    headers = await log_in(api, "seed")
    assert (await api.get("/api/v1/me", headers=headers)).json()["id"] == user_id
    async with ctx.reader() as session:
        assert await users_by_id(session, [user_id, new_id("usr")]) == {
            user_id: UserCard(user_id, "Seed", signed_up_at=ctx.clock())
        }
        assert await users_by_id(session, []) == {}
        assert await user_id_of(session, email_of("Seed")) == user_id
        assert await user_id_of(session, "nonsense") is None


async def test_admin_is_made_once_and_for_known_addresses(api: httpx2.AsyncClient, ctx: Context) -> None:
    headers = await sign_up_admin(ctx, api)
    assert (await api.get("/api/v1/me", headers=headers)).json()["roles"] == ["buyer", "admin"]
    async with ctx.unit() as unit:
        assert await make_admin(unit, email_of("admin")) is not None
        assert await make_admin(unit, email_of("nobody")) is None
        assert await make_admin(unit, "nonsense") is None
    assert (await api.get("/api/v1/me", headers=headers)).json()["roles"] == ["buyer", "admin"]
