"""Background work of shows."""

from nightmarket.kernel.context import Context
from nightmarket.kernel.jobs import periodic
from nightmarket.modules.streams.service import end_stream, tell_provider
from nightmarket.modules.streams.service.tell_provider import (
    end_media,
    forget_media,
    kick_publisher,
    prepare_media,
    protect_media,
    release_media,
)

__all__ = [
    "close_forgotten",
    "end_abandoned",
    "end_media",
    "forget_media",
    "kick_publisher",
    "prepare_media",
    "protect_media",
    "release_media",
]


@periodic("streams.end_abandoned.v1", queue="realtime", every=60)
async def end_abandoned(ctx: Context) -> None:
    """End shows nobody has sent a picture to for half an hour."""
    await end_stream.end_abandoned(ctx)


@periodic("streams.close_forgotten.v1", queue="bulk", every=300)
async def close_forgotten(ctx: Context) -> None:
    """Close ended shows the provider has not heard about."""
    await tell_provider.close_forgotten(ctx)
