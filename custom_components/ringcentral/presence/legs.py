"""The legs in a list of active calls: whose they are, which call they belong to, and what is known of that call."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

import msgspec

from ..api.models import ActiveCall, CallDirection, TelephonyStatus, parse_timestamp
from .ordering import Position

# Session and party, session alone, telephony session and party, id.
_WAYS_TO_MATCH = 4

# Calls that are remembered for each extension, ended ones included: twice as many as a list names at most, and more.
_REMEMBERED_CALLS = 16


# A kind of identifier and its value; see :func:`match_legs`.
type Identifier = tuple[str, ...]


class CallState(StrEnum):
    """What one call does, seen from the extension."""

    RINGING = "ringing"
    CONNECTED = "connected"
    DIALING = "dialing"
    ON_HOLD = "on_hold"
    PARKED = "parked"
    UNKNOWN = "unknown"
    ENDED = "ended"


# The call that matters most comes first.
_IMPORTANCE = {state: index for index, state in enumerate(CallState)}

_STATES: dict[str, CallState] = {
    TelephonyStatus.NO_CALL: CallState.ENDED,
    TelephonyStatus.RINGING: CallState.RINGING,
    TelephonyStatus.CALL_CONNECTED: CallState.CONNECTED,
    TelephonyStatus.ON_HOLD: CallState.ON_HOLD,
    TelephonyStatus.PARKED_CALL: CallState.PARKED,
}


class TransitionKind(StrEnum):
    """What can happen to a call."""

    RINGING = "ringing"
    DIALING = "dialing"
    ANSWERED = "answered"
    HELD = "held"
    RESUMED = "resumed"
    PARKED = "parked"
    ENDED = "ended"
    MISSED = "missed"
    ANSWERED_ELSEWHERE = "answered_elsewhere"


class Source(StrEnum):
    """Where an observation comes from."""

    LIVE = "live"
    REPLAY = "replay"
    SNAPSHOT = "snapshot"


class Call(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One leg of a call, as the extension sees it. Texts are ``None`` where RingCentral never told them."""

    call_id: str
    state: CallState
    direction: str | None = None
    is_queue_call: bool = False
    queue_name: str | None = None
    from_number: str | None = None
    from_name: str | None = None
    to_number: str | None = None
    to_name: str | None = None
    started_at: datetime | None = None
    session_id: str | None = None
    telephony_session_id: str | None = None
    party_id: str | None = None
    on_behalf_of: str | None = None
    termination_type: str | None = None

    @property
    def is_over(self) -> bool:
        """Whether the call has ended; RingCentral lists ended calls for a while."""
        return self.state is CallState.ENDED

    @property
    def caller_number(self) -> str | None:
        """Number of the other party: ``from`` of an inbound call, ``to`` of an outbound one."""
        return self.to_number if self.direction == "outbound" else self.from_number

    @property
    def caller_name(self) -> str | None:
        """Name of the other party."""
        return self.to_name if self.direction == "outbound" else self.from_name


def leg_state(leg: ActiveCall) -> CallState:
    """Return what a leg does; a word that is not documented gives ``UNKNOWN``."""
    state = _STATES.get(leg.telephony_status or "", CallState.UNKNOWN)
    if state is CallState.RINGING and leg.direction == CallDirection.OUTBOUND:
        return CallState.DIALING
    return state


# What a leg tells of its call; one that comes without it, or empty, does not erase it.
_LASTING = (
    "direction",
    "from_",
    "from_name",
    "to",
    "to_name",
    "start_time",
    "session_id",
    "telephony_session_id",
    "party_id",
    "on_behalf_of",
)


class Told(msgspec.Struct, frozen=True, gc=False):
    """What one list said of a call; ``rank`` is the place of the list's event in the chronology."""

    rank: Position
    leg: ActiveCall
    queue_name: str | None


class Details(msgspec.Struct, frozen=True, gc=False):
    """What is known of a call: for each field the newest value that was not empty, whatever the order of arrival.

    ``leg`` holds those values, and the status of the newest leg. ``told`` are the legs that any of them came with, the
    newest first: mostly one, since each event repeats what is known.
    """

    leg: ActiveCall = ActiveCall()
    queue_name: str | None = None
    is_queue_call: bool = False
    first_seen_at: float | None = None
    told: tuple[Told, ...] = ()

    def learn(self, leg: ActiveCall, rank: Position, at: float) -> Details:
        """Return the details after a leg that came with an event of that rank.

        ``at`` is when the event was sent, in the server's Unix seconds; 0 if that tells nothing.
        """
        told = [Told(rank, leg, _queue_name(leg)), *self.told]
        if self.told and rank < self.told[0].rank:
            told.sort(key=lambda one: one.rank, reverse=True)
        newest, *older = told
        kept, whole, queue_name = [newest], newest.leg, newest.queue_name
        for one in older:
            lacking = {
                name: value for name in _LASTING if not getattr(whole, name) and (value := getattr(one.leg, name))
            }
            if lacking or (one.queue_name and not queue_name):
                kept.append(one)
                whole = msgspec.structs.replace(whole, **lacking)
                queue_name = queue_name or one.queue_name
        first_seen_at = self.first_seen_at
        if at > 0:
            first_seen_at = at if first_seen_at is None else min(at, first_seen_at)
        is_queue_call = self.is_queue_call or leg.queue_call is True
        return Details(whole, queue_name, is_queue_call, first_seen_at, tuple(kept))


def _queue_name(leg: ActiveCall) -> str | None:
    """Return the queue's name from the display lines; a queue call without them names its queue as the callee."""
    if leg.call_info is not None:
        for line in (leg.call_info.primary, leg.call_info.additional):
            if line is not None and line.type == "QueueName" and line.value:
                return line.value
    return leg.to_name if leg.queue_call and leg.direction != CallDirection.OUTBOUND else None


class TrackedCall(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A call's identity, what is known of it, and how far its story has been told.

    Times named ``..._at`` are the server's Unix seconds; those of ours are monotonic: ``due``, when a pending end is to
    be told, and ``rings_until``, when ringing that seems to be over will be. ``untold`` is a start that came in a
    replay. ``was_end_told`` stays when a call goes on after its end was told.
    """

    call_id: str
    identifiers: frozenset[Identifier]
    details: Details
    state: CallState | None = None
    state_before_end: CallState | None = None
    is_announced: bool = False
    was_answered: bool = False
    ringing_at: float | None = None
    answered_at: float | None = None
    ended_at: float | None = None
    end_source: Source = Source.LIVE
    due: float | None = None
    rings_until: float | None = None
    is_told: bool = False
    was_end_told: bool = False
    untold: TransitionKind | None = None
    untold_at: float = 0.0

    @property
    def is_live(self) -> bool:
        """Whether the call goes on."""
        return self.state is not None and self.state is not CallState.ENDED

    @property
    def is_ringing(self) -> bool:
        """Whether the call rings, or may ring on after a moment without a call."""
        return self.state is CallState.RINGING or self.rings_until is not None

    @property
    def is_outbound(self) -> bool:
        """Whether the extension itself called."""
        return self.details.leg.direction == CallDirection.OUTBOUND


type CallBook = tuple[TrackedCall, ...]

# Legs, each with the index of its call in a book; ``None`` for a call not seen before.
type MatchedLegs = list[tuple[ActiveCall, int | None]]


def learn_legs(
    book: CallBook, legs: Sequence[ActiveCall], rank: Position, at: float, *, may_name: bool = True
) -> tuple[CallBook, MatchedLegs]:
    """Take in what a list says about calls, whether or not the list is the newest.

    Return the book after it, and the list's own legs with their calls in that book. ``may_name`` lets a leg give the
    live unnamed call its identity; a list that comes too late to count must not.
    """
    if not legs:
        return book, []
    calls = list(book)
    matched: MatchedLegs = []
    for leg, index in zip(legs, match_legs(book, legs, may_name=may_name), strict=True):
        identifiers = _identifiers(leg)
        if index is None:
            index = len(calls)
            details = Details().learn(leg, rank, at)
            calls.append(TrackedCall(call_id=_new_call_id(leg, calls), identifiers=identifiers, details=details))
        else:
            call = calls[index]
            details = call.details.learn(leg, rank, at)
            if not identifiers <= call.identifiers:
                identifiers |= call.identifiers
                calls[index] = msgspec.structs.replace(call, details=details, identifiers=identifiers)
            else:
                calls[index] = msgspec.structs.replace(call, details=details)
        matched.append((leg, index))
    return tuple(calls), matched


def forget_old(book: CallBook) -> CallBook:
    """Return the book without the oldest calls that are over, if it has grown too long."""
    surplus = len(book) - _REMEMBERED_CALLS
    if surplus <= 0:
        return book
    done = [call for call in book if not call.is_live and call.due is None]
    done.sort(key=lambda call: call.details.first_seen_at or 0.0)
    forgotten = {call.call_id for call in done[:surplus]}
    return tuple(call for call in book if call.call_id not in forgotten)


def _identifiers(leg: ActiveCall) -> frozenset[Identifier]:
    return _ways(leg.session_id, leg.telephony_session_id, leg.party_id, leg.id)[0]


@lru_cache(maxsize=4096)
def _ways(
    session_id: str | None, telephony_session_id: str | None, party_id: str | None, id_: str | None
) -> tuple[frozenset[Identifier], tuple[frozenset[Identifier] | None, ...]]:
    """Return a leg's identifiers, and which of them a call has to share with it, the surest way to match first.

    Every event of a call repeats what it is known by, so this is remembered.
    """
    session: Identifier | None = ("session", session_id) if session_id else None
    party: Identifier | None = ("party", telephony_session_id, party_id) if telephony_session_id and party_id else None
    party_alone: Identifier | None = ("party id", party_id) if party_id else None
    leg_id: Identifier | None = ("id", id_) if id_ else None
    ways = ((session, party_alone), (session,), (party,), (leg_id,))
    return (
        frozenset(one for one in (session, party, party_alone, leg_id) if one is not None),
        tuple(None if None in way else frozenset(one for one in way if one is not None) for way in ways),
    )


def _identity(leg: ActiveCall) -> str:
    if leg.session_id:
        return leg.session_id
    if leg.telephony_session_id and leg.party_id:
        return f"{leg.telephony_session_id}/{leg.party_id}"
    return leg.id or leg.telephony_session_id or leg.party_id or "unnamed"


def _new_call_id(leg: ActiveCall, calls: Sequence[TrackedCall]) -> str:
    identity = _identity(leg)
    taken = {call.call_id for call in calls}
    if identity in taken and leg.party_id:
        identity = f"{identity}/{leg.party_id}"
    number = 2
    unique = identity
    while unique in taken:
        unique = f"{identity}#{number}"
        number += 1
    return unique


def match_legs(book: CallBook, legs: Sequence[ActiveCall], *, may_name: bool = True) -> list[int | None]:
    """Return for each leg the index of its call in the book, or ``None`` for a call not seen before.

    A call is matched on its session and party, else on the session alone, else on telephony session and party, else on
    the id; two legs of one list never share a call. A call without any identifier is the live unnamed one, and the
    first leg that fits no other call names it, unless it may not.
    """
    matches: list[int | None] = [None] * len(legs)
    known_by = [_ways(leg.session_id, leg.telephony_session_id, leg.party_id, leg.id) for leg in legs]
    # The calls that share an identifier with a leg, the live ones first.
    alike = [
        [index for index, call in enumerate(book) if not call.identifiers.isdisjoint(identifiers)]
        for identifiers, _ in known_by
    ]
    for indexes in alike:
        if len(indexes) > 1:
            indexes.sort(key=lambda index: not book[index].is_live)
    taken: set[int] = set()
    for way in range(_WAYS_TO_MATCH):
        for position, (_, ways) in enumerate(known_by):
            wanted = ways[way]
            if wanted is None or matches[position] is not None:
                continue
            for index in alike[position]:
                if index not in taken and wanted <= book[index].identifiers:
                    matches[position] = index
                    taken.add(index)
                    break
    for position, leg in enumerate(legs):
        if matches[position] is None and (
            not known_by[position][0] or (may_name and leg_state(leg) is not CallState.ENDED)
        ):
            for index, call in enumerate(book):
                if index not in taken and call.state is not CallState.ENDED and not call.identifiers:
                    matches[position] = index
                    taken.add(index)
                    break
    return matches


def as_call(call: TrackedCall, state: CallState, leg: ActiveCall | None = None, call_id: str | None = None) -> Call:
    """Return a call as users see it: all that is known of it, in the given state."""
    details = call.details
    known = details.leg
    return Call(
        call_id=call_id or call.call_id,
        state=state,
        direction=known.direction.lower() if known.direction else None,
        is_queue_call=details.is_queue_call,
        queue_name=details.queue_name if details.is_queue_call else None,
        from_number=known.from_ or None,
        from_name=known.from_name or None,
        to_number=known.to or None,
        to_name=known.to_name or None,
        started_at=_parse_start(known.start_time) or _moment(details.first_seen_at),
        session_id=known.session_id or None,
        telephony_session_id=known.telephony_session_id or None,
        party_id=known.party_id or None,
        on_behalf_of=known.on_behalf_of or None,
        termination_type=leg.termination_type if leg is not None else None,
    )


@lru_cache(maxsize=1024)
def _parse_start(text: str | None) -> datetime | None:
    """Every event of a call repeats when it began."""
    return parse_timestamp(text)


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None


def match_own_legs(book: CallBook, legs: Sequence[ActiveCall]) -> MatchedLegs:
    """Return the legs with their calls in the book."""
    return list(zip(legs, match_legs(book, legs), strict=True))


def describe_legs(book: CallBook, own: MatchedLegs) -> tuple[Call, ...]:
    """Return the extension's calls, the most important and newest first; ``own`` are its legs with their calls."""
    identities = [_identity(leg) for leg, _ in own]
    calls: list[Call] = []
    for (leg, index), identity in zip(own, identities, strict=True):
        if index is None:
            continue
        call_id = f"{identity}/{leg.party_id}" if identities.count(identity) > 1 and leg.party_id else identity
        calls.append(as_call(book[index], leg_state(leg), leg, call_id))
    return tuple(sorted(calls, key=_rank))


def _rank(call: Call) -> tuple[int, float, str]:
    started = call.started_at.timestamp() if call.started_at is not None else 0.0
    return _IMPORTANCE[call.state], -started, call.call_id
