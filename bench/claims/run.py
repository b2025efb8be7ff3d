"""Claims on one hot item through HTTP: our lane, our route, and the route as usually written, side by side.

`python bench/claims/run.py [seconds] [rounds]`. Each engine that answers is measured; each round alternates. Asserted in
every run: no unit oversold, and every acknowledged claim is stored. Beside it: the same rows written by the database alone
in batches of 64 (`floor.py`), claims spread over a hundred items, refusals after the last unit, a route that does nothing.
"""

import asyncio
import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
SERVER = HERE.parents[2] / "server"
sys.path[:0] = [str(HERE.parent), str(HERE.parents[1] / "fanout"), str(SERVER / "tests"), str(SERVER)]

import httpx2  # noqa: E402
import sqlalchemy as sa  # noqa: E402
import uvloop  # noqa: E402
from client import Load, press  # noqa: E402
from floor import floor_rate  # noqa: E402
from machine import Cpu  # noqa: E402

from nightmarket.entrypoints.api import context_lifespan, create_app  # noqa: E402
from nightmarket.entrypoints.composition import build_context  # noqa: E402
from nightmarket.kernel.context import Context  # noqa: E402
from nightmarket.kernel.logging import configure_logging  # noqa: E402
from nightmarket.kernel.settings import Settings  # noqa: E402
from nightmarket.modules.claims.models import Claim  # noqa: E402
from nightmarket.modules.inventory.models import Stock  # noqa: E402
from support import engines  # noqa: E402
from support.catalog import make_product, variant  # noqa: E402
from support.claims import Sale, crowd, open_sale  # noqa: E402
from support.streams import add_item  # noqa: E402

IN_FLIGHT = (64, 256, 1000)
KINDS = ("lane", "route", "naive")
STOCK = 1_000_000
MANY_ITEMS = 100


def serve(config: str, port: int, kind: str) -> None:
    """One server process."""
    import uvicorn
    from naive import router

    from nightmarket.entrypoints.up import quiet_garbage

    configure_logging(level="error")
    settings = Settings.model_validate(json.loads(Path(config).read_text()))

    async def run() -> None:
        ctx = build_context(settings)
        app = create_app(settings, lifespan=context_lifespan(lambda: ctx), with_lanes=kind == "lane")
        app.router.routes[:0] = router.routes
        quiet_garbage()
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False, ws="none"))
        await server.serve()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run())


Target = tuple[str, bytes]
"""Path and body of a request."""


class Figures(dict[tuple[str, str], list[float]]):
    """What was measured, by kind and quantity, once per round."""

    def note(self, kind: str, **values: float) -> None:
        """One more round."""
        for name, value in values.items():
            self.setdefault((kind, name), []).append(value)

    def median(self, kind: str, name: str) -> float:
        """The middle of the rounds."""
        return statistics.median(self[kind, name])


def requests(
    port: int, targets: Sequence[Target], tokens: list[str], count: int, run: str
) -> list[Callable[[], bytes]]:
    """A maker of requests for each connection; every request has a key of its own."""
    numbers = itertools.count()

    def maker(token: str, path: str, body: bytes) -> Callable[[], bytes]:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            f"Authorization: {token}\r\nContent-Length: {len(body)}\r\nIdempotency-Key: {run}-"
        ).encode()
        return lambda: b"%b%d\r\n\r\n%b" % (head, next(numbers), body)

    return [maker(tokens[number % len(tokens)], *targets[number % len(targets)]) for number in range(count)]


async def stored(ctx: Context, variant_id: str) -> tuple[int, int, int]:
    """(claims held, units of them, units held in the stock book)."""
    async with ctx.reader() as session:
        count, units = (
            await session.execute(sa.select(sa.func.count(), sa.func.sum(Claim.quantity)).where(Claim.state == "held"))
        ).one()
        stock = (
            await session.execute(sa.select(Stock.on_hand, Stock.held).where(Stock.variant_id == variant_id))
        ).one()
    assert stock.held <= stock.on_hand, "oversold"
    return count, int(units or 0), stock.held


@dataclass(frozen=True)
class Goods:
    """Paths and bodies of requests: one hot item, many items, an item without units, by kind of server."""

    hot: dict[str, list[Target]]
    many: list[Target]
    gone: dict[str, list[Target]]
    variant_id: str


async def set_up(ctx: Context) -> tuple[Goods, list[str]]:
    """A show with goods, and the tokens of a thousand buyers."""
    app = create_app(ctx.settings, lifespan=context_lifespan(lambda: ctx))
    app.state.ctx = ctx
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://bench") as api:
        sale = await open_sale(ctx, api, stock=STOCK)
        many = [await item(api, sale, f"M{number}", STOCK) for number in range(MANY_ITEMS)]
        gone = await item(api, sale, "Z1", 0)
    path, naive = f"/api/v1/streams/{sale.stream_id}/claims", f"/naive/{sale.stream_id}/claims"
    hot = body_of(sale.item)
    goods = Goods(
        {"lane": [(path, hot)], "route": [(path, hot)], "naive": [(naive, hot)], "no-op": [("/noop", hot)]},
        [(path, body_of(one)) for one in many],
        {"lane": [(path, body_of(gone, waitlist=False))], "naive": [(naive, body_of(gone))]},
        sale.variant_id,
    )
    return goods, [person.headers["Authorization"] for person in await crowd(ctx, 1000)]


async def item(api: httpx2.AsyncClient, sale: Sale, code: str, stock: int) -> dict[str, Any]:
    """One more item of the show."""
    product = await make_product(api, sale.seller, sale.shop["id"], code, variants=[variant(stock)])
    found: dict[str, Any] = await add_item(api, sale.seller, sale.stream_id, product["id"], code=code)
    return found


def body_of(one: dict[str, Any], **more: Any) -> bytes:
    """A claim of one unit."""
    wanted = {"item_id": one["id"], "variant_id": one["product"]["variants"][0]["id"], "quantity": 1}
    return json.dumps(wanted | more).encode()


def configuration(ctx: Context) -> Path:
    """The settings for the server processes."""
    config = Path(tempfile.mkdtemp()) / "settings.json"
    settings = ctx.settings.model_dump(mode="json")
    settings["secret_key"] = ctx.secret
    if ctx.settings.database.url:
        settings["database"]["url"] = ctx.settings.database.url.get_secret_value()
        settings["redis"]["url"] = ctx.settings.redis.url.get_secret_value() if ctx.settings.redis.url else None
    settings["storage"]["secret_access_key"] = ""
    config.write_text(json.dumps(settings))
    return config


async def measure(name: str, ctx: Context, seconds: float, rounds: int) -> Figures:
    """Everything on one engine, alternating."""
    goods, tokens = await set_up(ctx)
    config, figures = configuration(ctx), Figures()
    ports = {kind: 8700 + os.getpid() % 200 + index for index, kind in enumerate(KINDS)}
    servers = {
        kind: subprocess.Popen([sys.executable, HERE, "serve", config, str(port), kind]) for kind, port in ports.items()
    }

    async def run(kind: str, label: str, targets: Sequence[Target], in_flight: int, number: int) -> Load:
        port, cpu = ports[kind], Cpu([servers[kind].pid])
        makers = requests(port, targets, tokens, in_flight, f"{label}{number}-{in_flight}".replace(" ", ""))
        load = await press(port, list(makers), seconds)
        spent = cpu.seconds() / max(1, sum(load.statuses.values())) * 1e6
        values = {"rate": load.rate, "p99": load.ms(0.99), "cpu": spent}
        figures.note(label, **{f"{what} {in_flight}": value for what, value in values.items()})
        print(
            f"{name} {in_flight:5} in flight  {label:12} {load.rate:8.0f}/s  p50 {load.ms(0.5):7.1f} ms  "
            f"p99 {load.ms(0.99):7.1f} ms  {spent:6.0f} µs CPU  {dict(load.statuses)}",
            flush=True,
        )
        return load

    acknowledged = 0
    try:
        for port in ports.values():
            await until_up(port)
        for number in range(rounds):
            for in_flight in IN_FLIGHT:
                for kind in KINDS:
                    acknowledged += (await run(kind, kind, goods.hot[kind], in_flight, number)).statuses[201]
                    claims, units, held = await stored(ctx, goods.variant_id)
                    assert claims >= acknowledged, "an acknowledged claim is not there"
                    assert units == held, "claims and stock book disagree"
            await run("route", "no-op", goods.hot["no-op"], 256, number)
            for kind, targets in goods.gone.items():
                load = await run(kind, f"{kind} gone", targets, 256, number)
                assert 201 not in load.statuses, "sold what is not there"
            await run("lane", "lane 100", goods.many, 256, number)
            figures.note("floor", rate=await floor_rate(ctx, seconds, number))
            print(f"{name}    64 together   floor        {figures['floor', 'rate'][-1]:8.0f}/s", flush=True)
    finally:
        for server in servers.values():
            server.terminate()
        for server in servers.values():
            server.wait(timeout=30)
    return figures


async def until_up(port: int) -> None:
    """Wait for a server."""
    start = time.monotonic()
    while time.monotonic() - start < 240:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise TimeoutError("no server within four minutes")


def judge(name: str, figures: Figures) -> None:
    """The ratios and bars that this run can measure."""

    def ratio(one: str, other: str, what: str = "rate 256") -> float:
        return figures.median(one, what) / figures.median(other, what)

    floor = figures.median("lane", "rate 256") / figures.median("floor", "rate")
    bars = [
        ("lane / as usually written, 256 in flight", ratio("lane", "naive"), 12.0, True),
        ("route / as usually written, 256 in flight", ratio("route", "naive"), 8.0, True),
        ("lane / the database alone in batches of 64", floor, 0.15, True),
        ("route / a route that does nothing", ratio("route", "no-op"), 0.45, True),
        ("CPU of the process, lane / as usually written", ratio("lane", "naive", "cpu 256"), 1 / 12, False),
        ("100 items / one hot item, lane", ratio("lane 100", "lane"), 0.75, True),
        ("sold out, lane / as usually written", ratio("lane gone", "naive gone"), 15.0, True),
        ("p99 of the lane at 256, ms", figures.median("lane", "p99 256"), 250.0, False),
        ("p99 of the lane at 1,000, ms", figures.median("lane", "p99 1000"), 500.0, False),
    ]
    for label, value, bar, is_least in bars:
        met = value >= bar if is_least else value <= bar
        sign = "≥" if is_least else "≤"
        print(f"{name}: {label} = {value:.3g} (bar {sign} {bar:.3g}): {'met' if met else 'NOT met'}")
    print(f"{name}: no unit oversold, every acknowledged claim stored")


async def main(seconds: float, rounds: int) -> None:
    """Both engines, where they answer."""
    configure_logging(level="error")
    folder = Path(tempfile.mkdtemp(prefix="nightmarket-bench-"))
    contexts = {
        "SQLite": engines.sqlite_context(folder / "data", await engines.sqlite_template(folder), log_level="error")
    }
    database = f"nightmarket_bench_{os.getpid()}"
    has_server = engines.answers(engines.MYSQL) and engines.answers(engines.REDIS)
    if has_server:
        url = await engines.create_mysql_database(database)
        contexts["MariaDB"] = engines.mysql_context(folder / "server", url, log_level="error")
    try:
        for name, ctx in contexts.items():
            judge(name, await measure(name, ctx, seconds, rounds))
            await ctx.close()
    finally:
        if has_server:
            await engines.drop_mysql_database(database)


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        asyncio.run(
            main(*(float(sys.argv[1]) if len(sys.argv) > 1 else 4.0, int(sys.argv[2]) if len(sys.argv) > 2 else 3))
        )
