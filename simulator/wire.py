"""Active calls on the wire: how a leg is listed, in the dialect of the settings.

Sources: RingCentral's OpenAPI specification (ActiveCallInfo) and captured events (``tests/payloads/event-*, flow-*``);
where they leave something open it is a setting, with its source in ``docs/simulator.md``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from .legs import INBOUND, NO_CALL, OUTBOUND, RINGING, Identity, Leg
from .settings import CloudSettings
from .timestamps import spell_timestamp

# Every conference bridge has this session id (RingCentral's staff, community question 118078).
CONFERENCE_SESSION = "0"
_DIGITS = "0123456789abcdefghijklmnopqrstuv"


def active_calls(legs: Iterable[Leg], settings: CloudSettings, *, without: frozenset[str] = frozenset()) -> list[Any]:
    """Return the list of active calls with all that RingCentral may say, SIP data included, but for ``without``."""
    listed: list[Any] = []
    for leg in legs:
        if leg.is_live or settings.lists_ended_calls:
            for shown, identity in _shown(leg, settings):
                listed += _doubled(_call(shown, identity, settings), settings)
    return [{name: value for name, value in _spelled(call, settings).items() if name not in without} for call in listed]


def without_sip(call: Mapping[str, Any]) -> dict[str, Any]:
    """Return an active call without its SIP data."""
    return {name: value for name, value in call.items() if name != "sipData"}


# Which legs there are


def _shown(leg: Leg, settings: CloudSettings) -> Iterator[tuple[Leg, Identity]]:
    """Yield the legs that stand for one, each with its ids."""
    if leg.second is not None:
        yield from _ring_out(leg, leg.second, settings)
        return
    identity = leg.identity
    if leg.is_conference and settings.conference_session == "zero":
        identity = replace(identity, session_id=CONFERENCE_SESSION)
    if leg.rings_as is not None and settings.rings_again == "other_party":
        identity = leg.rings_as
    if leg.moved_to is not None and settings.attended_transfer == "moves_leg":
        identity = leg.moved_to
    yield leg, identity


def _ring_out(leg: Leg, second: Identity, settings: CloudSettings) -> Iterator[tuple[Leg, Identity]]:
    """Yield the legs of a RingOut: to the user's phone, and once that is answered to the other party."""
    ours, theirs = (leg.to_number, leg.from_number) if leg.direction == INBOUND else (leg.from_number, leg.to_number)
    name = leg.from_name if leg.direction == INBOUND else leg.to_name
    outbound = replace(leg, direction=OUTBOUND, from_number=ours, from_name=None, to_number=theirs, to_name=name)
    if settings.ring_out == "one_leg":
        # The first event of the capture of 2015 has no id.
        yield (outbound if leg.was_answered else replace(outbound, id="")), leg.identity
        return
    # The numbers are crossed (ringcentral-js-widgets, presence-event-handling).
    first = replace(leg, direction=INBOUND, from_number=theirs, from_name=name, to_number=ours, to_name=None)
    yield (replace(first, to_number="") if leg.was_answered and not leg.is_live else first), leg.identity
    if leg.was_answered:
        is_dialing = leg.is_live and not leg.is_connected
        far = replace(
            outbound, status=RINGING if is_dialing else leg.status, id=f"{leg.id}2" if leg.is_connected else ""
        )
        yield far, second


def _doubled(call: dict[str, Any], settings: CloudSettings) -> Iterator[dict[str, Any]]:
    yield call
    if settings.doubled_leg == "no" or call.get("telephonyStatus") == NO_CALL:
        return
    double = {**call, "id": f"{call.get('id', '')}d"}
    if settings.doubled_leg == "intermediate":
        double |= {"telephonyStatus": NO_CALL, "terminationType": "intermediate"}
    yield double


# One call


def _call(leg: Leg, identity: Identity, settings: CloudSettings) -> dict[str, Any]:
    """Return the active call in RingCentral's own words, its values not yet spelled."""
    is_parked_place = leg.is_at_park_location and not settings.park_leg_status
    has_end = not leg.is_live and settings.final_termination and (leg.is_final or settings.rings_again == "after_final")
    from_name, to_name = (leg.from_name, leg.to_name) if settings.names else (None, None)
    if leg.was_transferred and not settings.names_after_transfer:
        from_name, to_name = (None, to_name) if leg.direction == INBOUND else (from_name, None)
    call_info = _call_info(leg, from_name)
    if leg.queue_name is not None and from_name is not None and settings.queue_in_caller_name:
        from_name = f"{leg.queue_name} - {from_name}"
    call = {
        "id": _id(leg, identity, settings),
        "direction": leg.direction,
        "queueCall": leg.queue_name is not None,
        "fromName": from_name,
        "from": leg.from_number,
        "toName": to_name,
        "to": leg.to_number,
        "telephonyStatus": None if is_parked_place else leg.status,
        "sipData": _sip_data(leg, identity, settings),
        "sessionId": identity.session_id,
        "startTime": leg.started_at,
        "partyId": identity.party_id,
        "telephonySessionId": identity.telephony_session_id,
        "terminationType": "final" if has_end else None,
        "callInfo": call_info,
    }
    withheld = "from" if leg.direction == INBOUND else "to"
    if call[withheld] is None:
        call[withheld] = settings.withheld_word
    return {name: value for name, value in call.items() if value is not None}


def _is_unanswered(leg: Leg) -> bool:
    return leg.direction == INBOUND and not leg.was_answered


def _id(leg: Leg, identity: Identity, settings: CloudSettings) -> str | None:
    """Return the id: an inbound leg has that of its telephony session until it is answered (capture of 2018)."""
    if _is_unanswered(leg) and settings.ringing_leg == "captured":
        return identity.telephony_session_id
    return leg.id or None


def _sip_data(leg: Leg, identity: Identity, settings: CloudSettings) -> dict[str, str]:
    if _is_unanswered(leg) and settings.ringing_leg == "captured":
        # There is no tag of the called side yet (capture of 2018; call control guide).
        tags = {"toTag": "blf", "fromTag": identity.party_id}
    else:
        tags = {"toTag": leg.sip_tag, "fromTag": f"192.0.2.10-5070-{leg.sip_tag}"}
    theirs, ours = (leg.from_number, leg.to_number or "") if leg.direction == INBOUND else (leg.to_number, "")
    theirs = "anonymous" if theirs is None else theirs
    return {**tags, "remoteUri": f"sip:{theirs}@sip.example.com", "localUri": f"sip:{ours}@sip.example.com"}


def _call_info(leg: Leg, from_name: str | None) -> dict[str, Any] | None:
    if leg.queue_name is None:
        return None
    info = {"primary": {"type": "QueueName", "value": leg.queue_name}}
    if from_name is not None:
        info["additional"] = {"type": "CallerIdName", "value": from_name}
    elif leg.from_number is not None:
        info["additional"] = {"type": "CallerIdNumber", "value": leg.from_number}
    return info


# Values


def _spelled(call: dict[str, Any], settings: CloudSettings) -> dict[str, Any]:
    """Return the call with its values spelled as the settings say."""
    spelled = call | {"startTime": spell_timestamp(call["startTime"], settings.times)}
    if not settings.plus:
        spelled |= {name: call[name].removeprefix("+") for name in ("from", "to") if name in call}
    if settings.parties == "object":
        for name in ("from", "to"):
            spelled[name] = _party(spelled.get(name), spelled.pop(f"{name}Name", None))
    if settings.ids == "number":
        spelled |= {name: _as_number(spelled[name]) for name in ("id", "sessionId", "partyId") if name in spelled}
    return spelled


def _party(number: str | None, name: str | None) -> dict[str, str]:
    is_short = number is not None and number.isdigit() and len(number) < 7
    party = {"extensionNumber" if is_short else "phoneNumber": number, "name": name}
    return {key: value for key, value in party.items() if value is not None}


def _as_number(text: str) -> Any:
    """Return an id as a number: digits as they are, of a party its place, of a dialog some number of its own."""
    if text.isdigit():
        return int(text)
    root, _, place = text.rpartition("-")
    if root.startswith("p-"):
        return int(place)
    if root or set(text) - set(_DIGITS):
        return text
    return int(text, 32) % 10**12
