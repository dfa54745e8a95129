"""What dashboard cards ask for that is in no entity: the missed calls of all phones."""

from collections.abc import Iterable
from typing import Any

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components import websocket_api
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
import msgspec
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator import RingCentralConfigEntry, RingCentralCoordinator
from ..ids import extension_unique_id
from ..live_command import async_follow_entries
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
    ``withheld`` and ``ring_seconds``. Phones of an account that will not be loaded again at once have none. After the
    first event, a user gets none for phones that they may not see.
    """
    sent: dict[str, dict[str, dict[str, Any]]] = {}

    @callback
    def changes_of(entry: RingCentralConfigEntry, extension_ids: Iterable[str] | None = None) -> list[dict[str, Any]]:
        before = sent.setdefault(entry.entry_id, {})
        phones = _describe(entry.runtime_data, connection.user, extension_ids)
        changes = [phone for phone in phones if before.get(phone["device_id"]) != phone]
        before.update({phone["device_id"]: phone for phone in changes})
        return changes

    @callback
    def send(phones: list[dict[str, Any]]) -> None:
        connection.send_message(websocket_api.event_message(msg["id"], {"phones": phones}))

    @callback
    def handle_change(entry: RingCentralConfigEntry, *extension_ids: str) -> None:
        if phones := changes_of(entry, extension_ids or None):
            send(phones)

    @callback
    def handle_loss(entry_id: str) -> None:
        if devices := sent.pop(entry_id, None):
            send([{"device_id": one, "count": 0, "calls": []} for one in devices])

    connection.subscriptions[msg["id"]] = async_follow_entries(
        hass, lambda coordinator: coordinator.missed_calls.async_listen, handle_change, handle_loss
    )
    connection.send_result(msg["id"])
    entries: list[RingCentralConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    send([phone for entry in entries for phone in changes_of(entry)])


def _describe(
    coordinator: RingCentralCoordinator,
    user: User,
    extension_ids: Iterable[str] | None = None,
) -> list[dict[str, Any]]:
    """Return the missed calls of a login's extensions (default: all) that the user may see."""
    entities = er.async_get(coordinator.hass)
    phones = []
    for extension_id in coordinator.extensions if extension_ids is None else extension_ids:
        device = coordinator.watchlist.device(extension_id)
        # Where nobody counts missed calls, there is no such entity; it may be disabled.
        entity_id = entities.async_get_entity_id(
            Platform.SENSOR, DOMAIN, extension_unique_id(coordinator.login_id, extension_id, "missed_calls")
        )
        if device is None or entity_id is None or not user.permissions.check_entity(entity_id, POLICY_READ):
            continue
        missed = coordinator.missed_calls.of(extension_id)
        calls = [{**msgspec.to_builtins(one), "number_text": write_number(one.number)} for one in missed.calls]
        phones.append({"device_id": device.id, "count": missed.count, "calls": calls})
    return phones
