"""HTTP shapes of shows, line-ups and playback."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from nightmarket.kernel.i18n import Locale
from nightmarket.kernel.ids import IdShape
from nightmarket.kernel.money import MoneyModel
from nightmarket.kernel.paging import MAX_PAGE
from nightmarket.kernel.text import Line, Prose
from nightmarket.modules.streams.models import CODE_LENGTH
from nightmarket.modules.streams.service.change_line_up import NewItem
from nightmarket.modules.streams.service.create_stream import PlanStream
from nightmarket.modules.streams.service.list_streams import StreamFilter
from nightmarket.modules.streams.states import ClaimsFor, ItemMode, ProviderName, StreamState

MAX_UNITS = 1_000_000
_CODE = rf"^[A-Za-z0-9\u0E00-\u0E7F\u4E00-\u9FFF-]{{1,{CODE_LENGTH}}}$"


def _upper(value: object) -> object:
    return value.strip().upper() if isinstance(value, str) else value


Code = Annotated[str, Field(pattern=_CODE, min_length=1, max_length=CODE_LENGTH), BeforeValidator(_upper)]
Title = Annotated[str, Line(120)]
Description = Annotated[str, Prose(5000)]
Limit = Annotated[int, Field(ge=1, le=MAX_UNITS, strict=True)]
Cap = Annotated[int, Field(ge=0, le=MAX_UNITS, strict=True)]


ViewerLimit = Annotated[
    int, Field(ge=1, le=MAX_UNITS, strict=True, description="People the room holds besides the shop's own.")
]


HoldSeconds = Annotated[
    int,
    Field(
        ge=30, le=7 * 86_400, strict=True, description="How long a claim of this show is held; null: as the shop says."
    ),
]
ShowLimit = Annotated[
    int,
    Field(ge=1, le=MAX_UNITS, strict=True, description="Units one buyer may claim in this show; null: no limit."),
]
WhoClaims = Annotated[
    ClaimsFor,
    Field(description="Whose claims are taken: `members` are the people of the shop, `followers` include them."),
]
Private = Annotated[bool, Field(strict=True, description="Only the people of the shop see the show: for practice.")]
Mode = Annotated[ItemMode, Field(description="`turn`: only the buyer whose turn it is in the room's line may claim.")]
FirstPaid = Annotated[bool, Field(strict=True, description="Claims hold nothing: the units go to whoever pays first.")]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class StreamQuery(BaseModel):
    """Which shows to list."""

    state: StreamState | None = None
    shop: Annotated[str | None, Field(max_length=64, description="Id or slug of a shop.")] = None
    cursor: Annotated[str | None, Field(max_length=400)] = None
    limit: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 20

    def filter(self) -> StreamFilter:
        """The command."""
        return StreamFilter(**dict(self))


class StreamIn(_In):
    """A new show. With a date it is scheduled at once, without one it is a draft."""

    shop_id: Annotated[str, IdShape("shp")]
    title: Title
    description: Description = ""
    scheduled_at: AwareDatetime | None = None
    language: Locale | None = None
    auto_start: bool = True
    viewer_limit: ViewerLimit | None = None
    hold_seconds: HoldSeconds | None = None
    claims_for: WhoClaims = "everyone"
    limit_per_buyer_show: ShowLimit | None = None
    is_private: Private = False
    provider: ProviderName | None = Field(default=None, description="Who carries the picture; null: as usual here.")

    def plan(self) -> PlanStream:
        """The command."""
        return PlanStream(**dict(self))


class StreamPatch(_In):
    """Fields to change; `scheduled_at: null` takes the date away, `viewer_limit: null` opens the room to all."""

    title: Title | None = None
    description: Description | None = None
    scheduled_at: AwareDatetime | None = None
    language: Locale | None = None
    auto_start: bool | None = None
    viewer_limit: ViewerLimit | None = None
    hold_seconds: HoldSeconds | None = None
    claims_for: WhoClaims | None = None
    limit_per_buyer_show: ShowLimit | None = None
    is_private: Private | None = None

    @model_validator(mode="after")
    def _some_cannot_be_null(self) -> Self:
        for name in ("title", "description", "auto_start", "claims_for", "is_private"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"{name} must not be null")
        return self

    def changes(self) -> dict[str, Any]:
        """What was named."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class ItemIn(_In):
    """A product for the line-up. Without a code it gets the next of A1, A2 …; `stock` is what the show may sell."""

    product_id: Annotated[str, IdShape("prd")]
    code: Code | None = None
    live_price: MoneyModel | None = None
    limit_per_buyer: Limit | None = None
    stock: Cap | None = None
    mode: Mode = "stock"
    first_paid: FirstPaid = False

    def new_item(self) -> NewItem:
        """The command."""
        return NewItem(
            product_id=self.product_id,
            code=self.code,
            live_price=None if self.live_price is None else self.live_price.money(),
            limit_per_buyer=self.limit_per_buyer,
            stock_cap=self.stock,
            mode=self.mode,
            is_first_paid=self.first_paid,
        )


class ItemPatch(_In):
    """Fields to change; null takes a price, limit or cap away."""

    code: Code | None = None
    live_price: MoneyModel | None = None
    limit_per_buyer: Limit | None = None
    stock: Cap | None = None
    mode: Mode | None = None
    first_paid: FirstPaid | None = None

    @model_validator(mode="after")
    def _some_cannot_be_null(self) -> Self:
        for name in ("code", "mode", "first_paid"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"{name} must not be null")
        return self

    def changes(self) -> dict[str, Any]:
        """What was named, in the words of the domain."""
        named: dict[str, Any] = {name: getattr(self, name) for name in self.model_fields_set}
        if "stock" in named:
            named["stock_cap"] = named.pop("stock")
        if "first_paid" in named:
            named["is_first_paid"] = named.pop("first_paid")
        if self.live_price is not None:
            named["live_price"] = self.live_price.money()
        return named


class StreamShop(BaseModel):
    """The shop of a show."""

    id: str
    name: str
    slug: str
    market: str
    currency: str


class StreamHost(BaseModel):
    """Who planned the show."""

    id: str
    name: str


class StreamOut(BaseModel):
    """A show. `state` is `interrupted` while the encoder is away for a moment: the show goes on."""

    id: str
    shop_id: str
    shop: StreamShop | None
    host: StreamHost | None
    title: str
    description: str
    language: str | None
    state: StreamState
    is_live: bool
    auto_start: bool
    is_private: bool = Field(description="Whether only the people of the shop see the show.")
    has_signal: bool = Field(description="Whether a picture arrives from the encoder now.")
    has_recording: bool = Field(description="Whether there is a replay to watch.")
    provider: ProviderName = Field(description="Who carries the picture.")
    scheduled_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    viewers: int
    viewer_limit: int | None = Field(description="How many people the room holds; null: as many as come.")
    hold_seconds: int | None = Field(description="How long a claim is held; null: as the shop says.")
    claims_for: ClaimsFor
    limit_per_buyer_show: int | None = Field(description="Units one buyer may claim in the show; null: no limit.")
    item_count: int
    poster: str | None


class ItemImage(BaseModel):
    """A picture of a product in several widths."""

    id: str
    url: str
    sizes: dict[str, str]


class ItemVariant(BaseModel):
    """A variant of a product in the line-up; `price` is the ordinary one."""

    id: str
    sku: str | None
    options: dict[str, str]
    price: MoneyModel
    available: int


class ItemProduct(BaseModel):
    """The product of an item, as the catalog shows it."""

    model_config = ConfigDict(extra="allow")

    id: str
    shop_id: str
    title: str
    description: str
    category: str | None
    status: str
    images: list[ItemImage]
    variants: list[ItemVariant]


class ItemOut(BaseModel):
    """A line of the line-up. `available` is what a buyer can claim of all variants together."""

    id: str
    stream_id: str
    code: str
    product: ItemProduct
    live_price: MoneyModel | None
    limit_per_buyer: int | None
    stock: int | None
    mode: ItemMode
    first_paid: bool
    available: int
    pinned: bool


class RtmpIngest(BaseModel):
    """What to enter in OBS: server and stream key."""

    url: str
    key: str


class WhipIngest(BaseModel):
    """Where a browser publishes by WHIP, and the bearer token it sends: the stream key."""

    url: str
    token: str


class SrtIngest(BaseModel):
    """What to enter for SRT: the encoder calls, with this stream id and passphrase."""

    url: str
    stream_id: str
    passphrase: str


class IngestOut(BaseModel):
    """How to publish. Whoever knows the key can go on the air. Protocols that do not work here are left out."""

    rtmp: RtmpIngest
    rtmps: RtmpIngest | None = None
    whip: WhipIngest | None = None
    srt: SrtIngest | None = None


class MoveIn(_In):
    """Who is to carry the show."""

    provider: ProviderName


class PlaybackOut(BaseModel):
    """Where to watch. `hls` is the low-latency playlist (once over: the whole show), `dvr` the one to rewind in.
    What only the shop may see has addresses that carry a token and work until `expires_at`: ask again before."""

    state: StreamState
    hls: str | None
    dvr: str | None
    dash: str | None
    whep: str | None = Field(description="The picture by WebRTC, where this server offers it.")
    expires_at: datetime | None
    iframe: str | None = None
    provider: ProviderName = Field(description="Who carries the picture; when it changes, all addresses do.")
    dvr_seconds: float
    poster: str | None
    recording: str | None = Field(description="The replay as one MP4 file.")
    recording_seconds: float | None
    thumbnails: str | None
    chapters: str | None
    latency_class: Literal["low", "standard", "replay"]


class MomentOut(BaseModel):
    """Seconds of the recording in which an item was held up; `end` is null while it still is."""

    id: str
    item_id: str
    product_id: str
    code: str
    title: str
    image_url: str | None
    start: float
    end: float | None


class HealthOut(BaseModel):
    """The newest report about the encoder; `at` in Unix milliseconds."""

    at: int
    bitrate_kbps: float | None = None
    fps: float | None = None
    key_interval_seconds: float | None = None
    width: int | None = None
    height: int | None = None
    video_codec: str | None = None
    audio_codec: str | None = None
    audio_sample_rate: int | None = None
    dropped: int | None = None
    protocol: str | None = Field(default=None, description="`rtmp`, `rtmps` or `whip`.")
    packet_loss: float | None = Field(default=None, description="Share of packets lost for good; WHIP only.")
    rtt_ms: int | None = Field(default=None, description="Round trip to the browser; WHIP only.")
    dropped_pictures: int | None = Field(default=None, description="Pictures left out after losses; WHIP only.")
    keyframe_interval_ms: int | None = None
    latency_ms: int | None = Field(default=None, description="How much later than at its best the picture arrives.")
    disk_full: bool | None = Field(default=None, description="The show is on, but cannot be recorded now.")
    cpu_high: bool | None = None


class StatsOut(BaseModel):
    """Figures of a show for its shop; `health` is null while nothing is received."""

    state: StreamState
    viewers: int
    peak_viewers: int
    item_count: int
    duration_seconds: float | None
    has_signal: bool
    health: HealthOut | None
