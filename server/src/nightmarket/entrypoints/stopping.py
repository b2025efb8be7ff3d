"""How our processes learn that they should end."""

import asyncio
import os
import signal
import sys


def stop_signal(*, with_parent: bool) -> asyncio.Event:
    """Set at SIGINT, SIGTERM or, with a parent, when its end of our standard input closes."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    if with_parent:
        # Ctrl-C reaches the whole terminal group: the parent decides when we stop, so that the last events still land.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        loop.add_reader(sys.stdin.fileno(), _stop_at_end, stop)
    else:
        loop.add_signal_handler(signal.SIGINT, stop.set)
    return stop


def _stop_at_end(stop: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 1024):
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        stop.set()
