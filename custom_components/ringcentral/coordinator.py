"""The one place where events meet Home Assistant: decode, order, merge, compare, notify.

It is not a ``DataUpdateCoordinator``, because that notifies every listener of every change: here an event wakes the
entities of one extension only, whatever the size of the office, and polling merely proves the state.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from itertools import batched
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
import msgspec

from .api.client import RingCentralClient
from .api.errors import (
    AuthenticationError,
    PayloadError,
    PermissionMissingError,
    RingCentralError,
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
from .calls.missed import MissedCallLog
from .const import CONF_PRIVACY, DOMAIN
from .errors import as_set_up_error
from .ids import extension_identifier
from .issues import (
    async_report_hidden_extensions,
    async_report_missing_permission,
    async_withdraw_issues,
    async_withdraw_prompts,
)
from .presence.calls import AnsweredSessions, Transition, end_all
from .presence.legs import Call, CallState, Source, TransitionKind, as_call
from .presence.ordering import HoldBack, Moment, SeenNotifications
from .presence.privacy import Privacy, disclose_call, disclose_state, disclose_transition
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
from .sync.delays import DeliveryDelays
from .sync.push import Push
from .sync.reader import POLL_INTERVAL, PresenceReader
from .sync.roster import Roster, WatchedExtension, event_filters, unheard_extensions
from .sync.roster_reader import RosterReader, async_update_devices
from .sync.temporary_presence import TemporaryPresence
from .sync.timers import Timers

_LOGGER = logging.getLogger(__package__)

# Set-up waits so many real seconds for the first attempt to connect.
_FIRST_ATTEMPT_LIMIT = 5.0

# Words that say nothing about which calls are taken when Do Not Disturb is off.
_CLOSED_DND = frozenset({DndStatus.UNKNOWN, DndStatus.DO_NOT_ACCEPT_ANY_CALLS})

# Extensions whose entities are added before anything else gets its turn.
_INTRODUCED_AT_ONCE = 2

type RingCentralConfigEntry = ConfigEntry[RingCentralCoordinator]

# Gets an extension's state as it may be shown, ``None`` once it is no longer watched, and whether that can be trusted.
type StateListener = Callable[[ExtensionState | None, bool], None]


class RingCentralCoordinator:
    """Follows the extensions of one login: owns their records, the gateway, the reads and the listeners."""

    def __init__(self, hass: HomeAssistant, entry: RingCentralConfigEntry, client: RingCentralClient) -> None:
        """Prepare; :meth:`async_set_up` connects and reads, :meth:`async_start` begins to tell."""
        self.hass = hass
        self.entry = entry
        self.client = client
        self._roster = Roster(extensions={})
        self._last_sent_at: float | None = None
        self.is_push_connected = False
        self.counters: Counter[str] = Counter()
        self.missed_calls = MissedCallLog(hass, entry.entry_id)
        self._clock = client.clock
        self._login: Extension | None = None
        self._push: Push | None = None
        self._records: dict[str, ExtensionRecord] = {}
        self._last_payloads: dict[str, bytes] = {}
        self._seen = SeenNotifications()
        self._hold_back = HoldBack(0.0)
        self._answered = AnsweredSessions()
        self._is_lost = False
        self._is_started = False
        self._is_first_read_begun = False
        self._was_link_tried = asyncio.Event()
        self._early: list[Callable[[], None]] = []
        self._privacy = Privacy(entry.options.get(CONF_PRIVACY, Privacy.SHOWN))
        self._delays = DeliveryDelays()
        self._may_edit = False
        self._open_dnd: dict[str, str] = {}
        self._is_account_filter_refused = False
        self._refused: frozenset[str] = frozenset()
        self._timers = Timers(self._clock)
        self._reader = PresenceReader(client, self._timers, self, self._start_task)
        self._roster_reader = RosterReader(
            hass, entry, client, timers=self._timers, listener=self, start_task=self._start_task
        )
        self.temporary_presence = TemporaryPresence(
            hass, entry.entry_id, clock=self._clock, timers=self._timers, editor=self, start_task=self._start_task
        )
        self._state_listeners: dict[str, list[StateListener]] = {}
        self._connection_listeners: list[CALLBACK_TYPE] = []
        self._roster_listeners: list[CALLBACK_TYPE] = []
        self._introduction_listeners: list[Callable[[Sequence[WatchedExtension]], None]] = []
        self._introduced: set[str] = set()
        self._may_introduce = False
        self._transition_listeners: dict[str | None, list[Callable[[Transition], None]]] = {}
        self._silence_listeners: list[Callable[[Sequence[Transition]], None]] = []

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
    def privacy(self) -> Privacy:
        """How much may be shown of callers."""
        return self._privacy

    @property
    def is_running(self) -> bool:
        """Whether what happens is told at present: from :meth:`async_start` to :meth:`async_stop`."""
        return self._is_started

    @property
    def last_event_at(self) -> datetime | None:
        """When RingCentral sent the newest event that arrived."""
        return datetime.fromtimestamp(self._last_sent_at, UTC) if self._last_sent_at is not None else None

    @property
    def is_roster_complete(self) -> bool:
        """Whether nobody is missing among the watched extensions for want of a permission."""
        return not self._roster.missing

    @property
    def extensions(self) -> Mapping[str, WatchedExtension]:
        """The watched extensions by RingCentral's id, the login's own first."""
        return self._roster.extensions

    def state(self, extension_id: str) -> ExtensionState | None:
        """Return the state of a watched extension as it may be shown, or ``None`` if it is no longer watched."""
        record = self._records.get(extension_id)
        return disclose_state(record.state, self._privacy) if record is not None else None

    def ringing_calls(self, extension_id: str) -> tuple[Call, ...]:
        """Return an extension's calls that ring, as they may be shown, by the ids that transitions name.

        A moment without a call, after which it may ring on, does not count.
        """
        record = self._records.get(extension_id)
        ringing = (call for call in record.book if call.is_ringing) if record is not None else ()
        return tuple(disclose_call(as_call(call, CallState.RINGING), self._privacy) for call in ringing)

    def is_available(self, extension_id: str) -> bool:
        """Tell whether an extension's state can be trusted: push or polling works for it."""
        extension = self.extensions.get(extension_id)
        if extension is None or extension_id not in self._records:
            return False
        if self.is_push_connected and extension_id not in self._refused:
            return True
        return self._reader.is_ok and extension.has_presence and extension_id not in self._reader.unreadable

    def device(self, extension_id: str) -> dr.DeviceEntry | None:
        """Return the device of an extension, if it has one."""
        devices = dr.async_get(self.hass)
        return devices.async_get_device_by_identifier(
            extension_identifier(self.login_id, extension_id), self.entry.entry_id
        )

    @callback
    def async_listen(self, extension_id: str, listener: StateListener) -> CALLBACK_TYPE:
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
    def async_listen_new_extensions(self, listener: Callable[[Sequence[WatchedExtension]], None]) -> CALLBACK_TYPE:
        """Call the listener with extensions that are watched from now on, each once for as long as it is watched."""
        return _subscribe(self._introduction_listeners, listener)

    @callback
    def async_listen_transitions(
        self, listener: Callable[[Transition], None], extension_id: str | None = None
    ) -> CALLBACK_TYPE:
        """Call the listener with everything that happens to a call of one extension, or of any."""
        return _subscribe(self._transition_listeners.setdefault(extension_id, []), listener)

    @callback
    def async_listen_silence(self, listener: Callable[[Sequence[Transition]], None]) -> CALLBACK_TYPE:
        """Call the listener with the calls of an extension that have just stopped ringing, before their verdict."""
        return _subscribe(self._silence_listeners, listener)

    # --- life ------------------------------------------------------------------------------------

    async def async_set_up(self) -> None:
        """Log in, find the extensions, connect, and read their presence; raise what Home Assistant understands.

        Presence is read after the link is up, so that nothing can happen unheard in between.
        """
        try:
            await self.missed_calls.async_load(self._privacy)
            await self.temporary_presence.async_load()
            self._login = await self.client.get_extension()
            self._roster = await self._roster_reader.read()
            self._report_missing()
            self._forget_missed_calls()
            await self._async_learn_permissions()
            self._records = {id_: ExtensionRecord(extension_id=id_) for id_ in self._roster.usable}
            self._start_push()
            with suppress(TimeoutError):
                async with asyncio.timeout(_FIRST_ATTEMPT_LIMIT):
                    await self._was_link_tried.wait()
            self._is_first_read_begun = True
            await self._reader.read_all()
        except RingCentralError as error:
            await self.async_stop()
            if isinstance(error, PermissionMissingError):
                async_report_missing_permission(self.hass, self.entry, error)
            raise as_set_up_error(error) from error
        except BaseException:
            await self.async_stop()
            raise

    async def async_introduce_extensions(self) -> None:
        """Let platforms add what belongs to each extension; after they are set up, since they have a minute for that.

        Adding takes milliseconds for each extension, so everything else gets its turn in between.
        """
        self._may_introduce = True
        for some in batched(tuple(self.extensions), _INTRODUCED_AT_ONCE, strict=False):
            self._introduce(some)
            await asyncio.sleep(0)

    @callback
    def _introduce(self, extension_ids: Iterable[str]) -> None:
        new = [id_ for id_ in extension_ids if id_ in self.extensions and id_ not in self._introduced]
        self._introduced.update(new)
        if new:
            _call_all(self._introduction_listeners, [self.extensions[id_] for id_ in new])

    @callback
    def async_start(self) -> None:
        """Begin to tell what happens to calls; after the platforms, so that no entity misses the first of it."""
        self._is_started = True
        early, self._early = self._early, []
        for tell in early:
            tell()
        self._reader.start()
        self.temporary_presence.start()

    @callback
    def _start_push(self) -> None:
        self._push = Push(self.hass, self.entry, self.client, listener=self, filters=self._filters())
        self._start_task(self._push.run(), "push")

    async def async_stop(self) -> None:
        """Delete the subscription, close the link and forget all timers; the OAuth session stays."""
        if self._push is not None:
            await self._push.stop()
        self._is_started = False
        self._timers.close()
        await self.missed_calls.async_save()

    # --- the life of an event --------------------------------------------------------------------

    @callback
    def push_events(self, payloads: Sequence[bytes], *, replayed: bool) -> None:
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
                moment = self._moment()
                outcome = self._merge(event, moment, Source.REPLAY)
                self._conclude(msgspec.structs.replace(outcome, is_changed=False), moment)
        for extension_id in touched:
            moment = self._moment()
            outcome = finish_replay(self._records[extension_id], moment)
            self._conclude(msgspec.structs.replace(outcome, is_changed=True), moment)

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
            self._reader.doubt()
            return None
        if isinstance(event, ExtensionListEvent | WatchListEvent):
            self._roster_reader.want()
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
            moment = self._moment()
            self._conclude(self._merge(event, moment, Source.LIVE), moment)

    def _merge(self, event: PresenceEvent, moment: Moment, source: Source) -> Outcome:
        outcome = apply_event(self._records[event.extension_id], event, moment, source)
        self.counters["late" if outcome.was_late else "merged"] += 1
        self._last_sent_at = event.sent_at if event.sent_at is not None else moment.server
        if source is Source.LIVE:
            self._delays.add(moment.server - self._last_sent_at)
        return outcome

    @callback
    def _conclude(self, outcome: Outcome, moment: Moment) -> None:
        """Keep the record and do what the rules ask for: tell, wait, read, notify."""
        record = outcome.record
        extension_id = record.extension_id
        self._records[extension_id] = record
        for call in outcome.answered:
            self._answered.add(extension_id, call)
        due = record.due
        if due is not None and due <= moment.monotonic:
            ended = apply_deadline(record, moment, self._answered)
            record = self._records[extension_id] = ended.record
            outcome = msgspec.structs.replace(
                outcome,
                transitions=(*outcome.transitions, *ended.transitions),
                silent=(*outcome.silent, *ended.silent),
            )
            due = record.due
        if due is not None:
            self._timers.set(f"calls {extension_id}", due - moment.monotonic, lambda: self._settle(extension_id))
        if outcome.read_after is not None:
            self._reader.want(extension_id, outcome.read_after)
        if outcome.is_changed:
            dnd = record.state.effective_dnd
            if dnd is not None and dnd not in _CLOSED_DND:
                self._open_dnd[extension_id] = dnd
            self._notify(extension_id)
        self._tell_silence(outcome.silent)
        for transition in outcome.transitions:
            self.counters[f"transition {transition.kind}"] += 1
            self._when_started(partial(self._tell, disclose_transition(transition, self._privacy)))

    @callback
    def _when_started(self, tell: Callable[[], None]) -> None:
        if self._is_started:
            tell()
        else:
            self._early.append(tell)

    @callback
    def _tell_silence(self, silent: Sequence[Transition]) -> None:
        if silent:
            shown = [disclose_transition(transition, self._privacy) for transition in silent]
            self._when_started(lambda: _call_all(self._silence_listeners, shown))

    @callback
    def _tell(self, transition: Transition) -> None:
        if transition.kind is TransitionKind.MISSED:
            self.missed_calls.add(transition)
            self._notify(transition.extension_id)
        for whom in (transition.extension_id, None):
            _call_all(self._transition_listeners.get(whom, ()), transition)

    @callback
    def _settle(self, extension_id: str) -> None:
        record = self._records.get(extension_id)
        if record is not None:
            moment = self._moment()
            self._conclude(apply_deadline(record, moment, self._answered), moment)

    @callback
    def _arm_hold_back(self) -> None:
        due = self._hold_back.due
        if due is not None:
            self._timers.set("hold-back", due - self._clock.monotonic(), self._release_held)

    @callback
    def _release_held(self) -> None:
        for ready in self._hold_back.release(self._clock.monotonic()):
            self._apply(ready)
        self._arm_hold_back()

    def _moment(self) -> Moment:
        return Moment(self._clock.monotonic(), self.client.server_time())

    @callback
    def _notify(self, extension_id: str) -> None:
        self._notify_listeners(extension_id)
        _call_all(self._connection_listeners)

    @callback
    def _notify_listeners(self, extension_id: str) -> None:
        if listeners := self._state_listeners.get(extension_id):
            state, is_available = self.state(extension_id), self.is_available(extension_id)
            for listener in tuple(listeners):
                listener(state, is_available)

    @callback
    def mark_missed_calls_seen(self, extension_id: str) -> None:
        """Count an extension's missed calls anew."""
        self.missed_calls.mark_seen(extension_id)
        self._notify(extension_id)

    # --- the link --------------------------------------------------------------------------------

    @callback
    def push_connected(self, *, recovered: bool, subscription: Subscription) -> None:
        """Note that push works; what happened in between is read, a moment later if the gateway recovered it."""
        if self._push is not None:
            self._hold_back.seconds = self._push.hold_back
        was_connected, self.is_push_connected = self.is_push_connected, True
        if not was_connected:
            if not recovered:
                self._forget_calls_of_lines()
            self.counters["recovered" if recovered else "connected"] += 1
            _LOGGER.info("Connected to RingCentral%s", " again, with what was missed" if recovered else "")
        self._check_disabled_filters(subscription)
        self._reader.push_connected()
        if recovered:
            # What was on its way when the link broke is in nobody's buffer.
            self._reader.want_all(SNAPSHOT_LAG)
        elif self._is_first_read_begun:
            self._reader.want_all()
        if not recovered and self._is_started:
            self._roster_reader.want()
        self._was_link_tried.set()
        self._is_lost = False
        self._notify_all()

    @callback
    def _forget_calls_of_lines(self) -> None:
        """End what was known of queues and park locations: nothing but events tells of their calls."""
        for extension in self.extensions.values():
            if extension.is_usable and not extension.has_presence:
                former = self._records[extension.id]
                self._records[extension.id] = ExtensionRecord(extension_id=extension.id)
                self._tell_end(former)

    @callback
    def push_lost(self, error: RingCentralError) -> None:
        """Note that push is down; polling takes over soon."""
        is_first_attempt = not self._was_link_tried.is_set()
        self._was_link_tried.set()
        if not self.is_push_connected:
            if is_first_attempt:
                _LOGGER.info("No events from RingCentral yet, polling until they come: %s", error)
            return
        self.is_push_connected = False
        self.counters["disconnected"] += 1
        _LOGGER.info("Connection to RingCentral lost, polling until it is back: %s", error)
        self._reader.push_lost()
        self._notify_all()

    @callback
    def _check_disabled_filters(self, subscription: Subscription) -> None:
        disabled = subscription.disabled_filters or ()
        refused = {entry.filter for entry in disabled}
        if not self._is_account_filter_refused and any("/extension" not in path for path in refused):
            _LOGGER.info("RingCentral refused the event filter for the whole account; using one for each extension")
            self._is_account_filter_refused = True
            self._update_filters()
        self._refused = unheard_extensions(
            self.entry.options, self._roster, refused, is_account_filter_refused=self._is_account_filter_refused
        )
        self._report_hidden()
        self._poll_refused()

    @callback
    def _poll_refused(self) -> None:
        """Read extensions of which no events come every minute, as long as there are any."""
        for extension_id in self._refused:
            self._reader.want(extension_id, POLL_INTERVAL)
        if self._refused:
            self._timers.set("refused", POLL_INTERVAL, self._poll_refused)

    @callback
    def _report_hidden(self) -> None:
        hidden = [
            self.extensions[id_].name for id_ in self._refused | self._reader.unreadable if id_ in self.extensions
        ]
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
        for extension_id in tuple(self._state_listeners):
            self._notify_listeners(extension_id)
        _call_all(self._connection_listeners)

    # --- what is read by REST --------------------------------------------------------------------

    async def async_resync(self) -> None:
        """Read everything now; raises :class:`RingCentralError` if that fails."""
        await self._reader.read_all()

    async def async_read(self, extension_id: str) -> None:
        """Read one extension now; raises :class:`RingCentralError` if that fails."""
        await self._reader.read(extension_id)

    def readable_extensions(self) -> list[str]:
        """Return the extensions that have presence to be read."""
        return [one.id for one in self.extensions.values() if one.has_presence and one.is_usable]

    @callback
    def presence_read(self, extension_id: str, presence: Presence, requested_at: float) -> None:
        """Merge what was read of an extension."""
        record = self._records.get(extension_id)
        if record is None:
            return
        moment = self._moment()
        outcome = apply_snapshot(record, presence, requested_at, moment)
        if outcome.is_changed and self.is_push_connected:
            self.counters["repaired"] += 1
        self._conclude(outcome, moment)

    @callback
    def reading_changed(self) -> None:
        """Show and log it when RingCentral can't be read at all any more, or again."""
        is_lost = not self.is_push_connected and not self._reader.is_ok
        if is_lost != self._is_lost:
            self._is_lost = is_lost
            _LOGGER.info("RingCentral is %s", "unavailable" if is_lost else "available again")
        self._report_hidden()
        self._notify_all()

    @callback
    def push_refused(self, error: AuthenticationError | PermissionMissingError) -> None:
        """Ask the user for what only the user can mend."""
        self.reading_refused(error)

    @callback
    def reading_refused(self, error: AuthenticationError | PermissionMissingError) -> None:
        """Ask the user for what only the user can mend."""
        if isinstance(error, AuthenticationError):
            self.entry.async_start_reauth(self.hass)
        else:
            async_report_missing_permission(self.hass, self.entry, error)

    @callback
    def reading_succeeded(self) -> None:
        """Withdraw what was reported, and let a push that was refused try again."""
        refusal = self._push.refusal if self._push is not None else None
        if not self._roster.missing and not isinstance(refusal, PermissionMissingError):
            async_withdraw_issues(self.hass, self.entry, "missing_permission")
        if not isinstance(refusal, AuthenticationError):
            async_withdraw_prompts(self.hass, self.entry)
        if self._push is not None:
            self._push.retry()

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
        self.presence_read(extension_id, confirmed, requested_at + SNAPSHOT_LAG)
        # The cloud has the last word, by an event or else by this read.
        self._reader.want(extension_id, SNAPSHOT_LAG)

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
    def roster_read(self, roster: Roster) -> None:
        """Follow extensions that appeared, were renamed or are gone."""
        former, self._roster = self._roster, roster
        self._report_missing()
        if roster == former:
            return
        before, now = former.usable, roster.usable
        for extension_id in before - now:
            self._forget(extension_id)
        for extension_id in now - before:
            self._records[extension_id] = ExtensionRecord(extension_id=extension_id)
            self._reader.want(extension_id, 0.0)
        self._forget_missed_calls()
        async_update_devices(self.hass, former, roster, self.device)
        if before != now:
            self._update_filters()
            self._introduced.intersection_update(self.extensions)
            if self._may_introduce:
                self._introduce(self.extensions)
            _call_all(self._roster_listeners)
            self._notify_all()

    @callback
    def _forget_missed_calls(self) -> None:
        """Keep nothing of who called extensions that are no longer watched; what a permission hides may come back."""
        if self.is_roster_complete:
            self.missed_calls.keep_only(self.extensions)

    @callback
    def _forget(self, extension_id: str) -> None:
        self._tell_end(self._records.pop(extension_id))
        self._last_payloads.pop(extension_id, None)
        self._open_dnd.pop(extension_id, None)
        self._reader.forget(extension_id)

    @callback
    def _tell_end(self, record: ExtensionRecord) -> None:
        """Tell the end of all calls in a record that is kept no longer, since nothing more will be heard of them."""
        ended = end_all(record.extension_id, record.book, self._moment())
        rang = {call.call_id for call in record.book if call.is_ringing}
        self._tell_silence([transition for transition in ended if transition.call.call_id in rang])
        for transition in ended:
            self._when_started(partial(self._tell, disclose_transition(transition, self._privacy)))
        self._timers.cancel(f"calls {record.extension_id}")

    # --- what support needs ----------------------------------------------------------------------

    def diagnostics(self) -> dict[str, Any]:
        """Return the state of the link and of the pipeline, in plain types; numbers of calls, no personal data."""
        return {
            "push_connected": self.is_push_connected,
            "polling_ok": self._reader.is_ok,
            "last_event_at": self.last_event_at.isoformat() if self.last_event_at else None,
            "account_filter_refused": self._is_account_filter_refused,
            "extensions": len(self.extensions),
            "unreadable_extensions": len(self._reader.unreadable),
            "reads_waiting": self._reader.waiting,
            "counters": {**self.counters, "reads": self._reader.count},
            **(self._push.diagnostics() if self._push is not None else {}),
            "clock_offset": round(self.client.clock_offset, 3),
            "requests_left": self.client.limits.remaining(),
            "delivery_delay": self._delays.percentiles(),
        }

    def extension_diagnostics(self, extension_id: str) -> dict[str, Any]:
        """Return all that is known of an extension, with its last event as it came; holds names and numbers."""
        record = self._records.get(extension_id) or ExtensionRecord(extension_id=extension_id)
        payload = self._last_payloads.get(extension_id)
        return {
            "extension": msgspec.to_builtins(self.extensions[extension_id]),
            "state": msgspec.json.decode(msgspec.json.encode(record.state)),
            "last_event": msgspec.json.decode(payload) if payload is not None else None,
            "positions": {
                name: msgspec.structs.asdict(mark.position) if mark.position is not None else None
                for name, mark in record.marks.items()
            },
            "epoch": record.epoch.number if record.epoch is not None else None,
        }

    # --- small parts -----------------------------------------------------------------------------

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
