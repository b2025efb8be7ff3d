"""Ending a background task for certain."""

import asyncio


async def end_task(task: asyncio.Task[None] | None) -> None:
    """Cancel until it is over. Once is not always enough: `wait_for` on Python 3.11 may swallow a cancellation."""
    while task is not None and not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=0.1)
