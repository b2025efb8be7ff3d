"""The parts of WebRTC by themselves: packets out of order, lost, wrapped, forged; clocks; reports; offers."""

import random
import socket
import struct
from fractions import Fraction
from itertools import pairwise

import av
import pytest
from aioice import stun as reference
from hypothesis import given
from hypothesis import strategies as st

from media.harness import until
from nightmarket.media.ingest import Source
from nightmarket.media.units import AccessUnit, AudioFormat, Kind, VideoFormat
from nightmarket.media.webrtc import h264, rtp, stun
from nightmarket.media.webrtc.clock import SenderClock
from nightmarket.media.webrtc.fanout import Fanout, Outgoing
from nightmarket.media.webrtc.feedback import Arrivals
from nightmarket.media.webrtc.ice import Credentials, IceLite
from nightmarket.media.webrtc.opus import AacToOpus, OpusToAac
from nightmarket.media.webrtc.reorder import Reorder
from nightmarket.media.webrtc.sdp import BadOffer, read_offer
from nightmarket.media.webrtc.udp import Path, UdpPort

SPS, PPS = bytes.fromhex("6742c01fd90141fb0110000003001000000303c0f1832480"), bytes.fromhex("68cb83cb20")


def packet(sequence: int, payload: bytes = b"x", *, timestamp: int = 0, marker: bool = False) -> rtp.Packet:
    """A packet of a source."""
    return rtp.Packet(96, sequence & 0xFFFF, timestamp, 7, marker, payload, {})


def numbers(items: list[rtp.Packet | None]) -> list[int | None]:
    """Their sequence numbers; None for holes."""
    return [None if item is None else item.sequence for item in items]


@given(st.lists(st.integers(0, 30), max_size=80), st.integers(0, 0xFFFF))
def test_whatever_the_order_packets_come_out_once_and_rising(order: list[int], first: int) -> None:
    line = Reorder(0.3)
    out = line.add(packet(first), 0.0)
    for number in order:
        out += line.add(packet(first + 1 + number), 0.0)
    relative = [(item.sequence - first) & 0xFFFF for item in out if item is not None]
    expected = 0
    while expected in {0, *(number + 1 for number in order)}:
        expected += 1
    assert relative == list(range(expected))


def test_missing_packets_are_asked_for_and_given_up_after_patience() -> None:
    line = Reorder(0.3)
    assert numbers(line.add(packet(0xFFFE), 0.0)) == [0xFFFE]
    assert line.add(packet(1), 0.0) == []
    assert line.wanted(0.06) == [0xFFFF, 0]
    assert line.wanted(0.07) == []
    assert numbers(line.add(packet(0xFFFF), 0.1)) == [0xFFFF]
    assert line.wanted(0.2) == [0]
    assert numbers(line.add(packet(2), 0.31)) == [None, 1, 2]
    assert line.lost_count == 1
    assert line.add(packet(0), 0.32) == []
    assert line.duplicate_count == 1


def test_source_that_jumps_begins_anew() -> None:
    line = Reorder(0.3)
    line.add(packet(10), 0.0)
    assert numbers(line.add(packet(9000), 0.0)) == [None, 9000]


@pytest.mark.parametrize("sizes", [[1], [100, 200, 30], [1200], [1201], [5000, 20, 2400, 7]])
def test_pictures_survive_their_packets(sizes: list[int]) -> None:
    nals = [bytes([0x65]) + random.Random(size).randbytes(size - 1) for size in sizes]
    payloads = h264.packetize(nals)
    assert max(map(len, payloads)) <= h264.PAYLOAD_BYTES
    assembler = h264.Assembler()
    pictures = []
    for index, payload in enumerate(payloads):
        pictures += assembler.take(packet(index, payload, marker=index == len(payloads) - 1))
    assert [picture.nals for picture in pictures] == [nals]
    assert pictures[0].key
    assert h264.split(h264.join(nals), 4) == nals


def test_after_a_loss_nothing_is_shown_until_a_key_frame() -> None:
    assembler = h264.Assembler()
    key, other = bytes([0x65, 1]), bytes([0x41, 1])

    def take(nal: bytes, timestamp: int) -> int:
        return len(assembler.take(packet(0, nal, timestamp=timestamp, marker=True)))

    assert [take(other, 0), take(key, 1), take(other, 2)] == [0, 1, 1]
    assembler.take(None)
    assert [take(other, 3), take(other, 4), take(key, 5)] == [0, 0, 1]
    assert assembler.dropped_count == 3


@given(st.lists(st.tuples(st.binary(max_size=40), st.booleans(), st.integers(0, 3)), max_size=30))
def test_garbage_never_breaks_the_assembler(payloads: list[tuple[bytes, bool, int]]) -> None:
    assembler = h264.Assembler()
    for index, (payload, marker, timestamp) in enumerate(payloads):
        for picture in assembler.take(packet(index, payload, timestamp=timestamp, marker=marker)):
            assert all(picture.nals)


def test_new_parameter_sets_are_a_new_format_once() -> None:
    sets = h264.ParameterSets()
    picture = h264.Picture(0, [SPS, PPS, bytes([0x65, 1])])
    video = sets.read(picture)
    assert video is not None
    assert video.codec == "avc1.42c01f"
    assert h264.read_sets(video.avcc) == [SPS, PPS]
    assert sets.read(picture) is None
    assert sets.read(h264.Picture(0, [bytes([0x41, 1])])) is None
    assert h264.join(picture.nals) == bytes([0, 0, 0, 2, 0x65, 1])


def test_sound_is_placed_beside_the_picture_by_the_senders_clock() -> None:
    clock = SenderClock()
    near_wrap = (1 << 32) - 90_000
    # Sound arrives 300 ms late at first.
    assert clock.place(Kind.VIDEO, near_wrap, 1000.0) == pytest.approx(1000)
    assert clock.place(Kind.AUDIO, 480, 1300.0) == pytest.approx(1300)
    ntp = 5000 << 32
    clock.report(Kind.VIDEO, near_wrap, ntp)
    assert clock.place(Kind.AUDIO, 480, 9999.0) == pytest.approx(1300)
    clock.report(Kind.AUDIO, 480, ntp)
    assert clock.place(Kind.AUDIO, 480 + 48_000, 9999.0) == pytest.approx(2000)
    assert clock.place(Kind.VIDEO, 0, 9999.0) == pytest.approx(2000)


@given(st.lists(st.integers(1, 60), min_size=1, max_size=60), st.randoms(use_true_random=False))
def test_arrival_report_says_when_each_packet_came(gaps: list[int], chance: random.Random) -> None:
    arrivals, at, sequence, came = Arrivals(), 100.0, 65_500, {}
    for gap in gaps:
        sequence += chance.choice([1, 1, 1, 3])
        at += gap / 1000
        came[sequence & 0xFFFF] = at
        arrivals.note(sequence & 0xFFFF, at)
    raw = arrivals.report(7)
    assert raw is not None
    assert len(raw) == 4 * (struct.unpack(">H", raw[2:4])[0] + 1)
    assert raw[1] == 205
    told = _read_arrivals(raw)
    assert set(told) == set(came)
    for number, when in told.items():
        assert when == pytest.approx(came[number], abs=0.001)
    assert arrivals.report(7) is None


def _read_arrivals(raw: bytes) -> dict[int, float]:
    base, count = struct.unpack(">HH", raw[12:16])
    at = int.from_bytes(raw[16:19], "big") * 0.064
    chunks = -(-count // 7)
    symbols = []
    for index in range(chunks):
        (chunk,) = struct.unpack(">H", raw[20 + 2 * index : 22 + 2 * index])
        assert chunk >> 14 == 3
        symbols += [(chunk >> shift) & 3 for shift in range(12, -2, -2)]
    position, found = 20 + 2 * chunks, {}
    for index, symbol in enumerate(symbols[:count]):
        if symbol:
            size = symbol
            delta = int.from_bytes(raw[position : position + size], "big", signed=size == 2)
            position += size
            at += delta * 0.000_25
            found[(base + index) & 0xFFFF] = at
    return found


def test_checks_agree_with_another_implementation() -> None:
    raw, transaction = stun.request("them:us", "secret", 99)
    theirs = reference.parse_message(raw)
    assert theirs.check_message_integrity(b"secret")
    assert theirs.attributes["USERNAME"] == "them:us"
    assert theirs.transaction_id == transaction

    check = reference.Message(reference.Method.BINDING, reference.Class.REQUEST)
    check.attributes["USERNAME"] = "us:them"
    check.attributes["USE-CANDIDATE"] = None
    check.add_message_integrity(b"ours")
    message = stun.parse(bytes(check))
    assert message is not None
    assert message.user == "us"
    assert message.is_signed_with("ours")
    assert not message.is_signed_with("other")
    for address in (("192.0.2.5", 4242), ("2001:db8::5", 4242)):
        answer = reference.parse_message(stun.answer(message, address, "ours"))
        assert answer.attributes["XOR-MAPPED-ADDRESS"] == address
        assert answer.check_message_integrity(b"ours")


@given(st.binary(max_size=120))
def test_garbage_is_no_check_and_no_packet(data: bytes) -> None:
    message = stun.parse(data)
    assert message is None or not message.is_signed_with("x")
    rtp.parse(data)


@given(st.text(max_size=300))
def test_garbage_is_no_offer(text: str) -> None:
    with pytest.raises(BadOffer):
        read_offer("v=0\r\n" + text)


class _Session:
    """Answers checks; nothing else is expected."""

    def __init__(self, ice: IceLite) -> None:
        self._ice = ice
        self.checked = 0

    def check(self, message: stun.Message, path: Path) -> None:
        self.checked += 1
        self._ice.check(message, path)

    def datagram(self, data: bytes) -> None:
        raise AssertionError(data)


async def test_port_ignores_whoever_proves_nothing() -> None:
    port = UdpPort("127.0.0.1", 0)
    number = port.open()
    ice = IceLite(Credentials("them", "x" * 24), lambda path: port.own(path, session))

    session = _Session(ice)
    port.register(ice.local.ufrag, session)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.connect(("127.0.0.1", number))
        stranger.setblocking(False)
        for data in (b"\x80" * 40, b"\x16" * 40, b"", b"\x00", stun.request("nobody:x", "y", 1)[0]):
            stranger.send(data)
        stranger.send(stun.request(f"{ice.local.ufrag}:them", "wrong", 1)[0])
        await until(lambda: session.checked)
        assert ice.path is None
        with pytest.raises(BlockingIOError):
            stranger.recv(100)
        stranger.send(stun.request(f"{ice.local.ufrag}:them", ice.local.password, 1)[0])
        path = await until(lambda: ice.path)
        assert path is not None
        assert path.address == stranger.getsockname()
    port.forget(session)
    port.close()


def test_old_names_work_until_the_new_ones_do() -> None:
    ice = IceLite(Credentials("them", "x" * 24), lambda _: None)
    old = ice.local
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        path = Path(sock, ("127.0.0.1", 9))

        def check(local: Credentials) -> bool:
            message = stun.parse(stun.request(f"{local.ufrag}:them", local.password, 1)[0])
            assert message is not None
            return ice.check(message, path)

        assert check(old)
        new = ice.restart(Credentials("them2", "y" * 24))
        assert ice.restart(Credentials("them2", "y" * 24)) == new
        assert check(old)
        assert check(new)
        assert not check(old)


class _Notes:
    """A viewer that takes notes."""

    def __init__(self) -> None:
        self.seen: list[Outgoing] = []
        self.reason = ""

    def video(self, picture: Outgoing) -> None:
        self.seen.append(picture)

    def audio(self, sound: Outgoing) -> None:
        self.seen.append(sound)

    def catch_up(self, pictures: list[Outgoing]) -> None:
        self.seen.extend(pictures)

    def stop(self, reason: str) -> None:
        self.reason = reason


async def test_viewers_clock_runs_on_whoever_publishes() -> None:
    fanout, viewer = Fanout(), _Notes()
    fanout.add(viewer)
    video = VideoFormat(h264.write_avcc(SPS, [PPS]), "avc1.42c01f", 160, 120)
    for start in (50_000, 100, 9_000_000):
        fanout.began(Source("rtmp", lambda _: None))
        fanout.take(video)
        for index in range(3):
            fanout.take(AccessUnit(Kind.VIDEO, start + index * 33, bytes([0, 0, 0, 2, 0x65, 1]), key=index == 0))
    times = [picture.time_ms for picture in viewer.seen]
    assert times[1] - times[0] == pytest.approx(33)
    assert max(times) - min(times) < 1000
    sets = viewer.seen[0].payloads[0]
    assert SPS in sets
    assert PPS in sets
    fanout.ended()
    assert viewer.reason == "The show has ended."


@pytest.mark.parametrize("asks", [False, True], ids=["encoder", "browser"])
async def test_new_viewer_need_not_wait_for_the_next_key_frame(asks: bool) -> None:
    wishes: list[int] = []
    fanout, viewer = Fanout(), _Notes()
    fanout.began(Source("any", lambda _: None, (lambda: wishes.append(1)) if asks else None))
    fanout.take(VideoFormat(h264.write_avcc(SPS, [PPS]), "avc1.42c01f", 160, 120))
    for index in range(45):
        kind = 0x65 if index % 30 == 0 else 0x41
        fanout.take(AccessUnit(Kind.VIDEO, index * 33, bytes([0, 0, 0, 2, kind, index]), key=kind == 0x65))
    fanout.add(viewer)
    fanout.take(AccessUnit(Kind.VIDEO, 45 * 33, bytes([0, 0, 0, 2, 0x41, 45]), key=False))

    if asks:
        assert wishes == [1]
        assert len(viewer.seen) == 1
    else:
        assert [picture.payloads[-1][-1] for picture in viewer.seen] == list(range(30, 46))
        assert [picture.key for picture in viewer.seen] == [True] + [False] * 15
        times = [picture.time_ms for picture in viewer.seen]
        assert [round(b - a) for a, b in pairwise(times)] == [1] * 14 + [33]


def _tone(count: int) -> list[bytes]:
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48_000, "stereo", "flt"
    encoder.time_base = Fraction(1, 48_000)
    packets = []
    for index in range(count):
        frame = av.AudioFrame("flt", "stereo", 960, align=1)
        frame.planes[0].update(struct.pack("<1920f", *([0.3, 0.3, -0.3, -0.3] * 480)))
        frame.sample_rate, frame.pts, frame.time_base = 48_000, index * 960, Fraction(1, 48_000)
        packets += encoder.encode(frame)
    return [bytes(item) for item in packets]


def test_sound_moves_to_its_place_without_holes_in_the_grid() -> None:
    maker = OpusToAac()
    units = []
    for index, payload in enumerate(_tone(100)):
        # 40 ms are lost, later 60 ms come twice.
        shift = 40 if 30 <= index < 60 else -20 if index >= 60 else 0
        units += maker.take(1000 + index * 20 + shift, payload)
    steps = {b.dts_ms - a.dts_ms for a, b in pairwise(units)}
    assert steps <= {21, 22}
    # The encoder keeps two frames, and one is not full yet.
    assert units[-1].dts_ms == pytest.approx(1000 + 100 * 20 - 20 - 3.5 * 21.3, abs=11)
    assert maker.take(9999, b"\xff") == []

    back = AacToOpus(AudioFormat(maker.format.asc, "mp4a.40.2", 48_000, 2))
    frames = [frame for unit in units for frame in back.take(unit)]
    assert {round(b.time_ms - a.time_ms, 3) for a, b in pairwise(frames)} == {20.0}
