"""What dashboard cards ask for that is in no entity: the missed calls of all phones."""

from collections.abc import Iterable
from typing import Any

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components import websocket_api
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange, ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
import msgspec
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator import RingCentralConfigEntry
from ..ids import extension_unique_id
from .missed import SIGNAL_MISSED_CALLS
from .numbers import write_number


@callback
def async_register_commands(hass: HomeAssistant) -> None:
    """Register the commands, once in a run."""
    websocket_api.async_register_command(hass, _subscribe_missed_calls)


@websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/missed_calls"})
@callback
def _subscribe_missed_calls(
    hass: HomeAssistant, connection: websocket_api.ActiveConnection, msg: dict[str, Any]
) -> None:
    """Report the missed calls of every phone that the user may see, then those of each phone where they change.

    Each event has ``phones``: per phone its ``device_id``, the ``count`` of missed calls since they were last seen, and
    the newest ``calls``, with ``at`` in Unix seconds, ``name``, ``number``, ``number_text`` as people write it,
    ``withheld`` and ``ring_seconds``. Phones of an account that is unloaded have none. After the first event, a user
    gets none for phones that they may not see.
    """

    @callback
    def send(phones: list[dict[str, Any]]) -> None:
        connection.send_message(websocket_api.event_message(msg["id"], {"phones": phones}))

    @callback
    def send_changes(phones: list[dict[str, Any]]) -> None:
        if phones:
            send(phones)

    @callback
    def handle_missed_call(entry_id: str, extension_id: str) -> None:
        if (entry := hass.config_entries.async_get_entry(entry_id)) is not None:
            send_changes(_describe(hass, connection, entry, [extension_id]))

    @callback
    def handle_entry(_: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry.domain != DOMAIN:
            return
        if entry.state is ConfigEntryState.LOADED:
            send_changes(_describe(hass, connection, entry))
        elif entry.state is ConfigEntryState.NOT_LOADED:
            send_changes(_describe_unloaded(hass, connection, entry))

    unsubscribe = [
        async_dispatcher_connect(hass, SIGNAL_MISSED_CALLS, handle_missed_call),
        async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, handle_entry),
    ]
    connection.subscriptions[msg["id"]] = lambda: [end() for end in unsubscribe]
    connection.send_result(msg["id"])
    entries: list[RingCentralConfigEntry] = hass.config_entries.async_entries(DOMAIN)
    send([phone for entry in entries for phone in _describe(hass, connection, entry)])


def _describe(
    hass: HomeAssistant,
    connection: websocket_api.ActiveConnection,
    entry: RingCentralConfigEntry,
    extension_ids: Iterable[str] | None = None,
) -> list[dict[str, Any]]:
    """Return the missed calls of an entry's extensions (default: all) that the user may see."""
    if entry.state is not ConfigEntryState.LOADED:
        return []
    coordinator = entry.runtime_data
    entities = er.async_get(hass)
    permissions = connection.user.permissions
    phones = []
    for extension_id in coordinator.extensions if extension_ids is None else extension_ids:
        device = coordinator.watchlist.device(extension_id)
        # Where nobody counts missed calls, there is no such entity; it may be disabled.
        entity_id = entities.async_get_entity_id(
            Platform.SENSOR, DOMAIN, extension_unique_id(coordinator.login_id, extension_id, "missed_calls")
        )
        if device is None or entity_id is None or not permissions.check_entity(entity_id, POLICY_READ):
            continue
        missed = coordinator.missed_calls.of(extension_id)
        calls = [{**msgspec.to_builtins(one), "number_text": write_number(one.number)} for one in missed.calls]
        phones.append({"device_id": device.id, "count": missed.count, "calls": calls})
    return phones


def _describe_unloaded(
    hass: HomeAssistant, connection: websocket_api.ActiveConnection, entry: ConfigEntry
) -> list[dict[str, Any]]:
    """Return, without calls, the phones of an entry that the user may see."""
    permissions = connection.user.permissions
    return [
        {"device_id": entity.device_id, "count": 0, "calls": []}
        for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
        if entity.domain == Platform.SENSOR
        and entity.translation_key == "missed_calls"
        and permissions.check_entity(entity.entity_id, POLICY_READ)
    ]
