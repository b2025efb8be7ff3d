"""Warm start to the first page (aim: at most 5 s), and the memory of `nightmarket up` at rest."""

import time
from pathlib import Path

from support import data_folder, nightmarket

ROUNDS = 3


def resident_mib(pid: int) -> float:
    """Proportional set size of a process in MiB (Linux), so that shared pages are not counted twice."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return float("nan")


def children(pid: int) -> list[int]:
    """Child processes (Linux)."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def main() -> None:
    """Start cold once, then warm, and look at the memory when all is quiet."""
    with data_folder() as folder:
        with nightmarket(folder) as (_port, _process, seconds):
            print(f"first start with an empty folder: {seconds:.2f} s to the first page")
        times = []
        for _ in range(ROUNDS):
            with nightmarket(folder) as (_port, process, seconds):
                times.append(seconds)
                time.sleep(3)
                main_mib = resident_mib(process.pid)
                media_mib = sum(resident_mib(child) for child in children(process.pid))
        print(f"warm start: median {sorted(times)[ROUNDS // 2]:.2f} s to the first page (aim ≤ 5)")
        print(f"idle memory: {main_mib:.0f} MiB api, rooms, jobs + {media_mib:.0f} MiB media server")


if __name__ == "__main__":
    main()
