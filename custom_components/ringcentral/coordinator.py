"""Where events meet Home Assistant: what arrives goes to the office, and what comes of it to entities and listeners.

It is not a ``DataUpdateCoordinator``, because that notifies every listener of every change: here an event wakes the
entities of one extension only, whatever the size of the office, and polling merely proves the state. The life of an
event is in :mod:`.presence.office`; the parts that this class wires up are in ``sync/`` and ``calls/``.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence, Set as AbstractSet
from datetime import UTC, datetime
from functools import partial
from itertools import batched
import logging
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from .api.client import RingCentralClient
from .api.errors import PermissionMissingError, RingCentralError
from .api.models import Extension, Presence
from .calls.missed import MissedCallLog
from .calls.stream import CallStream
from .const import CONF_PRIVACY, DOMAIN
from .errors import as_set_up_error
from .history.call_history import CallHistory
from .ids import extension_identifier
from .issues import async_report_missing_permission
from .listeners import StateListener, StateListeners, call_all, subscribe
from .presence.office import Office
from .presence.order import Moment
from .presence.privacy import Privacy, shown_call, shown_state
from .presence.record import Outcome
from .presence.vocabulary import Call, ExtensionState, Transition, TransitionKind
from .sync.capability import Capability
from .sync.editor import PresenceEditor
from .sync.link import Link
from .sync.reader import PresenceReader
from .sync.roster import Roster, WatchedExtension
from .sync.roster_reader import RosterReader, async_update_devices
from .sync.timers import Timers
from .voicemail.box import VoicemailBox

_LOGGER = logging.getLogger(__package__)

# Extensions whose entities are added before anything else gets its turn.
_ADDED_AT_ONCE = 2

type RingCentralConfigEntry = ConfigEntry[RingCentralCoordinator]
type ExtensionsListener = Callable[[Sequence[WatchedExtension]], None]


class RingCentralCoordinator:
    """Follows the extensions of one login."""

    def __init__(self, hass: HomeAssistant, entry: RingCentralConfigEntry, client: RingCentralClient) -> None:
        """Wire the parts; :meth:`async_set_up` connects and reads, :meth:`async_start` begins to report."""
        self.hass = hass
        self.entry = entry
        self.client = client
        self.privacy = Privacy(entry.options.get(CONF_PRIVACY, Privacy.SHOWN))
        self.office = Office()
        self.missed_calls = MissedCallLog(hass, entry.entry_id)
        self.stream = CallStream(self.privacy)
        self.roster = Roster(extensions={})
        self.timers = Timers(client.clock)
        # The link asks these for their event filters.
        self.capabilities: tuple[Capability, ...] = ()
        self.link = Link(self)
        self.reader = PresenceReader(
            client, self.timers, sink=self.presence_read, health=self.link, start_task=self.start_task
        )
        self.roster_reader = RosterReader(
            hass, entry, client, timers=self.timers, listener=self, start_task=self.start_task
        )
        self.editor = PresenceEditor(
            hass,
            entry.entry_id,
            client,
            timers=self.timers,
            reader=self.reader,
            office=self,
            start_task=self.start_task,
        )
        self.history = CallHistory(self)
        self.voicemail = VoicemailBox(self)
        self.capabilities = (self.history, self.voicemail)
        self._clock = client.clock
        self._login: Extension | None = None
        self._listeners = StateListeners(self._describe, self.start_task)
        self._last_event_listeners: list[CALLBACK_TYPE] = []
        self._roster_listeners: list[CALLBACK_TYPE] = []
        self._new_extension_listeners: list[ExtensionsListener] = []
        self._added: set[str] = set()
        self._may_add = False
        self.stream.async_listen(self._handle_transition)

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
    def is_running(self) -> bool:
        """Whether what happens is reported at present: from :meth:`async_start` to :meth:`async_stop`."""
        return self.stream.is_started

    @property
    def last_event_at(self) -> datetime | None:
        """When RingCentral sent the newest event that arrived."""
        sent_at = self.office.last_sent_at
        return datetime.fromtimestamp(sent_at, UTC) if sent_at is not None else None

    @property
    def extensions(self) -> Mapping[str, WatchedExtension]:
        """The watched extensions by RingCentral's id, the login's own first."""
        return self.roster.extensions

    def state(self, extension_id: str) -> ExtensionState | None:
        """Return the state of a watched extension as it may be shown, or ``None`` if it is no longer watched."""
        state = self.office.state(extension_id)
        return shown_state(state, self.privacy) if state is not None else None

    def ringing_calls(self, extension_id: str) -> tuple[Call, ...]:
        """Return an extension's calls that ring, as they may be shown; a moment without a call does not count."""
        return tuple(shown_call(call, self.privacy) for call in self.office.ringing_calls(extension_id))

    def is_available(self, extension_id: str) -> bool:
        """Return whether an extension's state can be trusted: push or polling works for it."""
        extension = self.extensions.get(extension_id)
        if extension is None or extension_id not in self.office:
            return False
        if self.link.is_connected and extension_id not in self.link.uncovered:
            return True
        return self.reader.is_ok and extension.has_presence and extension_id not in self.reader.unreadable

    def _describe(self, extension_id: str) -> tuple[ExtensionState | None, bool]:
        return self.state(extension_id), self.is_available(extension_id)

    def device(self, extension_id: str) -> dr.DeviceEntry | None:
        """Return the device of an extension, if it has one."""
        devices = dr.async_get(self.hass)
        return devices.async_get_device_by_identifier(
            extension_identifier(self.login_id, extension_id), self.entry.entry_id
        )

    @callback
    def async_listen(
        self, extension_id: str, listener: StateListener, inputs: AbstractSet[str] | None = None
    ) -> CALLBACK_TYPE:
        """Call the listener when those fields of the extension's state (default: any) or availability may differ."""
        return self._listeners.add(extension_id, listener, inputs)

    @callback
    def async_listen_last_event(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when an event has arrived."""
        return subscribe(self._last_event_listeners, listener)

    @callback
    def async_listen_extensions(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when the set of watched extensions has changed."""
        return subscribe(self._roster_listeners, listener)

    @callback
    def async_listen_new_extensions(self, listener: ExtensionsListener) -> CALLBACK_TYPE:
        """Call the listener with extensions that are watched from now on, each once for as long as it is watched."""
        return subscribe(self._new_extension_listeners, listener)

    # --- life ------------------------------------------------------------------------------------

    async def async_set_up(self) -> None:
        """Log in, find the extensions, connect, and read their presence; raise what Home Assistant understands.

        Presence is read after the link is up, so that nothing can happen in between without being noticed.
        """
        try:
            await self.missed_calls.async_load(self.privacy)
            await self.editor.async_load()
            self._login = await self.client.get_extension()
            self.roster = await self.roster_reader.read()
            self.link.report_missing()
            self._forget_missed_calls()
            await self.editor.async_learn_rights()
            self._follow(self.roster.usable)
            for capability in self.capabilities:
                await capability.async_prepare(self.editor.features)
            await self.link.async_open()
            await self.reader.read_all()
        except RingCentralError as error:
            await self.async_stop()
            if isinstance(error, PermissionMissingError):
                async_report_missing_permission(self.hass, self.entry, error)
            raise as_set_up_error(error) from error
        except BaseException:
            await self.async_stop()
            raise

    async def async_add_extensions(self) -> None:
        """Let platforms add what belongs to each extension; after they are set up, since they have a minute for that.

        Adding takes milliseconds for each extension, so everything else gets its turn in between.
        """
        self._may_add = True
        for some in batched(tuple(self.extensions), _ADDED_AT_ONCE, strict=False):
            self._add(some)
            await asyncio.sleep(0)

    @callback
    def _add(self, extension_ids: Iterable[str]) -> None:
        new = [id_ for id_ in extension_ids if id_ in self.extensions and id_ not in self._added]
        self._added.update(new)
        if new:
            call_all(self._new_extension_listeners, [self.extensions[id_] for id_ in new])

    @callback
    def async_start(self) -> None:
        """Begin to report what happens to calls; after the platforms, so that no entity misses the first of it."""
        self.stream.start()
        self.reader.start()
        self.editor.start()
        self.link.start()
        for capability in self.capabilities:
            capability.start()

    async def async_stop(self) -> None:
        """Report nothing more, delete the subscription, close the link; the OAuth session stays."""
        self.stream.stop()
        self.timers.close()
        for capability in self.capabilities:
            await capability.async_stop()
        await self.link.async_close()
        await self.missed_calls.async_save()

    @callback
    def start_task(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do something in the background, until the entry is unloaded."""
        self.entry.async_create_background_task(self.hass, work, f"{DOMAIN} {name}")

    # --- what arrives ----------------------------------------------------------------------------

    @callback
    def push_events(self, payloads: Sequence[bytes], *, replayed: bool) -> None:
        """Take notifications; a replay is applied as one batch, so entities write its outcome once."""
        if replayed:
            self._do(self.office.replay(payloads, self.moment()))
        else:
            for payload in payloads:
                self._do(self.office.take(payload, self.moment()))
        self._arm_hold_back()
        if self.office.must_read_lists:
            self.office.must_read_lists = False
            self.roster_reader.request()
        if self.office.must_read_all:
            self.office.must_read_all = False
            self.reader.request_all_soon()
        others, self.office.others = self.office.others, []
        for event in others:
            for capability in self.capabilities:
                capability.handle_event(event)
        call_all(self._last_event_listeners)

    @callback
    def presence_read(self, extension_id: str, presence: Presence, requested_at: float) -> None:
        """Take what was read of an extension."""
        before = self.office.record(extension_id)
        outcomes = self.office.snapshot(extension_id, presence, requested_at, self.moment())
        if before is not None and outcomes:
            self.link.handle_read(before, outcomes[0].record)
        if self.link.is_connected and any(outcome.changed for outcome in outcomes):
            self.office.counters["repaired"] += 1
        self._do(outcomes)

    @callback
    def presence_confirmed(self, extension_id: str, presence: Presence) -> None:
        """Take what RingCentral confirmed to have set."""
        self._do(self.office.confirm(extension_id, presence, self.moment()))

    def moment(self) -> Moment:
        """Return the present on the two clocks."""
        return Moment(self._clock.monotonic(), self.client.server_time())

    @callback
    def _do(self, outcomes: Iterable[Outcome]) -> None:
        """Do what the rules ask for: wait, read, wake, report."""
        for outcome in outcomes:
            extension_id = outcome.record.extension_id
            if (due := outcome.record.due) is not None:
                delay = due - self._clock.monotonic()
                self.timers.set(f"calls {extension_id}", delay, partial(self._settle, extension_id))
            if outcome.read_after is not None:
                is_urgent = outcome.record.states[-1].is_open
                self.reader.request(extension_id, outcome.read_after, is_urgent=is_urgent)
            if outcome.changed:
                self.editor.observe(extension_id, outcome.record.states[-1])
                self._listeners.wake(extension_id, outcome.changed)
            for call in outcome.retracted:
                self.missed_calls.retract(extension_id, call)
                self._listeners.wake(extension_id)
            self.stream.report(outcome.transitions, outcome.stopped)

    @callback
    def _settle(self, extension_id: str) -> None:
        self._do(self.office.settle(extension_id, self.moment()))

    @callback
    def _arm_hold_back(self) -> None:
        if (due := self.office.hold_back.due) is not None:
            self.timers.set("hold-back", due - self._clock.monotonic(), self._release_held)

    @callback
    def _release_held(self) -> None:
        self._do(self.office.release(self.moment()))
        self._arm_hold_back()

    @callback
    def _handle_transition(self, transition: Transition) -> None:
        self.office.counters[f"transition {transition.kind}"] += 1
        if transition.kind is TransitionKind.MISSED:
            self.missed_calls.add(transition)
            self._listeners.wake(transition.extension_id)

    @callback
    def missed_calls_changed(self, extension_id: str) -> None:
        """Show what the call log has corrected."""
        self._listeners.wake(extension_id)

    @callback
    def mark_missed_calls_seen(self, extension_id: str) -> None:
        """Reset the missed-call count of an extension."""
        self.missed_calls.mark_seen(extension_id)
        self._listeners.wake(extension_id)

    def capability_filters(self) -> tuple[str, ...]:
        """Return the event filters of what the login can do beside presence."""
        return tuple(one for capability in self.capabilities for one in capability.filters)

    # --- what the link and the lists report ------------------------------------------------------

    @callback
    def link_changed(self) -> None:
        """Wake everybody, since availability may differ."""
        self._listeners.wake_all()

    @callback
    def rights_changed(self) -> None:
        """Wake everybody, since the controls may differ."""
        self._listeners.wake_all()

    @callback
    def events_were_lost(self) -> None:
        """End what was known of queues and park locations: nothing but events has their calls."""
        for extension in self.extensions.values():
            if extension.is_usable and not extension.has_presence:
                self._forget(extension.id)
                self.office.follow(extension.id, is_readable=False)

    @callback
    def roster_read(self, roster: Roster) -> None:
        """Follow extensions that appeared, were renamed or are gone."""
        former, self.roster = self.roster, roster
        self.link.report_missing()
        if roster == former:
            return
        before, now = former.usable, roster.usable
        for extension_id in before - now:
            self._forget(extension_id)
            self.editor.forget(extension_id)
            self.reader.forget(extension_id)
        self._follow(now - before)
        for extension_id in now - before:
            self.reader.request(extension_id, 0.0)
        self._forget_missed_calls()
        async_update_devices(self.hass, former, roster, self.device)
        if before != now:
            self.link.update_filters()
            self._added.intersection_update(self.extensions)
            if self._may_add:
                self._add(self.extensions)
            call_all(self._roster_listeners)
            self._listeners.wake_all()

    @callback
    def _follow(self, extension_ids: Iterable[str]) -> None:
        for extension_id in extension_ids:
            self.office.follow(extension_id, is_readable=self.extensions[extension_id].has_presence)
        numbers = {one.number: one.id for one in self.extensions.values() if one.number is not None}
        self.office.know_numbers(numbers)

    @callback
    def _forget(self, extension_id: str) -> None:
        """Report the end of an extension's calls, since nothing more will be known of them."""
        news = self.office.forget(extension_id, self.moment())
        self.stream.report(news.transitions, news.stopped)
        self.timers.cancel(f"calls {extension_id}")

    @callback
    def _forget_missed_calls(self) -> None:
        """Keep nothing of who called extensions that are no longer watched; what a permission hides may come back."""
        if not self.roster.missing:
            self.missed_calls.keep_only(self.extensions)
