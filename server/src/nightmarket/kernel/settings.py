"""Settings: one typed tree, read once by the composition root from `NIGHTMARKET_…` variables and passed down.

Nested names use two underscores: `NIGHTMARKET_DATABASE__URL`. Unknown names are refused. With none set, the embedded
default runs: a SQLite file, an in-process Redis stand-in, jobs in process, files under `data_dir`.
"""

import os
import secrets
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, IPvAnyAddress, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from nightmarket.kernel.message_settings import (
    LineMessagingSettings,
    MessageSettings,
    SendgridSettings,
    SmtpSettings,
    TwilioSettings,
    WebPushSettings,
)

DEVELOPMENT_SECRET_FILE = "secret.key"  # noqa: S105  (a file name)


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DatabaseSettings(_Section):
    """Where the truth lives. `mysql+asyncmy://…` (MySQL 8, MariaDB 10.11+) or `sqlite+aiosqlite:///…`."""

    url: SecretStr | None = None
    pool_size: int = Field(default=10, ge=1, le=64)


class RedisSettings(_Section):
    """`redis://…`; unset means an in-process stand-in, good for one machine."""

    url: SecretStr | None = None


class BrokerSettings(_Section):
    """`amqp://…`; unset means jobs run inside the api process, from the same outbox by the same handlers."""

    url: SecretStr | None = None
    prefix: str = Field(default="nightmarket", pattern=r"^[a-z0-9-]{1,40}$")
    """First part of every exchange and queue name, so that two installations can share a broker."""


class StorageSettings(_Section):
    """Uploaded and recorded files: local folder, or any S3 API (Cloudflare R2)."""

    kind: Literal["local", "s3"] = "local"
    bucket: str = ""
    private_bucket: str = ""
    """Where uploads and private recordings lie. A public domain shows its whole bucket: with one, set this."""
    endpoint_url: str | None = None
    region: str = "auto"
    access_key_id: str = ""
    secret_access_key: SecretStr = SecretStr("")
    public_url: str | None = None


class HttpSettings(_Section):
    """Where the one port listens and who may call it from a browser."""

    host: str = "0.0.0.0"  # noqa: S104
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str | None = None
    allowed_origins: tuple[str, ...] = ()
    max_body_bytes: int = Field(default=1_048_576, ge=1024)
    web_dir: Path | None = None


class IceServerSettings(_Section):
    """A server that helps browsers through NAT: `stun:…`, `turn:…` or `turns:…`."""

    url: Annotated[str, Field(pattern=r'^(stuns?|turns?):[^\s<>"]+$')]
    username: Annotated[str, Field(pattern=r'^[^"\s]+$')] | None = None
    credential: SecretStr | None = None


class _TlsSection(_Section):
    tls_certificate: Path | None = None
    tls_key: Path | None = None

    @model_validator(mode="after")
    def _certificate_has_a_key(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("TLS_CERTIFICATE and TLS_KEY belong together")
        return self


class MediaSettings(_TlsSection):
    """The embedded media server: where encoders publish (RTMP) and players fetch (HTTP)."""

    host: str = "0.0.0.0"  # noqa: S104
    rtmp_port: int = Field(default=1935, ge=0, le=65535)
    http_port: int = Field(default=0, ge=0, le=65535)
    public_url: str | None = None
    rtmp_public_url: str | None = None
    control_url: str | None = None
    hook_url: str | None = None
    webrtc: bool = True
    """Browsers publish by WHIP and watch by WHEP."""
    webrtc_port: int = Field(default=8189, ge=0, le=65535)
    """The one UDP port of all WebRTC sessions; another free one when it is taken."""
    webrtc_addresses: tuple[IPvAnyAddress, ...] = ()
    """The media server's addresses as browsers reach them, where they are not this machine's own: behind NAT."""
    webrtc_viewers: int = Field(default=100, ge=0, le=10_000)
    """How many may watch by WebRTC at once; whoever comes after them watches by HLS."""
    webrtc_max_kbps: int = Field(default=4000, ge=100, le=50_000)
    """What a browser may send when it publishes."""
    ice_servers: tuple[IceServerSettings, ...] = ()
    """STUN and TURN servers that browsers are told about."""
    grace_seconds: int = Field(default=120, ge=1, le=3600)
    disk_budget_bytes: int = Field(default=20 * 2**30, ge=2**20)
    rtmps_port: int | None = Field(default=None, ge=0, le=65535)
    """RTMP over TLS; unset means not offered. Without certificate files it shows one that encoders do not trust."""
    rtmps_public_url: str | None = None
    ladder: tuple[int, ...] = ()
    """Heights of smaller pictures made beside a show, such as [480, 360]: about a processor. Empty: none."""
    ladder_shows: int = Field(default=1, ge=1, le=64)
    second_encoder: Literal["replace", "refuse"] = "replace"
    private_outputs: bool = False
    """Whether shows may be sent on to servers that are not on the public internet."""


class StreamSettings(_Section):
    """Who carries the picture of shows: the embedded media server, or Cloudflare Stream.

    `NIGHTMARKET_STREAM__SHOPS={"<address name>": "cloudflare"}` says otherwise for single shops.
    """

    provider: Literal["embedded", "cloudflare"] = "embedded"
    shops: dict[str, Literal["embedded", "cloudflare"]] = {}
    fail_over_seconds: int = Field(default=0, ge=0, le=3600)
    """A running show goes over to the embedded server once its service has not answered for so long; 0: never."""


class CloudflareSettings(_Section):
    """Cloudflare Stream. Off without account id, token and customer code; webhooks are off without their secrets.

    Shows are carried by it where `NIGHTMARKET_STREAM__PROVIDER` or the show itself says so.
    """

    account_id: str = ""
    api_token: SecretStr | None = None
    """With the permissions *Stream Read* and *Stream Write* (and *Account Analytics Read* for `analytics`)."""
    customer_code: str = Field(default="", pattern=r"^[a-z0-9-]*$")
    """The `<code>` in `https://customer-<code>.cloudflarestream.com`."""
    webhook_secret: SecretStr | None = None
    """What Cloudflare answered when the webhook for videos was set."""
    notification_secret: SecretStr | None = None
    """The secret of the notification destination for live inputs, chosen by you."""
    signing_key_id: str = ""
    signing_key_pem: SecretStr | None = None
    """PEM text, or the base64 text Cloudflare hands out. Protected shows need it."""
    allowed_origins: tuple[str, ...] = ()
    """Hosts whose pages may play, such as `shop.example`; none means any."""
    low_latency: bool = False
    """Cloudflare's low-latency HLS (beta)."""
    whip: bool = False
    """Offer Cloudflare's own WHIP and WHEP: below a second, but neither recorded nor playable by HLS."""
    downloads: bool = True
    """Have an MP4 made of every replay."""
    delete_recordings_after_days: int | None = Field(default=None, ge=30, le=1096)
    analytics: bool = False
    """Ask Cloudflare for the minutes delivered instead of estimating them from viewer counts."""
    api_url: str = "https://api.cloudflare.com/client/v4"
    playback_url: str | None = None
    """Where players fetch; unset means the address made of the customer code."""

    @property
    def is_on(self) -> bool:
        """Whether shows can be carried by it."""
        return bool(self.account_id and self.customer_code and self.api_token and self.api_token.get_secret_value())


class ReplaySettings(_Section):
    """How long replays and clips stay, where a shop does not say so itself; unset: for ever."""

    replay_days: int | None = Field(default=None, ge=1)
    clip_days: int | None = Field(default=None, ge=1)
    local_hours: int = Field(default=6, ge=0, le=24 * 365)
    """How long the media server keeps its copy of what lies in object storage, for those who were watching."""


class EdgeSettings(_TlsSection):
    """The realtime gateway when it runs as its own process; its limits count inside the api process, too."""

    host: str = "0.0.0.0"  # noqa: S104
    port: int = Field(default=8002, ge=0, le=65535)
    socketio_port: int | None = Field(default=None, ge=0, le=65535)
    """Where Socket.IO clients come in; unset means nowhere. Never shared between processes."""
    public_url: str | None = None
    api_url: str = "http://127.0.0.1:8000"
    limits: dict[str, str] = {}


class AccountSettings(_Section):
    """How long log-ins live."""

    access_token_seconds: int = Field(default=900, ge=30, le=900)
    refresh_token_days: int = Field(default=60, ge=1, le=365)
    sign_up: Literal["open", "confirm"] | None = None
    """`open`: whoever registers is in at once, and is told when the address has an account. `confirm`: a mailed link
    opens the account, and nobody learns who has one. Unset means `confirm` in production and `open` elsewhere."""

    passkey_domain: str | None = None
    """The domain passkeys belong to, when it is not the host of the public address. Changing it loses all passkeys."""
    passkey_origins: tuple[str, ...] = ()
    """Other origins whose passkeys count: native shells (`android:apk-key-hash:…`), further sites under the domain."""


class ClaimSettings(_Section):
    """How long a claim holds its stock before it is released, and how long an order may wait for money."""

    hold_seconds: int = Field(default=600, ge=1, le=86_400)
    payment_seconds: int = Field(default=1800, ge=1, le=7 * 86_400)


class SandboxSettings(_Section):
    """The pretend payment gateway. On by default outside production, where it must be asked for."""

    enabled: bool | None = None


class FacebookPageSettings(_Section):
    """A page whose live comments come in: whose shop it is (its address name), and the page's token."""

    shop: str
    token: SecretStr


class FacebookSettings(_Section):
    """Comments under the live videos of Facebook pages; off without secret, verify token and pages (empty is without).

    `NIGHTMARKET_FACEBOOK__PAGES={"<page id>": {"shop": "<address name>", "token": "…"}}`.
    """

    app_secret: SecretStr | None = None
    verify_token: SecretStr | None = None
    graph_url: str = "https://graph.facebook.com/v25.0"
    pages: dict[str, FacebookPageSettings] = {}


class RateLimitSettings(_Section):
    """Requests per minute and address for each class of route; 0 switches a class off."""

    log_in: int = Field(default=30, ge=0)
    sign_up: int = Field(default=30, ge=0)
    write: int = Field(default=600, ge=0)
    letters: int = Field(default=20, ge=0)
    """Links that may be mailed for one address in an hour."""


class Settings(BaseSettings):
    """The whole tree."""

    model_config = SettingsConfigDict(
        env_prefix="NIGHTMARKET_", env_nested_delimiter="__", extra="forbid", frozen=True, env_file=None
    )

    environment: Literal["development", "test", "production"] = "development"
    data_dir: Path = Path("data")
    secret_key: SecretStr | None = None
    log_format: Literal["json", "console"] = "json"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    database: DatabaseSettings = DatabaseSettings()
    redis: RedisSettings = RedisSettings()
    broker: BrokerSettings = BrokerSettings()
    storage: StorageSettings = StorageSettings()
    http: HttpSettings = HttpSettings()
    media: MediaSettings = MediaSettings()
    stream: StreamSettings = StreamSettings()
    cloudflare: CloudflareSettings = CloudflareSettings()
    replays: ReplaySettings = ReplaySettings()
    edge: EdgeSettings = EdgeSettings()
    accounts: AccountSettings = AccountSettings()
    claims: ClaimSettings = ClaimSettings()
    sandbox: SandboxSettings = SandboxSettings()
    facebook: FacebookSettings = FacebookSettings()
    messages: MessageSettings = MessageSettings()
    smtp: SmtpSettings = SmtpSettings()
    sendgrid: SendgridSettings = SendgridSettings()
    twilio: TwilioSettings = TwilioSettings()
    line_messaging: LineMessagingSettings = LineMessagingSettings()
    web_push: WebPushSettings = WebPushSettings()
    rate_limits: RateLimitSettings = RateLimitSettings()

    @model_validator(mode="after")
    def _no_development_defaults_in_production(self) -> Self:
        if self.environment != "production":
            return self
        missing = [
            name
            for name, given in {
                "NIGHTMARKET_SECRET_KEY": self.secret_key,
                "NIGHTMARKET_DATABASE__URL": self.database.url,
                "NIGHTMARKET_REDIS__URL": self.redis.url,
                "NIGHTMARKET_BROKER__URL": self.broker.url,
                "NIGHTMARKET_HTTP__PUBLIC_URL": self.http.public_url,
            }.items()
            if not given
        ]
        if missing:
            raise ValueError(f"production needs {', '.join(missing)}")
        if self.secret_key and len(self.secret_key.get_secret_value()) < 32:
            raise ValueError("NIGHTMARKET_SECRET_KEY must have at least 32 characters")
        return self

    @model_validator(mode="after")
    def _chosen_video_service_is_set_up(self) -> Self:
        chosen = {self.stream.provider, *self.stream.shops.values()}
        if "cloudflare" in chosen and not self.cloudflare.is_on:
            raise ValueError(
                "stream provider cloudflare needs NIGHTMARKET_CLOUDFLARE__ACCOUNT_ID, …__API_TOKEN, …__CUSTOMER_CODE"
            )
        if bool(self.cloudflare.signing_key_id) != (self.cloudflare.signing_key_pem is not None):
            raise ValueError("NIGHTMARKET_CLOUDFLARE__SIGNING_KEY_ID and …__SIGNING_KEY_PEM belong together")
        return self

    @model_validator(mode="after")
    def _s3_is_complete(self) -> Self:
        if self.storage.kind == "s3" and not (self.storage.bucket and self.storage.access_key_id):
            raise ValueError("storage kind s3 needs NIGHTMARKET_STORAGE__BUCKET and …__ACCESS_KEY_ID")
        return self

    @property
    def is_production(self) -> bool:
        """Whether real buyers are on the other side."""
        return self.environment == "production"

    @property
    def sandbox_enabled(self) -> bool:
        """Whether the pretend gateway is offered to buyers."""
        asked = self.sandbox.enabled
        return not self.is_production if asked is None else asked

    @property
    def confirm_sign_up(self) -> bool:
        """Whether an account is opened by a mailed link only."""
        asked = self.accounts.sign_up
        return self.is_production if asked is None else asked == "confirm"

    @property
    def database_url(self) -> str:
        """The configured database, or the embedded SQLite file."""
        if self.database.url:
            return self.database.url.get_secret_value()
        return f"sqlite+aiosqlite:///{self.data_dir.absolute() / 'nightmarket.db'}"

    @property
    def redis_url(self) -> str | None:
        """The configured Redis, or None for the in-process stand-in."""
        return self.redis.url.get_secret_value() if self.redis.url else None

    @property
    def broker_url(self) -> str | None:
        """The configured broker, or None for jobs in process."""
        return self.broker.url.get_secret_value() if self.broker.url else None

    @property
    def has_secret(self) -> bool:
        """Whether there is a master secret already: configured, or made by a process on this data folder."""
        return self.secret_key is not None or (self.data_dir / DEVELOPMENT_SECRET_FILE).exists()

    def secret(self) -> str:
        """The master secret: as configured, else one made once and kept in the data folder (never in production)."""
        if self.secret_key:
            return self.secret_key.get_secret_value()
        path = self.data_dir / DEVELOPMENT_SECRET_FILE
        try:
            return path.read_text().strip()
        except FileNotFoundError:
            self.data_dir.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        return path.read_text().strip()


def unknown_names() -> list[str]:
    """Environment variables that look like settings but are none; nested ones are refused by their section."""
    known = tuple(f"NIGHTMARKET_{name.upper()}" for name in Settings.model_fields)
    return sorted(
        name
        for name in os.environ  # noqa: TID251  (the one other place that reads it is pydantic)
        if (upper := name.upper()).startswith("NIGHTMARKET_")
        and not upper.startswith("NIGHTMARKET_TEST_")
        and not any(upper == one or upper.startswith(f"{one}__") for one in known)
    )
