"""Who is watched: the office, the devices and the entities follow the lists of extensions."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import batched
from typing import Any, Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from ..api.errors import RequestRejectedError
from ..calls.missed import MissedCallLog
from ..calls.stream import CallStream
from ..ids import extension_identifier
from ..issues import async_report_missing_permission, async_report_refused_list
from ..listeners import call_all, subscribe
from ..presence.office import Office
from ..presence.order import Moment
from ..report.capture import Capture
from .editor import PresenceEditor
from .reader import PresenceReader
from .roster import Roster, WatchedExtension
from .roster_reader import async_update_devices
from .timers import Timers

# Extensions whose entities are added before anything else gets its turn.
_ADDED_AT_ONCE = 2

type ExtensionsListener = Callable[[Sequence[WatchedExtension]], None]


class WatchlistOwner(Protocol):
    """Whose watch list it is."""

    hass: HomeAssistant
    entry: ConfigEntry[Any]
    office: Office
    stream: CallStream
    missed_calls: MissedCallLog
    capture: Capture
    timers: Timers
    reader: PresenceReader
    editor: PresenceEditor

    @property
    def is_running(self) -> bool:
        """Whether what happens is reported at present; before, everybody is read anyway."""

    def moment(self) -> Moment:
        """Return the present on the two clocks."""

    @property
    def login_id(self) -> str:
        """Id of the login's extension."""

    def watchlist_changed(self) -> None:
        """Handle that other extensions are watched now."""


class Watchlist:
    """The watched extensions."""

    def __init__(self, owner: WatchlistOwner) -> None:
        """Initialize with nobody."""
        self.roster = Roster(extensions={})
        self._owner = owner
        self._may_add = False
        self._added: set[str] = set()
        self._listeners: list[CALLBACK_TYPE] = []
        self._new_extension_listeners: list[ExtensionsListener] = []

    @property
    def extensions(self) -> Mapping[str, WatchedExtension]:
        """The watched extensions by RingCentral's id, the login's own first."""
        return self.roster.extensions

    def device(self, extension_id: str) -> dr.DeviceEntry | None:
        """Return the device of an extension, if it has one."""
        owner = self._owner
        devices = dr.async_get(owner.hass)
        return devices.async_get_device_by_identifier(
            extension_identifier(owner.login_id, extension_id), owner.entry.entry_id
        )

    @callback
    def async_listen(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when the set of watched extensions has changed."""
        return subscribe(self._listeners, listener)

    @callback
    def async_listen_new(self, listener: ExtensionsListener) -> CALLBACK_TYPE:
        """Call the listener with extensions that are watched from now on, each once for as long as it is watched."""
        return subscribe(self._new_extension_listeners, listener)

    async def async_add_all(self) -> None:
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
    def handle_roster(self, roster: Roster) -> None:
        """Follow extensions that appeared, were renamed or are gone."""
        owner = self._owner
        former, self.roster = self.roster, roster
        refused = None
        for error in roster.missing:
            if isinstance(error, RequestRejectedError):
                refused = error
            else:
                async_report_missing_permission(owner.hass, owner.entry, error)
        async_report_refused_list(owner.hass, owner.entry, refused)
        if roster == former:
            return
        before, now = former.usable, roster.usable
        for extension_id in before - now:
            self._forget(extension_id)
            owner.editor.forget(extension_id)
            owner.reader.forget(extension_id)
        for extension_id in now - before:
            owner.office.follow(extension_id, is_readable=self.extensions[extension_id].has_presence)
            if owner.is_running:
                owner.reader.request(extension_id, 0.0)
        numbers = {one.number: one.id for one in self.extensions.values() if one.number is not None}
        owner.office.know_numbers(numbers)
        if not roster.missing:
            # Who called extensions that are no longer watched is forgotten; what a permission hides may come back.
            owner.missed_calls.keep_only(self.extensions)
        async_update_devices(owner.hass, former, roster, self.device)
        if before != now:
            self._added.intersection_update(self.extensions)
            if self._may_add:
                self._add(self.extensions)
            owner.watchlist_changed()
            call_all(self._listeners)

    @callback
    def handle_loss(self) -> None:
        """End what was known of queues and park locations: nothing but events has their calls."""
        for extension in self.extensions.values():
            if extension.is_usable and not extension.has_presence:
                self._forget(extension.id)
                self._owner.office.follow(extension.id, is_readable=False)

    @callback
    def _forget(self, extension_id: str) -> None:
        """Report the end of an extension's calls, since nothing more will be known of them."""
        owner = self._owner
        owner.capture.forget(extension_id)
        news = owner.office.forget(extension_id, owner.moment())
        owner.stream.report(news.transitions, news.stopped)
        owner.timers.cancel(f"calls {extension_id}")
