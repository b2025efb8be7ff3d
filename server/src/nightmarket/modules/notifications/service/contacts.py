"""Addresses besides the account's e-mail, proven before anything is sent there.

A phone repeats the code we sent it. A LINE account sends us the code that its owner reads in their account here.
"""

import hmac
import re
import secrets

from nightmarket.kernel.context import Context
from nightmarket.kernel.i18n import Market
from nightmarket.kernel.problems import InvalidInput
from nightmarket.kernel.security import token_hash
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity.public import PersonCard
from nightmarket.modules.notifications import repository
from nightmarket.modules.notifications.errors import ChannelOff, WrongCode
from nightmarket.modules.notifications.models import ContactCodeRow
from nightmarket.modules.notifications.policy import CODE_DIGITS, CODE_LIFETIME, CODE_TRIES, LINE_CODE_LIFETIME
from nightmarket.modules.notifications.ports import Senders
from nightmarket.modules.notifications.service.letters import Letter, send_letter
from nightmarket.modules.notifications.service.recipients import address_hash
from nightmarket.modules.notifications.service.render import known_locale

_COUNTRY = {"TW": "886", "TH": "66"}
_LINE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LINE_CODE = re.compile(rf"^\s*NM-?([{_LINE_ALPHABET}]{{8}})\s*$", re.IGNORECASE)


def international(phone: str, market: str) -> str:
    """A mobile number as services want it (E.164); a national one is of the market. InvalidInput when it is none."""
    digits = re.sub(r"\D", "", phone)
    if not phone.strip().startswith("+"):
        if not digits.startswith("0"):
            raise InvalidInput("The number must start with 0, or with + and the country.")
        digits = _COUNTRY[market] + digits[1:]
    elif digits.startswith(("8860", "660")):
        digits = re.sub(r"^(886|66)0", r"\1", digits)
    is_mobile = re.fullmatch(r"8869\d{8}|66[689]\d{8}", digits) or (
        not digits.startswith(("886", "66")) and re.fullmatch(r"[1-9]\d{7,14}", digits)
    )
    if not is_mobile:
        raise InvalidInput("Not a mobile number.")
    return f"+{digits}"


async def ask_phone(unit: Unit, ctx: Context, person: PersonCard, phone: str, market: Market | None) -> str:
    """Send a code to a phone; the number as it was understood."""
    number = international(phone, market or person.market)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    row = ContactCodeRow(
        user_id=person.id,
        channel="sms",
        address=number,
        code_hash=_hash(ctx, person.id, code),
        tries=0,
        expires_at=unit.now + CODE_LIFETIME,
    )
    await repository.set_code(unit, row)
    letter = Letter(
        channel="sms",
        to=number,
        kind="contact.code",
        words={"code": code, "minutes": int(CODE_LIFETIME.total_seconds() // 60)},
        locale=known_locale(person.locale, person.market),
        market=person.market,
        user_id=person.id,
        life=CODE_LIFETIME,
    )
    await send_letter(unit, ctx, letter)
    return number


async def prove_phone(ctx: Context, user_id: str, code: str) -> None:
    """The phone's owner has read the code. A wrong one is counted, whatever else becomes of the request."""
    if not await ctx.transact(lambda unit: repository.count_try(unit, user_id, "sms", CODE_TRIES)):
        raise WrongCode

    async def work(unit: Unit) -> None:
        row = await repository.code_of(unit.session, user_id, "sms")
        if row is None or row.address is None or row.expires_at <= unit.now:
            raise WrongCode
        if not hmac.compare_digest(bytes(row.code_hash), _hash(ctx, user_id, code)):
            raise WrongCode
        await repository.drop_code(unit, user_id, "sms")
        await repository.set_contact(unit, user_id, "sms", row.address)
        await repository.unbury(unit, "sms", address_hash(ctx, row.address))

    await ctx.transact(work)


async def offer_line_code(unit: Unit, ctx: Context, user_id: str) -> tuple[str, ContactCodeRow]:
    """A code to be sent to our LINE account."""
    if ctx.port(Senders).get("line") is None:
        raise ChannelOff
    code = "".join(secrets.choice(_LINE_ALPHABET) for _ in range(8))
    row = ContactCodeRow(
        user_id=user_id,
        channel="line",
        address=None,
        code_hash=_hash(ctx, "line", code),
        tries=0,
        expires_at=unit.now + LINE_CODE_LIFETIME,
    )
    await repository.set_code(unit, row)
    return f"NM-{code}", row


async def take_line_code(unit: Unit, ctx: Context, text: str, line_user_id: str) -> str | None:
    """Somebody wrote to our LINE account. Whose account here it is from now on; None when it was no good code."""
    found = _LINE_CODE.match(text)
    if found is None:
        return None
    row = await repository.code_by_hash(unit.session, "line", _hash(ctx, "line", found[1].upper()))
    if row is None or row.expires_at <= unit.now:
        return None
    await repository.drop_code(unit, row.user_id, "line")
    await repository.set_contact(unit, row.user_id, "line", line_user_id)
    await repository.unbury(unit, "line", address_hash(ctx, line_user_id))
    return row.user_id


def looks_like_line_code(text: str) -> bool:
    """Whether a message is meant to link an account."""
    return _LINE_CODE.match(text) is not None


def _hash(ctx: Context, who: str, code: str) -> bytes:
    return token_hash(ctx.secret, f"contact/{who}/{code}")
