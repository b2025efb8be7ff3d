"""The `nightmarket` command."""

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop
from pydantic import ValidationError

from nightmarket.entrypoints.startup import CannotStart
from nightmarket.kernel.jobs.registry import QUEUES, Queue
from nightmarket.kernel.settings import Settings, unknown_names

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Live-streaming commerce for Taiwan and Thailand.",
)

Port = Annotated[int | None, typer.Option(help="HTTP and WebSocket port.", min=1, max=65535)]
DataDir = Annotated[Path | None, typer.Option(help="Where data lives.")]


def main() -> None:
    """Entry point of the console script."""
    app()


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment with command-line values on top; a bad one ends the program with one sentence."""
    try:
        settings = Settings().model_copy(update=overrides)
    except ValidationError as error:
        for problem in error.errors():
            name = "NIGHTMARKET_" + "__".join(str(part) for part in problem["loc"]).upper()
            reason = problem["msg"].removeprefix("Value error, ")
            typer.echo(f"{name}: {reason}" if problem["loc"] else f"Settings: {reason}", err=True)
        raise typer.Exit(2) from error
    unknown = unknown_names()
    for name in unknown:
        typer.echo(f"{name}: there is no such setting", err=True)
    if unknown:
        raise typer.Exit(2)
    return settings


def _with(settings: Settings, port: int | None, data_dir: Path | None) -> Settings:
    updates: dict[str, Any] = {}
    if port is not None:
        updates["http"] = settings.http.model_copy(update={"port": port})
    if data_dir is not None:
        updates["data_dir"] = data_dir
    return settings.model_copy(update=updates)


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    with _plainly(), asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


@contextmanager
def _plainly() -> Iterator[None]:
    """What cannot be started is told in its one sentence."""
    try:
        yield
    except CannotStart as reason:
        typer.echo(str(reason), err=True)
        raise typer.Exit(1) from None


@app.command()
def up(
    port: Port = None,
    data_dir: DataDir = None,
    *,
    seed: Annotated[bool, typer.Option(help="Make the demo shops when they are missing.")] = False,
    demo: Annotated[bool, typer.Option(help="Also play a live sale into it.")] = False,
) -> None:
    """Everything on one machine: web client, API, rooms, jobs, media server."""
    from nightmarket.entrypoints.up import run_up

    settings = _with(load_settings(), port, data_dir)
    try:
        _run(run_up(settings, seed=seed or demo, demo=demo))
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


@app.command()
def api(port: Port = None, data_dir: DataDir = None) -> None:
    """The HTTP API and web client alone, for scaled deployments."""
    from nightmarket.entrypoints.up import run_api

    _run(run_api(_with(load_settings(), port, data_dir)))


@app.command()
def edge(
    *,
    with_parent: Annotated[bool, typer.Option(help="End when standard input closes.")] = False,
) -> None:
    """The realtime gateway alone: room sockets, joined to others by Redis."""
    from nightmarket.entrypoints.edge import run_edge

    _run(run_edge(load_settings(), with_parent=with_parent))


@app.command()
def media(
    data_dir: DataDir = None,
    *,
    with_parent: Annotated[bool, typer.Option(help="End when standard input closes.")] = False,
) -> None:
    """The embedded media server alone."""
    from nightmarket.entrypoints.media_process import run_media

    _run(run_media(_with(load_settings(), None, data_dir), with_parent=with_parent))


@app.command()
def demo(
    address: Annotated[str, typer.Option(help="Where Nightmarket runs.")] = "http://localhost:8000",
    market: Annotated[str, typer.Option(help="Whose demo shop: TW or TH.")] = "TW",
    *,
    with_parent: Annotated[bool, typer.Option(help="End when standard input closes.")] = False,
) -> None:
    """Plays a live sale into a running Nightmarket that has the demo shops."""
    from nightmarket.entrypoints.demo.process import run_demo

    _run(run_demo(load_settings(), address, market, with_parent=with_parent))


@app.command()
def rooms(
    data_dir: DataDir = None,
    *,
    address: Annotated[str | None, typer.Option(help="Where the api answers; by default on this machine.")] = None,
    watch: Annotated[bool, typer.Option(help="Go on every two seconds until Ctrl-C.")] = False,
    json: Annotated[bool, typer.Option(help="One line of JSON each time, for scripts.")] = False,
) -> None:
    """What happens in the rooms right now: viewers, edges, frames a second, slow readers."""
    from nightmarket.entrypoints.rooms_view import run_rooms

    settings = _with(load_settings(), None, data_dir)
    where = address or f"http://localhost:{settings.http.port}"
    try:
        _run(run_rooms(settings, where, in_json=json, watch=watch))
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _queues(text: str) -> list[Queue]:
    """The queues named on the command line."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = sorted(set(names) - {*QUEUES, "all"})
    if unknown or not names:
        typer.echo(f"There is no queue {', '.join(unknown) or repr(text)}: choose from {', '.join(QUEUES)}.", err=True)
        raise typer.Exit(2)
    return [name for name in QUEUES if "all" in names or name in names]


@app.command()
def worker(
    queues: Annotated[str, typer.Option(help="Comma-separated queues, or `all`.")] = "all",
    concurrency: Annotated[int, typer.Option(min=1, max=64)] = 2,
) -> None:
    """Background jobs from RabbitMQ."""
    from nightmarket.entrypoints.background import run_worker
    from nightmarket.entrypoints.composition import build_registry

    with _plainly():
        run_worker(load_settings(), build_registry(), queues=_queues(queues), concurrency=concurrency)


@app.command()
def scheduler() -> None:
    """Sends periodic work to RabbitMQ; run exactly one."""
    from nightmarket.entrypoints.background import run_scheduler

    with _plainly():
        run_scheduler(load_settings())


@app.command()
def relay() -> None:
    """Moves the outbox to RabbitMQ; one is active, others stand by."""
    from nightmarket.entrypoints.background import run_relay

    _run(run_relay(load_settings()))


@app.command()
def migrate(data_dir: DataDir = None) -> None:
    """Bring the database to the newest schema."""
    from nightmarket.entrypoints.opening import newest_schema, opening_refusals
    from nightmarket.kernel.db import Database

    settings = _with(load_settings(), None, data_dir)

    async def work() -> None:
        with opening_refusals():
            db = Database(settings.database_url)
        try:
            await newest_schema(db)
        finally:
            await db.close()

    _run(work())
    typer.echo("The database is at the newest schema.")


@app.command()
def doctor(data_dir: DataDir = None) -> None:
    """What is configured, reachable, missing."""
    from nightmarket.entrypoints.doctor import examine

    findings = _run(examine(_with(load_settings(), None, data_dir)))
    for one in findings:
        typer.echo(f"{one.state:8} {one.what:18} {one.note}")
    if any(one.state in {"down", "missing"} for one in findings):
        raise typer.Exit(1)


@app.command(name="cloudflare-setup")
def cloudflare_setup() -> None:
    """Tell Cloudflare Stream where our webhook is; prints the secrets to configure."""
    from nightmarket.entrypoints.cloudflare_setup import run_setup

    _run(run_setup(load_settings(), typer.echo))


if __name__ == "__main__":
    main()
