"""Passkeys (WebAuthn): registered by their owner, used to log in and to confirm that it is them.

The challenge is the hash of a ticket's token: the ticket makes it single-use and short-lived, and nothing is kept. A
passkey counts as two factors, so the device has to verify its user each time.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from nightmarket.kernel.context import Context
from nightmarket.kernel.ids import id_to_bytes, new_id
from nightmarket.kernel.problems import Conflict, NotFound, SignInRequired
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity import factor_repository as factors
from nightmarket.modules.identity import repository
from nightmarket.modules.identity.errors import (
    ChallengeOver,
    LastWayIn,
    LinkInvalid,
    TooManyPasskeys,
    WrongFactor,
)
from nightmarket.modules.identity.events import SecurityNotice
from nightmarket.modules.identity.models import Passkey, User
from nightmarket.modules.identity.service import tickets

RP_NAME: Final = "Nightmarket"
MOST_PASSKEYS: Final = 20
_VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True)
class Party:
    """Who we are to a browser: our domain, and the pages that may speak for it."""

    rp_id: str
    origins: list[str]


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a browser is asked, and the token that comes back with its answer."""

    token: str
    options: dict[str, Any]


async def ask_to_register(ctx: Context, party: Party, user_id: str) -> Challenge:
    """What the browser needs to make a passkey."""
    async with ctx.reader() as session:
        user = await repository.user(session, user_id)
        known = await factors.passkeys(session, user_id)
    if user is None:
        raise SignInRequired
    if len(known) >= MOST_PASSKEYS:
        raise TooManyPasskeys(limit=MOST_PASSKEYS)
    token = await _ticket(ctx, tickets.NEW_PASSKEY, user_id)
    options = generate_registration_options(
        rp_id=party.rp_id,
        rp_name=RP_NAME,
        user_id=id_to_bytes("usr", user.id),
        user_name=user.email or user.display_name,
        user_display_name=user.display_name,
        challenge=_challenge(token),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in known],
    )
    return Challenge(token, options_to_json_dict(options))


async def register(
    ctx: Context, party: Party, user_id: str, *, token: str, credential: dict[str, Any], name: str
) -> Passkey:
    """Keep a passkey that the browser has made."""
    ticket_owner = await _spend(ctx, tickets.NEW_PASSKEY, token)
    if ticket_owner != user_id:
        raise ChallengeOver
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=_challenge(token),
            expected_rp_id=party.rp_id,
            expected_origin=party.origins,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise WrongFactor from error

    async def attempt(unit: Unit) -> Passkey:
        row = Passkey(
            id=new_id("psk"),
            user_id=user_id,
            credential_hash=_hash(made.credential_id),
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            sign_count=made.sign_count,
            is_synced=made.credential_backed_up,
            aaguid=made.aaguid,
            name=name,
            created_at=unit.now,
        )
        if not await unit.add_new(row):
            raise Conflict
        unit.announce(SecurityNotice(user_id, "passkey-added", unit.now.isoformat(), name))
        return row

    return await ctx.transact(attempt)


async def ask_to_prove(ctx: Context, party: Party) -> Challenge:
    """What the browser needs to use a passkey of whoever sits there."""
    token = await _ticket(ctx, tickets.PASSKEY, None)
    options = generate_authentication_options(
        rp_id=party.rp_id, challenge=_challenge(token), user_verification=_VERIFIED
    )
    return Challenge(token, options_to_json_dict(options))


async def prove(ctx: Context, party: Party, *, token: str, credential: dict[str, Any]) -> User:
    """Whose passkey has signed the challenge. The challenge is spent, whatever comes of it."""
    await _spend(ctx, tickets.PASSKEY, token)
    try:
        credential_id = base64url_to_bytes(str(credential["rawId"]))
        handle = credential["response"].get("userHandle")
        async with ctx.reader() as session:
            passkey = await factors.passkey_by_hash(session, _hash(credential_id))
        if passkey is None or (
            handle is not None and base64url_to_bytes(str(handle)) != id_to_bytes("usr", passkey.user_id)
        ):
            raise WrongFactor
        used = verify_authentication_response(
            credential=credential,
            expected_challenge=_challenge(token),
            expected_rp_id=party.rp_id,
            expected_origin=party.origins,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WrongFactor from error

    async def attempt(unit: Unit) -> User:
        if not await factors.use_passkey(unit, passkey, used.new_sign_count):
            raise WrongFactor
        user = await repository.user(unit.session, passkey.user_id)
        if user is None:
            raise WrongFactor
        return user

    return await ctx.transact(attempt)


async def remove(ctx: Context, user_id: str, passkey_id: str) -> None:
    """Forget a passkey; never the last way in."""

    async def attempt(unit: Unit) -> None:
        user = await repository.user(unit.session, user_id)
        known = await factors.passkeys(unit.session, user_id)
        found = next((one for one in known if one.id == passkey_id), None)
        if user is None or found is None:
            raise NotFound
        if user.password_hash is None and len(known) == 1:
            raise LastWayIn
        await factors.remove_passkey(unit, user_id, passkey_id)
        unit.announce(SecurityNotice(user_id, "passkey-removed", unit.now.isoformat(), found.name))

    await ctx.transact(attempt)


async def _ticket(ctx: Context, purpose: str, user_id: str | None) -> str:
    ticket = await ctx.transact(lambda unit: tickets.issue(unit, purpose, user_id=user_id))
    return tickets.token_of(ctx, ticket)


async def _spend(ctx: Context, purpose: str, token: str) -> str | None:
    try:
        return (await ctx.transact(lambda unit: tickets.spend(unit, ctx, purpose, token))).user_id
    except LinkInvalid as error:
        raise ChallengeOver from error


def _challenge(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _hash(credential_id: bytes) -> bytes:
    return hashlib.sha256(credential_id).digest()
