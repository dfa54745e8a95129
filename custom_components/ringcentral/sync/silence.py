"""Whether a link that looks sound brings events: into silence presence is read, and a deaf link has to prove itself.

What reads find is judged by :mod:`.missed_events`. No word of the cloud is needed: neither an answered heartbeat nor a
subscription that is listed says that events come.
"""

from collections.abc import Callable, Coroutine
from enum import Enum, auto
from typing import Any, Protocol

from ..api.clock import Clock
from ..api.errors import RateLimitedError, RingCentralError
from .timers import Timers

# With the wait for an event that is on its way, a deaf link is found within a minute of the first change.
SILENCE = 50.0

# After a 429, proofs are this far apart at most: each one that is refused doubles the pause.
_LONGEST_PAUSE = 15 * 60.0


class ProvingReader(Protocol):
    """Reads presence; of a large office part by part."""

    is_ok: bool

    async def read_in_turn(self) -> None:
        """Read the next part; raises :class:`RingCentralError`."""

    def handle_failure(self, error: RingCentralError) -> None:
        """Handle that it failed."""


class _Trust(Enum):
    """What is thought of the link."""

    SOUND = auto()
    # Changes were found that no event has brought; the link is still to be replaced.
    DEAF = auto()
    # It was replaced, and no event has come since.
    UNPROVED = auto()


class Silence:
    """Reads presence when no event has come for a while; knows whether the link counts as deaf."""

    def __init__(
        self,
        timers: Timers,
        clock: Clock,
        *,
        reader: Callable[[], ProvingReader],
        start_task: Callable[[Coroutine[Any, Any, None], str], None],
    ) -> None:
        """Initialize without a link; ``reader`` returns who reads."""
        self.proofs = 0
        self._timers = timers
        self._clock = clock
        self._reader = reader
        self._start_task = start_task
        self._trust = _Trust.SOUND
        self._is_up = False
        self._is_proving = False
        self._event_at = self._proved_at = float("-inf")
        self._pause = SILENCE

    @property
    def is_deaf(self) -> bool:
        """Whether changes have come without events, and no event since."""
        return self._trust is not _Trust.SOUND

    def link_made(self) -> None:
        """Watch a link from now on; one that was deaf has been replaced by it."""
        if self._trust is _Trust.DEAF:
            self._trust = _Trust.UNPROVED
        self._is_up = True
        self._event_at = self._clock.monotonic()
        self._arm()

    def link_lost(self) -> None:
        """Leave reading to those who poll."""
        self._is_up = False
        self._timers.cancel("silence")

    def handle_event(self) -> bool:
        """Handle that an event about presence has come; return whether that ends the deafness of the link."""
        self._event_at = self._clock.monotonic()
        if self._trust is not _Trust.UNPROVED:
            return False
        self._trust = _Trust.SOUND
        return True

    def handle_missed(self, *, is_replaced: bool) -> bool:
        """Handle that events are missing; return whether that is news.

        ``is_replaced`` says that the link will be replaced now, so that what still comes by it proves nothing.
        """
        is_news = not self.is_deaf
        if is_replaced:
            self._trust = _Trust.DEAF
        elif is_news:
            self._trust = _Trust.UNPROVED
        return is_news

    # The proofs

    def _arm(self) -> None:
        if self._is_up and not self._is_proving:
            self._timers.set("silence", self._left(), self._check)

    def _left(self) -> float:
        return max(self._event_at, self._proved_at) + self._pause - self._clock.monotonic()

    def _check(self) -> None:
        # While the link is deaf, or reading fails, everything is polled anyway.
        if self._left() <= 0:
            self._proved_at = self._clock.monotonic()
            if not self.is_deaf and self._reader().is_ok:
                self._is_proving = True
                self._start_task(self._prove(), "proof")
        self._arm()

    async def _prove(self) -> None:
        self.proofs += 1
        try:
            await self._reader().read_in_turn()
            self._pause = SILENCE
        except RateLimitedError as error:
            self._pause = max(min(2 * self._pause, _LONGEST_PAUSE), error.retry_after)
        except RingCentralError as error:
            self._reader().handle_failure(error)
        finally:
            self._is_proving = False
            self._arm()
