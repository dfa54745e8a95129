"""Sets presence, for good or for a time: afterwards the former state is restored, over restarts too."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping
import logging
from typing import Any, Protocol

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
import msgspec

from ..api.account import EXTENSION_TYPES_OF_USERS, Feature
from ..api.client import RingCentralClient
from ..api.errors import PermissionMissingError, RequestRejectedError, RingCentralError, UnreachableError
from ..api.models import DndStatus, Presence
from ..presence.order import SNAPSHOT_LAG
from ..presence.temporary import TemporaryField, TemporaryFields, begin, next_end, over, settable_fields, unchanged
from ..presence.vocabulary import ExtensionState
from ..storage import GuardedStore
from .reader import PresenceReader
from .roster import WatchedExtension
from .timers import Timers

_LOGGER = logging.getLogger(__package__)

_VERSION = 1

# An event from before the change may still be on its way; what differs so soon is nobody's choice.
_SETTLING = 10.0

# The clock can be set and the machine can sleep, so look again at least so often.
_LONGEST_WAIT = 300.0

# After a failure, the next try comes so much later, doubled each time.
_FIRST_RETRY = 60.0
_LAST_RETRY = 1800.0


# Words that say nothing about which calls are taken when Do Not Disturb is off.
_CLOSED_DND = frozenset({DndStatus.UNKNOWN, DndStatus.DO_NOT_ACCEPT_ANY_CALLS})


class EditedOffice(Protocol):
    """Who follows the extensions whose presence is edited."""

    @property
    def extensions(self) -> Mapping[str, WatchedExtension]:
        """The watched extensions by id."""

    def state(self, extension_id: str) -> ExtensionState | None:
        """Return what is known of an extension."""

    def async_listen(self, extension_id: str, listener: Callable[[ExtensionState | None, bool], None]) -> CALLBACK_TYPE:
        """Call the listener when that extension may have changed, with its state and whether it is available."""

    def presence_confirmed(self, extension_id: str, presence: Presence) -> None:
        """Take what RingCentral confirmed to have set."""

    def wake_all(self) -> None:
        """Handle that another presence may be set now, or no more."""


class PresenceEditor:
    """Sets presence, and knows whose may be set; remembers what is set for a time, of all extensions of an entry."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry_id: str,
        client: RingCentralClient,
        timers: Timers,
        *,
        reader: PresenceReader,
        office: EditedOffice,
        start_task: Callable[[Coroutine[Any, Any, None], str], None],
    ) -> None:
        """Initialize with nothing set; :meth:`async_load` brings what was kept."""
        self._store = _store(hass, entry_id)
        self._client = client
        self._clock = client.clock
        self._timers = timers
        self._reader = reader
        self._office = office
        self._start_task = start_task
        # What the login may do, by feature id; empty where that is refused.
        self.features: Mapping[str, Feature] = {}
        self._may_edit = True
        self._open_dnd: dict[str, str] = {}
        self._pending: dict[str, dict[str, TemporaryField]] = {}
        self._failures: dict[str, int] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._unsubscribe: dict[str, CALLBACK_TYPE] = {}

    # Rights

    async def async_learn_rights(self) -> None:
        """Learn whether the login may set presence; a refusal to say so means that it may not (belief 37)."""
        try:
            self.features = await self._client.get_features()
        except PermissionMissingError, RequestRejectedError:
            self._set_may_edit(False)
        else:
            # What the scopes of a token are called is not known for certain, so they deny nothing (belief 36).
            feature = self.features.get("EditPresenceStatus")
            self._set_may_edit(feature is None or feature.available)

    def can_edit(self, extension_id: str) -> bool:
        """Return whether an extension's presence may be set: only people's can, and until RingCentral refuses it."""
        extension = self._office.extensions.get(extension_id)
        return self._may_edit and extension is not None and extension.type in EXTENSION_TYPES_OF_USERS

    def _set_may_edit(self, may_edit: bool) -> None:
        if may_edit != self._may_edit:
            self._may_edit = may_edit
            self._office.wake_all()

    # Do Not Disturb

    def observe(self, extension_id: str, state: ExtensionState) -> None:
        """Remember which calls an extension takes when Do Not Disturb is off."""
        dnd = state.effective_dnd
        if dnd is not None and dnd not in _CLOSED_DND:
            self._open_dnd[extension_id] = dnd

    def last_open_dnd(self, extension_id: str) -> str:
        """Return the word for Do Not Disturb that was set before it refused all calls."""
        return self._open_dnd.get(extension_id, DndStatus.TAKE_ALL_CALLS)

    def forget(self, extension_id: str) -> None:
        """Forget an extension that is no longer watched."""
        self._open_dnd.pop(extension_id, None)

    # Setting

    async def _async_update(self, extension_id: str, fields: Mapping[str, str | bool]) -> None:
        """Set fields of an extension's presence, named as on the wire; raises :class:`RingCentralError`."""
        await self._async_put(extension_id, fields)
        requested = fields.get("dndStatusPersonal")
        if requested is None or self._shown_dnd(extension_id) == requested:
            return
        await self._reader.read(extension_id)
        if self._shown_dnd(extension_id) != requested:
            # Sources differ on which of the two fields sets it (belief 8).
            await self._async_put(extension_id, {"dndStatus": requested})

    def _shown_dnd(self, extension_id: str) -> str | None:
        return (self._office.state(extension_id) or ExtensionState()).effective_dnd

    async def _async_put(self, extension_id: str, fields: Mapping[str, str | bool]) -> None:
        try:
            presence = await self._client.update_presence(extension_id, fields)
        except PermissionMissingError:
            # Nothing else says for certain that it may not; a new login or a reload tries again.
            self._set_may_edit(False)
            raise
        answered = msgspec.to_builtins(presence)
        confirmed = {name: answered[name] for name in fields if answered.get(name) is not None}
        self._office.presence_confirmed(extension_id, msgspec.convert(confirmed, Presence))
        # The cloud has the last word, by an event or else by this read.
        self._reader.request(extension_id, SNAPSHOT_LAG)

    # For a time

    async def async_load(self) -> None:
        """Read what was kept."""
        self._pending = await self._store.async_read() or {}

    @property
    def unreadable(self) -> list[str]:
        """The names of the files that can't be read."""
        return [self._store.key] if self._store.is_unreadable else []

    @callback
    def start(self) -> None:
        """Begin to restore; what was to be restored meanwhile is now."""
        for extension_id in list(self._pending):
            self._follow(extension_id)

    async def async_set(
        self, extension_id: str, chosen: Mapping[str, str | bool], *, until: float | None = None
    ) -> None:
        """Set fields, named as on the wire, for good or until a time in Unix seconds; texts only then.

        Raises :class:`RingCentralError` if that fails, and :class:`ValueUnknownError` if there is nothing to put back.
        """
        async with self._locks[extension_id]:
            former = self._pending.get(extension_id, {})
            if until is None:
                planned = {name: field for name, field in former.items() if name not in chosen}
            else:
                texts = {name: str(value) for name, value in chosen.items()}
                await self._reader.read(extension_id)
                planned = begin(former, self._current(extension_id), texts, now=self._clock.time(), until=until)
            # Kept before the change, so that a power cut in between leaves nothing set for ever.
            await self._async_keep(extension_id, planned)
            try:
                await self._async_update(extension_id, chosen)
            except UnreachableError:
                # It may have been done all the same.
                await self._async_keep(extension_id, {**planned, **former})
                raise
            except RingCentralError:
                await self._async_keep(extension_id, former)
                raise

    @callback
    def _follow(self, extension_id: str) -> None:
        """Watch for changes by others and for the end of the time, or no longer."""
        pending = self._pending.get(extension_id)
        if not pending:
            self._timers.cancel(f"put back {extension_id}")
            self._failures.pop(extension_id, None)
            if unsubscribe := self._unsubscribe.pop(extension_id, None):
                unsubscribe()
            return
        if extension_id not in self._unsubscribe:
            self._unsubscribe[extension_id] = self._office.async_listen(
                extension_id, lambda _state, _is_available: self._observe(extension_id)
            )
        self._wait(extension_id, min(next_end(pending) - self._clock.time(), _LONGEST_WAIT))

    @callback
    def _observe(self, extension_id: str) -> None:
        """Give up the fields that somebody has changed."""
        pending = self._pending.get(extension_id, {})
        kept = unchanged(pending, self._current(extension_id), set_before=self._clock.time() - _SETTLING)
        if kept != pending:
            self._start_task(self._async_give_up(extension_id, pending.keys() - kept.keys()), "give up")

    async def _async_give_up(self, extension_id: str, names: set[str]) -> None:
        pending = self._pending.get(extension_id, {})
        await self._async_keep(extension_id, {name: field for name, field in pending.items() if name not in names})

    @callback
    def _wait(self, extension_id: str, delay: float) -> None:
        self._timers.set(f"put back {extension_id}", delay, lambda: self._wake(extension_id))

    @callback
    def _wake(self, extension_id: str) -> None:
        if over(self._pending.get(extension_id, {}), self._clock.time()):
            self._start_task(self._async_end(extension_id), "put back")
        else:
            self._follow(extension_id)

    async def _async_end(self, extension_id: str) -> None:
        """Put back what is over; try again later if that fails."""
        async with self._locks[extension_id]:
            try:
                await self._async_put_back(extension_id)
            except RingCentralError as error:
                failures = self._failures[extension_id] = self._failures.get(extension_id, 0) + 1
                delay = min(_FIRST_RETRY * 2 ** (failures - 1), _LAST_RETRY)
                delay = max(delay, getattr(error, "retry_after", None) or 0.0)
                _LOGGER.debug("Putting presence back failed, next try in %.0f s: %s", delay, error)
                self._wait(extension_id, delay)

    async def _async_put_back(self, extension_id: str) -> None:
        if extension_id not in self._office.extensions:
            await self._async_keep(extension_id, {})
            return
        # A message is in REST only, and nobody's change may be undone.
        await self._reader.read(extension_id)
        pending = unchanged(self._pending.get(extension_id, {}), self._current(extension_id))
        ended = over(pending, self._clock.time())
        former = {name: field.before for name, field in ended.items() if field.before != field.chosen}
        try:
            if former:
                await self._async_update(extension_id, former)
        except RequestRejectedError as error:
            _LOGGER.warning("RingCentral refuses the former presence, it stays as it is: %s", error.code)
        self._failures.pop(extension_id, None)
        await self._async_keep(extension_id, {name: field for name, field in pending.items() if name not in ended})

    def _current(self, extension_id: str) -> dict[str, str | None]:
        return settable_fields(self._office.state(extension_id) or ExtensionState())

    async def _async_keep(self, extension_id: str, pending: TemporaryFields) -> None:
        if pending != self._pending.get(extension_id, {}):
            if pending:
                self._pending[extension_id] = dict(pending)
            else:
                del self._pending[extension_id]
            await self._store.async_keep(self._pending)
        self._follow(extension_id)


async def async_forget_temporary_presence(hass: HomeAssistant, entry_id: str) -> None:
    """Forget what was to be put back, when the entry is removed."""
    await _store(hass, entry_id).async_remove()


def _store(hass: HomeAssistant, entry_id: str) -> GuardedStore[dict[str, dict[str, TemporaryField]]]:
    return GuardedStore(hass, _VERSION, f"temporary_presence.{entry_id}", dict[str, dict[str, TemporaryField]])
