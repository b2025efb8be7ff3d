"""What Cloudflare says about an input at this moment, asked in two ways; webhooks are never believed alone."""

from dataclasses import dataclass
from typing import Any

from nightmarket.integrations.cloudflare.client import CloudflareClient, NotThere
from nightmarket.kernel.problems import Problem

_ON = {"connected", "reconnected"}


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a picture arrives, and of which video it is part."""

    is_live: bool
    video_uid: str | None = None


async def look_up(client: CloudflareClient, input_uid: str) -> Standing:
    """The playback host first, which has no limit; if it is silent, the API. Raises when neither answers."""
    try:
        said = await client.look(f"/{input_uid}/lifecycle")
        if isinstance(said, dict) and isinstance(said.get("live"), bool):
            video = said.get("videoUID")
            return Standing(said["live"], video if isinstance(video, str) and video else None)
    except (Problem, NotThere):
        pass
    try:
        found = await client.call("GET", f"/live_inputs/{input_uid}")
    except NotThere:
        return Standing(is_live=False)
    return Standing(is_live=isinstance(found, dict) and input_state(found.get("status")) in _ON)


async def look_up_viewers(client: CloudflareClient, input_uid: str) -> int:
    """How many watch by HLS and DASH; WebRTC viewers are not counted."""
    said = await client.look(f"/{input_uid}/views")
    viewers = said.get("liveViewers") if isinstance(said, dict) else None
    return viewers if isinstance(viewers, int) and 0 <= viewers < 10**9 else 0


def input_state(status: Any) -> str | None:
    """The state in a live input's `status`: null before the first connection, a word, or an object around one."""
    if isinstance(status, dict):
        current = status.get("current")
        status = current.get("state") if isinstance(current, dict) else None
    return status if isinstance(status, str) else None
