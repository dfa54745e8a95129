"""Time and sleep, injected so that a day's timeouts or a simulated week can be tested."""

import asyncio
from collections.abc import Callable
import time
from typing import Protocol


class Clock(Protocol):
    """What the client needs of time. All figures are seconds."""

    def time(self) -> float:
        """Return this machine's idea of the present, in Unix seconds."""

    def monotonic(self) -> float:
        """Return a reading for measuring durations; it never goes back."""

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds."""

    def call_later(self, seconds: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call the action once after that many seconds; the returned callable cancels it."""


class SystemClock:
    """The clock of the running event loop."""

    def time(self) -> float:
        """Return this machine's idea of the present, in Unix seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Return a reading for measuring durations; it never goes back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds."""
        await asyncio.sleep(seconds)

    def call_later(self, seconds: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call the action once after that many seconds; the returned callable cancels it."""
        return asyncio.get_running_loop().call_later(seconds, action).cancel


async def wait_for(clock: Clock, event: asyncio.Event, seconds: float) -> bool:
    """Wait for an event, but no longer than that many seconds; return whether it has come."""
    coming = asyncio.ensure_future(event.wait())
    over = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({coming, over}, return_when=asyncio.FIRST_COMPLETED)
        return event.is_set()
    finally:
        coming.cancel()
        over.cancel()
