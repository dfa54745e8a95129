"""Calls and what happens to them in plain types, for events, attributes and answers."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ..presence.privacy import Privacy, shown_party
from ..presence.vocabulary import ENDS, Call, Transition, TransitionKind
from .numbers import write_number


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
    call ended, where the call log says more than the event.
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
