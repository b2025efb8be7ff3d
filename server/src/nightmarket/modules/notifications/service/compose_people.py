"""Shops, shows and accounts: what people are told of them."""

from nightmarket.modules.identity.public import people_by_id
from nightmarket.modules.notifications.service.telling import Asked, Telling, Words
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


async def security(asked: Asked) -> Telling | None:
    """Something happened to the account, by its owner or by somebody else."""
    person = (await people_by_id(asked.session, [asked.user_id])).get(asked.user_id)
    if person is None:
        return None
    what, detail = asked.facts["what"], asked.facts["detail"] or ""
    if what == "new-device":
        detail = device_words(detail)
    words: Words = {"detail": ["at", detail] if what == "deletion-planned" else detail}
    return Telling(words, "/account", person.market, what)


def device_words(user_agent: str) -> str:
    """A browser and its system in their own names, as people know them."""
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    return " · ".join(part for part in (browser, system) if part) or user_agent[:40] or "?"


_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Line/", "LINE"),
    ("FBAN", "Facebook"),
    ("FBAV", "Facebook"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
