"""Waiting for what has to come."""

import asyncio


async def until(condition, seconds: float = 10) -> None:
    """Return when the condition holds; it has to within so many real seconds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 (any condition will do)
            await asyncio.sleep(0.005)
