"""The room fan-out benchmark: our edge beside other servers and beside what the kernel allows.

    run.py            short: one room of 1,000, stalled viewers; some minutes
    run.py --full     every size and scenario; about forty minutes

Everything runs on this machine, over loopback, in alternating rounds; what counts are the ratios printed at the end.
"""

import argparse
import sys
import time

import scenarios
from bars import BARS
from figures import Figures, print_bars, print_scenario
from machine import Missing, Processors, compile_native, install_peers, working_folder
from scenarios import R15, R100, W1, W1_CHAT, W64, Plan
from servers import (
    Bench,
    Start,
    batching_limit,
    fastapi,
    fastapi_sansio,
    limit,
    python_socketio,
    socketio_node,
    ws_node,
)

ROOM_RUNS = (W1, W1_CHAT, W64, R15, R100)


def peers_here() -> dict[str, Start]:
    """The servers that can run here; says which are left out."""
    peers: dict[str, Start] = {
        "C limit": limit,
        "C limit --batch": batching_limit,
        "FastAPI": fastapi,
        "FastAPI sansio": fastapi_sansio,
        "python-socketio": python_socketio,
    }
    reason = install_peers()
    if reason is None:
        peers |= {"socket.io": socketio_node, "ws": ws_node}
    else:
        print(reason)
    return peers


def run_short(plan: Plan) -> None:
    """What `make bench` runs."""
    names = [name for name in ("C limit", "C limit --batch", "edge", "socket.io", "FastAPI") if _has(plan, name)]
    scenarios.room(plan, 1000, (W1, W64, R15, R100), names)
    scenarios.stall(plan, ["edge"])


def run_full(plan: Plan) -> None:
    """Everything."""
    everybody = [
        "C limit",
        "C limit --batch",
        "edge",
        "socket.io",
        "ws",
        "FastAPI",
        "FastAPI sansio",
        "python-socketio",
    ]
    names = [name for name in everybody if _has(plan, name)]
    scenarios.room(plan, 1000, ROOM_RUNS, names)
    few = [name for name in names if name in ("C limit", "edge", "socket.io", "ws", "FastAPI")]
    for size in (200, 5000, 10_000):
        scenarios.room(plan, size, (W1,), few)
    scenarios.idle(plan, 10_000, few)
    scenarios.stall(plan, [name for name in few if name != "ws"])
    scenarios.hop(plan)
    scenarios.tls(plan)
    scenarios.two_edges(plan)
    scenarios.flood(plan)
    scenarios.many_rooms(plan)
    scenarios.order_comments(plan)


def _has(plan: Plan, name: str) -> bool:
    return name == "edge" or name in plan.peers


def main() -> int:
    """Run, print tables, print the bars."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="every size and scenario")
    parser.add_argument("--only", default="", help="one scenario by its function name, e.g. idle or room:5000")
    parser.add_argument("--servers", default="", help="with --only room or idle: names separated by commas")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0, help="length of one run (default 3, short form 1.5)")
    options = parser.parse_args()
    started = time.monotonic()
    try:
        with working_folder() as folder:
            bench = Bench(folder, compile_native(folder), Processors())
            seconds = options.seconds or (1.5 if not (options.full or options.only) else 3)
            plan = Plan(bench, Figures(), options.rounds, seconds, peers_here())
            try:
                if options.only:
                    run_one(plan, options.only, [name for name in options.servers.split(",") if name])
                elif options.full:
                    run_full(plan)
                else:
                    run_short(plan)
            except KeyboardInterrupt:
                print("stopped; what was measured until now:")
    except Missing as missing:
        print(f"bench/fanout is left out: {missing}")
        return 0
    for scenario in plan.figures.scenarios():
        print_scenario(scenario, plan.figures)
    print(f"\n{time.monotonic() - started:.0f} s, {plan.rounds} rounds")
    print_bars(BARS, plan.figures)
    return 0


def run_one(plan: Plan, wanted: str, names: list[str]) -> None:
    """One scenario."""
    name, _, size = wanted.partition(":")
    if name == "room":
        runs = ROOM_RUNS if int(size or 1000) <= 1000 else (W1,)
        scenarios.room(plan, int(size or 1000), runs, names or ["C limit", "edge", "socket.io"])
    elif name == "idle":
        scenarios.idle(plan, int(size or 10_000), names or ["edge", "socket.io", "FastAPI"])
    elif name == "stall":
        scenarios.stall(plan, names or ["edge"])
    else:
        getattr(scenarios, name)(plan)


if __name__ == "__main__":
    sys.exit(main())
