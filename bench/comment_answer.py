"""From an order comment to its answer in the room, in a room that talks: over the processes of the product.

    comment_answer.py [SECONDS]

500 chat messages and 50 order comments a second are typed over real sockets by 600 people in one room, each of whom gets
all of it. The time is the author's: from sending the comment to the `claim-result`. Embedded: one `nightmarket up` on
SQLite. Scaled, where MariaDB and Redis answer: `nightmarket api` and `nightmarket edge`. Asserted: every order was answered
with a held claim, and claims and stock book agree.
"""

import asyncio
import contextlib
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SERVER = Path(__file__).resolve().parents[1] / "server"
sys.path[:0] = [str(SERVER / "tests"), str(SERVER)]

import httpx2  # noqa: E402
import sqlalchemy as sa  # noqa: E402
import uvloop  # noqa: E402
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect  # noqa: E402

from nightmarket.entrypoints.api import context_lifespan, create_app  # noqa: E402
from nightmarket.kernel.context import Context  # noqa: E402
from nightmarket.kernel.logging import configure_logging  # noqa: E402
from nightmarket.modules.claims.models import Claim  # noqa: E402
from nightmarket.modules.inventory.models import Stock  # noqa: E402
from support import engines  # noqa: E402
from support.accounts import Person  # noqa: E402
from support.catalog import make_product, variant  # noqa: E402
from support.claims import crowd, open_sale  # noqa: E402
from support.product import free_port  # noqa: E402
from support.streams import add_item  # noqa: E402

NIGHTMARKET = SERVER / ".venv" / "bin" / "nightmarket"
CHAT_RATE, ORDER_RATE = 500, 50
CHATTERS, BUYERS = 540, 60
ITEMS = 40
STOCK = 100_000
WARM_UP = 4.0
BAR_MS = 300.0
OPENINGS = ("哈囉", "主播", "今天", "真的", "สวัสดีค่ะ", "วันนี้", "แม่ค้า", "wow", "hello", "さっきの", "這個", "我覺得")
MIDDLES = ("好美", "好看", "很厚", "น่ารัก", "สวยมาก", "ลายนี้", "so soft", "nice", "かわいい", "質感", "顏色", "料子")
ENDINGS = ("喔", "耶", "哈哈", "呢", "ค่ะ", "จ้า", "นะคะ", "lol", "today", "ですね", "啊", "對吧")


class Viewer(WSListener):  # type: ignore[misc]
    """Somebody in the room; a buyer notes when their orders are answered."""

    def __init__(self, figures: "Figures", name: str) -> None:
        self.figures, self.name = figures, name
        self.transport: WSTransport | None = None
        self.waiting: dict[str, float] = {}
        self._numbers = itertools.count(1)

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The socket is open."""
        self.transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Whatever the room says."""
        if frame.msg_type == WSMsgType.PING:
            transport.send_pong(frame.get_payload_as_bytes())
            return
        if frame.msg_type != WSMsgType.TEXT:
            return
        payload = frame.get_payload_as_bytes()
        self.figures.bytes_heard += len(payload)
        if b'"t":"error"' in payload:
            self.figures.refused[json.loads(payload)[0].get("d", {}).get("code")] += 1
        if self.waiting and b'"claim-result"' in payload:
            self._answered(json.loads(payload), time.perf_counter())

    def _answered(self, frames: Sequence[dict[str, Any]], now: float) -> None:
        for frame in frames:
            if frame["t"] != "claim-result":
                continue
            sent = self.waiting.pop(frame["d"].get("text", ""), None)
            if sent is not None:
                outcome = frame["d"].get("outcome") or str(frame["d"].get("problem"))
                self.figures.outcomes[outcome] += 1
                self.figures.times.append((sent, now - sent))

    def say(self, text: str, *, is_order: bool = False) -> None:
        """Type a message."""
        assert self.transport is not None
        if is_order:
            self.waiting[text] = time.perf_counter()
        body = {"t": "chat-message", "id": next(self._numbers), "d": {"text": text}}
        self.transport.send(WSMsgType.TEXT, json.dumps(body, ensure_ascii=False).encode())


@dataclass
class Figures:
    """What was seen."""

    times: list[tuple[float, float]] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    refused: Counter[str | None] = field(default_factory=Counter)
    bytes_heard: int = 0
    chat_sent: int = 0
    orders_sent: int = 0

    def ms(self, share: float, since: float) -> float:
        """The time under which this share of the answers came, of orders sent since then."""
        ordered = sorted(taken for sent, taken in self.times if sent >= since)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


@dataclass(frozen=True)
class Show:
    """A show with goods, and the people who come."""

    stream_id: str
    variant_ids: list[str]
    people: list[Person]


async def set_up(ctx: Context) -> Show:
    """Forty items with plenty of each."""
    app = create_app(ctx.settings, lifespan=context_lifespan(lambda: ctx))
    app.state.ctx = ctx
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://bench") as api:
        sale = await open_sale(ctx, api, stock=STOCK)
        variant_ids = [sale.variant_id]
        for number in range(2, ITEMS + 1):
            product = await make_product(
                api, sale.seller, sale.shop["id"], f"Lantern {number}", variants=[variant(STOCK)]
            )
            item = await add_item(api, sale.seller, sale.stream_id, product["id"], code=f"A{number}")
            variant_ids.append(item["product"]["variants"][0]["id"])
    return Show(sale.stream_id, variant_ids, await crowd(ctx, CHATTERS + BUYERS))


@contextlib.contextmanager
def processes(ctx: Context, *, is_scaled: bool) -> Iterator[int]:
    """The product, running: the port of its API."""
    port, edge_port, media_port = free_port(), free_port(), free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NIGHTMARKET_")} | {
        "NIGHTMARKET_LOG_LEVEL": "error",
        "NIGHTMARKET_SECRET_KEY": ctx.secret,
        "NIGHTMARKET_RATE_LIMITS__WRITE": "0",
        "NIGHTMARKET_MEDIA__RTMP_PORT": str(media_port),
        "NIGHTMARKET_EDGE__LIMITS__SOCKETS_PER_ADDRESS": "5000",
    }
    commands = [[NIGHTMARKET, "up", "--port", str(port), "--data-dir", ctx.settings.data_dir]]
    if is_scaled:
        assert ctx.settings.database.url is not None
        assert ctx.settings.redis.url is not None
        environment |= {
            "NIGHTMARKET_DATABASE__URL": ctx.settings.database.url.get_secret_value(),
            "NIGHTMARKET_REDIS__URL": ctx.settings.redis.url.get_secret_value(),
            "NIGHTMARKET_DATA_DIR": str(ctx.settings.data_dir),
            "NIGHTMARKET_EDGE__HOST": "127.0.0.1",
            "NIGHTMARKET_EDGE__PORT": str(edge_port),
            "NIGHTMARKET_EDGE__PUBLIC_URL": f"ws://127.0.0.1:{edge_port}",
            "NIGHTMARKET_EDGE__API_URL": f"http://127.0.0.1:{port}",
        }
        commands = [[NIGHTMARKET, "api", "--port", str(port)], [NIGHTMARKET, "edge"]]
    running = [subprocess.Popen(one, env=environment, stdout=subprocess.DEVNULL) for one in commands]
    try:
        yield port
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(timeout=60)


@contextlib.asynccontextmanager
async def people_in(show: Show, port: int, figures: Figures) -> AsyncIterator[list[Viewer]]:
    """Everybody in the room."""
    viewers: list[Viewer] = []
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=30) as api:
        await until_up(api)
        for at in range(0, len(show.people), 20):
            viewers += await asyncio.gather(
                *(enter(api, show, person, figures) for person in show.people[at : at + 20])
            )
        yield viewers
        for viewer in viewers:
            assert viewer.transport is not None
            viewer.transport.disconnect()


async def enter(api: httpx2.AsyncClient, show: Show, person: Person, figures: Figures) -> Viewer:
    """One person, through the door."""
    answer = await api.post(f"/streams/{show.stream_id}/room/ticket", headers=person.headers)
    answer.raise_for_status()
    ticket = answer.json()
    viewer = Viewer(figures, person.id)
    await ws_connect(lambda: viewer, f"{ticket['url']}?ticket={ticket['ticket']}")
    return viewer


async def until_up(api: httpx2.AsyncClient) -> None:
    """Wait for the product."""
    start = time.monotonic()
    while time.monotonic() - start < 120:
        with contextlib.suppress(httpx2.HTTPError):
            if (await api.get("/streams?state=live")).is_success:
                return
        await asyncio.sleep(0.1)
    raise TimeoutError("the product does not answer")


async def talk(viewers: Sequence[Viewer], figures: Figures, seconds: float) -> None:
    """Everybody types: chat and orders, evenly spread over the seconds."""
    texts = [" ".join(words) for words in itertools.product(OPENINGS, MIDDLES, ENDINGS)]
    random.Random(7).shuffle(texts)
    chatters, buyers = viewers[:CHATTERS], viewers[CHATTERS:]
    begin = time.perf_counter()
    while (passed := time.perf_counter() - begin) < seconds:
        while figures.chat_sent < passed * CHAT_RATE:
            number = figures.chat_sent
            chatters[number % CHATTERS].say(f"{texts[number % len(texts)]}{'~' * (number // len(texts))}")
            figures.chat_sent += 1
        while figures.orders_sent < passed * ORDER_RATE:
            number = figures.orders_sent
            code = number // BUYERS % ITEMS + 1  # nobody repeats themselves within seconds
            buyers[number % BUYERS].say(f"A{code}+{1 + number // (BUYERS * ITEMS)}", is_order=True)
            figures.orders_sent += 1
        await asyncio.sleep(0.002)


async def measure(name: str, ctx: Context, seconds: float, *, is_scaled: bool) -> bool:
    """One engine; whether the bar is met."""
    show, figures = await set_up(ctx), Figures()
    with processes(ctx, is_scaled=is_scaled) as port:
        async with people_in(show, port, figures) as viewers:
            start = time.perf_counter()
            await talk(viewers, figures, WARM_UP + seconds)
            for _ in range(100):
                if len(figures.times) == figures.orders_sent:
                    break
                await asyncio.sleep(0.1)
    assert figures.outcomes == {"held": figures.orders_sent}, figures.outcomes
    await check_books(ctx, show, figures.orders_sent)
    since = start + WARM_UP
    p50, p95, p99 = (figures.ms(share, since) for share in (0.5, 0.95, 0.99))
    said = figures.chat_sent - sum(figures.refused.values())
    print(
        f"{name}: {len(viewers)} people, {figures.chat_sent / (WARM_UP + seconds):.0f} chat/s "
        f"({said / figures.chat_sent:.1%} said, refused {dict(figures.refused)}), "
        f"{figures.orders_sent / (WARM_UP + seconds):.0f} orders/s, each of them answered and held; "
        f"{figures.bytes_heard / 1e6 / (WARM_UP + seconds):.0f} MB/s heard"
    )
    met = p95 < BAR_MS
    print(
        f"{name}: comment to answer p50 {p50:.1f} ms · p95 {p95:.1f} ms (bar < {BAR_MS:.0f}: {verdict(met)}) · p99 {p99:.1f} ms"
    )
    return met


def verdict(met: bool) -> str:  # noqa: FBT001
    """In words."""
    return "met" if met else "NOT met"


async def check_books(ctx: Context, show: Show, orders: int) -> None:
    """Every order is a claim, and the stock book holds its units."""
    async with ctx.reader() as session:
        held = sa.select(sa.func.count(), sa.func.sum(Claim.quantity)).where(Claim.state == "held")
        count, units = (await session.execute(held)).one()
        booked = await session.scalar(sa.select(sa.func.sum(Stock.held)).where(Stock.variant_id.in_(show.variant_ids)))
    assert count == orders, f"{orders} orders were answered, {count} claims are there"
    assert int(units) == int(booked or 0), "claims and stock book disagree"


async def main(seconds: float) -> None:
    """Both engines, where they answer."""
    configure_logging(level="error")
    folder = Path(tempfile.mkdtemp(prefix="nightmarket-bench-"))
    embedded = engines.sqlite_context(folder / "data", await engines.sqlite_template(folder), log_level="error")
    await measure("nightmarket up, SQLite", embedded, seconds, is_scaled=False)
    await embedded.close()
    if not (engines.answers(engines.MYSQL) and engines.answers(engines.REDIS)):
        print("MariaDB or Redis does not answer: the scaled processes are left out.")
        return
    database = f"nightmarket_bench_{os.getpid()}"
    url = await engines.create_mysql_database(database)
    try:
        scaled = engines.mysql_context(folder / "server", url, log_level="error")
        await measure("api + edge, MariaDB", scaled, seconds, is_scaled=True)
        await scaled.close()
    finally:
        await engines.drop_mysql_database(database)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0))
