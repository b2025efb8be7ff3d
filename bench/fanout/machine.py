"""What the machine offers: a compiler, Node, processors to pin to, and the kernel's own account of each process."""

import contextlib
import datetime
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HERE = Path(__file__).resolve().parent
SERVER = HERE.parents[1] / "server"
PYTHON = SERVER / ".venv" / "bin" / "python"
PEERS = HERE / "peers"
A_DAY = datetime.timedelta(days=1)


class Missing(RuntimeError):
    """Something this machine does not have; the message says what to do."""


def compile_native(folder: Path) -> dict[str, Path]:
    """The C client and the C server, compiled for this machine."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise Missing("There is no C compiler: install one (on Debian and Ubuntu, apt-get install gcc libc6-dev).")
    programs = {}
    for name in ("client", "limit"):
        programs[name] = folder / name
        source = HERE / "native" / f"{name}.c"
        subprocess.run([compiler, "-O2", "-w", "-o", programs[name], source], check=True)
    with_tls = folder / "limit_tls"
    command = [compiler, "-O2", "-w", "-DWITH_TLS", "-o", with_tls, HERE / "native" / "limit.c", "-lssl", "-lcrypto"]
    if subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0:
        programs["limit_tls"] = with_tls
    return programs


def install_peers() -> str | None:
    """Node's servers for comparison; why they are left out, when they are."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return "npm is missing, so socket.io and ws are left out of the comparison."
    if not (PEERS / "node_modules").exists():
        done = subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=PEERS, check=False)
        if done.returncode:
            return "npm ci failed (no network?), so socket.io and ws are left out of the comparison."
    return None


def free_port() -> int:
    """A TCP port nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Processors:
    """One processor for the server under test, another for everything else, where there are two."""

    def __init__(self) -> None:
        allowed = sorted(os.sched_getaffinity(0))
        self.server = {allowed[0]}
        self.others = set(allowed[1:]) or self.server


class Cpu:
    """Processor time of some processes between two moments."""

    def __init__(self, pids: Sequence[int]) -> None:
        self._pids = list(pids)
        self._begin = self._now()

    def _now(self) -> float:
        return sum(_processor_seconds(pid) for pid in self._pids)

    def seconds(self) -> float:
        """Since the beginning."""
        return self._now() - self._begin


def _processor_seconds(pid: int) -> float:
    try:
        tasks = [int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir()]
        if any(tasks):
            return sum(tasks) / 1e9
    except OSError:
        pass
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kib(pids: Sequence[int]) -> int:
    """Resident memory of some processes together."""
    return sum(
        int(line.split()[1])
        for pid in pids
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("VmRSS:")
    )


def tcp_memory_kib() -> int:
    """What the kernel holds in the buffers of all TCP sockets of the machine."""
    line = next(one for one in Path("/proc/net/sockstat").read_text().splitlines() if one.startswith("TCP:"))
    return int(line.split()[-1]) * os.sysconf("SC_PAGE_SIZE") // 1024


@contextlib.contextmanager
def pinned(processors: set[int]) -> Iterator[None]:
    """What is started inside stays on these processors."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, processors)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextlib.contextmanager
def running(
    command: Sequence[str | Path], *, processors: set[int], environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process of ours, pinned, ended with the block."""
    with pinned(processors):
        process = subprocess.Popen([str(word) for word in command], env=environment, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for_port(port: int, process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """Until somebody listens there."""
    give_up = time.monotonic() + seconds
    while time.monotonic() < give_up and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise RuntimeError(f"{process.args} does not listen")


def self_signed(folder: Path) -> tuple[Path, Path]:
    """A certificate for this machine, and its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number(), now, now + A_DAY)
    ).sign(private, hashes.SHA256())
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, key


@contextlib.contextmanager
def working_folder() -> Iterator[Path]:
    """For compiled programs, tickets and certificates; removed at the end."""
    with tempfile.TemporaryDirectory(prefix="nightmarket-fanout-") as folder:
        yield Path(folder)
