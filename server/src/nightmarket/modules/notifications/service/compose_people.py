"""Shops, shows and accounts: what people are told of them."""

from nightmarket.modules.notifications.service.telling import Asked, Telling
from nightmarket.modules.shops.public import shop_card
from nightmarket.modules.streams.public import ON_AIR, is_open_to_all, stream_view


async def of_shop(asked: Asked) -> Telling | None:
    """The shop will not, or will again, sell to the person."""
    shop = await shop_card(asked.session, asked.facts["shop_id"])
    return None if shop is None else Telling({"shop": shop.name}, f"/shops/{shop.slug}", shop.market)


async def appeal_answered(asked: Asked) -> Telling | None:
    """The shop has thought again."""
    shop = await shop_card(asked.session, asked.facts["shop_id"])
    if shop is None:
        return None
    variant = "accepted" if asked.facts["is_accepted"] else "declined"
    return Telling({"shop": shop.name}, f"/shops/{shop.slug}", shop.market, variant)


async def appeal_made(asked: Asked) -> Telling | None:
    """To the shop: a buyer asks to think again."""
    shop = await shop_card(asked.session, asked.facts["shop_id"])
    return None if shop is None else Telling({"shop": shop.name}, f"/studio/{shop.slug}/buyers", shop.market)


async def show_started(asked: Asked) -> Telling | None:
    """A shop the person follows is on the air. Late is of no use."""
    show = await stream_view(asked.session, asked.facts["stream_id"])
    if show is None or show.state not in ON_AIR or not is_open_to_all(show):
        return None
    shop = await shop_card(asked.session, show.shop_id)
    if shop is None:
        return None
    return Telling({"shop": shop.name, "show": show.title}, f"/live/{show.id}", shop.market)


async def session_stolen(asked: Asked) -> Telling | None:
    """Somebody used an old key of a log-in; the log-in was ended."""
    return Telling({}, "/account", str(asked.facts.get("market", "TW")))
