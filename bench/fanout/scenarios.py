"""What is run: one function per scenario, each with all its servers side by side in every round."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from edge import comment_messages, direct_edge, edge_processes
from figures import Figures
from load import ONE_ROOM, Client, Load, Spread, Target, connected
from machine import PEERS, PYTHON, free_port, resident_kib, running, self_signed, tcp_memory_kib, wait_for_port
from servers import Bench, Start, socketio_node, tls_limit

W1, W1_CHAT, W64, R15, R100 = "W1", "W1 chat", "W64", "R15", "R100"


@dataclass(frozen=True)
class Plan:
    """How much to run."""

    bench: Bench
    figures: Figures
    rounds: int
    seconds: float
    peers: dict[str, Start]


def loads(seconds: float) -> dict[str, Load]:
    """The message loads of a room."""
    return {
        W1: Load(seconds, prompt_window=1),
        W1_CHAT: Load(seconds, chat_window=1),
        W64: Load(seconds, chat_window=64),
        # Long enough that its p99 does not stand on a single message.
        R15: Load(max(seconds * 1.5, 14), chat_rate=15),
        R100: Load(seconds * 1.5, chat_rate=100, prompt_rate=7.3),
    }


def room(plan: Plan, size: int, runs: Sequence[str], names: Sequence[str]) -> None:
    """One room of that size under several loads, server after server, round after round."""
    for turn in range(plan.rounds):
        order = names if turn % 2 == 0 else list(reversed(names))
        for name in order:
            with _started(plan, name, size) as target, _client(plan, target, size) as client:
                for run in runs:
                    if name == "python-socketio" and run not in (W1, W64):
                        continue  # these take more than a processor there
                    result = client.run(loads(plan.seconds)[run])
                    plan.figures.add_run(f"{run} N={size}", name, result, size)


def idle(plan: Plan, size: int, names: Sequence[str]) -> None:
    """What a connection costs to accept and to keep."""
    for _ in range(plan.rounds):
        for name in names:
            with _started(plan, name, size) as target:
                before = resident_kib(target.pids)
                with connected(plan.bench.programs["client"], target, size, processors=plan.bench.processors) as client:
                    time.sleep(3)  # what is done after everybody is in (counting, collecting) belongs to it
                    plan.figures.add(
                        f"IDLE N={size}",
                        name,
                        rss_kib=(resident_kib(target.pids) - before) / size,
                        accept_us=client.accept_cpu / size * 1e6,
                        accepts=size / client.accept_seconds,
                    )


def stall(plan: Plan, names: Sequence[str], *, healthy: int = 200, stalled: int = 20) -> None:
    """Some viewers stop reading while the others go on."""
    for name in names:
        with _started(plan, name, healthy + stalled) as target:
            program, processors = plan.bench.programs["client"], plan.bench.processors
            with connected(program, target, healthy, processors=processors) as client:
                client.run(Load(0.5, prompt_window=8))
                plan.figures.add_run("no STALL", name, client.run(Load(5, prompt_window=8)), healthy)
            with connected(
                program, target, healthy + stalled, processors=processors, spread=Spread(stalled=stalled)
            ) as client:
                client.run(Load(0.5, prompt_window=8))
                memory, tcp = resident_kib(target.pids), tcp_memory_kib()
                watch = _Highest(target.pids)
                with watch:
                    result = client.run(Load(16, prompt_window=8, stall=True))
                plan.figures.add_run("STALL", name, result, healthy)
                plan.figures.add(
                    "STALL",
                    name,
                    growth_kib=max(watch.resident - memory, 0) / stalled,
                    tcp_kib=max(watch.tcp - tcp, 0) / stalled,
                    closed=result.raw["stalled_closed"] / stalled,
                    closed_after=result.raw["stalled_seconds"] or 99,
                )


def hop(plan: Plan, size: int = 1000) -> None:
    """The edge with Redis in the way, and without."""
    for _ in range(plan.rounds):
        for start in (edge_processes, direct_edge):
            with start(plan.bench, connections=size) as target, _client(plan, target, size) as client:
                for run in (W1, R15):
                    result = client.run(loads(plan.seconds)[run])
                    plan.figures.add_run(f"hop {run} N={size}", target.name, result, size)


def tls(plan: Plan, size: int = 500) -> None:
    """The same with TLS at the server; a process of its own speaks TLS for the client."""
    certificate = self_signed(plan.bench.folder)
    starts: list[Callable[[], AbstractContextManager[Target]]] = [
        lambda: edge_processes(plan.bench, connections=size, certificate=certificate)
    ]
    if "limit_tls" in plan.bench.programs:
        starts.append(lambda: tls_limit(plan.bench, *certificate))
    if "socket.io" in plan.peers:
        starts.append(lambda: socketio_node(plan.bench, *certificate))
    for _ in range(plan.rounds):
        for start in starts:
            port = free_port()
            with start() as target:
                command = [PYTHON, PEERS / "tls_bridge.py", port, target.ports[0]]
                with running(command, processors=plan.bench.processors.others) as bridge:
                    wait_for_port(port, bridge)
                    bridged = replace(target, ports=[port])
                    with _client(plan, bridged, size) as client:
                        result = client.run(loads(plan.seconds)[W1])
                        plan.figures.add_run(f"TLS W1 N={size}", target.name, result, size)


def two_edges(plan: Plan, size: int = 1000) -> None:
    """One room on one edge, and spread over two that Redis joins."""
    for _ in range(plan.rounds):
        for edges in (1, 2):
            with (
                edge_processes(plan.bench, edges=edges, connections=size) as target,
                _client(plan, target, size) as client,
            ):
                for run in (W1, R100):
                    result = client.run(loads(plan.seconds)[run])
                    plan.figures.add_run(f"edges {run} N={size}", target.name, result, size)


def flood(plan: Plan, size: int = 5000, rate: float = 500) -> None:
    """More chat than anybody can read, in a big room; prices and pins must get through."""
    for _ in range(plan.rounds):
        with edge_processes(plan.bench, connections=size) as target, _client(plan, target, size) as client:
            result = client.run(Load(plan.seconds * 1.5, chat_rate=rate, prompt_rate=7.3))
            plan.figures.add_run(f"flood {rate:.0f}/s N={size}", target.name, result, size)


def many_rooms(plan: Plan, rooms: int = 1000, size: int = 10, rate: float = 1000) -> None:
    """A thousand small shows, one message per second each."""
    connections = rooms * size
    bench = replace(plan.bench, rooms=rooms)
    for _ in range(plan.rounds):
        starts = {"edge": lambda: edge_processes(bench, connections=connections, rooms=rooms)}
        if "socket.io" in plan.peers:
            starts["socket.io"] = lambda: socketio_node(bench)
        for start in starts.values():
            with (
                start() as target,
                _client(plan, target, connections, spread=Spread(rooms, publishers=rooms)) as client,
            ):
                result = client.run(Load(plan.seconds * 1.5, chat_rate=rate))
                plan.figures.add_run(f"{rooms} rooms of {size}, {rate:.0f}/s", target.name, result, size)


def order_comments(plan: Plan, size: int = 1000, rate: float = 500) -> None:
    """Viewers write through the edge: every tenth message is an order, all are handed to the order side."""
    for _ in range(plan.rounds):
        with edge_processes(plan.bench, connections=size) as target:
            typed = replace(target, bus_port=None, chat=comment_messages())
            with _client(plan, typed, size, spread=Spread(publishers=size), warm_up=False) as client:
                result = client.run(Load(plan.seconds * 1.5, chat_rate=rate))
                plan.figures.add_run(f"typed chat {rate:.0f}/s N={size}", target.name, result, size)


class _Highest:
    """Samples the memory of a server and of the kernel's TCP buffers while a run goes on."""

    def __init__(self, pids: list[int]) -> None:
        self._pids = pids
        self.resident = self.tcp = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def _watch(self) -> None:
        while not self._over.wait(0.2):
            self.resident = max(self.resident, resident_kib(self._pids))
            self.tcp = max(self.tcp, tcp_memory_kib())

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_details: object) -> None:
        self._over.set()
        self._thread.join()


def _started(plan: Plan, name: str, size: int) -> AbstractContextManager[Target]:
    if name == "edge":
        return edge_processes(plan.bench, connections=size)
    return plan.peers[name](plan.bench)


@contextlib.contextmanager
def _client(
    plan: Plan, target: Target, size: int, *, spread: Spread = ONE_ROOM, warm_up: bool = True
) -> Iterator[Client]:
    program, processors = plan.bench.programs["client"], plan.bench.processors
    with connected(program, target, size, processors=processors, spread=spread) as client:
        if warm_up:
            client.run(Load(0.5, prompt_window=1))
            client.run(Load(0.5, chat_window=8))
        yield client
