"""Claims on one hot item through HTTP: our lane, our route, and the route as usually written, side by side.

`python bench/claims/run.py [seconds] [rounds]`. Each engine that answers is measured; each round alternates. Asserted in
every run: no unit oversold, and every acknowledged claim is stored.
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
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve()
SERVER = HERE.parents[2] / "server"
sys.path[:0] = [str(HERE.parent), str(SERVER / "tests"), str(SERVER)]

import httpx2  # noqa: E402
import sqlalchemy as sa  # noqa: E402
import uvloop  # noqa: E402
from client import Load, press  # noqa: E402

from nightmarket.entrypoints.api import context_lifespan, create_app  # noqa: E402
from nightmarket.entrypoints.composition import build_context  # noqa: E402
from nightmarket.kernel.context import Context  # noqa: E402
from nightmarket.kernel.logging import configure_logging  # noqa: E402
from nightmarket.kernel.settings import Settings  # noqa: E402
from nightmarket.modules.claims.models import Claim  # noqa: E402
from nightmarket.modules.inventory.models import Stock  # noqa: E402
from support import engines  # noqa: E402
from support.claims import crowd, open_sale  # noqa: E402

IN_FLIGHT = (64, 256, 1000)
KINDS = ("lane", "route", "naive")
STOCK = 1_000_000


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


def requests(port: int, path: str, body: bytes, tokens: list[str], count: int, run: str) -> list[Callable[[], bytes]]:
    """A maker of requests for each connection; every request has a key of its own."""
    numbers = itertools.count()

    def maker(token: str) -> Callable[[], bytes]:
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            f"Authorization: {token}\r\nContent-Length: {len(body)}\r\nIdempotency-Key: {run}-"
        ).encode()
        return lambda: b"%b%d\r\n\r\n%b" % (head, next(numbers), body)

    return [maker(tokens[number % len(tokens)]) for number in range(count)]


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


async def measure(name: str, ctx: Context, seconds: float, rounds: int) -> dict[tuple[str, int], list[Load]]:
    """All kinds on one engine, alternating."""
    app = create_app(ctx.settings, lifespan=context_lifespan(lambda: ctx))
    app.state.ctx = ctx
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://bench") as api:
        sale = await open_sale(ctx, api, stock=STOCK)
        tokens = [person.headers["Authorization"] for person in await crowd(ctx, 1000)]
    config = Path(tempfile.mkdtemp()) / "settings.json"
    settings = ctx.settings.model_dump(mode="json")
    settings["secret_key"] = ctx.secret
    if ctx.settings.database.url:
        settings["database"]["url"] = ctx.settings.database.url.get_secret_value()
        settings["redis"]["url"] = ctx.settings.redis.url.get_secret_value() if ctx.settings.redis.url else None
    settings["storage"]["secret_access_key"] = ""
    config.write_text(json.dumps(settings))
    body = json.dumps({"item_id": sale.item_id, "variant_id": sale.variant_id, "quantity": 1}).encode()
    paths = {kind: f"/api/v1/streams/{sale.stream_id}/claims" for kind in KINDS} | {
        "naive": f"/naive/{sale.stream_id}/claims"
    }
    results: dict[tuple[str, int], list[Load]] = {}
    acknowledged = 0
    ports = {kind: 8700 + os.getpid() % 200 + index for index, kind in enumerate(KINDS)}
    servers = [
        subprocess.Popen([sys.executable, HERE, "serve", config, str(port), kind]) for kind, port in ports.items()
    ]
    try:
        for port in ports.values():
            await until_up(port)
        for round_number in range(rounds):
            for in_flight in IN_FLIGHT:
                for kind in KINDS:
                    run = f"{kind}{round_number}-{in_flight}"
                    makers = requests(ports[kind], paths[kind], body, tokens, in_flight, run)
                    load = await press(ports[kind], list(makers), seconds)
                    results.setdefault((kind, in_flight), []).append(load)
                    acknowledged += load.statuses[201]
                    claims, units, held = await stored(ctx, sale.variant_id)
                    assert claims >= acknowledged, "an acknowledged claim is not there"
                    assert units == held, "claims and stock book disagree"
                    print(
                        f"{name} {in_flight:5} in flight  {kind:5} {load.rate:8.0f}/s  p50 {load.ms(0.5):7.1f} ms  "
                        f"p99 {load.ms(0.99):7.1f} ms  {dict(load.statuses)}",
                        flush=True,
                    )
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(timeout=30)
    return results


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


def judge(name: str, results: dict[tuple[str, int], list[Load]]) -> None:
    """The ratios and bars that this run can measure."""

    def rate(kind: str, in_flight: int) -> float:
        return statistics.median(load.rate for load in results[kind, in_flight])

    def p99(in_flight: int) -> float:
        return statistics.median(load.ms(0.99) for load in results["lane", in_flight])

    bars = [
        ("lane / as usually written, 256", rate("lane", 256) / rate("naive", 256), 12.0, True),
        ("route / as usually written, 256", rate("route", 256) / rate("naive", 256), 8.0, True),
        ("p99 at 256, ms", p99(256), 250.0, False),
        ("p99 at 1,000, ms", p99(1000), 500.0, False),
    ]
    for label, value, bar, is_least in bars:
        met = value >= bar if is_least else value <= bar
        print(f"{name}: {label} = {value:.1f} (bar {'≥' if is_least else '≤'} {bar:g}): {'met' if met else 'NOT met'}")
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
