"""Reading presence by REST: to prove the state while events come, to poll while they don't, to answer questions.

All reads go through here, so that they share one idea of when the next one is due and of what a failure means.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Set as AbstractSet
from itertools import batched
import logging
from typing import Any, Protocol

from ..api.client import RingCentralClient
from ..api.errors import AuthenticationError, PermissionMissingError, RequestRejectedError, RingCentralError
from ..api.models import Presence
from ..presence.order import SNAPSHOT_LAG
from .timers import Timers

_LOGGER = logging.getLogger(__package__)

# With push healthy, a slow read proves the state; without it, polling takes over.
RECONCILE_INTERVAL = 15 * 60.0
POLL_INTERVAL = 60.0

# A link that comes back at once needs no poll in between.
POLL_GRACE = 5.0

# An extension whose events leave questions open is read at most this often.
READ_INTERVAL = 10.0

# And one whose events contradict each other, or themselves, this often: it may be ringing on for nothing. So is
# one with a call that its events do not name.
URGENT_INTERVAL = 2.0

# Reads wait this long for others, since one request reads 30 extensions.
READ_DELAY = 0.25

# A refused login or a missing permission will not end by itself soon, and trying may lock the account.
_REFUSED_INTERVAL = 15 * 60.0

# Extensions whose presence is merged before anything else gets its turn.
_MERGED_AT_ONCE = 50

# One bulk request reads 30 extensions, one of the costly account requests 1,000.
_MOST_BULK_READS = 90


class ReadingHealth(Protocol):
    """Knows whether events come, and gets whether reading works."""

    @property
    def is_connected(self) -> bool:
        """Whether events come."""

    def readable_extensions(self) -> Iterable[str]:
        """Return the ids of the extensions whose presence can be read."""

    def reading_changed(self) -> None:
        """Handle that reading works or fails now, for all or for some."""

    def reading_refused(self, error: AuthenticationError | PermissionMissingError) -> None:
        """Handle what only the user can fix."""

    def reading_succeeded(self) -> None:
        """Handle that everything has been read."""


class PresenceReader:
    """Reads all extensions from time to time, and single ones on request."""

    def __init__(
        self,
        client: RingCentralClient,
        timers: Timers,
        *,
        sink: Callable[[str, Presence, float], None],
        health: ReadingHealth,
        start_task: Callable[[Coroutine[Any, Any, None], str], None],
    ) -> None:
        """Initialize; nothing is read before :meth:`start`, but by :meth:`read_all`.

        The sink gets what was read of an extension, with the monotonic time of the request.
        """
        self.is_ok = True
        self.count = 0
        self.unreadable: AbstractSet[str] = frozenset()
        self._client = client
        self._clock = client.clock
        self._timers = timers
        self._sink = sink
        self._health = health
        self._start_task = start_task
        self._is_started = False
        self._is_reading_all = False
        self._all_due: float | None = None
        self._again_after: float | None = None
        self._last_full_read = float("-inf")
        self._next_page = 1
        self._unreadable_at = float("-inf")
        self._due: dict[str, float] = {}
        self._last_reads: dict[str, float] = {}

    # Everything

    def start(self) -> None:
        """Begin to read from time to time; what was requested before is read now."""
        self._is_started = True
        self._schedule_all()
        self._schedule_some()

    async def read_all(self, *, is_patient: bool = False) -> None:
        """Read everything now; raises :class:`RingCentralError` if that fails.

        A patient read leaves half of each budget to others.
        """
        started_at = self._clock.monotonic()
        results = await self._read(self._health.readable_extensions(), is_patient=is_patient)
        errors = [result for result in results.values() if isinstance(result, PermissionMissingError)]
        if errors and len(errors) == len(results):
            raise errors[0]
        self._last_full_read = started_at
        self._set_ok(is_ok=True)
        self._health.reading_succeeded()

    async def read_in_turn(self) -> None:
        """Read everything, or of a large office the next thousand; patient, and by three requests at most.

        Raises :class:`RingCentralError` if that fails.
        """
        if not self._is_started:
            return
        wanted = set(self._health.readable_extensions())
        if len(wanted) <= _MOST_BULK_READS:
            await self.read_all(is_patient=True)
            return
        requested_at = self._clock.monotonic()
        self.count += 1
        number, self._next_page = self._next_page, 1
        page = await self._client.get_account_presence_page(number, is_patient=True)
        if not page.is_last:
            self._next_page = number + 1
        await self._hand_over(page.presences, wanted.intersection(page.presences), requested_at)

    def handle_failure(self, error: RingCentralError) -> None:
        """Handle that a read failed which nobody waits for: poll until reading works again."""
        self._set_ok(is_ok=False)
        self.request_all(self._handle(error))

    def request_all(self, after: float = 0.0) -> None:
        """Read everything in that many seconds, or earlier if that was requested before."""
        due = self._clock.monotonic() + after
        self._all_due = due if self._all_due is None else min(self._all_due, due)
        self._schedule_all()

    def request_all_again(self, after: float) -> None:
        """After the next full read, read everything once more."""
        self._again_after = after

    def request_all_soon(self) -> None:
        """Read everything soon, but not at once after a read: something has happened, and nobody knows what."""
        now = self._clock.monotonic()
        self.request_all(max(self._last_full_read + POLL_INTERVAL - now, POLL_GRACE))

    def request_all_for_unreadable(self) -> None:
        """Read everything at once, and again since REST may lag, for what came and can't be used; once a minute."""
        now = self._clock.monotonic()
        if now < self._unreadable_at + SNAPSHOT_LAG:
            return
        self._unreadable_at = max(now + READ_DELAY, self._unreadable_at + POLL_INTERVAL)
        self.request_all(self._unreadable_at - now)
        self._timers.set("read again", self._unreadable_at + SNAPSHOT_LAG - now, self.request_all)

    def push_lost(self) -> None:
        """Poll from now on."""
        self.request_all_soon()

    def push_connected(self) -> None:
        """Trust that reading works, too, until it is tried; a failure of long ago says nothing."""
        self.is_ok = True

    def _schedule_all(self) -> None:
        if not self._is_started or self._is_reading_all:
            return
        if self._all_due is None:
            interval = RECONCILE_INTERVAL if self._health.is_connected and self.is_ok else POLL_INTERVAL
            self._all_due = max(self._last_full_read + interval, self._clock.monotonic() + POLL_GRACE)
        delay = self._all_due - self._clock.monotonic()
        self._timers.set("read all", delay, self._begin_reading_all)

    def _begin_reading_all(self) -> None:
        self._is_reading_all = True
        # What is requested from now on is requested once more, since events may be lost meanwhile.
        self._all_due = None
        self._start_task(self._try_reading_all(), "read all")

    async def _try_reading_all(self) -> None:
        try:
            await self.read_all()
            if self._again_after is not None:
                self.request_all(self._again_after)
                self._again_after = None
        except RingCentralError as error:
            self._set_ok(is_ok=False)
            retry = self._handle(error)
            self._all_due = max(self._all_due or 0.0, self._clock.monotonic() + retry)
        finally:
            self._is_reading_all = False
            self._schedule_all()

    # Some

    def request(self, extension_id: str, after: float, *, is_urgent: bool = False) -> None:
        """Read an extension in a moment; questions that its events raise are asked at most every READ_INTERVAL.

        An urgent one, on which it depends whether a call goes on or who calls, is asked more often.
        """
        now = self._clock.monotonic()
        due = now + max(after, READ_DELAY)
        if after == 0 and extension_id in self._last_reads:
            interval = URGENT_INTERVAL if is_urgent else READ_INTERVAL
            due = max(due, self._last_reads[extension_id] + interval)
        self._due[extension_id] = min(due, self._due.get(extension_id, due))
        self._schedule_some()

    async def read(self, extension_id: str) -> None:
        """Read an extension now; raises :class:`RingCentralError` if that fails."""
        result = (await self._read((extension_id,)))[extension_id]
        if isinstance(result, RingCentralError):
            raise result

    def forget(self, extension_id: str) -> None:
        """Ask no more about an extension that is gone."""
        self._due.pop(extension_id, None)
        self._last_reads.pop(extension_id, None)
        self.unreadable = self.unreadable - {extension_id}

    @property
    def waiting(self) -> int:
        """How many extensions are to be read soon."""
        return len(self._due)

    def _schedule_some(self) -> None:
        if self._due and self._is_started:
            delay = min(self._due.values()) - self._clock.monotonic()
            self._timers.set("read some", delay, lambda: self._start_task(self._read_due(), "read some"))

    async def _read_due(self) -> None:
        now = self._clock.monotonic()
        due = [extension_id for extension_id, at in self._due.items() if at <= now]
        for extension_id in due:
            del self._due[extension_id]
        try:
            await self._read(set(due).intersection(self._health.readable_extensions()))
        except RingCentralError as error:
            retry = self._handle(error)
            for extension_id in due:
                self._due.setdefault(extension_id, self._clock.monotonic() + retry)
        self._schedule_some()

    # How

    async def _read(
        self, extension_ids: Iterable[str], *, is_patient: bool = False
    ) -> dict[str, Presence | RingCentralError | None]:
        """Read extensions the cheapest way and hand over what was read; ``None`` stands for no answer."""
        requested = list(extension_ids)
        if not requested:
            return {}
        requested_at = self._clock.monotonic()
        self.count += 1
        found: dict[str, Presence | RingCentralError] = {}
        if len(requested) > _MOST_BULK_READS:
            found.update(await self._client.list_account_presence(is_patient=is_patient))
        missing = [extension_id for extension_id in requested if extension_id not in found]
        if missing and len(missing) <= _MOST_BULK_READS:
            found.update(await self._client.get_presences(missing, is_patient=is_patient))
        await self._hand_over(found, requested, requested_at)
        unreadable = set(self.unreadable)
        for extension_id in requested:
            self._last_reads[extension_id] = requested_at
            result = found.get(extension_id)
            if isinstance(result, Presence):
                unreadable.discard(extension_id)
            elif isinstance(result, PermissionMissingError | RequestRejectedError):
                unreadable.add(extension_id)
            else:
                self.request(extension_id, POLL_INTERVAL)
        if unreadable != self.unreadable:
            self.unreadable = frozenset(unreadable)
            self._health.reading_changed()
        return {extension_id: found.get(extension_id) for extension_id in requested}

    async def _hand_over(
        self, found: Mapping[str, Presence | RingCentralError], extension_ids: Iterable[str], requested_at: float
    ) -> None:
        for some in batched(extension_ids, _MERGED_AT_ONCE, strict=False):
            for extension_id in some:
                presence = found.get(extension_id)
                if isinstance(presence, Presence):
                    self._sink(extension_id, presence, requested_at)
            # Events and all else go on meanwhile; one that comes now wins over what was asked before.
            await asyncio.sleep(0)

    def _set_ok(self, *, is_ok: bool) -> None:
        if is_ok != self.is_ok:
            self.is_ok = is_ok
            self._health.reading_changed()

    def _handle(self, error: RingCentralError) -> float:
        """Let the user fix what only the user can; return the seconds to wait before the next try."""
        _LOGGER.debug("Reading presence failed: %s", error)
        if isinstance(error, AuthenticationError | PermissionMissingError):
            self._health.reading_refused(error)
            return _REFUSED_INTERVAL
        retry_after: float | None = getattr(error, "retry_after", None)
        return max(POLL_INTERVAL, retry_after or 0.0)
