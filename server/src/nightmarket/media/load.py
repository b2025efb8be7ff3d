"""How busy this process and this machine are, looked at every few seconds."""

import time
from pathlib import Path

import structlog

log = structlog.get_logger()

PROCESS_LIMIT = 0.85
"""Of one core: the event loop does nearly everything, and beyond this every show suffers."""
CHECKS = 3
"""So many checks in a row above a limit, and the load is high; as many below, and it is not."""
_STAT = Path("/proc/stat")


class Load:
    """Shares of time spent busy since the check before."""

    def __init__(self, machine_limit: float) -> None:
        self._machine_limit = machine_limit
        self.process = 0.0
        """Of one core, this process."""
        self.machine = 0.0
        """Of all cores, everybody who does not stand back for us; 0 where the system does not say."""
        self.is_high = False
        self._streak = 0
        self._wall, self._cpu = time.monotonic(), time.process_time()
        self._busy, self._total = _machine_times()

    async def check(self) -> None:
        """Measures, and notes when the load becomes high or bearable again."""
        wall, cpu = time.monotonic(), time.process_time()
        busy, total = _machine_times()
        process = (cpu - self._cpu) / max(wall - self._wall, 0.001)
        machine = (busy - self._busy) / (total - self._total) if total > self._total else 0.0
        self._wall, self._cpu, self._busy, self._total = wall, cpu, busy, total
        self.note(process, machine)

    def note(self, process: float, machine: float) -> None:
        """Takes one measurement into account."""
        self.process, self.machine = process, machine
        differs = (process >= PROCESS_LIMIT or machine >= self._machine_limit) != self.is_high
        self._streak = self._streak + 1 if differs else 0
        if self._streak >= CHECKS:
            self._streak = 0
            self.is_high = not self.is_high
            shares = {"process": round(process, 2), "machine": round(machine, 2)}
            log.warning("load.high" if self.is_high else "load.bearable", **shares)


def _machine_times() -> tuple[int, int]:
    """Ticks of all cores that were busy, without those of low priority, and all ticks."""
    try:
        fields = [int(text) for text in _STAT.read_text().split("\n", 1)[0].split()[1:9]]
    except (OSError, ValueError):
        return 0, 0
    _, nice, _, idle, waiting, *_ = fields
    return sum(fields) - nice - idle - waiting, sum(fields)
