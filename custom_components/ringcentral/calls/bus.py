"""What happens to calls, as events on Home Assistant's bus: for triggers, the logbook and users' own automations."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID, Platform
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send

from ..const import DOMAIN, EVENT_CALL
from ..coordinator import RingCentralCoordinator
from ..phone import describe_phone, find_entity
from ..presence.privacy import Privacy, shown_party
from ..presence.vocabulary import ENDS, Call, Transition, TransitionKind
from .numbers import write_number

# Sent with the data and the context of everything that happens to a call.
SIGNAL_CALL: Final = f"{DOMAIN}_call"

# Sent when an extension's calls stop ringing, with the list of them.
SIGNAL_SILENCE: Final = f"{DOMAIN}_silence"

# What of the data the bus event has: it is kept in the database for each step of each call, where the event entity is
# kept, too. The rest is for triggers.
_OF_EVENT = (
    "type",
    ATTR_DEVICE_ID,
    ATTR_ENTITY_ID,
    "extension_number",
    "extension_name",
    "call_id",
    "telephony_session_id",
    "direction",
    "queue",
    "queue_name",
    "caller_name",
    "caller_number",
    "withheld",
    "called_name",
    "called_number",
    "answered",
    "ring_seconds",
    "talk_seconds",
    "recovered",
    "outcome",
)


def describe_party(call: Call) -> dict[str, Any]:
    """Return which call it is, who the other party is, and which number was called, in plain types."""
    return {
        "caller_name": call.caller_name,
        "caller_number": call.caller_number,
        "number_text": write_number(call.caller_number),
        "withheld": call.is_withheld,
        "called_number": call.called_number,
        "called_name": call.called_name,
        "direction": call.direction,
        "queue": call.is_queue_call,
        "queue_name": call.queue_name,
        "call_id": call.call_id,
    }


def describe_call(call: Call) -> dict[str, Any]:
    """Return a call in plain types, for attributes and answers; ``start`` is ISO 8601 in UTC."""
    return {
        "call_id": call.call_id,
        "state": str(call.state),
        "direction": call.direction,
        "queue": call.is_queue_call,
        "queue_name": call.queue_name,
        "from": call.from_number,
        "from_name": call.from_name,
        "to": call.to_number,
        "to_name": call.to_name,
        "number_text": write_number(call.caller_number),
        "withheld": call.is_withheld,
        "called_number": call.called_number,
        "called_name": call.called_name,
        "start": call.started_at.isoformat() if call.started_at is not None else None,
        "session_id": call.session_id,
        "telephony_session_id": call.telephony_session_id,
        "party_id": call.party_id,
        "on_behalf_of": call.on_behalf_of,
        "termination_type": call.termination_type,
    }


def describe_transition(transition: Transition) -> dict[str, Any]:
    """Return what happened in plain types; times in ISO 8601 (UTC), durations in seconds.

    ``recovered`` marks what was learned late, by reading or by a replay after an interruption. ``outcome`` is how the
    call ended, where the call log tells more than the event.
    """
    return {
        **describe_party(transition.call),
        "occurred_at": datetime.fromtimestamp(transition.at, UTC).isoformat(timespec="milliseconds"),
        "answered": transition.answered,
        "ring_seconds": transition.ring_seconds,
        "talk_seconds": transition.talk_seconds,
        "recovered": transition.is_recovered,
        "outcome": transition.outcome or _outcome(transition),
    }


def _outcome(transition: Transition) -> str | None:
    """Return how a call ended as its events have it, in the words of the call log; ``None`` as long as it goes on."""
    if transition.kind not in ENDS:
        return None
    if transition.kind is not TransitionKind.ENDED:
        return str(transition.kind)
    return "answered" if transition.answered else "not_answered"


def shown_event(described: Mapping[str, Any], privacy: Privacy) -> dict[str, Any]:
    """Return a described transition of some time ago as it may be shown now."""
    name, number = shown_party(described.get("caller_name"), described.get("caller_number"), privacy)
    called_name, called_number = shown_party(described.get("called_name"), described.get("called_number"), privacy)
    return {
        **described,
        "caller_name": name,
        "caller_number": number,
        "number_text": write_number(number),
        "withheld": described.get("withheld") is True and privacy is not Privacy.HIDDEN,
        "called_number": called_number,
        "called_name": called_name,
    }


def _for_event(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the bus event has of the data, without what is not known or not so."""
    chosen = {key: data[key] for key in _OF_EVENT}
    # That a call was not answered is news.
    return {key: value for key, value in chosen.items() if value is not None and (value or key == "answered")}


@callback
def async_report_calls(hass: HomeAssistant, coordinator: RingCentralCoordinator) -> CALLBACK_TYPE:
    """Report everything that happens to a call of a watched extension, until the returned callable is called.

    The data is what :func:`describe_transition` returns, with the ``type`` and whose call it is; ``entity_id`` is that
    of the extension's event entity, or ``None`` while that is disabled. ``EVENT_CALL`` is fired with the most of it,
    and then ``SIGNAL_CALL`` is sent with all. ``SIGNAL_SILENCE`` is sent with such data of each call that has stopped
    ringing at one time, before it is certain how it ended.
    """

    @callback
    def describe(transition: Transition, what: str) -> dict[str, Any]:
        extension_id = transition.extension_id
        return {
            "type": what,
            **describe_phone(coordinator, extension_id),
            ATTR_ENTITY_ID: find_entity(hass, coordinator, Platform.EVENT, extension_id, "call"),
            **describe_transition(transition),
            "session_id": transition.call.session_id,
            "telephony_session_id": transition.call.telephony_session_id,
        }

    @callback
    def report(transition: Transition) -> None:
        data, context = describe(transition, str(transition.kind)), Context()
        hass.bus.async_fire(EVENT_CALL, _for_event(data), context=context)
        async_dispatcher_send(hass, SIGNAL_CALL, data, context)

    @callback
    def report_silence(silent: Sequence[Transition]) -> None:
        async_dispatcher_send(hass, SIGNAL_SILENCE, [describe(one, "stopped_ringing") for one in silent])

    removes = [coordinator.stream.async_listen(report), coordinator.stream.async_listen_stopped(report_silence)]

    @callback
    def stop() -> None:
        for remove in removes:
            remove()

    return stop
