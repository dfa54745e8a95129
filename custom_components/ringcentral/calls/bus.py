"""What happens to calls, as events on Home Assistant's bus: for triggers, the logbook and users' own automations."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from homeassistant.const import ATTR_ENTITY_ID, Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send

from ..const import DOMAIN, EVENT_CALL
from ..coordinator import RingCentralCoordinator
from ..phone import describe_phone, find_entity
from ..presence.privacy import Privacy, shown_party
from ..presence.vocabulary import ENDS, Call, Transition, TransitionKind

# Sent when an extension's calls stop ringing, with the list of them.
SIGNAL_SILENCE: Final = f"{DOMAIN}_silence"


def describe_party(call: Call) -> dict[str, Any]:
    """Return which call it is and who the other party is, in plain types."""
    return {
        "caller_name": call.caller_name,
        "caller_number": call.caller_number,
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
    return {**described, "caller_name": name, "caller_number": number}


@callback
def async_tell_call_events(hass: HomeAssistant, coordinator: RingCentralCoordinator) -> CALLBACK_TYPE:
    """Fire ``EVENT_CALL`` for everything that happens to a call of a watched extension, until it is told to stop.

    The data is what :func:`describe_transition` returns, with the ``type`` and whose call it is. ``entity_id`` is that
    of the extension's event entity, or ``None`` while that is disabled. ``SIGNAL_SILENCE`` is sent with such data of
    each call that has stopped ringing at one time, before it is certain how it ended.
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
    def fire(transition: Transition) -> None:
        hass.bus.async_fire(EVENT_CALL, describe(transition, str(transition.kind)))

    @callback
    def tell_silence(silent: Sequence[Transition]) -> None:
        async_dispatcher_send(hass, SIGNAL_SILENCE, [describe(one, "stopped_ringing") for one in silent])

    removes = [coordinator.stream.async_listen(fire), coordinator.stream.async_listen_stopped(tell_silence)]

    @callback
    def stop() -> None:
        for remove in removes:
            remove()

    return stop
