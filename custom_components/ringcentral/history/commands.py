"""What dashboard cards ask of the call log: the recent calls of every phone that it has calls of."""

from typing import Any, NamedTuple

from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components import websocket_api
from homeassistant.core import HomeAssistant, callback
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator import RingCentralCoordinator
from ..live_command import async_send_changes
from ..targets import CALLS, MISSED_CALLS, may_use
from .describe import choose, describe_logged_call
from .records import LoggedCall

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
    """Send the recent calls of each phone that the user may see, and later those of the phones where they have changed.

    Each event has ``phones``: per phone its ``device_id``, whether the log is ``available``, and the newest ``calls``,
    at most ``limit`` of them.
    """

    @callback
    def find(coordinator: RingCentralCoordinator) -> dict[str, _Known]:
        return _find(connection, coordinator, msg["limit"])

    async_send_changes(
        hass,
        connection,
        msg["id"],
        name="phones",
        listen=lambda coordinator: coordinator.history.async_listen,
        find=find,
        is_pending=lambda coordinator: coordinator.history.is_pending,
        describe=_describe,
        gone={"available": False, "calls": []},
    )


class _Known(NamedTuple):
    is_available: bool
    calls: tuple[LoggedCall, ...]


def _find(
    connection: websocket_api.ActiveConnection, coordinator: RingCentralCoordinator, limit: int
) -> dict[str, _Known]:
    """Return by device the recent calls of the phones whose log is read, if the user may see them."""
    history = coordinator.history
    found = {}
    for extension_id in coordinator.extensions:
        device = coordinator.watchlist.device(extension_id)
        if device is None or not history.has_log_of(extension_id):
            continue
        if may_use(connection.user, coordinator, extension_id, POLICY_READ, [CALLS, MISSED_CALLS]):
            calls = tuple(choose(history.calls, extension_id, limit=limit))
            found[device.id] = _Known(history.is_available, calls)
    return found


@callback
def _describe(_: RingCentralCoordinator, device_id: str, known: _Known) -> dict[str, Any]:
    calls = [describe_logged_call(call) for call in known.calls]
    return {"device_id": device_id, "available": known.is_available, "calls": calls}
