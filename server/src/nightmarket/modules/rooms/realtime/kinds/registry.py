"""Every kind of frame, in both directions: the one table that code, contract, documents and tests are made from."""

import enum
from collections.abc import Mapping
from typing import Final, NamedTuple

from nightmarket.modules.rooms.realtime.kinds import audience, buyer, chat, client, goods, rules, show, signals
from nightmarket.modules.rooms.realtime.kinds.base import ClientData, FrameClass, ServerData


class Direction(enum.StrEnum):
    """Who speaks."""

    SERVER = "server"
    CLIENT = "client"


class Kind(NamedTuple):
    """One kind in one direction. What a client asks has no class: it is answered, not passed on."""

    name: str
    direction: Direction
    klass: FrameClass | None
    shape: type[ServerData] | type[ClientData]


_FROM_SERVER: Final[tuple[type[ServerData], ...]] = (
    show.RoomState,
    show.Resync,
    show.StreamStatus,
    show.RoomHealth,
    chat.ChatMessage,
    chat.ChatDeleted,
    chat.MessagePinned,
    chat.Announcement,
    goods.SpotlightProduct,
    goods.ItemUpdated,
    goods.StockChanged,
    goods.RepairChanged,
    audience.ViewerCount,
    audience.Reaction,
    audience.Joined,
    audience.Sold,
    rules.SlowMode,
    rules.PublicRules,
    rules.Muted,
    buyer.ClaimResult,
    buyer.OrderUpdated,
    buyer.Cart,
    buyer.QueuePosition,
    buyer.PrivateReply,
    signals.WebrtcOffer,
    signals.WebrtcAnswer,
    signals.WebrtcIceCandidate,
)

_FROM_CLIENT: Final[tuple[type[ClientData], ...]] = (
    client.JoinRoom,
    client.LeaveRoom,
    client.ChatText,
    client.SendReaction,
    client.Spotlight,
    client.JoinQueue,
    client.SendOffer,
    client.SendAnswer,
    client.SendIceCandidate,
)

SERVER_KINDS: Final[Mapping[str, type[ServerData]]] = {shape.kind: shape for shape in _FROM_SERVER}
CLIENT_KINDS: Final[Mapping[str, type[ClientData]]] = {shape.kind: shape for shape in _FROM_CLIENT}

REGISTRY: Final[tuple[Kind, ...]] = (
    *(Kind(shape.kind, Direction.SERVER, shape.klass, shape) for shape in _FROM_SERVER),
    *(Kind(shape.kind, Direction.CLIENT, None, shape) for shape in _FROM_CLIENT),
)
