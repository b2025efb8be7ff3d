"""Which pages this installation speaks for, and why not."""

from dataclasses import dataclass

from pydantic import SecretStr

from nightmarket.kernel.settings import Settings


@dataclass(frozen=True, slots=True)
class Page:
    """A Facebook page of a shop."""

    id: str
    shop: str
    """The shop's address name."""
    token: SecretStr
    app_secret: SecretStr


def pages_of(settings: Settings) -> dict[str, Page]:
    """By id; none while the adapter is off."""
    facebook = settings.facebook
    if why_off(settings) is not None or facebook.app_secret is None:
        return {}
    return {
        page_id: Page(page_id, page.shop, page.token, facebook.app_secret) for page_id, page in facebook.pages.items()
    }


def why_off(settings: Settings) -> str | None:
    """What is missing for comments of Facebook pages to come in; None when nothing is.

    Empty is missing: anybody could sign with an empty secret, and know an empty token.
    """
    facebook = settings.facebook
    if not facebook.app_secret:
        return "NIGHTMARKET_FACEBOOK__APP_SECRET is not set"
    if not facebook.verify_token:
        return "NIGHTMARKET_FACEBOOK__VERIFY_TOKEN is not set"
    if not facebook.pages:
        return "NIGHTMARKET_FACEBOOK__PAGES names no page"
    if settings.http.public_url is None:
        return "NIGHTMARKET_HTTP__PUBLIC_URL is not set, so replies could not link here"
    return None
