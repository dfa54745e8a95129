"""Reading the lists of extensions: at set-up, and whenever they may have changed; devices follow them."""

from collections.abc import Callable, Coroutine
import logging
from typing import Any, Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr

from ..api.account import Extension
from ..api.client import RingCentralClient
from ..api.errors import AuthenticationError, PermissionMissingError, RingCentralError
from ..const import WATCH_OWN
from ..ids import extension_of
from .reader import POLL_INTERVAL
from .roster import Roster, async_load_roster, choices, model_of
from .timers import Timers

_LOGGER = logging.getLogger(__package__)

# A change of the extension list comes in several events.
_DELAY = 2.0


class RosterReaderOwner(Protocol):
    """Whose lists they are."""

    hass: HomeAssistant
    entry: ConfigEntry[Any]
    client: RingCentralClient
    timers: Timers

    @property
    def login(self) -> Extension:
        """The extension whose credentials are used."""

    def start_task(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do something in the background."""


class RosterReader:
    """Reads the lists of extensions, one reading at a time."""

    def __init__(self, owner: RosterReaderOwner, sink: Callable[[Roster], None]) -> None:
        """Initialize; the sink gets what the lists hold, changed or not."""
        self._owner = owner
        self._sink = sink
        self._is_reading = False
        self._was_refused = False
        self._former: Roster | None = None

    async def read(self) -> Roster:
        """Read the lists now; extensions that have a device keep it while they are disabled.

        Raises :class:`RingCentralError` if that fails.
        """
        devices = dr.async_entries_for_config_entry(dr.async_get(self._owner.hass), self._owner.entry.entry_id)
        known = {extension_id for device in devices if (extension_id := extension_of(device)) is not None}
        self._former = await async_load_roster(
            self._owner.client, self._owner.login, self._owner.entry.options, known=known, former=self._former
        )
        return self._former

    @callback
    def request(self, after: float = 0.0) -> None:
        """Read the lists after that many seconds; to watch oneself, no list is needed."""
        if choices(self._owner.entry.options) != {WATCH_OWN} and not self._owner.timers.is_set("roster"):
            self._owner.timers.set("roster", max(after, _DELAY), self._begin)

    @callback
    def retry(self) -> None:
        """Read the lists if that was refused, since something else was not refused."""
        if self._was_refused:
            self._was_refused = False
            self.request()

    @callback
    def _begin(self) -> None:
        if self._is_reading:
            self.request()
            return
        self._is_reading = True
        self._owner.start_task(self._try_reading(), "roster")

    async def _try_reading(self) -> None:
        try:
            self._sink(await self.read())
        except RingCentralError as error:
            _LOGGER.debug("Reading the list of extensions failed: %s", error)
            is_refused = isinstance(error, AuthenticationError | PermissionMissingError)
            if is_refused:
                # Presence is tried from time to time; once that works again, so may this.
                self._was_refused = True
                return
            self.request(getattr(error, "retry_after", None) or POLL_INTERVAL)
        finally:
            self._is_reading = False


@callback
def async_update_devices(
    hass: HomeAssistant, former: Roster, roster: Roster, device_of: Callable[[str], dr.DeviceEntry | None]
) -> None:
    """Remove the devices of extensions that are gone, and rename those of extensions that were renamed."""
    devices = dr.async_get(hass)
    for extension_id in former.extensions.keys() - roster.extensions.keys():
        if device := device_of(extension_id):
            devices.async_remove_device(device.id)
    for extension_id in roster.extensions.keys() & former.extensions.keys():
        extension = roster.extensions[extension_id]
        if extension != former.extensions[extension_id] and (device := device_of(extension_id)):
            devices.async_update_device(
                device.id, name=extension.name, model=model_of(extension), model_id=extension.number
            )
