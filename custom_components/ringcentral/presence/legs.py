"""What a payload says about calls, and which call each of its legs belongs to. Source: reference 5.2, 5.3."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
import re

import msgspec

from ..api.models import ActiveCall, CallDirection, PresenceFields, TelephonyStatus
from .vocabulary import Call, CallState

# With several devices ringing, a NoCall that is not final can be followed at once by Ringing or CallConnected of the
# same session; one that lasts this many seconds is an end.
TRANSITIONAL_END = 1.5

TERMINATION_FINAL, _TERMINATION_INTERMEDIATE = "final", "intermediate"

# RingCentral lists this many calls at most; a list that long may have been cut.
MOST_LISTED = 7

# The sessions of a RingOut's two legs are this far apart (RingCentral's JavaScript clients).
_RING_OUT_STEPS = frozenset({1000, 2000, 3000, 4000})

# Shorter numbers are extensions; of longer ones the country's prefix may be missing.
_SHORTEST_FULL_NUMBER = 7

_STATES: dict[str | None, CallState] = {
    TelephonyStatus.NO_CALL: CallState.ENDED,
    TelephonyStatus.RINGING: CallState.RINGING,
    TelephonyStatus.CALL_CONNECTED: CallState.CONNECTED,
    TelephonyStatus.ON_HOLD: CallState.ON_HOLD,
    TelephonyStatus.PARKED_CALL: CallState.PARKED,
}
_STANDS_IN_ABOVE_OTHERS = frozenset({CallState.RINGING, CallState.CONNECTED})


class Listed(msgspec.Struct, frozen=True, gc=False):
    """What a payload says about calls; ``legs`` is ``None`` where it has no list.

    An ``is_partial`` list leaves alone what it does not name; ``proves_ends`` is whether a call that a whole one does
    not name has ended. ``stands_in`` is a state that has to be shown although no leg has it; ``is_open`` marks a
    contradiction. ``first_legs`` are the first legs of RingOuts by the session of the second.
    """

    legs: tuple[ActiveCall, ...] | None
    is_partial: bool = False
    proves_ends: bool = False
    stands_in: CallState | None = None
    is_open: bool = False
    first_legs: Mapping[str | None, ActiveCall] = {}


def read_list(
    fields: PresenceFields, known_total: int | None, *, is_believed: bool = False, is_snapshot: bool = False
) -> Listed:
    """Return what a payload says about calls; its status and its list have to agree, unless it is believed as it is.

    ``known_total`` is the number of calls that RingCentral counted before.
    """
    legs, status, total = fields.active_calls, fields.telephony_status, fields.total_active_calls
    state = _STATES.get(status)
    if legs is None:
        if state is CallState.ENDED or total == 0:
            return Listed((), proves_ends=True)
        return Listed(None, stands_in=state)
    if state is not None and any(leg.telephony_status not in _STATES for leg in legs):
        legs = tuple([_with_status(leg, status) if leg.telephony_status not in _STATES else leg for leg in legs])
    states = [_STATES.get(leg.telephony_status) for leg in legs]
    is_live = any(one is not CallState.ENDED for one in states)
    first_legs: dict[str | None, ActiveCall] = {}
    is_whole = len(states) == total and is_snapshot
    is_cut = len(states) < (total or 0) or (len(states) >= MOST_LISTED and not is_whole)
    if len(legs) > 1:
        legs = _merge_legs(legs, first_legs, is_cut=is_cut)
    if state is CallState.ENDED and is_live:
        if is_believed:
            legs = tuple([_with_status(leg, status) for leg in legs])
            return Listed(legs, proves_ends=True, first_legs=first_legs)
        return Listed(legs, is_partial=True, is_open=True, first_legs=first_legs)
    proves_ends = (
        is_believed
        or is_snapshot
        or not states
        or (total is not None and known_total is not None and total < known_total)
    )
    # Where the list was cut, the call that the status is about may be one that it lacks.
    is_more = state not in (None, CallState.ENDED, *states) and not is_cut
    if is_more and (not is_live or state in _STANDS_IN_ABOVE_OTHERS):
        return Listed(legs, is_partial=True, stands_in=state, is_open=not is_believed, first_legs=first_legs)
    return Listed(legs, is_partial=is_cut, proves_ends=proves_ends, first_legs=first_legs)


def leg_state(leg: ActiveCall) -> CallState:
    """Return what a leg does; a word that is not documented gives ``UNKNOWN``."""
    state = _STATES.get(leg.telephony_status, CallState.UNKNOWN)
    return CallState.DIALING if state is CallState.RINGING and leg.direction == CallDirection.OUTBOUND else state


def _with_status(leg: ActiveCall, status: str | None) -> ActiveCall:
    return msgspec.structs.replace(leg, telephony_status=status)


# --- legs that are no calls of their own -------------------------------------------------------------


def _merge_legs(
    legs: tuple[ActiveCall, ...], first_legs: dict[str | None, ActiveCall], *, is_cut: bool
) -> tuple[ActiveCall, ...]:
    """Return the legs that are calls: without doubled ones, and one for each RingOut, whose first leg is remembered.

    RingCentral's own clients keep the first of several legs of a session and direction, drop intermediate ones, and
    show the outbound leg of a RingOut.
    """
    kept: Sequence[ActiveCall] = legs
    if is_cut or len({leg.session_id for leg in legs}) < len(legs):
        kept = _without_doubles(legs, is_cut=is_cut)
    pairs = _pairs(kept)
    if not pairs:
        return tuple(kept)
    calls: list[ActiveCall] = []
    for leg in kept:
        if any(first is leg for first, _ in pairs):
            continue
        if (found := next((first for first, second in pairs if second is leg), None)) is not None:
            first_legs[leg.session_id] = found
            if leg.telephony_status == TelephonyStatus.RINGING:
                # Who has picked up is on a call, although the other party's phone still rings.
                leg = _with_status(leg, found.telephony_status)
        calls.append(leg)
    return tuple(calls)


def _pairs(legs: Sequence[ActiveCall]) -> list[tuple[ActiveCall, ActiveCall]]:
    """Return the first and the second leg of each RingOut: of several first ones, that of the nearest session."""
    pairs = []
    for second in legs:
        if second.direction == CallDirection.OUTBOUND:
            firsts = [first for first in legs if first is not second and _is_first_leg(first, second)]
            if firsts:
                number = _session_number(second.session_id)
                pairs.append((min(firsts, key=lambda one: abs(number - _session_number(one.session_id))), second))
    return pairs


def _without_doubles(legs: tuple[ActiveCall, ...], *, is_cut: bool) -> list[ActiveCall]:
    kept: list[ActiveCall] = []
    for leg in legs:
        is_doubled = any(_is_double(leg, other) for other in kept)
        # Where the list was cut, the leg that goes on may be among those it lacks.
        is_intermediate = leg.termination_type == _TERMINATION_INTERMEDIATE and (
            is_cut or any(other is not leg and _share_session(leg, other) for other in legs)
        )
        if not (is_doubled or is_intermediate):
            kept.append(leg)
    return kept


def _share_session(leg: ActiveCall, other: ActiveCall) -> bool:
    """Return whether two legs are of one session; of conferences only the telephony session has a name."""
    session = identifier(leg.session_id)
    if session is not None or identifier(other.session_id) is not None:
        return session == other.session_id
    return identifier(leg.telephony_session_id) is not None and leg.telephony_session_id == other.telephony_session_id


def _is_double(leg: ActiveCall, other: ActiveCall) -> bool:
    return (
        _share_session(leg, other)
        and leg.direction == other.direction
        and not _differ(leg.party_id, other.party_id)
        and not _differ(leg.telephony_session_id, other.telephony_session_id)
        and is_same_number(leg.from_, other.from_)
        and (leg_state(leg) is CallState.ENDED) is (leg_state(other) is CallState.ENDED)
    )


def _is_first_leg(leg: ActiveCall, other: ActiveCall) -> bool:
    """Return whether a leg is the one to the user's own phone of a RingOut, the other the one to the other party."""
    return _is_second_leg(other, leg.session_id, leg.direction, (leg.from_, leg.to)) and (
        # Where one of them is over, the other is the call.
        (leg_state(leg) is CallState.ENDED) is (leg_state(other) is CallState.ENDED)
    )


def _is_second_leg(
    leg: ActiveCall, session_id: str | None, direction: str | None, numbers: tuple[str | None, str | None]
) -> bool:
    """Return whether a leg is the second one of the RingOut whose first leg has this session, direction and numbers.

    The numbers are crossed (RingCentral's JavaScript clients). Two outbound calls are two, however near their sessions,
    and so are two calls to oneself.
    """
    if leg.direction != CallDirection.OUTBOUND or direction in (CallDirection.OUTBOUND, "outbound"):
        return False
    if leg.to and is_same_number(leg.from_, leg.to):
        return False
    if abs(_session_number(leg.session_id) - _session_number(session_id)) not in _RING_OUT_STEPS:
        return False
    crossed = [(one, other) for one, other in zip(numbers, (leg.to, leg.from_), strict=True) if one and other]
    return bool(crossed) and all(is_same_number(*pair) for pair in crossed)


@lru_cache(maxsize=1024)
def _session_number(session_id: str | None) -> float:
    """Return a session's number; one without is no distance from any other."""
    return int(session_id) if session_id is not None and session_id.isdecimal() else float("nan")


# --- which call a leg belongs to ---------------------------------------------------------------------


def match_legs(
    known: Sequence[Call],
    legs: Sequence[ActiveCall],
    at: float,
    *,
    is_snapshot: bool = False,
) -> list[int | None]:
    """Return for each leg the index of its call, or ``None`` for a new one; two legs never share a call.

    A call is matched on its telephony session and party, else on a session that nothing contradicts, else on the leg's
    id; then as the second leg of a RingOut, and last as the call that had no name yet. ``at`` is the payload's time in
    the server's Unix seconds: what begins again after a call's end is another one, but in a snapshot, which may lag.
    """
    matches: list[int | None] = [None] * len(legs)
    newest_first = range(len(known) - 1, -1, -1)
    live = [index for index in newest_first if known[index].state is not CallState.ENDED]
    over = [index for index in newest_first if known[index].state is CallState.ENDED]
    begins_again = [index for index in over if _may_begin_again(known[index], at)]
    may_begin_again = over if is_snapshot else begins_again
    is_over = [leg_state(leg) is CallState.ENDED for leg in legs]
    candidates = [live + (over if is_over[number] else may_begin_again) for number in range(len(legs))]
    # A leg that goes on belongs to a call that goes on, before an ended one is looked for.
    order = sorted(range(len(legs)), key=is_over.__getitem__)
    for is_same in _WAYS:
        for number in order:
            if matches[number] is not None:
                continue
            # A snapshot may lag, but its second leg of a RingOut is of one that goes on.
            calls = live + begins_again if is_same is is_ring_out and not is_over[number] else candidates[number]
            for index in calls:
                if index not in matches and is_same(legs[number], known[index]):
                    matches[number] = index
                    break
        if None not in matches:
            break
    return matches


def _may_begin_again(call: Call, at: float) -> bool:
    """Return whether a call that has ended may go on at a time: within a moment, or before its end.

    What was true before the end is no new beginning, in whatever order it was placed.
    """
    pause = at - (call.ended_at or 0.0)
    return pause <= 0 or (pause < TRANSITIONAL_END and call.termination_type != TERMINATION_FINAL)


def _is_same_party(leg: ActiveCall, call: Call) -> bool:
    return bool(
        call.party_id
        and call.telephony_session_id
        and leg.party_id == call.party_id
        and leg.telephony_session_id == call.telephony_session_id
    )


def _is_same_session(leg: ActiveCall, call: Call) -> bool:
    session = identifier(leg.session_id)
    if session is not None and session == call.twin_session_id:
        return not _differ(leg.party_id, call.twin_party_id)
    telephony_session = identifier(leg.telephony_session_id)
    is_same = (session is not None and session == call.session_id) or (
        telephony_session is not None and telephony_session == call.telephony_session_id
    )
    return (
        is_same
        and not _differ(leg.party_id, call.party_id)
        and not _differ(leg.telephony_session_id, call.telephony_session_id)
        and not _differ(leg.session_id, call.session_id)
        and not (leg.direction and call.direction and leg.direction.lower() != call.direction)
    )


def _is_same_leg(leg: ActiveCall, call: Call) -> bool:
    # An attended transfer moves a leg to another session under its id, which is no session's then. It moves none of a
    # call that has ended: another party there is another call.
    leg_id = identifier(leg.id)
    return (
        leg_id is not None
        and leg_id == call.leg_id
        and not (call.is_over and _differ(leg.party_id, call.party_id))
        and leg_id not in (leg.session_id, leg.telephony_session_id, call.session_id, call.telephony_session_id)
    )


def is_ring_out(leg: ActiveCall, call: Call) -> bool:
    """Return whether a leg is the second one of the RingOut whose first leg is a call."""
    return _is_second_leg(leg, call.session_id, call.direction, (call.from_number, call.to_number))


def _is_unnamed(leg: ActiveCall, call: Call) -> bool:
    if call.is_over or call.session_id or call.telephony_session_id or call.party_id or call.leg_id:
        return False
    has_name = identifier(leg.session_id) or identifier(leg.telephony_session_id) or identifier(leg.id)
    return not has_name or leg_state(leg) is not CallState.ENDED


_WAYS = (_is_same_party, _is_same_session, _is_same_leg, is_ring_out, _is_unnamed)


@lru_cache(maxsize=4096)
def identifier(text: str | None) -> str | None:
    """Return what identifies something, or ``None`` for a placeholder: every conference has the session ``0``."""
    return text if text and text.strip("0- ") and text.lower() not in ("null", "none", "unknown", "undefined") else None


def _differ(one: str | None, other: str | None) -> bool:
    first, second = identifier(one), identifier(other)
    return first is not None and second is not None and first != second


def is_same_number(one: str | None, other: str | None) -> bool:
    """Return whether two numbers are the same, by their digits; the country's prefix may be missing from one."""
    if one == other or not one or not other:
        return one == other or not (one or other)
    first, second = _digits(one), _digits(other)
    shorter, longer = sorted((first, second), key=len)
    return first == second or (len(shorter) >= _SHORTEST_FULL_NUMBER and longer.endswith(shorter))


@lru_cache(maxsize=4096)
def _digits(number: str) -> str:
    return re.sub(r"\D", "", number) or number
