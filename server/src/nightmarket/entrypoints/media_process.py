"""`nightmarket media`: the embedded media server, configured from our settings."""

from nightmarket.entrypoints.media import serve
from nightmarket.entrypoints.startup import claim_folder, machine_refusals
from nightmarket.entrypoints.stopping import stop_signal
from nightmarket.kernel.logging import configure_logging
from nightmarket.kernel.security import derive_key
from nightmarket.kernel.settings import IceServerSettings, Settings
from nightmarket.media.config import IceServer, MediaConfig

_TAKE_OVER_SECONDS = 15.0
"""How long an earlier media server, whose parent was killed, may take to finish what it writes."""


def media_config(settings: Settings) -> MediaConfig:
    """What the media server may know of our settings."""
    return MediaConfig(
        data_dir=settings.data_dir / "media",
        hook_url=settings.media.hook_url or f"http://127.0.0.1:{settings.http.port}/internal/media",
        secret=derive_key(settings.secret(), "media-hooks").hex(),
        host=settings.media.host,
        rtmp_port=settings.media.rtmp_port,
        http_port=settings.media.http_port or settings.http.port + 1,
        webrtc_port=settings.media.webrtc_port if settings.media.webrtc else None,
        webrtc_addresses=tuple(str(address) for address in settings.media.webrtc_addresses),
        webrtc_viewers=settings.media.webrtc_viewers,
        webrtc_max_kbps=settings.media.webrtc_max_kbps,
        ice_servers=tuple(_ice_server(server) for server in settings.media.ice_servers),
        grace_seconds=float(settings.media.grace_seconds),
        ladder=settings.media.ladder,
        ladder_shows=settings.media.ladder_shows,
        rtmps_port=settings.media.rtmps_port,
        tls_certificate=settings.media.tls_certificate,
        tls_key=settings.media.tls_key,
        newer_replaces=settings.media.second_encoder == "replace",
        private_outputs=settings.media.private_outputs,
        disk_budget_bytes=settings.media.disk_budget_bytes,
    )


def _ice_server(server: IceServerSettings) -> IceServer:
    credential = None if server.credential is None else server.credential.get_secret_value()
    return IceServer(server.url, server.username, credential)


async def run_media(settings: Settings, *, with_parent: bool) -> None:
    """Serve until told to stop."""
    configure_logging(fmt=settings.log_format, level=settings.log_level)
    stop = stop_signal(with_parent=with_parent)
    with machine_refusals():
        config = media_config(settings)
    with await claim_folder(config.data_dir, patience_seconds=_TAKE_OVER_SECONDS):
        await serve(config, stop)
