"""Who carries a show: chosen when it is planned, changed when it moves."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.settings import Settings
from nightmarket.modules.streams.errors import StreamProviderOff
from nightmarket.modules.streams.models import Stream
from nightmarket.modules.streams.ports import ShowFacts, StreamProvider, VideoServices
from nightmarket.modules.streams.service.check_access import is_protected
from nightmarket.modules.streams.states import EMBEDDED, ProviderName


def provider_named(ctx: Context, name: ProviderName) -> StreamProvider:
    """The provider of this name; StreamProviderOff where it is not set up."""
    if name == EMBEDDED:
        return ctx.port(StreamProvider)
    service = ctx.port(VideoServices).get(name)
    if service is None:
        raise StreamProviderOff
    return service


def provider_of(ctx: Context, stream: Stream) -> StreamProvider:
    """Who carries this show now."""
    return provider_named(ctx, stream.provider)


def usual_provider(settings: Settings, shop_slug: str) -> ProviderName:
    """Who carries the shows of a shop where nothing else is asked for."""
    return settings.stream.shops.get(shop_slug, settings.stream.provider)


def facts_of(stream: Stream) -> ShowFacts:
    """What providers are told of a show."""
    return ShowFacts(stream.id, stream.shop_id, stream.title, is_protected(stream), stream.is_private)
