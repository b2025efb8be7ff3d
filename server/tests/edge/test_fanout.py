"""The fan-out of a room: how many messages and sends a load costs, and who gets what in big rooms."""

import asyncio
import contextlib
import json
import socket
from array import array
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from picows import WSMsgType

from edge.server import until
from nightmarket.modules.rooms.realtime.fanout import Fanout
from nightmarket.modules.rooms.realtime.frames import SENDER_ROOM
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from nightmarket.modules.rooms.realtime.send_each import SendEach, compiled, send_each_in_python


class Socket:
    """Keeps what it is sent."""

    descriptor = -1

    def __init__(self) -> None:
        self.messages: list[bytearray] = []

    def send_rest(self, rest: bytes) -> None:
        raise AssertionError(rest)

    def send_framed(self, kind: WSMsgType, message: bytearray, offset: int) -> None:
        assert (kind, offset) == (WSMsgType.TEXT, SENDER_ROOM)
        self.messages.append(message)

    @property
    def numbers(self) -> list[int]:
        return [number for message in self.messages for number in json.loads(message[SENDER_ROOM:])]


def fanout(**changes: float) -> Fanout:
    limits = RealtimeLimits(**changes)  # type: ignore[arg-type]
    return Fanout(asyncio.get_running_loop(), limits)


def room(fan: Fanout, size: int) -> list[Socket]:
    sockets = [Socket() for _ in range(size)]
    for one in sockets:
        fan.add(one)
    return sockets


def put(fan: Fanout, *numbers: int, now: bool = False) -> None:
    for number in numbers:
        (fan.put_now if now else fan.put_gathered)(b"%d" % number, number)


async def test_a_message_is_framed_once_for_everybody() -> None:
    fan = fanout()
    sockets = room(fan, 50)
    put(fan, 1, 2, 3)
    await until(lambda: sockets[-1].messages)
    assert all(one.messages == sockets[0].messages for one in sockets)
    assert len({id(one.messages[0]) for one in sockets}) == 1
    assert sockets[0].numbers == [1, 2, 3]
    assert len(sockets[0].messages) == 1


async def test_a_flood_travels_in_few_messages() -> None:
    fan = fanout(flush_interval_seconds=60)
    sockets = room(fan, 3)
    for number in (1, 2):  # a quiet room has one message in hand
        put(fan, number)
        await until(lambda number=number: fan.sent_seq == number)  # type: ignore[misc]
    put(fan, *range(3, 34))
    await asyncio.sleep(0)
    assert sockets[0].numbers == [1, 2]
    put(fan, 34)
    await until(lambda: fan.sent_seq == 34)
    assert [len(one.messages) for one in sockets] == [3, 3, 3]
    assert sockets[0].numbers == list(range(1, 35))


async def test_what_is_kept_takes_the_waiting_chat_along_at_once() -> None:
    fan = fanout(flush_interval_seconds=60)
    (only,) = room(fan, 1)
    put(fan, 1, 2, 3, now=True)
    fan.flush()
    put(fan, 4, now=True)
    fan.flush()
    put(fan, 5)
    fan.put_latest("viewer-count:", b"0")
    fan.put_latest("viewer-count:", b"7")
    put(fan, 6, now=True)
    await until(lambda: fan.sent_seq == 6)
    assert [json.loads(message[SENDER_ROOM:]) for message in only.messages] == [[1, 2, 3], [4], [5, 6, 7]]


async def test_a_big_room_is_served_in_slices_between_which_others_run() -> None:
    fan = fanout(flush_slice=10)
    sockets = room(fan, 35)
    served: list[int] = []

    def look() -> None:
        served.append(sum(bool(one.messages) for one in sockets))
        if served[-1] < 35:
            asyncio.get_running_loop().call_soon(look)

    put(fan, 1, now=True)
    look()
    await until(lambda: served[-1] == 35)
    assert {10, 20, 30} <= set(served)


async def test_what_comes_while_a_big_room_is_served_gathers_behind() -> None:
    fan = fanout(flush_slice=1)
    sockets = room(fan, 5)
    put(fan, 1)
    fan.flush()
    put(fan, 2, 3, 4, now=True)
    assert sorted(one.numbers for one in sockets) == [[], [], [], [], [1]]
    await until(lambda: sockets[0].numbers == sockets[-1].numbers == [1, 2, 3, 4])
    assert {len(one.messages) for one in sockets} == {2}


async def test_who_leaves_the_list_gets_nothing_more_and_says_what_it_has() -> None:
    fan = fanout(flush_slice=2)
    sockets = room(fan, 6)
    put(fan, 1)
    fan.flush()
    put(fan, 2)
    fan.flush()
    given = {one: fan.discard(one) for one in sockets}
    assert sorted(given.values()) == [0, 0, 0, 0, 1, 1]
    late = Socket()
    fan.add(late)
    put(fan, 3, now=True)
    await until(lambda: late.numbers == [3])
    assert {one: one.numbers for one in sockets} == {one: list(range(1, number + 1)) for one, number in given.items()}


async def test_who_comes_back_while_messages_are_on_their_way_gets_each_once() -> None:
    fan = fanout(flush_slice=1)
    sockets = room(fan, 3)
    put(fan, 1)
    fan.flush()
    last = next(one for one in sockets if not one.messages)
    missed = range(fan.discard(last) + 1, fan.sent_seq + 1)
    last.messages += [bytearray(SENDER_ROOM) + b"[%d]" % number for number in missed]
    fan.add(last)
    put(fan, 2, now=True)
    await until(lambda: all(one.numbers == [1, 2] for one in sockets))


async def test_a_socket_that_is_full_leaves_in_the_middle_of_a_flush() -> None:
    fan = fanout(frames_per_message=2)
    given: list[int] = []

    class Full(Socket):
        def send_framed(self, kind: WSMsgType, message: bytearray, offset: int) -> None:
            super().send_framed(kind, message, offset)
            given.append(fan.discard(self))

    full, other = Full(), Socket()
    fan.add(full)
    fan.add(other)
    put(fan, 1, 2, 3, 4, 5)
    fan.flush()
    assert other.numbers == [1, 2, 3, 4, 5]
    assert (full.numbers, given) == ([1, 2], [2])


Step = tuple[str, int]


@given(
    steps=st.lists(
        st.tuples(st.sampled_from(["chat", "kept", "flush", "turn", "leave", "come"]), st.integers(0, 4)), max_size=60
    ),
    flush_slice=st.integers(1, 6),
    frames_per_message=st.integers(1, 3),
)
def test_every_receiver_sees_every_number_once_and_in_order(
    steps: list[Step], flush_slice: int, frames_per_message: int
) -> None:
    async def play() -> None:
        fan = fanout(
            flush_slice=flush_slice, frames_per_message=frames_per_message, flush_interval_seconds=0, flush_frames=3
        )
        sockets = room(fan, 5)
        place: dict[int, int] = {}
        number = 0
        for step, which in steps:
            match step:
                case "chat" | "kept":
                    number += 1
                    put(fan, number, now=step == "kept")
                case "flush":
                    fan.flush()
                case "turn":
                    await asyncio.sleep(0)
                case "leave" if which not in place:
                    place[which] = fan.discard(sockets[which])
                case "come" if which in place:
                    come_back(fan, sockets[which], place.pop(which))
        for which in list(place):
            come_back(fan, sockets[which], place.pop(which))
        await until(lambda: all(one.numbers == list(range(1, number + 1)) for one in sockets))

    asyncio.run(play())


def come_back(fan: Fanout, socket: Socket, has: int) -> None:
    """As a room does it: what waits leaves first, then what is missing, then on the list."""
    fan.flush()
    socket.messages += [bytearray(SENDER_ROOM) + b"[%d]" % one for one in range(has + 1, fan.sent_seq + 1)]
    fan.add(socket)


@pytest.mark.parametrize("size", [1, 10, 1000])
async def test_a_message_costs_one_send_per_viewer(size: int) -> None:
    fan = fanout()
    sockets = room(fan, size)
    for number in range(1, 4):
        put(fan, number, now=True)
        await until(lambda number=number: fan.sent_seq == number)  # type: ignore[misc]
    assert sum(len(one.messages) for one in sockets) == 3 * size


class Direct(Socket):
    """A real socket that the fan-out writes to itself; what it does not take is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.here, self.peer = socket.socketpair()
        self.here.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        for end in (self.here, self.peer):
            end.setblocking(False)
        self.rests: list[bytes] = []

    @property
    def descriptor(self) -> int:  # type: ignore[override]
        return self.here.fileno()

    def send_rest(self, rest: bytes) -> None:
        self.rests.append(rest)

    def drain(self) -> bytes:
        taken = b""
        with contextlib.suppress(BlockingIOError):
            while data := self.peer.recv(1 << 20):
                taken += data
        return taken

    def close(self) -> None:
        self.here.close()
        self.peer.close()


@pytest.fixture
def direct() -> Iterator[Direct]:
    """A receiver with a descriptor."""
    one = Direct()
    yield one
    one.close()


@pytest.mark.parametrize(
    ("size", "header"), [(1, b"\x81\x03"), (123, b"\x81\x7d"), (124, b"\x81\x7e\x00\x7e"), (2000, b"\x81\x7e\x07\xd2")]
)
async def test_a_socket_of_our_own_protocol_is_written_to_directly(direct: Direct, size: int, header: bytes) -> None:
    fan = fanout()
    other = Socket()
    fan.add(other)
    fan.add(direct)
    fan.put_now(b"7" * size, 1)
    fan.flush()
    assert direct.drain() == header + b"[" + b"7" * size + b"]"
    assert (direct.messages, direct.rests, len(other.messages)) == ([], [], 1)


async def test_what_a_socket_does_not_take_is_left_to_its_transport(direct: Direct) -> None:
    fan = fanout()
    fan.add(direct)
    frame = b"7" * 300_000
    fan.put_now(frame, 1)
    fan.flush()
    expected = b"\x81\x7f" + len(frame + b"[]").to_bytes(8, "big") + b"[" + frame + b"]"
    assert direct.drain() + b"".join(direct.rests) == expected
    assert len(direct.rests) == 1
    fan.put_now(b"8", 2)
    while not direct.messages:  # fill the socket to the brim
        fan.flush()
        fan.put_now(b"8" * 50_000, 3)
    assert direct.messages[0][SENDER_ROOM:].startswith(b"[8")


async def test_a_broken_socket_stops_nobody(direct: Direct) -> None:
    fan = fanout()
    fan.add(direct)
    behind = Direct()
    fan.add(behind)
    direct.peer.close()
    fan.put_now(b"7", 1)
    fan.flush()
    assert [bytes(message[SENDER_ROOM:]) for message in direct.messages] == [b"[7]"]
    assert behind.drain() == b"\x81\x03[7]"
    behind.close()


@pytest.mark.parametrize("send_each", [send_each_in_python, compiled()], ids=["python", "compiled"])
def test_one_frame_to_many_sockets(send_each: SendEach | None) -> None:
    if send_each is None:
        pytest.skip("the loop was not compiled here")
    with contextlib.ExitStack() as stack:
        pairs = [socket.socketpair() for _ in range(4)]
        for pair in pairs:
            for end in pair:
                stack.enter_context(end).setblocking(False)
        fine, full, broken, also_fine = (here for here, _ in pairs)
        full.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        pairs[2][1].close()
        frame = b"x" * 100_000
        descriptors = array("i", [here.fileno() for here in (fine, full, broken, also_fine)])
        (first_place, taken), second = send_each(descriptors, frame)
        assert (first_place, second) == (1, (2, 0))
        assert 0 < taken < len(frame)
        assert len(pairs[1][1].recv(1 << 20)) == taken
        for pair in (pairs[0], pairs[3]):
            assert pair[1].recv(1 << 20) == frame


def test_a_library_that_cannot_be_loaded_is_done_without(tmp_path: Path) -> None:
    assert compiled(tmp_path / "missing.so") is None
    (tmp_path / "broken.so").write_bytes(b"not a library")
    assert compiled(tmp_path / "broken.so") is None
