"""Named timers on the injected clock; setting one again moves it."""

from collections.abc import Callable

from ..api.clock import Clock


class Timers:
    """The timers of one coordinator; all of them can be cancelled at once."""

    def __init__(self, clock: Clock) -> None:
        """Begin without timers."""
        self._clock = clock
        self._cancels: dict[str, Callable[[], None]] = {}
        self._due: dict[str, float] = {}
        self._is_closed = False

    def set(self, name: str, delay: float, action: Callable[[], None]) -> None:
        """Call the action in that many seconds, instead of what that timer was to do before; not after closing."""
        self.cancel(name)
        if self._is_closed:
            return

        def fire() -> None:
            del self._cancels[name]
            action()

        self._due[name] = self._clock.monotonic() + max(delay, 0.0)
        self._cancels[name] = self._clock.call_later(max(delay, 0.0), fire)

    def is_set(self, name: str) -> bool:
        """Return whether a timer of that name runs."""
        return name in self._cancels

    def is_earlier(self, name: str, delay: float) -> bool:
        """Return whether a timer of that name fires within that many seconds."""
        return name in self._cancels and self._due[name] <= self._clock.monotonic() + delay

    def cancel(self, name: str) -> None:
        """Stop the timer of that name, if there is one."""
        if cancel := self._cancels.pop(name, None):
            cancel()

    def cancel_all(self) -> None:
        """Stop all timers."""
        for name in list(self._cancels):
            self.cancel(name)

    def close(self) -> None:
        """Stop all timers for good: work that is just being cancelled must not set another."""
        self._is_closed = True
        self.cancel_all()
