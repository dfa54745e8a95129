"""Reading what has changed, one read at a time; after a failure later and later, and never after a refusal."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
import logging
from typing import Any

from ..api.errors import AuthenticationError, PermissionMissingError, RateLimitedError, RingCentralError
from .timers import Timers

_LOGGER = logging.getLogger(__package__)

_FIRST_RETRY = 60.0
_LAST_RETRY = 15 * 60.0

_FAILURES_TO_REPORT = 2

# After a penalty, others may have waited too.
_AFTER_PENALTY = 5.0


class Synchronizer:
    """Reads something whenever it may have changed."""

    def __init__(
        self,
        name: str,
        read: Callable[[], Awaitable[None]],
        *,
        timers: Timers,
        refused: Callable[[PermissionMissingError], None],
        changed: Callable[[], None],
        start_task: Callable[[Coroutine[Any, Any, None], str], None],
    ) -> None:
        """Initialize; ``changed`` is called when reading works no more, or again."""
        self.is_ok = True
        self.is_stopped = False
        self.count = 0
        self.failures = 0
        self._name = name
        self._read = read
        self._timers = timers
        self._refused = refused
        self._changed = changed
        self._start_task = start_task
        self._is_reading = False
        self._again_after: float | None = None
        self._is_refused = False
        self._is_login_refused = False
        self._task: asyncio.Task[None] | None = None

    def stop(self) -> None:
        """Break a read off: what it brings would come too late to be reported. Timers are closed by their owner."""
        self.is_stopped = True
        if self._task is not None:
            self._task.cancel()

    def request(self, after: float) -> None:
        """Read in that many seconds, or earlier if requested before; after a failure not before the next try."""
        if self._is_refused or self._is_login_refused or (self.failures and self._timers.is_set(self._name)):
            return
        if self._is_reading:
            self._again_after = after if self._again_after is None else min(after, self._again_after)
        elif not self._timers.is_earlier(self._name, after):
            self._timers.set(self._name, after, self._begin)

    def retry(self) -> None:
        """Read if that ended with a refused login, because the login works."""
        if self._is_login_refused:
            self._is_login_refused = False
            self.request(0.0)

    def _begin(self) -> None:
        self._is_reading = True
        self._start_task(self._try(), self._name)

    async def _try(self) -> None:
        retry: float | None = None
        self._task = asyncio.current_task()
        try:
            self.count += 1
            await self._read()
        except PermissionMissingError as error:
            self._is_refused = True
            self._refused(error)
        except AuthenticationError as error:
            # Tries may lock the account, so that is left to whoever reads presence.
            _LOGGER.debug("Reading the %s failed: %s", self._name, error)
            self._is_login_refused = True
            self._set_ok(is_ok=False)
        except RingCentralError as error:
            _LOGGER.debug("Reading the %s failed: %s", self._name, error)
            retry = self._delay(error)
            # One failure is an accident.
            self._set_ok(is_ok=self.failures < _FAILURES_TO_REPORT)
        except Exception:
            # Presence goes on, and so will this.
            _LOGGER.exception("Reading the %s has failed", self._name)
            self.failures += 1
            retry = _LAST_RETRY
        else:
            self.failures = 0
            self._set_ok(is_ok=True)
        finally:
            self._is_reading = False
            self._task = None
        again, self._again_after = self._again_after, None
        if retry is not None:
            # Whatever was asked for meanwhile would fail, too.
            self.request(retry)
        elif again is not None:
            self.request(again)

    def _delay(self, error: RingCentralError) -> float:
        self.failures += 1
        if isinstance(error, RateLimitedError):
            return error.retry_after + _AFTER_PENALTY
        delay = min(_FIRST_RETRY * 2.0 ** min(self.failures - 1, 10), _LAST_RETRY)
        retry_after: float | None = getattr(error, "retry_after", None)
        return float(max(delay, retry_after or 0.0))

    def _set_ok(self, *, is_ok: bool) -> None:
        if is_ok != self.is_ok:
            self.is_ok = is_ok
            self._changed()
