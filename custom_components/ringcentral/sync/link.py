"""The link to RingCentral as the office sees it: whether events come, of whom, and what is done while they don't."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
import logging
from typing import Any, Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..api.account import Subscription
from ..api.client import RingCentralClient
from ..api.errors import AuthenticationError, PermissionMissingError, RingCentralError
from ..api.verdicts import Belief
from ..issues import (
    async_report_hidden_extensions,
    async_report_missing_permission,
    async_withdraw_issues,
    async_withdraw_prompts,
)
from ..listeners import call_all, subscribe
from ..presence.office import Office
from ..presence.order import SNAPSHOT_LAG
from ..presence.record import Record
from .coverage import Coverage
from .missed_events import MissedEvents
from .push import Push
from .reader import POLL_INTERVAL, PresenceReader
from .roster import WatchedExtension
from .roster_reader import RosterReader
from .silence import Silence
from .timers import Timers
from .watchlist import Watchlist

_LOGGER = logging.getLogger(__package__)

# Set-up waits this many real seconds for the first attempt to connect.
_FIRST_ATTEMPT_LIMIT = 5.0


class NeedsEvents(Protocol):
    """Something that needs events beside presence, and reads by the same login."""

    @property
    def filters(self) -> tuple[str, ...]:
        """The event filters that it needs on the subscription."""

    def retry(self) -> None:
        """Try again what a refused login has ended, because the login works."""


class LinkOwner(Protocol):
    """Whose link it is."""

    hass: HomeAssistant
    entry: ConfigEntry[Any]
    client: RingCentralClient
    office: Office
    watchlist: Watchlist
    timers: Timers
    reader: PresenceReader
    roster_reader: RosterReader

    @property
    def extensions(self) -> Mapping[str, WatchedExtension]:
        """The watched extensions by id."""

    @property
    def capabilities(self) -> NeedsEvents:
        """What the login can do beside presence."""

    @property
    def is_running(self) -> bool:
        """Whether what happens is reported at present."""

    def push_events(self, payloads: Sequence[bytes], *, replayed: bool) -> None:
        """Take notifications."""

    def wake_all(self) -> None:
        """Handle that extensions may be available now, or no more."""

    def start_task(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do something in the background."""


class Link:
    """Keeps events coming, polls while they don't, and says so."""

    def __init__(self, owner: LinkOwner) -> None:
        """Initialize; :meth:`async_open` connects."""
        self.coverage = Coverage(owner.entry.options, self.update_filters, lambda: owner.capabilities.filters)
        self._owner = owner
        self._missed_events = MissedEvents(owner.timers, owner.office.record, self._report_missed_events)
        self._silence = Silence(
            owner.timers, owner.client.clock, reader=lambda: owner.reader, start_task=owner.start_task
        )
        self._is_up = False
        self._connected_at = float("inf")
        self._push: Push | None = None
        self._is_closed = False
        self._is_lost = False
        self._is_fresh = False
        # Home Assistant may have asked for a login before this run.
        self._is_login_refused = True
        self._was_tried = asyncio.Event()
        self._listeners: list[CALLBACK_TYPE] = []
        self._gap_listeners: list[CALLBACK_TYPE] = []

    @property
    def is_connected(self) -> bool:
        """Whether events come, as far as anybody knows."""
        return self._is_up and not self._silence.is_deaf

    @property
    def uncovered(self) -> frozenset[str]:
        """The watched extensions whose events do not come."""
        return self.coverage.uncovered

    @callback
    def async_listen(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when events come or cease to come."""
        return subscribe(self._listeners, listener)

    @callback
    def async_listen_gap(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when events come again, and some may have been lost for good."""
        return subscribe(self._gap_listeners, listener)

    # --- life ------------------------------------------------------------------------------------

    async def async_open(self) -> None:
        """Begin to connect, and wait a little for it."""
        self._start_push()
        with suppress(TimeoutError):
            async with asyncio.timeout(_FIRST_ATTEMPT_LIMIT):
                await self._was_tried.wait()

    @callback
    def start(self) -> None:
        """Prove what was read at set-up."""
        if self._is_fresh:
            self._is_fresh = False
            self._owner.reader.request_all(SNAPSHOT_LAG)
            self._owner.roster_reader.request()

    async def async_close(self) -> None:
        """Report nothing more, delete the subscriptions and close."""
        self._is_closed = True
        if self._push is not None:
            await self._push.stop()

    @callback
    def update_filters(self) -> None:
        """Ask for the events of those who are watched now."""
        if self._push is not None:
            self._owner.start_task(
                self._push.set_filters(self.coverage.filters(self._owner.watchlist.roster)), "filters"
            )

    @callback
    def _start_push(self) -> None:
        owner = self._owner
        filters = self.coverage.filters(owner.watchlist.roster)
        self._push = Push(owner.hass, owner.entry, owner.client, listener=self, filters=filters)
        owner.start_task(self._push.run(), "push")

    @callback
    def handle_simple_events(self) -> None:
        """Subscribe to each extension, because the filter for the whole account brings no calls."""
        if self.coverage.give_up_account_filter():
            self._owner.client.verdicts.contradict(Belief.ACCOUNT_EVENTS_ARE_DETAILED)

    # --- what push reports -----------------------------------------------------------------------

    @callback
    def push_events(self, payloads: Sequence[bytes], *, replayed: bool) -> None:
        """Hand over notifications; one of presence proves that a link is not deaf."""
        office = self._owner.office
        before = office.presence_events
        self._owner.push_events(payloads, replayed=replayed)
        if office.presence_events > before and self._silence.handle_event() and self._is_up:
            _LOGGER.info("RingCentral's events come again")
            self._owner.reader.request_all_soon()
            self._report()
            call_all(self._gap_listeners)

    @callback
    def push_unproved(self) -> None:
        """Read what may have happened; however often anybody says so, once a minute."""
        self._owner.reader.request_all_for_unreadable()

    @callback
    def push_connected(self, *, recovered: bool, subscription: Subscription) -> None:
        """Handle that events come; what happened in between is read."""
        owner = self._owner
        if self._push is not None:
            owner.office.hold_back.seconds = self._push.hold_back
        was_up, self._is_up = self._is_up, True
        if not recovered or not was_up:
            self._connected_at = owner.client.clock.monotonic()
        self._silence.link_made()
        if not was_up:
            if not recovered:
                owner.watchlist.handle_loss()
            owner.office.counters["recovered" if recovered else "connected"] += 1
            _LOGGER.info("Connected to RingCentral%s", " again, with what was missed" if recovered else "")
        self.coverage.handle_subscription(owner.watchlist.roster, subscription)
        self.report_hidden()
        self._poll_uncovered()
        owner.reader.push_connected()
        if recovered:
            # What was on its way when the link broke is in nobody's buffer.
            owner.reader.request_all(SNAPSHOT_LAG)
        else:
            self._is_fresh = not owner.is_running
            if owner.is_running:
                # REST may lag behind events, so that what it says at first is proved.
                owner.reader.request_all()
                owner.reader.request_all_again(SNAPSHOT_LAG)
                owner.roster_reader.request()
        self._was_tried.set()
        self._is_lost = False
        self._report()
        if not recovered:
            call_all(self._gap_listeners)

    @callback
    def push_lost(self, error: RingCentralError) -> None:
        """Handle that no events come; polling takes over soon."""
        is_first_attempt = not self._was_tried.is_set()
        self._was_tried.set()
        if not self._is_up:
            if is_first_attempt:
                _LOGGER.info("No events from RingCentral yet, polling until they come: %s", error)
            return
        self._is_up = False
        self._silence.link_lost()
        self._owner.office.counters["disconnected"] += 1
        _LOGGER.info("Connection to RingCentral lost, polling until it is back: %s", error)
        self._owner.reader.push_lost()
        self._report()

    @callback
    def _poll_uncovered(self) -> None:
        """Read extensions of which no events come every minute, as long as there are any."""
        for extension_id in self.uncovered:
            self._owner.reader.request(extension_id, POLL_INTERVAL)
        if self.uncovered:
            self._owner.timers.set("uncovered", POLL_INTERVAL, self._poll_uncovered)

    @callback
    def _report(self) -> None:
        if self._is_closed:
            return
        is_lost = not self.is_connected and not self._owner.reader.is_ok
        if is_lost != self._is_lost:
            self._is_lost = is_lost
            _LOGGER.info("RingCentral is %s", "unavailable" if is_lost else "available again")
        self._owner.wake_all()
        call_all(self._listeners)

    @callback
    def handle_read(self, before: Record, after: Record) -> None:
        """Watch what a read has changed of an extension whose events come."""
        if self._is_up and after.extension_id not in self.uncovered:
            self._missed_events.handle_read(before, after, connected_at=self._connected_at)

    @callback
    def _report_missed_events(self) -> None:
        if self._push is None or not self._is_up or self._push.is_unproved:
            return
        if self._silence.handle_missed(is_replaced=self._push.replace_deaf()):
            self._owner.office.counters["deaf"] += 1
            _LOGGER.info("Changes have come without RingCentral's events, polling until those come")
            self._owner.reader.request_all_soon()
            self._report()

    # --- what reading reports --------------------------------------------------------------------

    def readable_extensions(self) -> list[str]:
        """Return the extensions that have presence to be read."""
        return [one.id for one in self._owner.extensions.values() if one.has_presence and one.is_usable]

    @callback
    def reading_changed(self) -> None:
        """Show it when RingCentral can't be read at all any more, or again."""
        self.report_hidden()
        self._report()

    @callback
    def push_refused(self, error: AuthenticationError | PermissionMissingError) -> None:
        """Ask the user for what only the user can fix."""
        self.reading_refused(error)

    @callback
    def reading_refused(self, error: AuthenticationError | PermissionMissingError) -> None:
        """Ask the user for what only the user can fix."""
        if isinstance(error, AuthenticationError):
            self._is_login_refused = True
            self._owner.entry.async_start_reauth(self._owner.hass)
        else:
            async_report_missing_permission(self._owner.hass, self._owner.entry, error)

    @callback
    def reading_succeeded(self) -> None:
        """Withdraw what was reported, and let a push that was refused try again."""
        owner = self._owner
        refusal = self._push.refusal if self._push is not None else None
        if not owner.watchlist.roster.missing and not isinstance(refusal, PermissionMissingError):
            async_withdraw_issues(owner.hass, owner.entry, "missing_permission")
        if self._is_login_refused and not isinstance(refusal, AuthenticationError):
            self._is_login_refused = False
            async_withdraw_prompts(owner.hass, owner.entry)
        owner.roster_reader.retry()
        owner.capabilities.retry()
        if self._push is not None:
            self._push.retry()

    # --- what the user is shown ------------------------------------------------------------------

    @callback
    def report_hidden(self) -> None:
        """Name the extensions that can't be followed."""
        owner = self._owner
        hidden = self.uncovered | owner.reader.unreadable
        names = [owner.extensions[id_].name for id_ in hidden if id_ in owner.extensions]
        async_report_hidden_extensions(owner.hass, owner.entry, names)

    def diagnostics(self) -> dict[str, Any]:
        """Return the state of the link, in plain types."""
        return {
            "push_connected": self._is_up,
            "deaf": self._silence.is_deaf,
            "proofs": self._silence.proofs,
            "account_filter_refused": self.coverage.is_account_filter_refused,
            "uncovered_extensions": len(self.uncovered),
            **(self._push.diagnostics() if self._push is not None else {}),
        }
