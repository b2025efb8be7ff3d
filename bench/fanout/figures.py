"""Figures of all rounds, and ratios between servers that ran side by side in the same round."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from load import Result

NOT_RUN = "not run"

Key = tuple[str, str, str]
"""Scenario, server, measure."""


class Figures:
    """Every measured value, one per round."""

    def __init__(self) -> None:
        self._values: defaultdict[Key, list[float]] = defaultdict(list)

    def add(self, scenario: str, server: str, **values: float) -> None:
        """Values of one round."""
        for measure, value in values.items():
            self._values[scenario, server, measure].append(value)

    def add_run(self, scenario: str, server: str, result: Result, receivers: int) -> None:
        """Everything a run says, under the names the tables use."""
        values = {
            "per_second": result.per_second,
            "cpu_per_million": result.cpu_per_million,
            "cpu": result.cpu_share,
            "client": result.client_share,
            "frames": result.raw["frames"] / max(result.received, 1),
        }
        for klass in ("chat", "prompt"):
            if result.raw[klass]["sent"]:
                values |= {f"{klass}_p50": result.ms(klass, "p50"), f"{klass}_p99": result.ms(klass, "p99")}
                values[f"{klass}_complete"] = result.complete(klass, receivers)
        self.add(scenario, server, **values)

    def servers(self, scenario: str) -> list[str]:
        """Who took part, in the order of the first round."""
        return list(dict.fromkeys(server for found, server, _ in self._values if found == scenario))

    def scenarios(self) -> list[str]:
        """What was run."""
        return list(dict.fromkeys(scenario for scenario, _, _ in self._values))

    def median(self, scenario: str, server: str, measure: str) -> float | None:
        """Over the rounds; None when it was not measured."""
        values = self._values.get((scenario, server, measure))
        return statistics.median(values) if values else None

    def ratio(self, scenario: str, server: str, other: str, measure: str, *, above: str = "") -> float | None:
        """Median over the rounds of ours divided by theirs; `above` names another scenario for theirs."""
        ours = self._values.get((scenario, server, measure))
        theirs = self._values.get((above or scenario, other, measure))
        if not ours or not theirs:
            return None
        return statistics.median(mine / max(their, 1e-9) for mine, their in zip(ours, theirs, strict=False))


@dataclass(frozen=True)
class Bar:
    """A promise: what is measured, its bound, and on which side of it we must be."""

    number: int
    text: str
    measured: Callable[[Figures], float | None]
    bound: float
    is_floor: bool = False

    def verdict(self, figures: Figures) -> tuple[str, str]:
        """The measured value and whether the promise is kept."""
        value = self.measured(figures)
        if value is None:
            return "—", NOT_RUN
        is_met = value >= self.bound if self.is_floor else value <= self.bound
        return f"{value:.2f}" if value < 1000 else f"{value:.0f}", "met" if is_met else "NOT MET"


def print_bars(bars: Sequence[Bar], figures: Figures) -> int:
    """The table at the end, of what was run; how many promises are broken."""
    rows = [("bar", "run", "bound", "measured", "")]
    for bar in bars:
        value, verdict = bar.verdict(figures)
        if verdict == NOT_RUN:
            continue
        rows.append((str(bar.number), bar.text, f"{'≥' if bar.is_floor else '≤'} {bar.bound:.3g}", value, verdict))
    print_table(rows)
    return sum(row[-1] == "NOT MET" for row in rows)


MEASURES = {
    "per_second": ("deliveries/s", "{:,.0f}"),
    "cpu_per_million": ("CPU s/M", "{:.2f}"),
    "cpu": ("CPU share", "{:.2f}"),
    "chat_p50": ("p50 ms", "{:.2f}"),
    "chat_p99": ("p99 ms", "{:.2f}"),
    "prompt_p50": ("prompt p50", "{:.2f}"),
    "prompt_p99": ("prompt p99", "{:.2f}"),
    "chat_complete": ("arrived", "{:.0%}"),
    "frames": ("frames/msg", "{:.2f}"),
    "rss_kib": ("KiB/conn.", "{:.1f}"),
    "accept_us": ("CPU µs/accept", "{:.0f}"),
    "accepts": ("accepts/s", "{:,.0f}"),
    "growth_kib": ("RSS KiB/stalled", "{:.0f}"),
    "tcp_kib": ("TCP KiB/stalled", "{:.0f}"),
    "closed_after": ("stalled closed s", "{:.1f}"),
    "closed": ("stalled closed", "{:.0%}"),
    "client": ("client CPU", "{:.2f}"),
}


def print_scenario(scenario: str, figures: Figures) -> None:
    """One table: servers down, measures across."""
    servers = figures.servers(scenario)
    measures = [one for one in MEASURES if any(figures.median(scenario, server, one) is not None for server in servers)]
    rows = [("", *(MEASURES[one][0] for one in measures))]
    for server in servers:
        values = [figures.median(scenario, server, one) for one in measures]
        cells = [
            "" if value is None else MEASURES[one][1].format(value) for one, value in zip(measures, values, strict=True)
        ]
        rows.append((server, *cells))
    print(f"\n{scenario}")
    print_table(rows)


def print_table(rows: Sequence[Sequence[str]]) -> None:
    """Columns aligned, the first to the left."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        cells = [
            cell.ljust(width) if cell and not _is_number(cell) else cell.rjust(width)
            for cell, width in zip(row, widths, strict=True)
        ]
        print("  " + "  ".join(cells).rstrip())


def _is_number(cell: str) -> bool:
    return cell[:1].isdigit()
