"""The fan-out of a room: how many messages and sends a load costs, and who gets what in big rooms."""

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from picows import WSMsgType

from edge.server import until
from nightmarket.modules.rooms.realtime.fanout import Fanout
from nightmarket.modules.rooms.realtime.frames import SENDER_ROOM
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits


class Socket:
    """Keeps what it is sent."""

    def __init__(self) -> None:
        self.messages: list[bytearray] = []

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
    for socket in sockets:
        fan.add(socket)
    return sockets


def put(fan: Fanout, *numbers: int, now: bool = False) -> None:
    for number in numbers:
        (fan.put_now if now else fan.put_gathered)(b"%d" % number, number)


async def test_a_message_is_framed_once_for_everybody() -> None:
    fan = fanout()
    sockets = room(fan, 50)
    put(fan, 1, 2, 3)
    await until(lambda: sockets[-1].messages)
    assert all(socket.messages == sockets[0].messages for socket in sockets)
    assert len({id(socket.messages[0]) for socket in sockets}) == 1
    assert sockets[0].numbers == [1, 2, 3]
    assert len(sockets[0].messages) == 1


async def test_a_flood_travels_in_few_messages() -> None:
    fan = fanout(flush_interval_seconds=60)
    sockets = room(fan, 3)
    put(fan, 1)
    await until(lambda: fan.sent_seq == 1)
    put(fan, *range(2, 33))
    await asyncio.sleep(0)
    assert sockets[0].numbers == [1]
    put(fan, 33)
    await until(lambda: fan.sent_seq == 33)
    assert [len(socket.messages) for socket in sockets] == [2, 2, 2]
    assert sockets[0].numbers == list(range(1, 34))


async def test_what_is_kept_takes_the_waiting_chat_along_at_once() -> None:
    fan = fanout(flush_interval_seconds=60)
    (socket,) = room(fan, 1)
    put(fan, 1)
    await until(lambda: fan.sent_seq == 1)
    put(fan, 2)
    fan.put_latest("viewer-count:", b"0")
    fan.put_latest("viewer-count:", b"7")
    put(fan, 3, now=True)
    await until(lambda: fan.sent_seq == 3)
    assert [json.loads(message[SENDER_ROOM:]) for message in socket.messages] == [[1], [2, 3, 7]]


async def test_a_big_room_is_served_in_slices_between_which_others_run() -> None:
    fan = fanout(flush_slice=10)
    sockets = room(fan, 35)
    served: list[int] = []

    def look() -> None:
        served.append(sum(bool(socket.messages) for socket in sockets))
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
    assert sorted(socket.numbers for socket in sockets) == [[], [], [], [], [1]]
    await until(lambda: sockets[0].numbers == sockets[-1].numbers == [1, 2, 3, 4])
    assert {len(socket.messages) for socket in sockets} == {2}


async def test_who_leaves_the_list_gets_nothing_more_and_says_what_it_has() -> None:
    fan = fanout(flush_slice=2)
    sockets = room(fan, 6)
    put(fan, 1)
    fan.flush()
    put(fan, 2)
    fan.flush()
    given = {socket: fan.discard(socket) for socket in sockets}
    assert sorted(given.values()) == [0, 0, 0, 0, 1, 1]
    late = Socket()
    fan.add(late)
    put(fan, 3, now=True)
    await until(lambda: late.numbers == [3])
    assert {socket: socket.numbers for socket in sockets} == {
        socket: list(range(1, number + 1)) for socket, number in given.items()
    }


async def test_who_comes_back_while_messages_are_on_their_way_gets_each_once() -> None:
    fan = fanout(flush_slice=1)
    sockets = room(fan, 3)
    put(fan, 1)
    fan.flush()
    last = next(socket for socket in sockets if not socket.messages)
    missed = range(fan.discard(last) + 1, fan.sent_seq + 1)
    last.messages += [bytearray(SENDER_ROOM) + b"[%d]" % number for number in missed]
    fan.add(last)
    put(fan, 2, now=True)
    await until(lambda: all(socket.numbers == [1, 2] for socket in sockets))


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
        await until(lambda: all(socket.numbers == list(range(1, number + 1)) for socket in sockets))

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
    assert sum(len(socket.messages) for socket in sockets) == 3 * size
