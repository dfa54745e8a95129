"""Where events meet Home Assistant: what arrives goes to the office, and what comes of it to entities and listeners.

It is not a ``DataUpdateCoordinator``, because that notifies every listener of every change: here an event wakes the
entities of one extension only, whatever the size of the office, and polling merely proves the state. The life of an
event is in :mod:`.presence.office`; the parts that this class wires up are in ``sync/`` and ``calls/``.
"""

from collections.abc import Coroutine, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from .api.account import Extension
from .api.client import RingCentralClient
from .api.errors import UnreachableError
from .api.models import Presence
from .calls.missed import MissedCallLog
from .calls.stream import CallStream
from .const import CONF_PRIVACY, DOMAIN
from .history.call_history import CallHistory
from .listeners import StateListener, StateListeners, call_all
from .presence.office import Office
from .presence.order import Moment
from .presence.privacy import Privacy, shown_call, shown_state
from .presence.record import Outcome
from .presence.vocabulary import DND_INPUTS, Call, ExtensionState, Transition, TransitionKind
from .report.capture import Capture
from .sync.capability import Capabilities
from .sync.editor import PresenceEditor
from .sync.link import Link
from .sync.reader import PresenceReader
from .sync.roster import WatchedExtension
from .sync.roster_reader import RosterReader
from .sync.set_up import SetUp
from .sync.timers import Timers
from .sync.watchlist import Watchlist
from .voicemail.box import VoicemailBox

type RingCentralConfigEntry = ConfigEntry[RingCentralCoordinator]


class RingCentralCoordinator:
    """Follows the extensions of one login."""

    def __init__(self, hass: HomeAssistant, entry: RingCentralConfigEntry, client: RingCentralClient) -> None:
        """Wire the parts; :meth:`async_set_up` connects and reads, :meth:`async_start` begins to report."""
        self.hass = hass
        self.entry = entry
        self.client = client
        self.privacy = Privacy(entry.options.get(CONF_PRIVACY, Privacy.SHOWN))
        self.office = Office()
        self.capture = Capture()
        self.missed_calls = MissedCallLog(hass, entry.entry_id, client.server_time)
        self.stream = CallStream(self.privacy)
        self.timers = Timers(client.clock)
        self.watchlist = Watchlist(self)
        self.history = CallHistory(self)
        self.voicemail = VoicemailBox(self)
        self.capabilities = Capabilities((self.history, self.voicemail))
        self.link = Link(self)
        self.reader = PresenceReader(
            client, self.timers, sink=self.presence_read, health=self.link, start_task=self.start_task
        )
        self.roster_reader = RosterReader(self, self.watchlist.handle_roster)
        self.editor = PresenceEditor(
            hass, entry.entry_id, client, self.timers, reader=self.reader, office=self, start_task=self.start_task
        )
        # Called when an event has arrived.
        self.last_event_listeners: list[CALLBACK_TYPE] = []
        self._clock = client.clock
        self._set_up = SetUp(client.auth.patience)
        self._is_stopped = False
        self._login: Extension | None = None
        # Id of the login extension; part of all unique ids, since two logins may watch the same extension.
        self.login_id = ""
        self._listeners = StateListeners(self._describe, self.start_task)
        self.stream.async_listen(self._handle_transition)
        self.missed_calls.async_listen(self._listeners.wake)

    # --- what entities see -----------------------------------------------------------------------

    @property
    def login(self) -> Extension:
        """The extension whose credentials are used."""
        assert self._login is not None, "the coordinator is set up"  # noqa: S101
        return self._login

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
        return self.watchlist.extensions

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

    @callback
    def async_listen(
        self, extension_id: str, listener: StateListener, inputs: frozenset[str] | None = None
    ) -> CALLBACK_TYPE:
        """Call the listener when those fields of the extension's state (default: any) or availability may differ."""
        return self._listeners.add(extension_id, listener, inputs)

    # --- life ------------------------------------------------------------------------------------

    @property
    def unreadable_files(self) -> list[str]:
        """The names of the files that can't be read."""
        return [*self.missed_calls.unreadable, *self.editor.unreadable, *self.capabilities.unreadable]

    async def async_set_up(self) -> None:
        """Log in, find the extensions, connect, and read their presence; raise :class:`RingCentralError`.

        Presence is read after the link is up, so that nothing can happen in between without being noticed.
        """
        await self.missed_calls.async_load(self.privacy)
        await self.editor.async_load()
        try:
            async with self._set_up.limited():
                self._login = await self.client.get_extension()
                self.login_id = str(self._login.id)
                self.watchlist.handle_roster(await self.roster_reader.read())
                await self.editor.async_learn_rights()
                await self.capabilities.async_prepare(self.editor.features)
                await self.link.async_open()
                await self.reader.read_all()
        except TimeoutError as error:
            if self._is_stopped or not self.link.is_connected:
                raise UnreachableError("Not set up in time") from error
            # An office of ten thousand is more than the budget of a minute: the rest is read while the entry runs.
            self.reader.request_all()

    @callback
    def async_start(self) -> None:
        """Begin to report what happens to calls; after the platforms, so that no entity misses the first of it."""
        if self._is_stopped:
            return
        # What happened so far is handed over by the stream, to the call history, too.
        self.capabilities.start()
        self.stream.start()
        self.reader.start()
        self.editor.start()
        self.link.start()
        self.missed_calls.start(self.timers)

    async def async_stop(self) -> None:
        """Report and begin nothing more, then delete the subscription and close the link; the OAuth session stays."""
        self._is_stopped = True
        self.stream.stop()
        self.timers.close()
        self._listeners.close()
        self._set_up.give_up()
        await self.capabilities.async_stop()
        await self.link.async_close()
        await self.missed_calls.async_save()

    @callback
    def start_task(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do something in the background, until the entry is unloaded."""
        if self._is_stopped:
            work.close()
            return
        self.entry.async_create_background_task(self.hass, work, f"{DOMAIN} {name}")

    # --- what arrives ----------------------------------------------------------------------------

    @callback
    def push_events(self, payloads: Sequence[bytes], *, replayed: bool) -> None:
        """Take notifications; a replay is applied as one batch, so entities write its outcome once."""
        if self._is_stopped:
            return
        moment = self.moment()
        self.capture.add_notifications(payloads, moment, is_replay=replayed)
        if replayed:
            self._do(self.office.replay(payloads, moment))
        else:
            for payload in payloads:
                self._do(self.office.release(moment))
                self._do(self.office.take(payload, moment))
        self._arm_hold_back()
        if self.office.has_simple_events:
            self.link.handle_simple_events()
        if self.office.must_read_lists:
            self.office.must_read_lists = False
            self.roster_reader.request()
        if self.office.must_read_all:
            self.office.must_read_all = False
            self.reader.request_all_for_unreadable()
        self.capabilities.handle_events(self.office.others)
        call_all(self.last_event_listeners)

    @callback
    def presence_read(self, extension_id: str, presence: Presence, requested_at: float) -> None:
        """Take what was read of an extension."""
        if self._is_stopped:
            return
        before, moment = self.office.record(extension_id), self.moment()
        self.capture.add_read(extension_id, presence, requested_at, moment)
        outcomes = self.office.snapshot(extension_id, presence, requested_at, moment)
        if before is not None and outcomes:
            self.link.handle_read(before, outcomes[0].record)
        if self.link.is_connected and any(outcome.changed for outcome in outcomes):
            self.office.counters["repaired"] += 1
        self._do(outcomes)

    @callback
    def presence_confirmed(self, extension_id: str, presence: Presence) -> None:
        """Take what RingCentral confirmed to have set."""
        moment = self.moment()
        self.capture.add_read(extension_id, presence, None, moment)
        self._do(self.office.confirm(extension_id, presence, moment))

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
                state = outcome.record.states[-1]
                is_urgent = state.is_open or state.has_unnamed_call
                self.reader.request(extension_id, outcome.read_after, is_urgent=is_urgent)
            if changed := outcome.changed:
                if not changed.isdisjoint(DND_INPUTS):
                    self.editor.observe(extension_id, outcome.record.states[-1])
                self._listeners.wake(extension_id, changed)
            for call in outcome.retracted:
                self.missed_calls.retract(extension_id, call)
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
        call_all(self.last_event_listeners)

    @callback
    def _handle_transition(self, transition: Transition) -> None:
        self.office.counters[f"transition {transition.kind}"] += 1
        if transition.kind is TransitionKind.MISSED:
            self.missed_calls.add(transition)

    # --- what the parts report ---------------------------------------------------------------------

    @callback
    def wake_all(self) -> None:
        """Let all entities look again, since availability or the controls may differ."""
        self._listeners.wake_all()

    @callback
    def watchlist_changed(self) -> None:
        """Subscribe to the events of those who are watched now."""
        self.link.update_filters()
        self._listeners.wake_all()
