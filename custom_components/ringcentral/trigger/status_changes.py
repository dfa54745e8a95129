"""Changes of status between two known values, however they were learned, for the triggers of status."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.util.signal_type import SignalType

from ..const import DOMAIN
from ..coordinator import RingCentralCoordinator
from ..phone import describe_phone, find_entity
from ..presence.vocabulary import DND_INPUTS, ExtensionState
from ..words import DND, PRESENCE, translate

# Sent with the change in plain types.
SIGNAL_STATUS: SignalType[dict[str, Any]] = SignalType(f"{DOMAIN}_status")

# The sensors whose changes are reported, by key.
_STATUSES: Mapping[str, Callable[[ExtensionState], str | None]] = {
    "presence": lambda state: translate(PRESENCE, state.presence_status),
    "dnd": lambda state: translate(DND, state.effective_dnd),
}
_INPUTS = DND_INPUTS | {"presence_status"}


@callback
def async_report_status_changes(hass: HomeAssistant, coordinator: RingCentralCoordinator) -> CALLBACK_TYPE:
    """Send ``SIGNAL_STATUS`` for each change of a watched extension's status, until the returned callable is called.

    An outage in between does not hide a change: the value before it is compared with the one after it. Each set-up of
    the entry starts from scratch, so a restart or a reload is no change.
    """
    known: dict[str, dict[str, str]] = {}
    removes: list[CALLBACK_TYPE] = []

    @callback
    def compare(extension_id: str, state: ExtensionState | None, _is_available: bool = True) -> None:
        if state is None:
            known[extension_id] = {}
            return
        before = known[extension_id]
        for key, value_fn in _STATUSES.items():
            value = value_fn(state)
            if value is None or value == before.get(key):
                continue
            former, before[key] = before.get(key), value
            if former is not None:
                async_dispatcher_send(hass, SIGNAL_STATUS, describe(extension_id, key, former, value))

    @callback
    def describe(extension_id: str, key: str, former: str, value: str) -> dict[str, Any]:
        return {
            "status": key,
            **describe_phone(coordinator, extension_id),
            ATTR_ENTITY_ID: find_entity(hass, coordinator, Platform.SENSOR, extension_id, key),
            "from": former,
            "to": value,
        }

    @callback
    def follow_new() -> None:
        for extension_id in coordinator.extensions.keys() - known.keys():
            known[extension_id] = {}
            compare(extension_id, coordinator.state(extension_id))
            removes.append(coordinator.async_listen(extension_id, partial(compare, extension_id), _INPUTS))

    removes.append(coordinator.watchlist.async_listen(follow_new))
    follow_new()

    @callback
    def stop() -> None:
        for remove in removes:
            remove()

    return stop
