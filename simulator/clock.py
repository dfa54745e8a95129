"""Simulated time: it can run faster than real time, and it can be moved ahead."""

import asyncio
from collections.abc import Callable
import time as real_time


class Clock:
    """Time of the simulated cloud. All figures are simulated seconds; ``speed`` of them pass in one real second.

    Its methods are those which the client takes its time from, so that a test can hand one clock to both sides.
    """

    def __init__(self, start: float | None = None, speed: float = 1.0) -> None:
        """Begin at ``start`` (Unix seconds; the present if it is not given)."""
        self._start = real_time.time() if start is None else start
        self._elapsed = 0.0
        self._since = real_time.monotonic()
        self._speed = speed
        self._timers: set[_Timer] = set()

    @property
    def speed(self) -> float:
        """Simulated seconds in a real second."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        if speed <= 0:
            raise ValueError("The speed of time must be above zero.")
        self._elapsed, self._since = self.monotonic(), real_time.monotonic()
        self._speed = speed
        self._rearm()

    def time(self) -> float:
        """Return the cloud's present, in Unix seconds."""
        return self._start + self.monotonic()

    def monotonic(self) -> float:
        """Return the simulated seconds since the clock was made; it never goes back."""
        return self._elapsed + (real_time.monotonic() - self._since) * self._speed

    async def sleep(self, seconds: float) -> None:
        """Return after that many simulated seconds."""
        over = asyncio.Event()
        cancel = self.call_later(seconds, over.set)
        try:
            await over.wait()
        finally:
            cancel()

    def call_later(self, seconds: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call the action once after that many simulated seconds; the returned callable cancels it."""
        timer = _Timer(self, self.monotonic() + seconds, action)
        self._timers.add(timer)
        timer.arm()
        return timer.cancel

    def next_due(self) -> float | None:
        """Return the simulated seconds until the next timer fires, 0 if it is due; ``None`` without timers."""
        due = min((timer.due for timer in self._timers), default=None)
        return None if due is None else max(0.0, due - self.monotonic())

    def advance(self, seconds: float) -> None:
        """Move time ahead at once; timers that become due fire in their order as soon as the event loop runs."""
        if seconds < 0:
            raise ValueError("Time cannot be moved back.")
        self._elapsed += seconds
        self._rearm()

    def _rearm(self) -> None:
        for timer in sorted(self._timers, key=lambda timer: timer.due):
            timer.arm()


class _Timer:
    """One call in the future."""

    def __init__(self, clock: Clock, due: float, action: Callable[[], None]) -> None:
        self.due = due
        self._clock = clock
        self._action = action
        self._loop = asyncio.get_running_loop()
        self._handle: asyncio.Handle | None = None

    def arm(self) -> None:
        """Set the event loop's alarm for the due time at the clock's present speed."""
        if self._handle is not None:
            self._handle.cancel()
        real_seconds = (self.due - self._clock.monotonic()) / self._clock.speed
        if real_seconds <= 0:
            self._handle = self._loop.call_soon(self._fire)
        else:
            self._handle = self._loop.call_later(real_seconds, self._fire)

    def cancel(self) -> None:
        """Do nothing when the time comes."""
        self._clock._timers.discard(self)  # noqa: SLF001
        if self._handle is not None:
            self._handle.cancel()

    def _fire(self) -> None:
        self._clock._timers.discard(self)  # noqa: SLF001
        self._action()
