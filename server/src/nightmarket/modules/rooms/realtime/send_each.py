"""One finished frame to many sockets: in C where it was compiled when the package was built, otherwise in Python.

The loop over a big room is most of what an edge does. In C it touches nothing but the descriptors and the kernel; the
Python loop costs about a fifth more.
"""

import ctypes
import os
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Final

LIBRARY: Final = Path(__file__).with_name("_send_each.so")

SendEach = Callable[["array[int]", bytes], list[tuple[int, int]]]
"""Descriptors and a frame; returns those sockets that did not take all of it: their places, and how much they took."""


def send_each_in_python(descriptors: "array[int]", frame: bytes) -> list[tuple[int, int]]:
    """Without a compiled library."""
    write, size = os.write, len(frame)
    unfinished = []
    for place, descriptor in enumerate(descriptors):
        try:
            done = write(descriptor, frame)
        except OSError:
            done = 0
        if done != size:
            unfinished.append((place, done))
    return unfinished


def compiled(library: Path = LIBRARY) -> SendEach | None:
    """The same in C, where the library is there and can be loaded."""
    if not library.exists():
        return None
    try:
        call = ctypes.CDLL(str(library)).send_each
    except OSError:
        return None
    call.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_void_p)
    call.restype = ctypes.c_int

    def send_each(descriptors: "array[int]", frame: bytes) -> list[tuple[int, int]]:
        address, count = descriptors.buffer_info()
        room = array("i", bytes(2 * count * descriptors.itemsize))
        places = room.buffer_info()[0]
        unfinished = call(address, count, frame, len(frame), places, places + count * room.itemsize)
        return [(room[at], room[count + at]) for at in range(unfinished)]

    return send_each


send_each: Final[SendEach] = compiled() or send_each_in_python
