"""How long answers are waited for: patiently while an entry runs, and only for a moment while somebody waits."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
import time

import aiohttp

from .errors import UnreachableError

# Longer than that no request takes, its answer included. In seconds.
REQUEST_TIMEOUT = 20.0


class Patience:
    """The patience of one client, shared by its requests.

    It is great but within :meth:`limited`: there requests, one after the other, may stay unanswered for that long in
    all. An answer, whatever it says, restores that, since a slow cloud is no silent one. The network's time counts,
    whatever clock the client has.
    """

    def __init__(self) -> None:
        """Initialize without a limit."""
        self._limit: float | None = None
        self._left = 0.0
        self._waiting = 0
        self._since = 0.0

    @property
    def is_limited(self) -> bool:
        """Whether somebody waits, so that nothing is tried twice."""
        return self._limit is not None

    @contextmanager
    def limited(self, silence: float) -> Generator[None]:
        """Bear that many seconds of silence and no more."""
        self._limit = self._left = silence
        self._since = time.monotonic()
        try:
            yield
        finally:
            self._limit = None

    @contextmanager
    def request(self) -> Generator[tuple[aiohttp.ClientTimeout, Callable[[], None]]]:
        """Wait for an answer: with this timeout, and calling that when it comes.

        Raises :class:`UnreachableError` where the silence has lasted too long already.
        """
        self._count()
        if self._limit is not None and self._left <= 0:
            raise UnreachableError("No answer from RingCentral: silence")
        left = self._left if self._limit is not None else None
        self._waiting += 1
        try:
            yield aiohttp.ClientTimeout(total=REQUEST_TIMEOUT, connect=left, sock_read=left), self._restore
        finally:
            self._count()
            self._waiting -= 1

    def _count(self) -> None:
        """Take off the time that passed while at least one request was waiting."""
        now = time.monotonic()
        if self._waiting:
            self._left -= now - self._since
        self._since = now

    def _restore(self) -> None:
        if self._limit is not None:
            self._left = self._limit
        self._since = time.monotonic()
