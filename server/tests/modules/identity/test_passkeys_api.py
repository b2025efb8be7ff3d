"""Passkeys: made, used to log in and to step up, removed; and what a forged one meets."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest

from nightmarket.kernel.context import Context
from support.accounts import PASSWORD, email_of, register, sign_up
from support.authenticator import Authenticator
from support.clock import FrozenClock
from support.letters import notices
from support.second_factor import add_passkey, add_totp, answered, code_of

PASSKEYS = "/api/v1/me/passkeys"
STEP_UP = "/api/v1/me/step-up"


async def come_in(api: httpx2.AsyncClient, body: dict[str, Any]) -> httpx2.Response:
    response = await api.post("/api/v1/auth/passkeys", json=body)
    api.cookies.clear()
    return response


def refusal(response: httpx2.Response) -> tuple[int, Any]:
    return response.status_code, response.json().get("code")


async def native(api: httpx2.AsyncClient) -> tuple[dict[str, str], str]:
    """The headers of a new account, and the token that renews them."""
    body = (await register(api, "mei", headers={"Nightmarket-Client": "native"})).json()
    return {"Authorization": f"Bearer {body['access_token']}"}, body["refresh_token"]


async def renewed(api: httpx2.AsyncClient, token: str) -> dict[str, str]:
    """Fresh headers of the same session."""
    response = await api.post("/api/v1/auth/refresh", json={"refresh_token": token})
    return {"Authorization": f"Bearer {response.json()['access_token']}"}


async def test_passkey_logs_in_without_a_code(api: httpx2.AsyncClient, ctx: Context) -> None:
    headers = await sign_up(api, "mei")
    await add_totp(api, ctx, headers)
    phone = Authenticator()
    made = await add_passkey(api, headers, phone, "  Mei's phone ")
    assert (made.status_code, made.json()["name"], made.json()["synced"]) == (201, "Mei's phone", False)
    body = await answered(api, phone)
    response = await come_in(api, body)
    assert response.status_code == 200
    assert response.json()["user"]["email"] == email_of("mei")
    assert refusal(await come_in(api, body)) == (410, "challenge-over")
    (kept,) = (await api.get(PASSKEYS, headers=headers)).json()["items"]
    assert kept["last_used_at"] is not None
    assert await notices(ctx) == ["totp-on", "passkey-added"]


async def test_options_ask_for_what_we_need(api: httpx2.AsyncClient) -> None:
    headers = await sign_up(api, "mei")
    phone = Authenticator()
    await add_passkey(api, headers, phone)
    options = (await api.post(f"{PASSKEYS}/new/options", headers=headers)).json()["options"]
    assert options["rp"] == {"id": "nightmarket.test", "name": "Nightmarket"}
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert len(options["excludeCredentials"]) == 1
    assert email_of("mei") not in str(options["user"]["id"])
    asked = (await api.post("/api/v1/auth/passkeys/options")).json()["options"]
    assert (asked["rpId"], asked["userVerification"], asked.get("allowCredentials", [])) == (
        "nightmarket.test",
        "required",
        [],
    )


def _other_origin(phone: Authenticator) -> None:
    phone.origin = "http://nightmarket.test.evil.example"


def _unverified(phone: Authenticator) -> None:
    phone.verifies = False


def _other_key(phone: Authenticator) -> None:
    phone.key = Authenticator().key


def _unknown(phone: Authenticator) -> None:
    phone.credential_id = b"nobody knows this one"


def _other_person(phone: Authenticator) -> None:
    phone.user_handle = bytes(16)


@pytest.mark.parametrize("change", [_other_origin, _unverified, _other_key, _unknown, _other_person])
async def test_forged_answers(api: httpx2.AsyncClient, change: Callable[[Authenticator], None]) -> None:
    phone = Authenticator()
    await add_passkey(api, await sign_up(api, "mei"), phone)
    change(phone)
    assert refusal(await come_in(api, await answered(api, phone))) == (403, "wrong-factor")


@pytest.mark.parametrize("change", [_other_origin, _unverified])
async def test_forged_registrations(api: httpx2.AsyncClient, change: Callable[[Authenticator], None]) -> None:
    phone = Authenticator()
    change(phone)
    headers = await sign_up(api, "mei")
    assert refusal(await add_passkey(api, headers, phone)) == (403, "wrong-factor")
    assert (await api.get(PASSKEYS, headers=headers)).json()["items"] == []


@pytest.mark.parametrize(
    "credential", [{}, {"rawId": "x"}, {"rawId": 5, "response": []}, {"rawId": "eA", "response": {}}]
)
async def test_malformed_answers(api: httpx2.AsyncClient, credential: dict[str, Any]) -> None:
    asked = (await api.post("/api/v1/auth/passkeys/options")).json()
    response = await come_in(api, {"challenge": asked["challenge"], "credential": credential})
    assert refusal(response) == (403, "wrong-factor")


async def test_challenges_cannot_be_swapped(api: httpx2.AsyncClient) -> None:
    phone = Authenticator()
    mei, lin = await sign_up(api, "mei"), await sign_up(api, "lin")
    await add_passkey(api, mei, phone)
    first, second = await answered(api, phone), await answered(api, phone)
    mixed = {"challenge": first["challenge"], "credential": second["credential"]}
    assert refusal(await come_in(api, mixed)) == (403, "wrong-factor")
    asked = (await api.post(f"{PASSKEYS}/new/options", headers=mei)).json()
    body = {"challenge": asked["challenge"], "credential": Authenticator().create(asked["options"]), "name": "x"}
    assert refusal(await api.post(PASSKEYS, json=body, headers=lin)) == (410, "challenge-over")


async def test_a_copied_passkey_is_noticed_by_its_counter(api: httpx2.AsyncClient) -> None:
    phone = Authenticator(sign_count=7)
    await add_passkey(api, await sign_up(api, "mei"), phone)
    phone.sign_count = 8
    assert (await come_in(api, await answered(api, phone))).status_code == 200
    phone.sign_count = 5
    assert refusal(await come_in(api, await answered(api, phone))) == (403, "wrong-factor")


async def test_passkey_is_registered_once_and_removed_by_its_owner(api: httpx2.AsyncClient, ctx: Context) -> None:
    phone = Authenticator()
    mei, lin = await sign_up(api, "mei"), await sign_up(api, "lin")
    made = (await add_passkey(api, mei, phone)).json()
    assert refusal(await add_passkey(api, lin, phone)) == (409, "conflict")
    assert (await api.delete(f"{PASSKEYS}/{made['id']}", headers=lin)).status_code == 404
    assert (await api.delete(f"{PASSKEYS}/{made['id']}", headers=mei)).status_code == 204
    assert refusal(await come_in(api, await answered(api, phone))) == (403, "wrong-factor")
    assert await notices(ctx) == ["passkey-added", "passkey-removed"]


async def test_what_needs_a_fresh_proof(api: httpx2.AsyncClient, clock: FrozenClock) -> None:
    headers, refresh = await native(api)
    clock.advance(minutes=10)
    for method, path in (
        ("POST", "/api/v1/me/totp"),
        ("DELETE", "/api/v1/me/totp"),
        ("POST", "/api/v1/me/recovery-codes"),
        ("POST", f"{PASSKEYS}/new/options"),
    ):
        refused = await api.request(method, path, headers=headers)
        assert refusal(refused) == (403, "step-up-required")
        assert refused.json()["methods"] == ["password"]
    wrong = await api.post(STEP_UP, json={"password": "wrong"}, headers=headers)
    assert refusal(wrong) == (403, "wrong-password")
    assert refusal(await api.post(STEP_UP, json={}, headers=headers)) == (403, "step-up-required")
    assert (await api.post(STEP_UP, json={"password": PASSWORD}, headers=headers)).status_code == 204
    assert (await api.post(f"{PASSKEYS}/new/options", headers=headers)).status_code == 200
    clock.advance(minutes=10)
    headers = await renewed(api, refresh)
    assert refusal(await api.post(f"{PASSKEYS}/new/options", headers=headers)) == (403, "step-up-required")


async def test_step_up_by_code_or_passkey(api: httpx2.AsyncClient, ctx: Context, clock: FrozenClock) -> None:
    headers, refresh = await native(api)
    secret, _ = await add_totp(api, ctx, headers)
    phone, stranger = Authenticator(), Authenticator()
    await add_passkey(api, headers, phone)
    await add_passkey(api, await sign_up(api, "lin"), stranger)
    clock.advance(minutes=10)
    refused = await api.post(STEP_UP, json={"password": PASSWORD}, headers=headers)
    assert (refusal(refused), refused.json()["methods"]) == ((403, "step-up-required"), ["code", "passkey"])
    foreign = await api.post(STEP_UP, json=await answered(api, stranger), headers=headers)
    assert refusal(foreign) == (403, "wrong-factor")
    assert (await api.post(STEP_UP, json={"code": code_of(ctx, secret)}, headers=headers)).status_code == 204
    clock.advance(minutes=10)
    headers = await renewed(api, refresh)
    assert (await api.post(STEP_UP, json=await answered(api, phone), headers=headers)).status_code == 204
    assert (await api.delete("/api/v1/me/totp", headers=headers)).status_code == 204
