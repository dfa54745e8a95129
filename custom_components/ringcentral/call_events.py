"""What happens to calls, as events on Home Assistant's bus: for triggers, the logbook and users' own automations."""

from datetime import UTC, datetime
from typing import Any

from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID, Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from .const import DOMAIN, EVENT_CALL
from .coordinator import RingCentralCoordinator
from .presence.calls import Transition


def describe_transition(transition: Transition) -> dict[str, Any]:
    """Return what happened in plain types; times in ISO 8601 (UTC), durations in seconds.

    ``recovered`` marks what was learned late, by reading or by a replay after an interruption.
    """
    call = transition.call
    return {
        "caller_name": call.caller_name,
        "caller_number": call.caller_number,
        "direction": call.direction,
        "queue": call.is_queue_call,
        "queue_name": call.queue_name,
        "call_id": call.call_id,
        "occurred_at": datetime.fromtimestamp(transition.at, UTC).isoformat(timespec="milliseconds"),
        "answered": transition.answered,
        "ring_seconds": transition.ring_seconds,
        "talk_seconds": transition.talk_seconds,
        "recovered": transition.is_recovered,
    }


@callback
def async_fire_call_events(hass: HomeAssistant, coordinator: RingCentralCoordinator) -> CALLBACK_TYPE:
    """Fire ``EVENT_CALL`` for everything that happens to a call of a watched extension, until it is told to stop.

    The data is what :func:`describe_transition` returns, with the ``type`` and whose call it is. ``entity_id`` is that
    of the extension's event entity, or ``None`` while that is disabled.
    """
    # Registries are asked each time: it costs two look-ups in dictionaries, and names may change.
    devices, entities = dr.async_get(hass), er.async_get(hass)

    @callback
    def fire(transition: Transition) -> None:
        extension_id = transition.extension_id
        identifier = f"{coordinator.login_id}-{extension_id}"
        device = devices.async_get_device_by_identifier((DOMAIN, identifier), coordinator.entry.entry_id)
        entity_id = entities.async_get_entity_id(Platform.EVENT, DOMAIN, f"{identifier}-call")
        entity = entities.async_get(entity_id) if entity_id is not None else None
        hass.bus.async_fire(
            EVENT_CALL,
            {
                "type": str(transition.kind),
                ATTR_DEVICE_ID: device.id if device is not None else None,
                ATTR_ENTITY_ID: entity.entity_id if entity is not None and not entity.disabled else None,
                "extension_id": extension_id,
                "extension_number": device.model_id if device is not None else None,
                "extension_name": (device.name_by_user or device.name) if device is not None else None,
                **describe_transition(transition),
                "session_id": transition.call.session_id,
                "telephony_session_id": transition.call.telephony_session_id,
            },
        )

    return coordinator.async_listen_transitions(fire)
