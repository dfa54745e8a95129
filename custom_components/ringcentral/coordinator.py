"""The one place where events meet Home Assistant: decode, order, merge, compare, notify.

It is not a ``DataUpdateCoordinator``, because that notifies every listener of every change: here an event wakes the
entities of one extension only, whatever the size of the office, and polling merely proves the state.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
import logging
from statistics import quantiles
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryError, ConfigEntryNotReady
from homeassistant.helpers import device_registry as dr
import msgspec

from .api.client import RingCentralClient
from .api.errors import (
    AuthenticationError,
    PayloadError,
    PermissionMissingError,
    RateLimitedError,
    RequestRejectedError,
    RingCentralError,
    UnreachableError,
)
from .api.events import decode_notification
from .api.models import (
    EXTENSION_TYPES_OF_USERS,
    DndStatus,
    Extension,
    ExtensionListEvent,
    Presence,
    PresenceEvent,
    Subscription,
    WatchListEvent,
)
from .const import CONF_PRIVACY, DOMAIN
from .issues import async_report_hidden_extensions, async_report_missing_permission
from .presence.calls import AnsweredSessions, Transition
from .presence.legs import Source
from .presence.ordering import HoldBack, Moment, SeenNotifications
from .presence.state import (
    SNAPSHOT_LAG,
    ExtensionRecord,
    ExtensionState,
    Outcome,
    apply_deadline,
    apply_event,
    apply_snapshot,
    finish_replay,
)
from .privacy import Privacy, disclose_state, disclose_transition
from .push import Push
from .roster import Roster, WatchedExtension, async_load_roster, event_filters

_LOGGER = logging.getLogger(__package__)

# With push healthy, a slow read proves the state; without it, polling takes over.
RECONCILE_INTERVAL = 15 * 60.0
POLL_INTERVAL = 60.0

# A link that comes back at once needs no poll in between.
POLL_GRACE = 5.0

# Set-up waits so many real seconds for the first attempt to connect.
_FIRST_ATTEMPT_LIMIT = 5.0

# An extension whose events leave questions open is read at most this often.
READ_INTERVAL = 10.0

# Reads wait this long for others, since one request reads 30 extensions.
READ_DELAY = 0.25

# One bulk request reads 30 extensions, one of the costly account requests 1,000.
_MOST_BULK_READS = 90

# Words that say nothing about which calls are taken when Do Not Disturb is off.
_CLOSED_DND = frozenset({DndStatus.UNKNOWN, DndStatus.DO_NOT_ACCEPT_ANY_CALLS})

# Newest events whose delay on the way is remembered.
_DELAYS_KEPT = 512

# A change of the extension list comes in several events.
_ROSTER_DELAY = 2.0

type RingCentralConfigEntry = ConfigEntry[RingCentralCoordinator]


class RingCentralCoordinator:
    """Follows the extensions of one login: owns their records, the gateway, the reads and the listeners."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: RingCentralConfigEntry,
        client: RingCentralClient,
        *,
        hold_back: float = 0.0,
    ) -> None:
        """Prepare; :meth:`async_set_up` connects and reads, :meth:`async_start` begins to tell."""
        self.hass = hass
        self.entry = entry
        self.client = client
        self._roster = Roster(extensions={})
        self.last_event_at: datetime | None = None
        self.is_push_connected = False
        self.counters: Counter[str] = Counter()
        self._clock = client.clock
        self._login: Extension | None = None
        self._push: Push | None = None
        self._records: dict[str, ExtensionRecord] = {}
        self._last_payloads: dict[str, bytes] = {}
        self._seen = SeenNotifications()
        self._hold_back = HoldBack(hold_back)
        self._answered = AnsweredSessions()
        self._is_polling_ok = True
        self._is_started = False
        self._was_link_tried = asyncio.Event()
        self._early_transitions: list[Transition] = []
        self._privacy = Privacy(entry.options.get(CONF_PRIVACY, Privacy.SHOWN))
        self._delays: deque[float] = deque(maxlen=_DELAYS_KEPT)
        self._may_edit = False
        self._open_dnd: dict[str, str] = {}
        self._is_account_filter_refused = False
        self._unreadable: frozenset[str] = frozenset()
        self._refused: frozenset[str] = frozenset()
        self._last_reconcile = 0.0
        self._is_reconciling = False
        self._is_reconcile_wanted = False
        self._reads: dict[str, float] = {}
        self._last_reads: dict[str, float] = {}
        self._timers: dict[str, Callable[[], None]] = {}
        self._state_listeners: dict[str, list[CALLBACK_TYPE]] = {}
        self._connection_listeners: list[CALLBACK_TYPE] = []
        self._roster_listeners: list[CALLBACK_TYPE] = []
        self._transition_listeners: dict[str | None, list[Callable[[Transition], None]]] = {}

    # --- what entities see -----------------------------------------------------------------------

    @property
    def login(self) -> Extension:
        """The extension whose credentials are used."""
        assert self._login is not None, "the coordinator is set up"  # noqa: S101
        return self._login

    @property
    def login_id(self) -> str:
        """Id of the login extension; part of all unique ids, since two logins may watch the same extension."""
        return str(self.login.id)

    @property
    def extensions(self) -> Mapping[str, WatchedExtension]:
        """The watched extensions by RingCentral's id, the login's own first."""
        return self._roster.extensions

    def state(self, extension_id: str) -> ExtensionState | None:
        """Return the state of a watched extension as it may be shown, or ``None`` if it is no longer watched."""
        record = self._records.get(extension_id)
        return disclose_state(record.state, self._privacy) if record is not None else None

    def is_available(self, extension_id: str) -> bool:
        """Tell whether an extension's state can be trusted: push or polling works for it."""
        return (
            extension_id in self._records
            and extension_id not in self._unreadable
            and (self.is_push_connected or self._is_polling_ok)
        )

    @callback
    def async_listen(self, extension_id: str, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when that extension's state or availability may have changed."""
        return _subscribe(self._state_listeners.setdefault(extension_id, []), listener)

    @callback
    def async_listen_connection(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when the push link changes or an event arrives."""
        return _subscribe(self._connection_listeners, listener)

    @callback
    def async_listen_extensions(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when the set of watched extensions has changed."""
        return _subscribe(self._roster_listeners, listener)

    @callback
    def async_listen_transitions(
        self, listener: Callable[[Transition], None], extension_id: str | None = None
    ) -> CALLBACK_TYPE:
        """Call the listener with everything that happens to a call of one extension, or of any."""
        return _subscribe(self._transition_listeners.setdefault(extension_id, []), listener)

    # --- life ------------------------------------------------------------------------------------

    async def async_set_up(self) -> None:
        """Log in, find the extensions, connect, and read their presence; raise what Home Assistant understands.

        Presence is read after the link is up, so that nothing can happen unheard in between.
        """
        try:
            self._login = await self.client.get_extension()
            self._roster = await async_load_roster(self.client, self._login, self.entry.options)
            self._report_missing()
            await self._async_learn_permissions()
            self._records = {
                extension_id: ExtensionRecord(extension_id=extension_id) for extension_id in self.extensions
            }
            self._start_push()
            with suppress(TimeoutError):
                async with asyncio.timeout(_FIRST_ATTEMPT_LIMIT):
                    await self._was_link_tried.wait()
            await self._async_read(self.extensions)
        except RingCentralError as error:
            await self.async_stop()
            raise _as_set_up_error(error) from error
        except BaseException:
            await self.async_stop()
            raise
        self._last_reconcile = self._clock.monotonic()

    @callback
    def async_start(self) -> None:
        """Begin to tell what happens to calls; after the platforms, so that no entity misses the first of it."""
        self._is_started = True
        early, self._early_transitions = self._early_transitions, []
        for transition in early:
            self._tell(transition)
        if self._is_reconcile_wanted:
            self._start_reconcile()
        else:
            self._schedule_reconcile()

    @callback
    def _start_push(self) -> None:
        self._push = Push(self.hass, self.entry, self.client, listener=self, filters=self._filters())
        self._start_task(self._async_run_push(), "push")

    async def async_stop(self) -> None:
        """Delete the subscription, close the link and forget all timers; the OAuth session stays."""
        if self._push is not None:
            await self._push.stop()
        for cancel in self._timers.values():
            cancel()
        self._timers.clear()

    async def _async_run_push(self) -> None:
        assert self._push is not None  # noqa: S101
        try:
            await self._push.run()
        except AuthenticationError:
            self.entry.async_start_reauth(self.hass)
        except PermissionMissingError as error:
            async_report_missing_permission(self.hass, self.entry, error)
        except RingCentralError as error:
            _LOGGER.warning("Push has ended, polling goes on: %s", error)
        finally:
            self._was_link_tried.set()

    # --- the life of an event --------------------------------------------------------------------

    @callback
    def gateway_events(self, payloads: Sequence[bytes], *, replayed: bool) -> None:
        """Take notifications from the gateway; a replay is applied as one batch, so entities write its outcome once."""
        if not replayed:
            for payload in payloads:
                self._receive(payload)
            return
        touched: dict[str, None] = {}
        for payload in payloads:
            event = self._accept(payload)
            if event is not None:
                touched[event.extension_id] = None
                self._conclude(msgspec.structs.replace(self._merge(event, Source.REPLAY), is_changed=False))
        for extension_id in touched:
            outcome = finish_replay(self._records[extension_id], self._moment())
            self._conclude(msgspec.structs.replace(outcome, is_changed=True))

    @callback
    def _receive(self, payload: bytes) -> None:
        event = self._accept(payload)
        if event is not None:
            for ready in self._hold_back.add(event, self._clock.monotonic()):
                self._apply(ready)
            self._arm_hold_back()

    @callback
    def _accept(self, payload: bytes) -> PresenceEvent | None:
        """Decode a notification; return it if it is a presence event that is news here."""
        self.counters["received"] += 1
        try:
            event = decode_notification(payload)
        except PayloadError as error:
            self.counters["malformed"] += 1
            _LOGGER.debug("An event was not of the documented shape: %s", error)
            return None
        if isinstance(event, ExtensionListEvent | WatchListEvent):
            self._set_timer("roster", _ROSTER_DELAY, self._refresh_roster)
        if not isinstance(event, PresenceEvent) or not self._is_new(event):
            return None
        self._last_payloads[event.extension_id] = payload
        return event

    def _is_new(self, event: PresenceEvent) -> bool:
        if event.extension_id not in self._records:
            self.counters["foreign"] += 1
            return False
        if not self._seen.add(event.uuid):
            self.counters["duplicate"] += 1
            return False
        return True

    @callback
    def _apply(self, event: PresenceEvent) -> None:
        # An extension may have gone while its event was held back.
        if event.extension_id in self._records:
            self._conclude(self._merge(event, Source.LIVE))

    def _merge(self, event: PresenceEvent, source: Source) -> Outcome:
        outcome = apply_event(self._records[event.extension_id], event, self._moment(), source)
        self.counters["late" if outcome.was_late else "merged"] += 1
        sent_at = event.sent_at if event.sent_at is not None else self.client.server_time()
        self.last_event_at = datetime.fromtimestamp(sent_at, UTC)
        if source is Source.LIVE:
            self._delays.append(self.client.server_time() - sent_at)
        return outcome

    @callback
    def _conclude(self, outcome: Outcome) -> None:
        """Keep the record and do what the rules ask for: tell, wait, read, notify."""
        record = outcome.record
        extension_id = record.extension_id
        self._records[extension_id] = record
        for call in outcome.answered:
            self._answered.add(extension_id, call)
        due = record.due
        if due is not None and due <= self._clock.monotonic():
            ended = apply_deadline(record, self._moment(), self._answered)
            record = self._records[extension_id] = ended.record
            outcome = msgspec.structs.replace(outcome, transitions=(*outcome.transitions, *ended.transitions))
            due = record.due
        if due is not None:
            self._set_timer(f"calls {extension_id}", due - self._clock.monotonic(), lambda: self._settle(extension_id))
        if outcome.read_after is not None:
            self._request_read(extension_id, outcome.read_after)
        if outcome.is_changed:
            dnd = record.state.effective_dnd
            if dnd is not None and dnd not in _CLOSED_DND:
                self._open_dnd[extension_id] = dnd
            self._notify(extension_id)
        for transition in outcome.transitions:
            self.counters[f"transition {transition.kind}"] += 1
            shown = disclose_transition(transition, self._privacy)
            if self._is_started:
                self._tell(shown)
            else:
                self._early_transitions.append(shown)

    @callback
    def _tell(self, transition: Transition) -> None:
        for whom in (transition.extension_id, None):
            _call_all(self._transition_listeners.get(whom, ()), transition)

    @callback
    def _settle(self, extension_id: str) -> None:
        record = self._records.get(extension_id)
        if record is not None:
            self._conclude(apply_deadline(record, self._moment(), self._answered))

    @callback
    def _arm_hold_back(self) -> None:
        due = self._hold_back.due
        if due is not None:
            self._set_timer("hold-back", due - self._clock.monotonic(), self._release_held)

    @callback
    def _release_held(self) -> None:
        for ready in self._hold_back.release(self._clock.monotonic()):
            self._apply(ready)
        self._arm_hold_back()

    def _moment(self) -> Moment:
        return Moment(self._clock.monotonic(), self.client.server_time())

    @callback
    def _notify(self, extension_id: str) -> None:
        _call_all(self._state_listeners.get(extension_id, ()))
        _call_all(self._connection_listeners)

    # --- the link --------------------------------------------------------------------------------

    @callback
    def gateway_connected(self, *, recovered: bool, subscription: Subscription) -> None:
        """Note that push works; what happened in between is read, a moment later if the gateway recovered it."""
        if self._push is not None:
            self._hold_back.seconds = self._push.hold_back
        was_connected, self.is_push_connected = self.is_push_connected, True
        if not was_connected:
            self.counters["recovered" if recovered else "connected"] += 1
            _LOGGER.info("Connected to RingCentral%s", " again, with what was missed" if recovered else "")
        self._check_disabled_filters(subscription)
        if recovered:
            # What was on its way when the link broke is in nobody's buffer.
            self._set_timer("reconcile", SNAPSHOT_LAG, self._start_reconcile)
        elif self._was_link_tried.is_set():
            self._start_reconcile()
        self._was_link_tried.set()
        self._notify_all()

    @callback
    def gateway_disconnected(self, error: RingCentralError | None) -> None:
        """Note that push is down; polling takes over soon."""
        self._was_link_tried.set()
        if not self.is_push_connected:
            return
        self.is_push_connected = False
        self.counters["disconnected"] += 1
        _LOGGER.info("Connection to RingCentral lost, polling until it is back: %s", error or "closed")
        self._schedule_reconcile()
        self._notify_all()

    @callback
    def _check_disabled_filters(self, subscription: Subscription) -> None:
        disabled = subscription.disabled_filters or ()
        refused = {entry.filter for entry in disabled}
        if not self._is_account_filter_refused and any("/extension" not in path for path in refused):
            _LOGGER.info("RingCentral refused the event filter for the whole account; using one for each extension")
            self._is_account_filter_refused = True
            self._update_filters()
        self._refused = frozenset(
            extension_id
            for extension_id in self.extensions
            if any(path.partition("?")[0].endswith(f"/extension/{extension_id}/presence") for path in refused)
        )
        self._report_hidden()

    @callback
    def _report_hidden(self) -> None:
        hidden = [self.extensions[id_].name for id_ in self._refused | self._unreadable if id_ in self.extensions]
        async_report_hidden_extensions(self.hass, self.entry, hidden)

    def _filters(self) -> tuple[str, ...]:
        return event_filters(
            self.entry.options, self._roster, is_account_filter_refused=self._is_account_filter_refused
        )

    @callback
    def _update_filters(self) -> None:
        if self._push is not None:
            self._start_task(self._push.set_filters(self._filters()), "filters")

    @callback
    def _notify_all(self) -> None:
        for listeners in list(self._state_listeners.values()):
            _call_all(listeners)
        _call_all(self._connection_listeners)

    # --- reading by REST -------------------------------------------------------------------------

    async def async_resync(self) -> None:
        """Read everything now; raises :class:`RingCentralError` if that fails."""
        await self._async_read(self.extensions)
        self._last_reconcile = self._clock.monotonic()

    @callback
    def _schedule_reconcile(self) -> None:
        """Arm the next proof of the state: soon while push is down."""
        interval = RECONCILE_INTERVAL if self.is_push_connected else POLL_INTERVAL
        remaining = self._last_reconcile + interval - self._clock.monotonic()
        self._set_timer("reconcile", max(remaining, POLL_GRACE), self._start_reconcile)

    @callback
    def _start_reconcile(self) -> None:
        self._is_reconcile_wanted = True
        if self._is_started and not self._is_reconciling:
            self._is_reconciling = True
            self._start_task(self._async_reconcile(), "reconcile")

    async def _async_reconcile(self) -> None:
        """Read everything; once more if that was asked for meanwhile, since events may have been lost since."""
        was_available = self.is_push_connected or self._is_polling_ok
        try:
            while self._is_reconcile_wanted:
                self._is_reconcile_wanted = False
                self._is_polling_ok = await self._async_try_resync()
        finally:
            self._is_reconciling = False
        if was_available != (self.is_push_connected or self._is_polling_ok):
            _LOGGER.info("RingCentral is %s", "unavailable" if was_available else "available again")
            self._notify_all()
        self._schedule_reconcile()

    async def _async_try_resync(self) -> bool:
        try:
            await self.async_resync()
        except AuthenticationError:
            self.entry.async_start_reauth(self.hass)
        except PermissionMissingError as error:
            async_report_missing_permission(self.hass, self.entry, error)
        except RingCentralError as error:
            _LOGGER.debug("Reading presence failed: %s", error)
        else:
            return True
        # The next try waits its full interval, or longer if that was asked for.
        self._last_reconcile = self._clock.monotonic()
        return False

    @callback
    def _request_read(self, extension_id: str, after: float) -> None:
        """Read an extension in a moment; questions that its events raise are asked at most every READ_INTERVAL."""
        now = self._clock.monotonic()
        due = now + max(after, READ_DELAY)
        if after == 0 and extension_id in self._last_reads:
            due = max(due, self._last_reads[extension_id] + READ_INTERVAL)
        self._reads[extension_id] = min(due, self._reads.get(extension_id, due))
        self._schedule_reads()

    @callback
    def _schedule_reads(self) -> None:
        if self._reads:
            delay = min(self._reads.values()) - self._clock.monotonic()
            self._set_timer("reads", delay, lambda: self._start_task(self._async_read_due(), "reads"))

    async def _async_read_due(self) -> None:
        now = self._clock.monotonic()
        due = [extension_id for extension_id, at in self._reads.items() if at <= now]
        for extension_id in due:
            del self._reads[extension_id]
        try:
            await self._async_read(due)
        except RingCentralError as error:
            _LOGGER.debug("Reading %d extensions failed: %s", len(due), error)
            retry_after = getattr(error, "retry_after", None) or READ_INTERVAL
            for extension_id in due:
                self._reads.setdefault(extension_id, now + retry_after)
        self._schedule_reads()

    async def _async_read(self, extension_ids: Iterable[str]) -> None:
        """Read the presence of extensions, the cheapest way, and merge it."""
        wanted = [
            extension_id
            for extension_id in extension_ids
            if extension_id in self._records and self.extensions[extension_id].has_presence
        ]
        if not wanted:
            return
        requested_at = self._clock.monotonic()
        self.counters["reads"] += 1
        results: dict[str, Presence | RingCentralError] = {}
        if len(wanted) > _MOST_BULK_READS:
            results.update(await self.client.list_account_presence())
        missing = [extension_id for extension_id in wanted if extension_id not in results]
        if missing and len(missing) <= _MOST_BULK_READS:
            results.update(await self.client.get_presences(missing))
        unreadable = set(self._unreadable)
        for extension_id in wanted:
            self._last_reads[extension_id] = requested_at
            result = results.get(extension_id)
            if isinstance(result, Presence):
                unreadable.discard(extension_id)
                self._merge_snapshot(extension_id, result, requested_at)
            elif isinstance(result, PermissionMissingError | RequestRejectedError):
                unreadable.add(extension_id)
        self._note_unreadable(frozenset(unreadable))

    @callback
    def _merge_snapshot(self, extension_id: str, presence: Presence, requested_at: float) -> None:
        record = self._records.get(extension_id)
        if record is None:
            return
        outcome = apply_snapshot(record, presence, requested_at, self._moment())
        if outcome.is_changed and self.is_push_connected:
            self.counters["repaired"] += 1
        self._conclude(outcome)

    @callback
    def _note_unreadable(self, unreadable: frozenset[str]) -> None:
        if unreadable == self._unreadable:
            return
        changed, self._unreadable = unreadable ^ self._unreadable, unreadable
        for extension_id in changed:
            self._notify(extension_id)
        self._report_hidden()

    # --- changing presence -----------------------------------------------------------------------

    def can_edit_presence(self, extension_id: str) -> bool:
        """Tell whether an extension's presence may be set: by the app, by the user's role, and for that extension."""
        extension = self.extensions.get(extension_id)
        return self._may_edit and extension is not None and extension.type in EXTENSION_TYPES_OF_USERS

    async def async_update_presence(self, extension_id: str, fields: Mapping[str, str | bool]) -> None:
        """Set fields of an extension's presence, named as on the wire; raises :class:`RingCentralError`."""
        requested_at = self._clock.monotonic()
        try:
            presence = await self.client.update_presence(extension_id, fields)
        except PermissionMissingError:
            with suppress(RingCentralError):
                await self._async_learn_permissions()
            raise
        told = msgspec.to_builtins(presence)
        confirmed = msgspec.convert({name: told[name] for name in fields if told.get(name) is not None}, Presence)
        # Unlike the answer to a read, it is newer than every event that came before the request.
        self._merge_snapshot(extension_id, confirmed, requested_at + SNAPSHOT_LAG)
        # The cloud has the last word, by an event or else by this read.
        self._request_read(extension_id, SNAPSHOT_LAG)

    def last_open_dnd(self, extension_id: str) -> str:
        """Return the word for Do Not Disturb that was set before it refused all calls."""
        return self._open_dnd.get(extension_id, DndStatus.TAKE_ALL_CALLS)

    async def _async_learn_permissions(self) -> None:
        """Note what the login may change; its app's scopes and its user's features can change at any time."""
        features = await self.client.get_features()
        feature = features.get("EditPresenceStatus")
        token = self.client.auth.token
        scopes = token.scope.split() if token is not None else []
        may_edit = feature is not None and feature.available and (not scopes or "EditPresence" in scopes)
        if may_edit != self._may_edit:
            self._may_edit = may_edit
            self._notify_all()

    # --- the extensions themselves ---------------------------------------------------------------

    @callback
    def _report_missing(self) -> None:
        """Name the permissions without which a choice of what to watch brings nobody."""
        for error in self._roster.missing:
            async_report_missing_permission(self.hass, self.entry, error)

    @callback
    def _refresh_roster(self) -> None:
        self._start_task(self._async_refresh_roster(), "roster")

    async def _async_refresh_roster(self) -> None:
        """Follow extensions that appeared, were renamed or are gone."""
        try:
            roster = await async_load_roster(self.client, self.login, self.entry.options)
        except RingCentralError as error:
            _LOGGER.debug("Reading the list of extensions failed: %s", error)
            return
        former, self._roster = self._roster, roster
        self._report_missing()
        if roster == former:
            return
        extensions = roster.extensions
        appeared = extensions.keys() - former.extensions.keys()
        gone = former.extensions.keys() - extensions.keys()
        renamed = [new for id_, new in extensions.items() if id_ in former.extensions and former.extensions[id_] != new]
        for extension_id in appeared:
            self._records[extension_id] = ExtensionRecord(extension_id=extension_id)
        devices = dr.async_get(self.hass)
        for extension_id in gone:
            self._forget(extension_id)
            if device := self._device(devices, extension_id):
                devices.async_remove_device(device.id)
        for extension in renamed:
            if device := self._device(devices, extension.id):
                devices.async_update_device(device.id, name=extension.name)
        if appeared or gone:
            self._update_filters()
            with suppress(RingCentralError):
                await self._async_read(appeared)
            _call_all(self._roster_listeners)

    def _device(self, devices: dr.DeviceRegistry, extension_id: str) -> dr.DeviceEntry | None:
        return devices.async_get_device_by_identifier((DOMAIN, f"{self.login_id}-{extension_id}"), self.entry.entry_id)

    @callback
    def _forget(self, extension_id: str) -> None:
        self._records.pop(extension_id, None)
        self._last_payloads.pop(extension_id, None)
        self._open_dnd.pop(extension_id, None)
        self._reads.pop(extension_id, None)
        self._last_reads.pop(extension_id, None)
        if cancel := self._timers.pop(f"calls {extension_id}", None):
            cancel()

    # --- what support needs ----------------------------------------------------------------------

    def diagnostics(self) -> dict[str, Any]:
        """Return the state of the link and of the pipeline, in plain types; numbers of calls, no personal data."""
        return {
            "push_connected": self.is_push_connected,
            "polling_ok": self._is_polling_ok,
            "last_event_at": self.last_event_at.isoformat() if self.last_event_at else None,
            "account_filter_refused": self._is_account_filter_refused,
            "extensions": len(self.extensions),
            "unreadable_extensions": len(self._unreadable),
            "reads_waiting": len(self._reads),
            "counters": dict(self.counters),
            **(self._push.diagnostics() if self._push is not None else {}),
            "clock_offset": round(self.client.clock_offset, 3),
            "requests_left": self.client.limits.remaining(),
            "delivery_delay": _percentiles(self._delays),
        }

    def extension_diagnostics(self, extension_id: str) -> dict[str, Any]:
        """Return all that is known of an extension, with its last event as it came; holds names and numbers."""
        record = self._records[extension_id]
        payload = self._last_payloads.get(extension_id)
        return {
            "extension": msgspec.to_builtins(self.extensions[extension_id]),
            "state": msgspec.json.decode(msgspec.json.encode(record.state)),
            "last_event": msgspec.json.decode(payload) if payload is not None else None,
            "positions": {
                name: mark.position._asdict() if mark.position is not None else None
                for name, mark in record.marks.items()
            },
            "epoch": record.epoch.number if record.epoch is not None else None,
        }

    # --- small parts -----------------------------------------------------------------------------

    @callback
    def _set_timer(self, name: str, delay: float, action: CALLBACK_TYPE) -> None:
        """Arm the timer of that name anew."""
        if cancel := self._timers.pop(name, None):
            cancel()

        @callback
        def fire() -> None:
            self._timers.pop(name, None)
            action()

        self._timers[name] = self._clock.call_later(max(delay, 0.0), fire)

    @callback
    def _start_task(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self.entry.async_create_background_task(self.hass, work, f"{DOMAIN} {name}")


def _subscribe[ListenerT](listeners: list[ListenerT], listener: ListenerT) -> CALLBACK_TYPE:
    listeners.append(listener)

    @callback
    def unsubscribe() -> None:
        listeners.remove(listener)

    return unsubscribe


def _call_all[*ArgsT](listeners: Iterable[Callable[[*ArgsT], None]], *args: *ArgsT) -> None:
    for listener in tuple(listeners):
        listener(*args)


def _percentiles(delays: Sequence[float]) -> dict[str, float] | None:
    """Return how long events took to arrive, in seconds: what half, nine in ten and 99 in a hundred stayed below."""
    if len(delays) < 2:
        return None
    cuts = quantiles(delays, n=100, method="inclusive")
    return {"events": len(delays), "p50": round(cuts[49], 3), "p90": round(cuts[89], 3), "p99": round(cuts[98], 3)}


def _as_set_up_error(error: RingCentralError) -> Exception:
    """Return what Home Assistant understands: log in again, wait, or give up."""
    if isinstance(error, AuthenticationError):
        return ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="login_refused")
    if isinstance(error, PermissionMissingError):
        return ConfigEntryError(
            translation_domain=DOMAIN,
            translation_key="permission_missing",
            translation_placeholders={"permission": error.permission or "?"},
        )
    if isinstance(error, RateLimitedError | UnreachableError):
        return ConfigEntryNotReady(
            translation_domain=DOMAIN, translation_key="unreachable", retry_after=error.retry_after
        )
    return ConfigEntryNotReady(translation_domain=DOMAIN, translation_key="unexpected_answer")
