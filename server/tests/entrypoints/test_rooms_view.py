"""`nightmarket rooms`: the rooms as operators see them, from Redis or from the process that has everything."""

import json
import subprocess
import sys
import unicodedata
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from nightmarket.entrypoints.rooms_view import PATH, Answer, as_json, as_table
from nightmarket.kernel.context import Context
from nightmarket.kernel.security import BodySignature
from nightmarket.modules.rooms.realtime.backend_http import edge_signature
from nightmarket.modules.rooms.realtime.reports import EdgeReport, Overview, RoomOverview, RoomReport
from support.product import Visitor, open_stall, running_product
from support.room_client import RoomClient


@pytest.fixture(autouse=True)
async def nobody_stays() -> AsyncIterator[None]:
    """Visitors hang up when their test ends."""
    yield
    await Visitor.all_leave()


def rooms(*options: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as an operator does."""
    return subprocess.run(
        [sys.executable, "-m", "nightmarket.entrypoints.cli", "rooms", "--data-dir", str(folder), *options],
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": ":".join(sys.path)} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.timeout(180)
async def test_the_running_product_is_asked(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    refused = rooms(folder=folder)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "No Nightmarket of this data folder answers" in refused.stderr
    assert not folder.exists()
    with running_product(folder) as product:
        seller = await Visitor(product.address, "seller").register()
        stream_id, _, _ = await open_stall(seller, stock=1)
        room = await RoomClient.enter(seller, stream_id)
        await room.wait_for("room-state")
        found: dict[str, object] = {}
        while not found:
            answer = rooms("--json", "--address", product.address, folder=folder)
            assert answer.returncode == 0, answer.stderr
            found = next((one for one in json.loads(answer.stdout)["rooms"] if one["viewers"]), {})
        assert found | {"frames_in": 0, "frames_out": 0} == {
            "room": stream_id,
            "title": "Tonight",
            "state": "draft",
            "viewers": 1,
            "edges": 1,
            "connections": 1,
            "frames_in": 0,
            "frames_out": 0,
            "backlog_bytes": 0,
            "behind": 0,
            "slow_closes": 0,
        }
        table = rooms("--address", product.address, folder=folder).stdout
        assert "Tonight" in table
        assert "1 rooms, 1 sockets, 1 edges" in table
        stranger = rooms("--address", product.address, folder=tmp_path / "other", NIGHTMARKET_SECRET_KEY="x" * 40)
        assert stranger.returncode == 1
        await room.leave()


async def test_nobody_without_the_secret_is_told(ctx: Context, api: httpx2.AsyncClient) -> None:
    now = int(ctx.clock().timestamp())
    for secret, status in (("another secret, long enough to be one", 401), (ctx.secret, 200)):
        headers = {BodySignature.header: edge_signature(secret).sign(b"{}", now=now)}
        assert (await api.post(PATH, content=b"{}", headers=headers)).status_code == status
    assert (await api.post(PATH)).status_code == 401


def room(name: str, **report: int) -> RoomOverview:
    empty = {"connections": 0, "frames_in": 0, "frames_out": 0, "backlog_bytes": 0, "behind": 0, "slow_closes": 0}
    return RoomOverview(name, 7, 2, RoomReport(**(empty | report)))


def test_columns_stand_under_each_other_in_any_script() -> None:
    shows = {
        "str_1": {"title": "Friday lanterns", "state": "live"},
        "str_2": {"title": "週五燈籠特賣會", "state": "live"},
        "str_3": {"title": "โคมไฟคืนวันศุกร์ลดราคาทั้งร้านเลย", "state": "scheduled"},
    }
    edge = EdgeReport("edg_1", "host", 12, 0, 9, 4, is_draining=True)
    overview = Overview([edge], [*(room(one, connections=9) for one in shows), room("str_4", backlog_bytes=20_000_000)])
    lines = as_table(Answer(overview, shows), 200).splitlines()

    def cells(text: str) -> int:
        marks = sum(unicodedata.category(char) == "Mn" for char in text)
        return len(text) - marks + sum(unicodedata.east_asian_width(char) == "W" for char in text)

    starts = {cells(line[: line.rindex("  ")]) for line in lines[:5]}
    assert len(starts) == 1
    assert "19M" in lines[4]
    assert "draining" in lines[-1]
    assert all(cells(line) <= 60 for line in as_table(Answer(overview, shows), 60).splitlines())


def test_scripts_get_one_line() -> None:
    line = as_json(Answer(Overview([], [room("str_1", behind=3)]), {}))
    assert "\n" not in line
    assert json.loads(line)["rooms"][0] | {"behind": 3, "title": None} == json.loads(line)["rooms"][0]
