"""Time that stands still until it is moved, so that a stream of events meets the same deadlines at every speed."""

import asyncio
from collections.abc import Callable
import heapq
import itertools

from simulator.clock import Clock

START = 1_795_000_000.0


class ManualClock(Clock):
    """A clock that only :meth:`advance` moves; timers run inside it, in their order."""

    def __init__(self) -> None:
        """Begin at a fixed moment."""
        super().__init__(START)
        self._now = 0.0
        self._order = itertools.count()
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._cancelled: set[int] = set()

    def monotonic(self) -> float:
        """Return the seconds by which the clock was moved."""
        return self._now

    def call_later(self, seconds: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call the action once the clock has been moved that far; the returned callable cancels it."""
        number = next(self._order)
        heapq.heappush(self._agenda, (self._now + seconds, number, action))
        return lambda: self._cancelled.add(number)

    def advance(self, seconds: float) -> None:
        """Move time ahead and do what becomes due on the way."""
        end = self._now + seconds
        while self._agenda and self._agenda[0][0] <= end:
            due, number, action = heapq.heappop(self._agenda)
            if number in self._cancelled:
                self._cancelled.discard(number)
                continue
            self._now = max(self._now, due)
            action()
        self._now = end

    async def sleep(self, seconds: float) -> None:
        """Return after the clock has been moved that far."""
        over = asyncio.Event()
        cancel = self.call_later(seconds, over.set)
        try:
            await over.wait()
        finally:
            cancel()
