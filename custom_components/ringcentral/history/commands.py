"""What dashboard cards ask of the call log: the recent calls of every phone that it has calls of."""

from typing import Any

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components import websocket_api
from homeassistant.core import HomeAssistant, callback
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator import RingCentralConfigEntry, RingCentralCoordinator
from ..live_command import async_follow_entries
from ..targets import CALLS, MISSED_CALLS, may_use
from .describe import choose, describe_logged_call

MOST_CALLS = 1000
_DEFAULT_LIMIT = 200


@callback
def async_register_history_commands(hass: HomeAssistant) -> None:
    """Register the command, once in a run."""
    websocket_api.async_register_command(hass, _subscribe_recent_calls)


@websocket_api.websocket_command(
    {
        vol.Required("type"): f"{DOMAIN}/recent_calls",
        vol.Optional("limit", default=_DEFAULT_LIMIT): vol.All(int, vol.Range(min=1, max=MOST_CALLS)),
    }
)
@callback
def _subscribe_recent_calls(
    hass: HomeAssistant, connection: websocket_api.ActiveConnection, msg: dict[str, Any]
) -> None:
    """Send the recent calls of each phone that the user may see, and those of a login again when its log has changed.

    Each event has ``phones``: per phone its ``device_id``, whether the log is ``available``, and the newest ``calls``,
    at most ``limit`` of them.
    """

    @callback
    def send(phones: list[dict[str, Any]]) -> None:
        connection.send_message(websocket_api.event_message(msg["id"], {"phones": phones}))

    @callback
    def handle_change(entry: RingCentralConfigEntry) -> None:
        send(_describe(hass, connection, entry.runtime_data, msg["limit"]))

    connection.subscriptions[msg["id"]] = async_follow_entries(
        hass, lambda coordinator: coordinator.history.async_listen, handle_change
    )
    connection.send_result(msg["id"])
    entries: list[RingCentralConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    send([phone for entry in entries for phone in _describe(hass, connection, entry.runtime_data, msg["limit"])])


def _describe(
    hass: HomeAssistant, connection: websocket_api.ActiveConnection, coordinator: RingCentralCoordinator, limit: int
) -> list[dict[str, Any]]:
    """Return the recent calls of the phones whose log is read, if the user may see them."""
    history = coordinator.history
    phones = []
    for extension_id in coordinator.extensions:
        device = coordinator.watchlist.device(extension_id)
        if device is None or not history.has_log_of(extension_id):
            continue
        if may_use(connection.user, coordinator, extension_id, POLICY_READ, [CALLS, MISSED_CALLS]):
            calls = [describe_logged_call(call) for call in choose(history.calls, extension_id, limit=limit)]
            phones.append({"device_id": device.id, "available": history.is_available, "calls": calls})
    return phones
