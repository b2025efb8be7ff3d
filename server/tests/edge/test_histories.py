"""A snapshot and what follows fold to what a fresh snapshot says, whatever happened: by the web client's reducer."""

import asyncio
import json
import os
import random
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from edge.conftest import StartEdge
from edge.histories import Dice, Story, Truth, as_file
from nightmarket.kernel.redis import Redis
from nightmarket.modules.rooms.realtime.limits import RealtimeLimits
from support.engines import require_path

WEB: Final = Path(__file__).resolve().parents[3] / "web"
FOLD: Final = "src/shared/realtime/room-histories.test.ts"
KEPT: Final = WEB / "tests" / "data" / "room-histories.json"
LIMITS: Final = RealtimeLimits(presence_seconds=0.05, drain_spread_seconds=0, snapshot_age_seconds=0)

pytestmark = pytest.mark.timeout(240)


async def lived(start_edge: StartEdge, redis: Redis, number: int, count: int) -> list[dict[str, Any]]:
    """Histories made from that number, all on the same two edges, each in a room of its own."""
    truth = Truth(redis)
    edges = [await start_edge(limits=LIMITS, backend=truth) for _ in range(2)]
    room = f"str_{random.getrandbits(48):x}"
    return [await Story(edges, truth, redis, f"{room}{n}").live(Dice(number + n).history()) for n in range(count)]


def fold(file: Path, report: Path) -> dict[str, Any]:
    """What the reducer of the web client makes of them."""
    command = ["node", "node_modules/vitest/vitest.mjs", "run", FOLD, "--reporter=json", f"--outputFile={report}"]
    environment = os.environ | {"ROOM_HISTORIES": str(file)}
    vitest = subprocess.run(command, cwd=WEB, env=environment, capture_output=True, text=True, check=False)
    assert report.is_file(), vitest.stdout + vitest.stderr
    found: dict[str, Any] = json.loads(report.read_text())
    return found


@pytest.mark.parametrize(("redis", "count"), [("stand-in", 60), ("redis", 30)], indirect=["redis"])
async def test_snapshot_then_frames_equals_fresh_snapshot(
    start_edge: StartEdge, redis: Redis, tmp_path: Path, count: int
) -> None:
    require_path(WEB / "node_modules" / "vitest", "the web client's packages")
    number = int(os.environ.get("ROOM_HISTORIES_SEED") or random.getrandbits(32))
    stories = await lived(start_edge, redis, number, count)
    file = tmp_path / "histories.json"
    file.write_text(as_file(stories))
    result = await asyncio.to_thread(fold, file, tmp_path / "report.json")
    failures = [
        f"{one['title']}: {' '.join(one['failureMessages'])[:1500]}"
        for suite in result["testResults"]
        for one in suite["assertionResults"]
        if one["status"] != "passed"
    ]
    assert (failures, result["success"]) == ([], True), f"ROOM_HISTORIES_SEED={number}"
    assert result["numPassedTests"] > len(stories)


@pytest.mark.skipif("ROOM_HISTORIES_KEEP" not in os.environ, reason="writes the histories that the web client keeps")
@pytest.mark.parametrize("redis", ["stand-in"], indirect=True)
async def test_histories_are_kept(start_edge: StartEdge, redis: Redis) -> None:
    stories = await lived(start_edge, redis, 1, 40)
    crowded = [one for one in stories if len(one["clients"]) >= 3 and len(as_file([one])) < 60_000]
    telling = sorted(crowded, key=lambda story: -len({step[0] for step in story["steps"]}))
    KEPT.write_text(as_file(telling[:5]))
