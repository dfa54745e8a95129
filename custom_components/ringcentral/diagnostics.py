"""What to attach to a bug report: the state of the link, the rules' memory, counts. No names, numbers or tokens."""

from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry
import msgspec

from .const import CONF_AUTH_IMPLEMENTATION, CONF_CLOUDHOOK_URL, CONF_JWT, CONF_TOKEN, CONF_VERIFICATION_TOKEN
from .coordinator import RingCentralConfigEntry, RingCentralCoordinator
from .ids import extension_of
from .presence.record import Record

_SECRETS = {
    # Its name has the app's client id.
    CONF_AUTH_IMPLEMENTATION,
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_CLOUDHOOK_URL,
    CONF_JWT,
    CONF_TOKEN,
    CONF_VERIFICATION_TOKEN,
    CONF_WEBHOOK_ID,
}

# Fields whose texts are no person's name or number, as RingCentral and as we spell them; all other texts are hidden,
# those included that RingCentral may add.
_PLAIN = frozenset(
    {
        "acceptCallQueueCalls",
        "accept_call_queue_calls",
        "aggregatedTelephonyStatus",
        "aggregated_telephony_status",
        "allowSeeMyPresence",
        "callerIdVisibility",
        "caller_id_visibility",
        "cxTelephonyStatus",
        "cx_telephony_status",
        "direction",
        "dndStatus",
        "dndStatusPersonal",
        "dnd_status",
        "dnd_status_personal",
        "event",
        "extensionId",
        "fromTag",
        "id",
        "lineStatus",
        "meetingStatus",
        "meeting_status",
        "ownerId",
        "partyId",
        "party_id",
        "presenceStatus",
        "presence_status",
        "rcSessionId",
        "sequence",
        "sessionId",
        "session_id",
        "startTime",
        "started_at",
        "state",
        "subscriptionId",
        "telephonySessionId",
        "telephonyStatus",
        "telephony_session_id",
        "telephony_status",
        "terminationType",
        "termination_type",
        "timestamp",
        "toTag",
        "type",
        "userStatus",
        "user_status",
        "uuid",
    }
)
_HIDDEN = "**REDACTED**"


def _redact(value: Any, name: str = "") -> Any:
    """Return a value without texts, and numbers that stand for texts, which may be personal."""
    if isinstance(value, dict):
        return {key: _redact(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_redact(inner, name) for inner in value]
    if isinstance(value, str) and value and name not in _PLAIN:
        return _HIDDEN
    return value


def describe_office(coordinator: RingCentralCoordinator) -> dict[str, Any]:
    """Return the state of the link and of the pipeline, in plain types; numbers of calls, no personal data."""
    reader, client = coordinator.reader, coordinator.client
    last_event_at = coordinator.last_event_at
    return {
        "polling_ok": reader.is_ok,
        "last_event_at": last_event_at.isoformat() if last_event_at else None,
        "extensions": len(coordinator.extensions),
        "unreadable_extensions": len(reader.unreadable),
        "reads_waiting": reader.waiting,
        "counters": {**coordinator.office.counters, "reads": reader.count},
        **coordinator.link.diagnostics(),
        "clock_offset": round(client.clock_offset, 3),
        "requests_left": client.limits.remaining(),
        "delivery_delay": coordinator.office.delays.percentiles(),
        "call_log": coordinator.history.diagnostics(),
        "voicemail": coordinator.voicemail.diagnostics(),
    }


def describe_extension(coordinator: RingCentralCoordinator, extension_id: str) -> dict[str, Any]:
    """Return all that is known of an extension; holds names and numbers."""
    record = coordinator.office.record(extension_id) or Record(extension_id=extension_id)
    payload = coordinator.office.last_payloads.get(extension_id)
    return {
        "extension": msgspec.to_builtins(coordinator.extensions[extension_id]),
        "state": msgspec.json.decode(msgspec.json.encode(record.state)),
        "last_event": msgspec.json.decode(payload) if payload is not None else None,
        "positions": [seen.position and msgspec.structs.asdict(seen.position) for seen in record.log],
        "epoch": record.epoch.number if record.epoch is not None else None,
    }


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: RingCentralConfigEntry) -> dict[str, Any]:
    """Return the state of the link and of the pipeline."""
    return {
        "data": async_redact_data(dict(entry.data), _SECRETS),
        "options": dict(entry.options),
        **(describe_office(entry.runtime_data) if entry.state is ConfigEntryState.LOADED else {}),
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: RingCentralConfigEntry, device: DeviceEntry
) -> dict[str, Any]:
    """Return what is known of one extension, with its last event in full but for names and numbers."""
    if entry.state is not ConfigEntryState.LOADED:
        return {}
    coordinator = entry.runtime_data
    extension_id = extension_of(device)
    if extension_id is None or extension_id not in coordinator.extensions:
        return describe_office(coordinator)
    redacted: dict[str, Any] = _redact(describe_extension(coordinator, extension_id))
    return redacted
