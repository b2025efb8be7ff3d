"""Keys remembered and revoked, a second encoder, RTMP over TLS."""

import asyncio
import ssl
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from media.conftest import Clips
from media.harness import KEY, STREAM, ApiDouble, encoder, media_config, publish, running, until
from media.rtmp_client import described, rtmp_client
from nightmarket.media.access import Doorkeeper, Grant
from nightmarket.media.ingest import AuthorizationUnavailable, Refused
from nightmarket.media.rtmp.certificate import Certificate

OPEN = Grant(STREAM, protected=False)


@dataclass
class Api:
    """Answers as told, and counts."""

    answer: Grant | Exception = OPEN
    asked: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def authorize(self, key: str, remote: str) -> Grant:  # noqa: ARG002
        answer = self.answer
        self.asked += 1
        await self.gate.wait()
        if isinstance(answer, Exception):
            raise answer
        return answer


def _door(fresh: float = 60, stale: float = 60) -> tuple[Api, Doorkeeper]:
    api = Api()
    api.gate.set()
    return api, Doorkeeper(api, fresh_seconds=fresh, stale_seconds=stale)


async def test_key_is_asked_about_once_in_a_while_and_at_once_after_a_kick() -> None:
    api, door = _door()
    assert [await door.authorize("k", "") for _ in range(3)] == [OPEN] * 3
    assert api.asked == 1
    api.answer = Refused("rotated")
    door.revoke("str_other")
    assert await door.authorize("k", "") == OPEN
    door.revoke(STREAM)
    for _ in range(2):
        with pytest.raises(Refused):
            await door.authorize("k", "")
    assert api.asked == 3


async def test_known_key_is_let_in_while_nobody_can_be_asked() -> None:
    api, door = _door(fresh=0)
    await door.authorize("k", "")
    api.answer = AuthorizationUnavailable()
    assert await door.authorize("k", "") == OPEN
    with pytest.raises(AuthorizationUnavailable):
        await door.authorize("unknown", "")
    door.revoke(STREAM)
    with pytest.raises(AuthorizationUnavailable):
        await door.authorize("k", "")


async def test_key_is_not_remembered_for_ever() -> None:
    api, door = _door(fresh=0, stale=0)
    await door.authorize("k", "")
    api.answer = AuthorizationUnavailable()
    with pytest.raises(AuthorizationUnavailable):
        await door.authorize("k", "")


async def test_answer_that_a_kick_overtook_is_asked_again() -> None:
    api, door = _door()
    api.gate.clear()
    asking = asyncio.create_task(door.authorize("k", ""))
    await until(lambda: api.asked == 1)
    api.answer = Refused("rotated")
    door.revoke(STREAM)
    api.gate.set()
    with pytest.raises(Refused):
        await asking


async def test_second_encoder_is_refused_where_the_first_keeps_the_show(
    api: ApiDouble, tmp_path: Path, clips: Clips
) -> None:
    async with running(media_config(api, tmp_path / "media", newer_replaces=False)) as media:
        async with encoder(clips.long, media.rtmp(), real_time=True) as first:
            await until(lambda: "started" in api.story)
            async with rtmp_client(media.ports.rtmp) as second:
                code, text = described(await second.publish(KEY))
            assert (code, text) == ("NetStream.Publish.BadName", "Another encoder is publishing this show.")
            assert first.process.returncode is None
        await until(lambda: api.story == ["started", "interrupted"])
        async with encoder(clips.long, media.rtmp(), real_time=True):
            await until(lambda: api.story == ["started", "interrupted", "resumed"])


async def test_rotated_key_is_refused_at_once_although_it_was_remembered(
    api: ApiDouble, tmp_path: Path, clips: Clips
) -> None:
    async with running(media_config(api, tmp_path / "media", key_fresh_seconds=600)) as media:
        await publish(clips.show, media.rtmp())
        await publish(clips.show, media.rtmp())
        assert len(api.asked) == 1
        del api.keys[KEY]
        assert (await media.control("kick")).status_code == 200
        async with rtmp_client(media.ports.rtmp) as late:
            assert described(await late.publish(KEY))[0] == "NetStream.Publish.BadName"


async def test_show_is_published_over_tls(api: ApiDouble, tmp_path: Path, clips: Clips) -> None:
    async with running(media_config(api, tmp_path / "media", rtmps_port=0)) as media:
        assert media.ports.rtmps not in (None, media.ports.rtmp)
        target = f"rtmps://127.0.0.1:{media.ports.rtmps}/live/{KEY}"
        async with encoder(clips.show, target) as doubting:
            code, said = await doubting.finished()
            assert (code == 0, "certificate verify failed" in said) == (False, True)
        await publish(clips.show, target, "-ca_file", str(tmp_path / "media" / "rtmps.pem"))
        await until(lambda: api.story == ["started", "interrupted"])
        async with rtmp_client(media.ports.rtmps or 0) as plain:
            plain.writer.write(b"\x03" + bytes(1536))
            await plain.closed(within=3)
    assert (tmp_path / "media" / "rtmps.key").stat().st_mode & 0o077 == 0


async def test_renewed_certificate_is_shown_without_a_restart(api: ApiDouble, tmp_path: Path) -> None:
    first = Certificate.of(media_config(api, tmp_path), 1_800_000_000.0)
    files = tmp_path / "rtmps.pem", tmp_path / "rtmps.key"
    old = files[0].read_text()
    for file in files:
        file.unlink()
    Certificate.of(media_config(api, tmp_path), 1_800_000_100.0)
    await first.refresh()
    assert await _shown(first) == ssl.PEM_cert_to_DER_cert(files[0].read_text()) != ssl.PEM_cert_to_DER_cert(old)
    files[0].write_text("no certificate")
    await first.refresh()
    assert await _shown(first) != b""


async def _shown(certificate: Certificate) -> bytes:
    """The certificate a new connection sees."""
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=certificate.context)
    trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    async with server:
        _, writer = await asyncio.open_connection(*server.sockets[0].getsockname(), ssl=trusting)
        shown: bytes = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.close()
        await writer.wait_closed()
    return shown
