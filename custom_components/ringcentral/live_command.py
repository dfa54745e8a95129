"""Subscriptions of dashboard cards to something of every login: those that are loaded later, too."""

from collections.abc import Callable

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange, ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .const import DOMAIN
from .coordinator import RingCentralConfigEntry, RingCentralCoordinator

# Adds a listener of changes; what it returns removes the listener.
type Listen = Callable[[CALLBACK_TYPE], CALLBACK_TYPE]


@callback
def async_follow_entries(
    hass: HomeAssistant,
    listen: Callable[[RingCentralCoordinator], Listen],
    changed: Callable[[RingCentralConfigEntry], None],
) -> CALLBACK_TYPE:
    """Call ``changed`` with each entry of which something has changed or that was loaded; what is returned ends it."""
    removes: dict[str, CALLBACK_TYPE] = {}

    @callback
    def follow(entry: RingCentralConfigEntry) -> None:
        forget(entry.entry_id)
        removes[entry.entry_id] = listen(entry.runtime_data)(lambda: changed(entry))

    @callback
    def forget(entry_id: str) -> None:
        if remove := removes.pop(entry_id, None):
            remove()

    @callback
    def handle_entry(_: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain != DOMAIN:
            return
        if entry.state is ConfigEntryState.LOADED:
            follow(entry)
            changed(entry)
        else:
            forget(entry.entry_id)

    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        follow(entry)
    unsubscribe = async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, handle_entry)

    @callback
    def stop() -> None:
        unsubscribe()
        for entry_id in list(removes):
            forget(entry_id)

    return stop
