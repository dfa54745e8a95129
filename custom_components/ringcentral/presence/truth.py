"""What is true of an extension: a state, and the step from one to the next by an observation."""

from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec

from ..api.models import ActiveCall, CallDirection, DndStatus, PresenceFields, PresenceScalars, parse_timestamp
from .legs import MOST_LISTED, Listed, identifier, is_ring_out, is_same_number, leg_state, match_legs, read_list
from .order import REMEMBERED_FOR, SNAPSHOT_LAG, Observation
from .vocabulary import Call, CallState, ExtensionState, Source

# Calls that are remembered for each extension, ended ones included: twice as many as a list names at most, and more.
_REMEMBERED_CALLS = 16

_IMPORTANCE = {state: index for index, state in enumerate(CallState)}
_TALKING = frozenset({CallState.CONNECTED, CallState.ON_HOLD, CallState.PARKED})
_RUNGS = frozenset({CallState.RINGING, CallState.DIALING})
_SCALARS = tuple(name for name in PresenceScalars.__struct_fields__ if name != "total_active_calls")
scalars = attrgetter(*_SCALARS)


def step(state: ExtensionState, seen: Observation) -> ExtensionState:
    """Return the state after an observation, which is the newest so far: it sets what it names."""
    fields = seen.fields
    changes: dict[str, Any] = {
        name: value
        for name, value, known in zip(_SCALARS, scalars(fields), scalars(state), strict=True)
        if value is not None and value != known
    }
    if (
        DndStatus.UNKNOWN in (fields.dnd_status, fields.dnd_status_personal)
        and fields.allow_see_my_presence is not False
    ):
        changes |= _known_dnd(state, fields)
    listed = read_list(fields, state.total_active_calls, is_believed=seen.is_believed, is_snapshot=seen.is_snapshot)
    total = fields.total_active_calls
    if total is None and listed.legs is not None:
        total = len(listed.legs)
    if total is not None and total != state.total_active_calls:
        changes["total_active_calls"] = total
    if listed.legs is not None or listed.stands_in is not None:
        known, is_open = _step_calls(state.known, listed, seen)
        if is_open is not state.is_open:
            changes["is_open"] = is_open
        if known != state.known or not state.are_calls_known:
            calls = [call for call in known if call.is_listed]
            changes |= {"known": known, "calls": tuple(sorted(calls, key=_rank)), "are_calls_known": True}
    return msgspec.structs.replace(state, **changes) if changes else state


def _known_dnd(state: ExtensionState, fields: PresenceScalars) -> dict[str, str | None]:
    """Return the words that stay where a payload says ``Unknown``, as answers to changes do (beliefs 8, 10).

    The newer call handling says so of the old field for good; what its own field says is true of both then. Only where
    somebody hides their presence is nothing known any more.
    """
    dnd, personal = fields.dnd_status, fields.dnd_status_personal
    known: dict[str, str | None] = {}
    if personal == DndStatus.UNKNOWN and state.dnd_status_personal is not None:
        known["dnd_status_personal"] = state.dnd_status_personal
    if dnd == DndStatus.UNKNOWN and state.dnd_status is not None:
        known["dnd_status"] = state.dnd_status if personal in (None, DndStatus.UNKNOWN) else personal
    return known


def needs_read(before: ExtensionState, after: ExtensionState, seen: Observation) -> bool:
    """Return whether an event leaves it to REST what is true."""
    fields = seen.fields
    if after.is_open or _says_too_little(before, after, fields):
        return True
    if (legs := fields.active_calls) is not None:
        return len(legs) < (fields.total_active_calls or 0) or len(legs) >= MOST_LISTED
    if after.main_call is None:
        return False
    return seen.is_detailed or fields.telephony_status not in (None, before.telephony_status)


def _says_too_little(before: ExtensionState, after: ExtensionState, fields: PresenceFields) -> bool:
    """Return whether presence, which depends on calls, is left out although it may have changed, or all that is new.

    So were the events of 2015 (captures), which have calls only.
    """
    if fields.presence_status is not None or before.presence_status is None:
        return False
    return after is before or before.is_on_call != after.is_on_call


def _step_calls(known: tuple[Call, ...], listed: Listed, seen: Observation) -> tuple[tuple[Call, ...], bool]:
    """Return the calls after a payload, and whether it leaves open which of them go on."""
    calls, is_open = list(known), listed.is_open
    if (legs := listed.legs) is not None:
        named: set[int] = set()
        for leg, index in zip(legs, match_legs(known, legs, seen.at, is_snapshot=seen.is_snapshot), strict=True):
            if index is None:
                index = len(calls)
                calls.append(Call(call_id=_new_call_id(leg, calls)))
            calls[index] = _observe(calls[index], leg, seen, listed.first_legs.get(leg.session_id))
            named.add(index)
        for index, call in enumerate(calls):
            if not call.is_listed or index in named or seen.at < call.since:
                # A list that is older than the call, by its time, does not know of it.
                continue
            if call.is_over or (not listed.is_partial and (listed.proves_ends or call.leg is None)):
                calls[index] = _enter(call, CallState.ENDED, seen, is_listed=False)
            elif not listed.is_partial:
                # RingCentral's clients take a list for the whole of it, but samples have the changed leg alone.
                is_open = True
    if listed.stands_in is not None:
        _stand_in(calls, listed.stands_in, seen, has_list=listed.legs is not None)
    if len(calls) > len(known):
        calls = _remembered(calls, seen.at)
    return tuple(calls), is_open


def _remembered(calls: list[Call], at: float) -> list[Call]:
    """Return the calls without the oldest of those that have ended, and that long ago."""
    over = [call for call in calls if call.is_over]
    surplus = len(calls) - _REMEMBERED_CALLS
    forgotten = {
        call.call_id
        for index, call in enumerate(over)
        if index < surplus or (not call.is_listed and (call.ended_at or at) < at - REMEMBERED_FOR)
    }
    return [call for call in calls if call.call_id not in forgotten] if forgotten else calls


def _stand_in(calls: list[Call], state: CallState, seen: Observation, *, has_list: bool) -> None:
    """Let an aggregated status that no call has show: at the only call, or at an unnamed one.

    Without a list the status may be the news of the only call; a call that is answered does not begin to ring.
    """
    is_rung = state is CallState.RINGING
    live = [index for index, call in enumerate(calls) if not call.is_over]
    may_be_news = [index for index in live if calls[index].leg is None or (len(live) == 1 and not has_list)]
    if any(calls[index].state is state or (is_rung and calls[index].state in _RUNGS) for index in live):
        return
    if may_be_news and (calls[may_be_news[0]].state in _RUNGS or not is_rung):
        index = may_be_news[0]
        calls[index] = _enter(calls[index], state, seen)
    elif not live or state in (CallState.RINGING, CallState.CONNECTED):
        calls.append(_enter(Call(call_id=_unique(f"unnamed {seen.at:.3f}", calls)), state, seen))


def _observe(call: Call, leg: ActiveCall, seen: Observation, first_leg: ActiveCall | None) -> Call:
    """Return a call after a leg that came in a list, perhaps the second of a RingOut; what the leg lacks stays."""
    state = _seen_state(call, leg, seen)
    if call.leg == leg and call.is_listed and call.state is state and call.source is not Source.SNAPSHOT:
        return call
    is_said = state is leg_state(leg)
    if call.twin_session_id is not None and leg.session_id == call.twin_session_id:
        # The first leg of a RingOut, listed without the second.
        return _enter(
            call, state, seen, is_said=is_said, leg=leg, is_listed=True, termination_type=leg.termination_type
        )
    direction = leg.direction.lower() if leg.direction else call.direction
    is_queue_call = call.is_queue_call or leg.queue_call is True
    queue_name = (_queue_name(leg) or call.queue_name) if is_queue_call else None
    # CTI tutorial of 2015: an empty text. At an end it is none, since ended calls are listed without their numbers.
    is_kept_back = leg.from_ == "" and direction == "inbound" and state is not CallState.ENDED
    caller = _merge_party(_caller(call), _caller_of(leg, queue_name), is_kept_back=is_kept_back)
    called = _merge_party(_called(call), _Party(leg.to, leg.to_name, leg.to_withheld))
    twin = _twin(call, leg, first_leg)
    return _enter(
        call,
        state,
        seen,
        is_said=is_said,
        leg=leg,
        is_listed=True,
        direction=direction,
        from_number=caller.number,
        from_name=caller.name,
        from_withheld=caller.is_withheld,
        to_number=called.number,
        to_name=called.name,
        to_withheld=called.is_withheld,
        is_queue_call=is_queue_call,
        queue_name=queue_name,
        started_at=_parse_start(leg.start_time) or call.started_at,
        session_id=identifier(leg.session_id) or call.session_id,
        telephony_session_id=identifier(leg.telephony_session_id) or call.telephony_session_id,
        party_id=identifier(leg.party_id) or call.party_id,
        leg_id=identifier(leg.id) or call.leg_id,
        twin_session_id=twin[0],
        twin_party_id=twin[1],
        ringing_at=_rings_since(call, leg, seen),
        on_behalf_of=leg.on_behalf_of or call.on_behalf_of,
        termination_type=leg.termination_type,
    )


def _seen_state(call: Call, leg: ActiveCall, seen: Observation) -> CallState:
    """Return what a call does after a leg of it: what it did before, where the leg does not say so.

    It is not understood, or the second leg of a RingOut whose first one is answered, or of before the answer was read.
    """
    state = leg_state(leg)
    if state is CallState.UNKNOWN:
        return state if call.is_over else call.state
    is_older = state is CallState.DIALING or (state in _RUNGS and seen.at <= call.since)
    return call.state if call.state in _TALKING and is_older else state


def _rings_since(call: Call, leg: ActiveCall, seen: Observation) -> float | None:
    """Return since when a call has rung, after what is older: an event is, which a read that lags goes before."""
    is_older = leg_state(leg) is CallState.RINGING and seen.at <= call.since
    return seen.at if is_older and (call.ringing_at is None or seen.at < call.ringing_at) else call.ringing_at


def _twin(call: Call, leg: ActiveCall, first_leg: ActiveCall | None) -> tuple[str | None, str | None]:
    """Return the session and the party of the first leg, if a leg is the second one of a RingOut."""
    if first_leg is not None:
        return first_leg.session_id, identifier(first_leg.party_id)
    return (call.session_id, call.party_id) if is_ring_out(leg, call) else (call.twin_session_id, call.twin_party_id)


class _Party(msgspec.Struct, frozen=True, gc=False):
    number: str | None
    name: str | None
    is_withheld: bool


def _caller(call: Call) -> _Party:
    return _Party(call.from_number, call.from_name, call.from_withheld)


def _caller_of(leg: ActiveCall, queue_name: str | None) -> _Party:
    return _Party(leg.from_, _caller_name(leg, queue_name), leg.from_withheld)


def _called(call: Call) -> _Party:
    return _Party(call.to_number, call.to_name, call.to_withheld)


def _merge_party(known: _Party, new: _Party, *, is_kept_back: bool = False) -> _Party:
    """Return a party after a leg; a name lives only as long as the number that it came with.

    A word that it is withheld replaces a known number; where it is merely ``is_kept_back``, none may be known.
    """
    if new.is_withheld:
        return _Party(None, new.name or (known.name if known.number is None else None), is_withheld=True)
    if new.number:
        is_same = not known.number or is_same_number(new.number, known.number)
        return _Party(new.number, new.name or (known.name if is_same else None), is_withheld=False)
    is_withheld = known.is_withheld or (is_kept_back and known.number is None)
    return _Party(known.number, new.name or known.name, is_withheld)


def _enter(call: Call, state: CallState, seen: Observation, *, is_said: bool = True, **changes: Any) -> Call:
    """Return a call with changes that does something, perhaps something else than before.

    ``is_said`` is whether the payload says so, rather than what was known before.
    """
    started_at = changes.get("started_at") or call.started_at
    if call.state is not state or not call.since or (is_said and _was_overtaken(call, state, started_at, seen)):
        changes |= {"state": state, "since": seen.at, "source": seen.source}
        ringing_at = changes.get("ringing_at", call.ringing_at)
        if state is CallState.ENDED:
            changes["ended_at"] = seen.at
        else:
            changes |= {
                "was_live": call.was_live or state is not CallState.UNKNOWN,
                "ended_at": None,
                "answered_at": seen.at if state in _TALKING and call.answered_at is None else call.answered_at,
                "ringing_at": seen.at if state is CallState.RINGING and ringing_at is None else ringing_at,
            }
        if started_at is None:
            changes["started_at"] = datetime.fromtimestamp(seen.at, UTC)
    return msgspec.structs.replace(call, **changes) if changes else call


def _was_overtaken(call: Call, state: CallState, started_at: datetime | None, seen: Observation) -> bool:
    """Return whether an event says what a read, requested at about the same time, said before it arrived.

    The event is the news then: of a call that has just begun, that rang before it was answered, or of an end.
    """
    if (
        call.source is not Source.SNAPSHOT
        or seen.source is not Source.LIVE
        or abs(seen.at - call.since) >= SNAPSHOT_LAG
    ):
        return False
    if state in _RUNGS:
        return started_at is not None and abs(seen.at - started_at.timestamp()) < SNAPSHOT_LAG
    return state is CallState.ENDED or (state in _TALKING and call.ringing_at is not None)


def _new_call_id(leg: ActiveCall, calls: list[Call]) -> str:
    telephony_session, party = identifier(leg.telephony_session_id), identifier(leg.party_id)
    identity = (
        identifier(leg.session_id)
        or (f"{telephony_session}/{party}" if telephony_session and party else None)
        or identifier(leg.id)
        or telephony_session
        or party
        or "unnamed"
    )
    if party and any(call.call_id == identity for call in calls):
        identity = f"{identity}/{party}"
    return _unique(identity, calls)


def _unique(identity: str, calls: list[Call]) -> str:
    taken, unique, number = {call.call_id for call in calls}, identity, 2
    while unique in taken:
        unique, number = f"{identity}#{number}", number + 1
    return unique


def _queue_name(leg: ActiveCall) -> str | None:
    """Return the queue's name from the display lines; a queue call without them names its queue as the callee."""
    name = _display_line(leg, "QueueName")
    return name or (leg.to_name if leg.queue_call and leg.direction != CallDirection.OUTBOUND else None)


def _caller_name(leg: ActiveCall, queue_name: str | None) -> str | None:
    """Return the caller's name without the queue's in front of it (capture of a telephony session, 2023)."""
    if queue_name is None or not leg.queue_call:
        return leg.from_name
    if name := _display_line(leg, "CallerIdName"):
        return name
    name, prefix = leg.from_name, queue_name.casefold()
    if name and name.casefold().startswith(prefix) and name[len(prefix) :].lstrip().startswith("-"):
        name = name[len(prefix) :].lstrip(" -") or None
    return name


def _display_line(leg: ActiveCall, kind: str) -> str | None:
    if leg.call_info is not None:
        for line in (leg.call_info.primary, leg.call_info.additional):
            if line is not None and line.type == kind and line.value:
                return line.value
    return None


@lru_cache(maxsize=1024)
def _parse_start(text: str | None) -> datetime | None:
    """Every event of a call repeats when it began."""
    return parse_timestamp(text)


def _rank(call: Call) -> tuple[int, float, str]:
    started = call.started_at.timestamp() if call.started_at is not None else 0.0
    return _IMPORTANCE[call.state], -started, call.call_id
