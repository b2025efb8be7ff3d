"""A user keeps an address book."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.ids import new_id
from nightmarket.kernel.problems import NotFound
from nightmarket.kernel.unit import Unit
from nightmarket.modules.identity import repository
from nightmarket.modules.identity.errors import TooManyAddresses
from nightmarket.modules.identity.models import AddressRow

MAX_ADDRESSES = 50


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes."""

    recipient: str
    phone: str
    country: str
    postcode: str
    city: str
    district: str
    subdistrict: str | None
    line1: str
    line2: str | None

    def as_json(self) -> dict[str, str | None]:
        """The fields as they are stored with an order and sent to clients."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class KeptAddress:
    """An address with its place in the book."""

    id: str
    address: Address


async def addresses_of(session: AsyncSession, user_id: str) -> list[KeptAddress]:
    """The user's address book, newest first."""
    return [_kept(row) for row in await repository.addresses(session, user_id)]


async def find_address(session: AsyncSession, user_id: str, address_id: str) -> KeptAddress | None:
    """One address of this user's book."""
    row = await repository.address(session, user_id, address_id)
    return _kept(row) if row else None


async def add_address(unit: Unit, user_id: str, address: Address) -> KeptAddress:
    """Put an address into the book."""
    if await repository.address_count(unit.session, user_id) >= MAX_ADDRESSES:
        raise TooManyAddresses(limit=MAX_ADDRESSES)
    row = AddressRow(id=new_id("adr"), user_id=user_id, created_at=unit.now, **address.as_json())
    await unit.add(row)
    return KeptAddress(row.id, address)


async def change_address(unit: Unit, user_id: str, address_id: str, address: Address) -> KeptAddress:
    """Replace an address in the book; orders keep the one they were made with."""
    if not await repository.set_address(unit, user_id, address_id, address.as_json()):
        raise NotFound
    return KeptAddress(address_id, address)


async def remove_address(unit: Unit, user_id: str, address_id: str) -> None:
    """Take an address out of the book."""
    if not await repository.remove_address(unit, user_id, address_id):
        raise NotFound


def _kept(row: AddressRow) -> KeptAddress:
    address = Address(
        recipient=row.recipient,
        phone=row.phone,
        country=row.country,
        postcode=row.postcode,
        city=row.city,
        district=row.district,
        subdistrict=row.subdistrict,
        line1=row.line1,
        line2=row.line2,
    )
    return KeptAddress(row.id, address)
