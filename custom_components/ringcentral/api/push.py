"""Push: what every transport is, what it reports, and how long it waits before it tries again."""

from collections.abc import Callable, Sequence
import logging
import random
from typing import Protocol

from .account import Subscription
from .errors import RingCentralError

_LOGGER = logging.getLogger(__name__)

# Clients that came back every few seconds were locked out by the budget of wstoken, 5 requests a minute.
_FIRST_DELAY = 5.0
_LONGEST_DELAY = 300.0

# A link that held this long was not the trouble itself; the next attempt comes at once.
_STABLE_AFTER = 60.0
_PROMPT_DELAY = (0.5, 1.5)


class PushListener(Protocol):
    """Gets what a transport brings. All calls come from the event loop and must not block."""

    def push_connected(self, transport: Transport, *, recovered: bool, subscription: Subscription) -> None:
        """Handle that events come. Unless ``recovered``, some may have been lost since the last time they did."""

    def push_lost(self, transport: Transport, error: RingCentralError) -> None:
        """Handle that no events come; called again for every attempt that fails."""

    def push_events(self, payloads: Sequence[bytes], *, replayed: bool) -> None:
        """Handle notifications; ``replayed`` ones were kept while the link was down."""

    def push_unproved(self) -> None:
        """Handle that something may have happened, of which came what can't be trusted."""


class Transport(Protocol):
    """A way for events to come. A class with these members is a transport."""

    kind: str
    subscription: Subscription | None

    @property
    def is_unproved(self) -> bool:
        """Whether what came last can't be trusted, of which the transport makes something by itself."""

    async def run(self) -> None:
        """Keep events coming until :meth:`stop`.

        Raises :class:`~.errors.AuthenticationError` or :class:`~.errors.PermissionMissingError`, which no further
        attempt would fix.
        """

    async def stop(self) -> None:
        """Delete the subscription and close the link; within seconds."""

    async def set_filters(self, filters: tuple[str, ...]) -> None:
        """Change what is subscribed to, now or at the next connection."""

    def renew(self) -> None:
        """Subscribe again from scratch, because events seem to be missing; the present link goes on until then."""


class Backoff:
    """How long to wait before the next attempt."""

    def __init__(self) -> None:
        """Initialize with the shortest delay."""
        self._delay = _FIRST_DELAY

    def next_delay(self, connected_for: float, retry_after: float | None) -> float:
        """Return the seconds to wait after a link that held for some seconds (0 if it did not even come up)."""
        if connected_for >= _STABLE_AFTER:
            self._delay = _FIRST_DELAY
            delay = random.uniform(*_PROMPT_DELAY)  # noqa: S311
        else:
            delay = random.uniform(self._delay, 1.5 * self._delay)  # noqa: S311
            self._delay = min(2 * self._delay, _LONGEST_DELAY)
        return max(delay, retry_after or 0.0)


def notify[**NotifyP](report: Callable[NotifyP, None], *args: NotifyP.args, **kwargs: NotifyP.kwargs) -> None:
    """Call a method of the listener; a fault of its own must not end the link."""
    try:
        report(*args, **kwargs)
    except Exception:
        _LOGGER.exception("The listener of the push failed")
