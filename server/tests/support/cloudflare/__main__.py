"""Run the pretend Cloudflare by itself; it says where it listens."""

import argparse
import asyncio
import socket

import uvicorn

from support.cloudflare.serving import ACCOUNT
from support.cloudflare.simulator import Simulator
from support.cloudflare.world import World


async def _serve(port: int) -> None:
    listener = socket.create_server(("127.0.0.1", port))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    server = uvicorn.Server(uvicorn.Config(Simulator(World(), ACCOUNT).app, log_config=None, lifespan="off"))
    await server.serve(sockets=[listener])


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8787)
    asyncio.run(_serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
