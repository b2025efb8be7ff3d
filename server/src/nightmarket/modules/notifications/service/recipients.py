"""Where a person can be reached: the addresses they have, less those that are dead or that they have stopped."""

import hashlib
import hmac
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from nightmarket.kernel.context import Context
from nightmarket.kernel.security import derive_key
from nightmarket.modules.identity.public import PersonCard, people_by_id
from nightmarket.modules.notifications import repository
from nightmarket.modules.notifications.channels import Channel
from nightmarket.modules.notifications.policy import channels_of
from nightmarket.modules.notifications.ports import Senders


@dataclass(slots=True)
class Recipient:
    """A person with their living addresses and their choices."""

    person: PersonCard
    choices: dict[tuple[str, str], bool]
    addresses: dict[Channel, list[str]] = field(default_factory=lambda: defaultdict(list))

    def targets(self, kind: str) -> list[tuple[Channel, str]]:
        """Where this kind of news goes."""
        return [
            (channel, address)
            for channel in channels_of(kind, self.choices)
            for address in self.addresses.get(channel, [])
        ]


def address_hash(ctx: Context, address: str) -> bytes:
    """Under which an address is remembered when itself must not be."""
    return hmac.new(derive_key(ctx.secret, "message-address"), address.encode(), hashlib.sha256).digest()


async def recipients(session: AsyncSession, ctx: Context, user_ids: Collection[str]) -> dict[str, Recipient]:
    """People by id, with a fixed number of queries; unknown ids are left out."""
    people = await people_by_id(session, user_ids)
    if not people:
        return {}
    choices = await repository.choices_of(session, list(people))
    found = {user_id: Recipient(person, choices[user_id]) for user_id, person in people.items()}
    addresses: list[tuple[str, Channel, str]] = [
        (person.id, "email", person.email) for person in people.values() if person.email
    ]
    for contact in await repository.contacts_of(session, list(people)):
        if not contact.is_muted:
            addresses.append((contact.user_id, contact.channel, contact.address))
    for browser in await repository.subscriptions_of(session, list(people)):
        addresses.append((browser.user_id, "push", browser.id))
    hashes = {(channel, address): address_hash(ctx, address) for _, channel, address in addresses}
    dead = await repository.dead_among(session, [(channel, code) for (channel, _), code in hashes.items()])
    senders = ctx.port(Senders)
    for user_id, channel, address in addresses:
        if senders.get(channel) is not None and (channel, hashes[channel, address]) not in dead:
            found[user_id].addresses[channel].append(address)
    return found
