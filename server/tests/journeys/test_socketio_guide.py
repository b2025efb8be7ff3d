"""The example of docs/guides/socketio.md, run as it stands against the running product."""

import asyncio
import os
import re
from pathlib import Path

import pytest

from support.product import Visitor, open_stall, running_product
from support.room_client import RoomClient

REPOSITORY = Path(__file__).resolve().parents[3]
GUIDE = REPOSITORY / "docs" / "guides" / "socketio.md"


def example() -> str:
    """The one program of the guide."""
    found = re.findall(r"```js\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    assert len(found) == 1
    return str(found[0])


async def until_line(process: asyncio.subprocess.Process, wanted: str) -> None:
    """Read what the program prints until a line that begins so."""
    assert process.stdout is not None
    seen = []
    async with asyncio.timeout(60):
        async for line in process.stdout:
            seen.append(line.decode().strip())
            if seen[-1].startswith(wanted):
                return
    raise AssertionError(f"only printed {seen}")


@pytest.mark.timeout(240)
async def test_the_example_of_the_guide_works(tmp_path: Path) -> None:
    with running_product(tmp_path) as product:
        seller = await Visitor(product.address, "seller").register()
        stream_id, _, _ = await open_stall(seller, stock=3)
        room = await RoomClient.enter(seller, stream_id)
        environment = {
            "PATH": os.environ["PATH"],
            "NIGHTMARKET": product.address,
            "STREAM": stream_id,
            "TOKEN": seller.client.headers["Authorization"].removeprefix("Bearer "),
        }
        pipe = asyncio.subprocess.PIPE
        program = await asyncio.create_subprocess_exec(
            "node", "--input-type=module", "-", stdin=pipe, stdout=pipe, cwd=REPOSITORY / "web", env=environment
        )
        assert program.stdin is not None
        program.stdin.write(example().encode())
        program.stdin.close()
        await until_line(program, "said as number ")
        assert (await room.wait_for("chat-message"))["text"] == "hello from afar"
        await room.say("welcome")
        await until_line(program, "seller: welcome")
        await room.leave()
        await asyncio.to_thread(product.stop)
        await until_line(program, "sent away: 4001 server is stopping")
        program.kill()
        await program.wait()
