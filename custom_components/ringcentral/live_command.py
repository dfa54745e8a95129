"""Subscriptions of dashboard cards to something of every login: those that are loaded later, too."""

from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.components import websocket_api
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange, ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .const import DOMAIN
from .coordinator import RingCentralConfigEntry, RingCentralCoordinator

# Nobody knows when an entry that can't be set up will be.
_FAILED = (ConfigEntryState.SETUP_RETRY, ConfigEntryState.SETUP_ERROR)

# Adds a listener of changes; what it returns removes the listener.
type Listen[*ArgsT] = Callable[[Callable[[*ArgsT], None]], CALLBACK_TYPE]


@callback
def async_follow_entries[*ArgsT](
    hass: HomeAssistant,
    listen: Callable[[RingCentralCoordinator], Listen[*ArgsT]],
    changed: Callable[..., None],
    lost: Callable[[str], None],
) -> CALLBACK_TYPE:
    """Call ``changed`` with each entry that was loaded, or of which something has changed; what is returned ends it.

    After the entry, it gets what its login calls listeners with.
    ``lost`` is called with the id of an entry that will not be loaded again at once, as after a mere reload.
    """
    removes: dict[str, CALLBACK_TYPE] = {}

    @callback
    def follow(entry: RingCentralConfigEntry) -> None:
        forget(entry.entry_id)
        removes[entry.entry_id] = listen(entry.runtime_data)(lambda *args: changed(entry, *args))

    @callback
    def forget(entry_id: str) -> None:
        if remove := removes.pop(entry_id, None):
            remove()

    @callback
    def handle_entry(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain != DOMAIN:
            return
        if entry.state is ConfigEntryState.LOADED:
            follow(entry)
            changed(entry)
            return
        forget(entry.entry_id)
        if change is ConfigEntryChange.REMOVED or entry.disabled_by is not None or entry.state in _FAILED:
            lost(entry.entry_id)

    for entry in hass.config_entries.async_loaded_entries(DOMAIN):
        follow(entry)
    unsubscribe = async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, handle_entry)

    @callback
    def stop() -> None:
        unsubscribe()
        for entry_id in list(removes):
            forget(entry_id)

    return stop


@callback
def async_send_changes[KnownT](
    hass: HomeAssistant,
    connection: websocket_api.ActiveConnection,
    msg_id: int,
    *,
    name: str,
    listen: Callable[[RingCentralCoordinator], Listen[()]],
    find: Callable[[RingCentralCoordinator], Mapping[str, KnownT]],
    is_pending: Callable[[RingCentralCoordinator], bool],
    describe: Callable[[RingCentralCoordinator, str, KnownT], dict[str, Any]],
    gone: Mapping[str, Any],
) -> None:
    """Send what a card asks for, by device, and later that of those devices of which it has changed.

    ``find`` returns what is known by device; while that ``is_pending`` after a reload, what was sent still holds.
    ``gone`` is sent of a device of which nothing is known any more. Events have a list of this ``name``.
    """
    sent: dict[str, Mapping[str, KnownT]] = {}

    @callback
    def changes_of(entry: RingCentralConfigEntry) -> list[dict[str, Any]]:
        coordinator, before = entry.runtime_data, sent.get(entry.entry_id, {})
        if before and is_pending(coordinator):
            return []
        now = sent[entry.entry_id] = find(coordinator)
        changes = [describe(coordinator, one, known) for one, known in now.items() if before.get(one) != known]
        return changes + [{"device_id": one, **gone} for one in before if one not in now]

    @callback
    def handle_change(entry: RingCentralConfigEntry) -> None:
        if changes := changes_of(entry):
            connection.send_message(websocket_api.event_message(msg_id, {name: changes}))

    @callback
    def handle_loss(entry_id: str) -> None:
        if before := sent.pop(entry_id, None):
            changes = [{"device_id": one, **gone} for one in before]
            connection.send_message(websocket_api.event_message(msg_id, {name: changes}))

    connection.subscriptions[msg_id] = async_follow_entries(hass, listen, handle_change, handle_loss)
    connection.send_result(msg_id)
    entries: list[RingCentralConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    first = [one for entry in entries for one in changes_of(entry)]
    connection.send_message(websocket_api.event_message(msg_id, {name: first}))
