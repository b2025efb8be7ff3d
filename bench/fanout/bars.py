"""The promises of the realtime edge; README.md says how to read them."""

from collections.abc import Callable

from nightmarket.modules.rooms.realtime import send_each

from figures import Bar, Figures
from scenarios import R15, R100, W1, W64

Measured = Callable[[Figures], float | None]


def _cheaper(run: str, than: str) -> Measured:
    """How many times our CPU per delivery the other needs: 1 is equal, 2 is half the cost for us."""
    return lambda figures: figures.ratio(run, than, "edge", "cpu_per_million")


def _ratio(run: str, measure: str, to: str, *, above: str = "") -> Measured:
    """Ours divided by theirs."""
    return lambda figures: figures.ratio(run, "edge", to, measure, above=above)


def _own(run: str, measure: str) -> Measured:
    """Our own figure."""
    return lambda figures: figures.median(run, "edge", measure)


def _hop_cpu(figures: Figures) -> float | None:
    return figures.ratio(f"hop {W1} N=1000", "edge", "edge without the bus", "cpu_per_million")


def _hop_p50(figures: Figures) -> float | None:
    values = [figures.median(f"hop {W1} N=1000", name, "prompt_p50") for name in ("edge", "edge without the bus")]
    return None if None in values else values[0] - values[1]  # type: ignore[operator]


LOOP = 0.90 if send_each.LIBRARY.exists() else 0.75
"""More is asked of the compiled loop than of the one in Python."""
ROOM = "{} N=1000".format
W1_1000, W64_1000, R15_1000, R100_1000 = ROOM(W1), ROOM(W64), ROOM(R15), ROOM(R100)
BIG, IDLE, TLS = f"{W1} N=5000", "IDLE N=10000", f"TLS {W1} N=500"

BARS = [
    Bar(1, "W1 N=1000: CPU per delivery, C limit / edge", _cheaper(W1_1000, "C limit"), 0.85, is_floor=True),
    Bar(1, "… socket.io / edge", _cheaper(W1_1000, "socket.io"), 1.8, is_floor=True),
    Bar(1, "… FastAPI / edge", _cheaper(W1_1000, "FastAPI"), 3, is_floor=True),
    Bar(1, "… FastAPI sansio / edge", _cheaper(W1_1000, "FastAPI sansio"), 2, is_floor=True),
    Bar(1, "… python-socketio / edge", _cheaper(W1_1000, "python-socketio"), 10, is_floor=True),
    Bar(2, "W1 N=5000: CPU per delivery, C limit / edge", _cheaper(BIG, "C limit"), LOOP, is_floor=True),
    Bar(2, "… socket.io / edge", _cheaper(BIG, "socket.io"), 1.8, is_floor=True),
    Bar(3, "W64 N=1000: deliveries/s, edge / C limit", _ratio(W64_1000, "per_second", "C limit"), 12, is_floor=True),
    Bar(3, "… edge / socket.io", _ratio(W64_1000, "per_second", "socket.io"), 25, is_floor=True),
    Bar(3, "… edge / FastAPI", _ratio(W64_1000, "per_second", "FastAPI"), 40, is_floor=True),
    Bar(3, "… edge / python-socketio", _ratio(W64_1000, "per_second", "python-socketio"), 100, is_floor=True),
    Bar(3, "… p99, edge / socket.io", _ratio(W64_1000, "chat_p99", "socket.io"), 1 / 15),
    Bar(3, "… CPU per delivery, C limit --batch / edge", _cheaper(W64_1000, "C limit --batch"), 0.6, is_floor=True),
    Bar(4, "R100 N=1000: CPU, edge / socket.io", _ratio(R100_1000, "cpu", "socket.io"), 0.45),
    Bar(4, "… CPU, edge / C limit", _ratio(R100_1000, "cpu", "C limit"), 0.8),
    Bar(4, "… p99 of chat, ms", _own(R100_1000, "chat_p99"), 35),
    Bar(4, "… p99 of a prompt frame, ms", _own(R100_1000, "prompt_p99"), 15),
    Bar(5, "R15 N=1000: CPU, edge / socket.io", _ratio(R15_1000, "cpu", "socket.io"), 0.65),
    Bar(5, "… CPU, edge / FastAPI", _ratio(R15_1000, "cpu", "FastAPI"), 0.55),
    Bar(5, "… p99, edge / C limit", _ratio(R15_1000, "chat_p99", "C limit"), 2),
    Bar(6, "IDLE N=10000: KiB per viewer", _own(IDLE, "rss_kib"), 10),
    Bar(6, "… edge / FastAPI", _ratio(IDLE, "rss_kib", "FastAPI"), 0.3),
    Bar(6, "… edge / socket.io", _ratio(IDLE, "rss_kib", "socket.io"), 0.7),
    Bar(6, "… CPU per accept, edge / socket.io", _ratio(IDLE, "accept_us", "socket.io"), 1 / 2.5),
    Bar(6, "… CPU per accept, edge / FastAPI", _ratio(IDLE, "accept_us", "FastAPI"), 1 / 8),
    Bar(7, "STALL: share that reaches the healthy", _own("STALL", "prompt_complete"), 1, is_floor=True),
    Bar(7, "… p99, with / without stalls", _ratio("STALL", "prompt_p99", "edge", above="no STALL"), 2),
    Bar(7, "… RSS KiB per stalled viewer", _own("STALL", "growth_kib"), 256),
    Bar(7, "… TCP KiB per stalled viewer", _own("STALL", "tcp_kib"), 512),
    Bar(7, "… share of the stalled that is closed", _own("STALL", "closed"), 1, is_floor=True),
    Bar(7, "… the last of them after, s", _own("STALL", "closed_after"), 15),
    Bar(8, "Redis hop: CPU per delivery, with / without", _hop_cpu, 1.1),
    Bar(8, "… p50, with minus without, ms", _hop_p50, 1),
    Bar(9, "TLS W1 N=500: CPU per delivery, socket.io / edge", _cheaper(TLS, "socket.io"), 1.8, is_floor=True),
]
