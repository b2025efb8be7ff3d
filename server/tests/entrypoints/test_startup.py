"""What stops a command from starting is said in one sentence; what `up` decided reaches its children."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from nightmarket.entrypoints.children import Child, _environment
from nightmarket.entrypoints.startup import CannotStart, claim_folder, listen
from nightmarket.kernel.settings import Settings

NOWHERE = {"NIGHTMARKET_HTTP__HOST": "203.0.113.7", "NIGHTMARKET_EDGE__HOST": "203.0.113.7"}
"""An address reserved for documentation: no machine has it."""
REFUSALS: list[tuple[str, dict[str, str], int, str]] = [
    ("up --port 8000", NOWHERE, 1, "Cannot listen on 203.0.113.7 port 8000"),
    ("edge", NOWHERE | {"NIGHTMARKET_REDIS__URL": "redis://127.0.0.1:1"}, 1, "Cannot listen on 203.0.113.7"),
    ("migrate --data-dir /dev/null/x", {}, 1, "/dev/null/x"),
    ("doctor --data-dir /dev/null/x", {}, 1, "/dev/null/x"),
    ("media --data-dir /dev/null/x", {}, 1, "/dev/null/x"),
    ("migrate", {"NIGHTMARKET_DATABASE__URL": "mysql+asyncmy://root@127.0.0.1:1/x"}, 1, "database cannot be used"),
    ("migrate", {"NIGHTMARKET_DATABASE__URL": "carrier://pigeon"}, 1, "NIGHTMARKET_DATABASE__URL"),
    ("doctor", {"NIGHTMARKET_BANANA": "1"}, 2, "NIGHTMARKET_BANANA: there is no such setting"),
    ("doctor", {"NIGHTMARKET_HTTP__PROT": "1"}, 2, "NIGHTMARKET_HTTP__PROT"),
    ("doctor", {"NIGHTMARKET_ENVIRONMENT": "production"}, 2, "Settings: production needs NIGHTMARKET_SECRET_KEY"),
    ("worker --queues nonsense", {"NIGHTMARKET_BROKER__URL": "amqp://127.0.0.1:1"}, 2, "There is no queue nonsense"),
    ("worker", {"NIGHTMARKET_BROKER__URL": "amqp://127.0.0.1:1"}, 1, "The broker does not answer"),
    ("relay", {}, 1, "Set NIGHTMARKET_BROKER__URL"),
]
SCRIPT = """
import json, sys
from typer.testing import CliRunner
from nightmarket.entrypoints.cli import app
for words, environment in json.load(sys.stdin):
    answer = CliRunner().invoke(app, words.split(), env=environment)
    print("ANSWER", json.dumps([answer.exit_code, answer.stderr, repr(answer.exception)]))
"""


def test_refusals_are_one_sentence_each(tmp_path: Path) -> None:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("NIGHTMARKET_")}
    cases = [(words, environment) for words, environment, _, _ in REFUSALS]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        input=json.dumps(cases),
        env=clean | {"NIGHTMARKET_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    answers = [json.loads(line.removeprefix("ANSWER ")) for line in done.stdout.splitlines() if line[:6] == "ANSWER"]
    assert len(answers) == len(REFUSALS)
    for (words, _, code, said), (exit_code, stderr, exception) in zip(REFUSALS, answers, strict=True):
        assert exit_code == code, (words, exception)
        assert said in stderr, words
        assert len(stderr.strip().splitlines()) == 1, stderr


def test_busy_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=f"Port {port} is in use"):
            listen("127.0.0.1", port)


def test_every_address_means_both_families() -> None:
    sockets = listen("0.0.0.0", 0)
    try:
        ports = {one.getsockname()[1] for one in sockets}
        assert len(ports) == 1
        assert sockets[0].family is socket.AF_INET
        if socket.has_dualstack_ipv6():
            assert sockets[1].family is socket.AF_INET6
    finally:
        for one in sockets:
            one.close()


async def test_a_folder_has_one_owner(tmp_path: Path) -> None:
    first = await claim_folder(tmp_path)
    with pytest.raises(CannotStart, match=f"in use by another Nightmarket .process {os.getpid()}"):
        await claim_folder(tmp_path)
    waiting = asyncio.create_task(claim_folder(tmp_path, patience_seconds=10))
    await asyncio.sleep(0)
    first.close()
    (await waiting).close()


def test_what_up_decided_overrules_nested_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIGHTMARKET_HTTP__PORT", "9000")
    monkeypatch.setenv("NIGHTMARKET_HTTP__PUBLIC_URL", "https://nightmarket.example")
    monkeypatch.setenv("NIGHTMARKET_MEDIA__RTMP_PORT", "1935")
    settings = Settings(data_dir=tmp_path)
    decided = settings.model_copy(
        update={
            "http": settings.http.model_copy(update={"port": 9100}),
            "media": settings.media.model_copy(update={"rtmp_port": 40000, "http_port": 9101}),
        }
    )
    child = _environment(decided, dict(os.environ))
    for name in set(os.environ) - set(child):
        monkeypatch.delenv(name)
    for name, value in child.items():
        monkeypatch.setenv(name, value)
    seen = Settings()
    assert (seen.http.port, seen.media.rtmp_port, seen.media.http_port) == (9100, 40000, 9101)
    assert seen.http.public_url == "https://nightmarket.example"


async def test_child_that_cannot_be_started_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = 0
    twice = asyncio.Event()

    async def refuse(*_words: str, **_options: object) -> None:
        nonlocal tries
        tries += 1
        if tries == 2:
            twice.set()
        raise OSError("no more processes")

    monkeypatch.setattr("nightmarket.entrypoints.children._FIRST_WAIT", 0.01)
    monkeypatch.setattr(asyncio, "create_subprocess_exec", refuse)
    child = Child(Settings(data_dir=tmp_path), "media")
    running = asyncio.create_task(child.run())
    await asyncio.wait_for(twice.wait(), 5)
    assert child.pid is None
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
