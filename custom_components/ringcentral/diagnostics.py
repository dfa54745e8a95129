"""What to attach to a bug report: the state of the link, the rules' memory, and what RingCentral has sent of late.

What may be seen is a table of paths; all else is hidden, or replaced by something of the same form.
"""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry
import msgspec

from .api.models import Notification, PresenceFields
from .const import CONF_EXTENSIONS, CONF_HOLD_BACK, CONF_PRIVACY, CONF_SERVER, CONF_TRANSPORT, CONF_WATCH
from .coordinator import RingCentralConfigEntry, RingCentralCoordinator
from .ids import extension_of
from .presence.record import Record
from .presence.vocabulary import ExtensionState
from .report.capture import CAPTURE_RULE, EXTENSION_RULE, describe_payload, uuids
from .report.pseudonyms import Pseudonyms
from .report.redaction import CLEAR, HIDDEN, IDENTIFIER, NUMBER, SEQUENCE, TEXT, WORD, Rule, clear, redact, rule_of

# --- what may be seen --------------------------------------------------------------------------------


_COUNTS = Rule(others=CLEAR)

_CALL = Rule(
    fields={
        **clear("state", "is_queue_call", "started_at", "is_listed", "was_live", "since", "source"),
        **clear("ringing_at", "answered_at", "ended_at"),
        **dict.fromkeys(("direction", "termination_type"), WORD),
        **dict.fromkeys(("queue_name", "from_name", "to_name"), TEXT),
        **dict.fromkeys(("from_number", "to_number", "on_behalf_of"), NUMBER),
        **dict.fromkeys(
            ("call_id", "session_id", "telephony_session_id", "party_id", "leg_id", "twin_session_id"), IDENTIFIER
        ),
    }
)

_STATE = Rule(
    fields={
        **rule_of(PresenceFields).fields,
        **{one.encode_name: CLEAR for one in msgspec.structs.fields(ExtensionState) if one.type is bool},
        **dict.fromkeys(("calls", "known"), _CALL),
    }
)

_POSITION = Rule(fields={**clear("epoch", "sent_at"), "sequence": SEQUENCE})

_OBSERVATION = Rule(
    fields={
        **clear("at", "since", "source", "is_detailed", "is_believed"),
        **dict.fromkeys(("position", "floor"), _POSITION),
        "fields": rule_of(PresenceFields),
    }
)

_TRANSPORT = Rule(fields=clear("chosen", "used", "hold_back", "gateway"))

_SHOWN = Rule(
    fields={
        "data": Rule(fields=clear(CONF_SERVER), others=HIDDEN),
        "options": Rule(
            fields={
                **clear(CONF_WATCH, CONF_PRIVACY, CONF_TRANSPORT, CONF_HOLD_BACK),
                CONF_EXTENSIONS: NUMBER,
            },
            others=HIDDEN,
        ),
        **clear("polling_ok", "last_event_at", "extensions", "unreadable_extensions", "reads_waiting"),
        **clear("push_connected", "deaf", "proofs", "account_filter_refused", "uncovered_extensions"),
        **clear("clock_offset", "epoch"),
        **dict.fromkeys(
            ("counters", "gateway", "webhook", "verdicts", "requests_left", "delivery_delay", "reliability"), _COUNTS
        ),
        "transport": _TRANSPORT,
        "call_log": Rule(
            fields={**clear("granted", "ok", "reads", "of_company", "calls"), "outcomes": _COUNTS},
        ),
        "voicemail": Rule(fields=clear("granted", "ok", "reads", "voicemails", "unread", "untranscribed")),
        "extension": EXTENSION_RULE,
        "state": _STATE,
        "last_event": rule_of(Notification),
        "log": _OBSERVATION,
        "capture": CAPTURE_RULE,
    }
)


def _show(document: dict[str, Any], pseudonyms: Pseudonyms) -> dict[str, Any]:
    if (capture := document.get("capture")) is not None:
        pseudonyms.rank(uuids(capture))
    shown: dict[str, Any] = redact(document, _SHOWN, pseudonyms)
    return shown


# --- what there is -----------------------------------------------------------------------------------


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
        "reliability": coordinator.office.reliability,
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
        "last_event": describe_payload(payload).get("payload") if payload is not None else None,
        "log": msgspec.json.decode(msgspec.json.encode(record.log)),
        "epoch": record.epoch.number if record.epoch is not None else None,
    }


def _describe_capture(coordinator: RingCentralCoordinator, extension_id: str | None = None) -> dict[str, Any]:
    return coordinator.capture.document(coordinator.extensions, coordinator.office.hold_back.seconds, extension_id)


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: RingCentralConfigEntry) -> dict[str, Any]:
    """Return the state of the link and of the pipeline, and what has arrived of late."""
    found: dict[str, Any] = {"data": dict(entry.data), "options": dict(entry.options)}
    if entry.state is not ConfigEntryState.LOADED:
        return _show(found, Pseudonyms())
    coordinator = entry.runtime_data
    return _show(
        found | describe_office(coordinator) | {"capture": _describe_capture(coordinator)},
        coordinator.capture.pseudonyms,
    )


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: RingCentralConfigEntry, device: DeviceEntry
) -> dict[str, Any]:
    """Return what is known of one extension, and what has arrived of it of late."""
    if entry.state is not ConfigEntryState.LOADED:
        return {}
    coordinator = entry.runtime_data
    extension_id = extension_of(device)
    if extension_id is None or extension_id not in coordinator.extensions:
        return _show(
            describe_office(coordinator) | {"capture": _describe_capture(coordinator)}, coordinator.capture.pseudonyms
        )
    return _show(
        describe_extension(coordinator, extension_id)
        | {"reliability": coordinator.office.reliability, "capture": _describe_capture(coordinator, extension_id)},
        coordinator.capture.pseudonyms,
    )
