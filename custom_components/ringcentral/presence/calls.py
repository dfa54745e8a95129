"""From two lists of calls to what happened: ringing, answered, held, ended, missed.

Pure: what has to wait (an end that may be transitional, a verdict) is kept as a deadline, which the caller arms.
"""

from collections import OrderedDict
from collections.abc import Sequence

import msgspec

from ..api.models import TERMINATION_FINAL, ActiveCall
from .legs import (
    Call,
    CallBook,
    CallState,
    MatchedLegs,
    Source,
    TrackedCall,
    TransitionKind,
    as_call,
    leg_state,
    match_own_legs,
)
from .ordering import Moment

# With several devices ringing, a NoCall that is not final can be followed at once by Ringing or CallConnected of the
# same session (reference 5.3); one that lasts this many seconds is an end.
TRANSITIONAL_END = 1.5

# An unanswered call waits this many seconds for another extension to be seen answering it.
VERDICT_AFTER = 2.0

# A start is told only by an event that is younger than this, in seconds by the server's clock.
FRESH_FOR = 15.0

_TALKING = frozenset({CallState.CONNECTED, CallState.ON_HOLD, CallState.PARKED})


ENDS = frozenset({TransitionKind.ENDED, TransitionKind.MISSED, TransitionKind.ANSWERED_ELSEWHERE})


class Transition(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something that happened to a call.

    ``at`` is the server's time in Unix seconds. ``is_recovered`` marks what was learned late, by REST or a replay.
    ``answered`` is set on ends; ``ring_seconds`` and ``talk_seconds`` where their begin was seen.
    """

    extension_id: str
    kind: TransitionKind
    call: Call
    at: float
    is_recovered: bool = False
    answered: bool | None = None
    ring_seconds: float | None = None
    talk_seconds: float | None = None


class Observation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The circumstances in which a list of calls was learned; ``at`` is the server's time of sending."""

    source: Source
    at: float
    moment: Moment

    @property
    def may_start(self) -> bool:
        """Whether a start may be told: only live, and only while it is fresh."""
        return self.source is Source.LIVE and self.moment.server - self.at < FRESH_FOR


class AnsweredSessions:
    """Which inbound legs were answered lately, over all watched extensions; memory is bounded."""

    def __init__(self, capacity: int = 1024) -> None:
        """Remember the last ``capacity`` sessions."""
        self._capacity = capacity
        self._legs: OrderedDict[tuple[str, ...], list[tuple[str, str, float]]] = OrderedDict()

    def add(self, extension_id: str, call: TrackedCall) -> None:
        """Remember that an extension's leg was answered."""
        if call.answered_at is None or call.is_outbound:
            return
        for key in _session_keys(call):
            legs = self._legs.setdefault(key, [])
            legs.append((extension_id, call.call_id, call.answered_at))
            del legs[:-16]
            self._legs.move_to_end(key)
        while len(self._legs) > self._capacity:
            self._legs.popitem(last=False)

    def was_answered_elsewhere(self, extension_id: str, call: TrackedCall) -> bool:
        """Tell whether another leg of the call's session was answered while it rang, or within the verdict's wait."""
        since = call.ringing_at if call.ringing_at is not None else float("-inf")
        until = (call.ended_at if call.ended_at is not None else float("inf")) + VERDICT_AFTER
        return any(
            (other, call_id) != (extension_id, call.call_id) and since <= answered_at <= until
            for key in _session_keys(call)
            for other, call_id, answered_at in self._legs.get(key, ())
        )


def _session_keys(call: TrackedCall) -> list[tuple[str, ...]]:
    known = call.details.leg
    keys = (("session", known.session_id), ("telephony session", known.telephony_session_id))
    return [(name, value) for name, value in keys if value]


# From what a call did to what it does: what happened. ``None`` is a call not followed before.
_STEPS: dict[tuple[CallState | None, CallState], tuple[TransitionKind, ...]] = {
    (None, CallState.RINGING): (TransitionKind.RINGING,),
    (None, CallState.DIALING): (TransitionKind.DIALING,),
    (None, CallState.CONNECTED): (TransitionKind.ANSWERED,),
    (None, CallState.ON_HOLD): (TransitionKind.HELD,),
    (None, CallState.PARKED): (TransitionKind.PARKED,),
    (CallState.RINGING, CallState.CONNECTED): (TransitionKind.ANSWERED,),
    (CallState.RINGING, CallState.ON_HOLD): (TransitionKind.ANSWERED, TransitionKind.HELD),
    (CallState.RINGING, CallState.PARKED): (TransitionKind.ANSWERED, TransitionKind.PARKED),
    (CallState.DIALING, CallState.CONNECTED): (TransitionKind.ANSWERED,),
    (CallState.DIALING, CallState.ON_HOLD): (TransitionKind.ANSWERED, TransitionKind.HELD),
    (CallState.DIALING, CallState.PARKED): (TransitionKind.ANSWERED, TransitionKind.PARKED),
    (CallState.CONNECTED, CallState.ON_HOLD): (TransitionKind.HELD,),
    (CallState.CONNECTED, CallState.PARKED): (TransitionKind.PARKED,),
    (CallState.CONNECTED, CallState.RINGING): (TransitionKind.RINGING,),
    (CallState.ON_HOLD, CallState.CONNECTED): (TransitionKind.RESUMED,),
    (CallState.ON_HOLD, CallState.PARKED): (TransitionKind.PARKED,),
    (CallState.ON_HOLD, CallState.RINGING): (TransitionKind.RINGING,),
    (CallState.PARKED, CallState.CONNECTED): (TransitionKind.RESUMED,),
    (CallState.PARKED, CallState.ON_HOLD): (TransitionKind.HELD,),
    (CallState.PARKED, CallState.RINGING): (TransitionKind.RINGING,),
}

_STARTS = frozenset({TransitionKind.RINGING, TransitionKind.DIALING, TransitionKind.ANSWERED})


def follow_legs(
    extension_id: str, book: CallBook, own: MatchedLegs, seen: Observation
) -> tuple[CallBook, tuple[Transition, ...]]:
    """Bring the calls of the book to what the whole list of the extension's own legs says; return what happened.

    Each leg must have been learned before. A call that the list no longer names has ended, perhaps for a moment only.
    """
    calls = list(book)
    transitions: list[Transition] = []
    listed = {index: leg for leg, index in own if index is not None}
    for index, call in enumerate(book):
        if call.is_live and index not in listed:
            calls[index] = _end(call, seen, is_final=False)
    for index, leg in sorted(listed.items()):
        state = leg_state(leg)
        if state is CallState.ENDED:
            calls[index] = _end(book[index], seen, is_final=leg.termination_type == TERMINATION_FINAL)
        elif state is not CallState.UNKNOWN:
            calls[index], kinds = _advance(book[index], state, seen)
            transitions.extend(_transition(extension_id, calls[index], kind, seen.at) for kind in kinds)
    return tuple(calls), tuple(transitions)


def _advance(call: TrackedCall, state: CallState, seen: Observation) -> tuple[TrackedCall, tuple[TransitionKind, ...]]:
    previous = call.state
    if previous is state:
        return call, ()
    if previous is CallState.ENDED:
        if call.is_told:
            call = TrackedCall(
                call_id=call.call_id,
                identifiers=call.identifiers,
                details=call.details,
                was_end_told=call.was_end_told,
            )
            previous = None
        else:
            # What has stopped ringing begins anew.
            rings_anew = state is CallState.RINGING and not call.is_ringing
            previous = None if rings_anew else call.state_before_end
            call = msgspec.structs.replace(call, due=None, rings_until=None, ended_at=None)
    steps = _STEPS.get((previous, state), ())
    ringing_at, answered_at, was_answered = call.ringing_at, call.answered_at, call.was_answered
    if state is CallState.RINGING and ringing_at is None:
        ringing_at = seen.at
    if state in _TALKING and not was_answered:
        was_answered, answered_at = True, seen.at
    starts = [kind for kind in steps if kind in _STARTS]
    is_announced, untold, untold_at = call.is_announced, call.untold, call.untold_at
    if seen.may_start:
        is_announced = is_announced or bool(starts)
    else:
        if seen.source is Source.REPLAY and starts:
            untold, untold_at = starts[-1], seen.at
        steps = ()
    return (
        msgspec.structs.replace(
            call,
            state=state,
            is_announced=is_announced,
            was_answered=was_answered,
            ringing_at=ringing_at,
            answered_at=answered_at,
            untold=untold,
            untold_at=untold_at,
        ),
        steps,
    )


def _end(call: TrackedCall, seen: Observation, *, is_final: bool) -> TrackedCall:
    """Mark a call as over, and when that may be told."""
    if call.state is None:
        # Over before it was ever seen going on: there is nothing to tell, unless a late event tells that it rang.
        return msgspec.structs.replace(
            call, state=CallState.ENDED, ended_at=seen.at, end_source=seen.source, is_told=True
        )
    now = seen.moment.monotonic
    may_be_missed = not call.was_answered and not call.is_outbound
    if call.state is CallState.ENDED:
        if is_final and call.due is not None:
            return msgspec.structs.replace(call, due=call.due if may_be_missed else now, rings_until=None)
        return call
    return msgspec.structs.replace(
        call,
        state=CallState.ENDED,
        state_before_end=call.state,
        ended_at=seen.at,
        end_source=seen.source,
        due=now + (VERDICT_AFTER if may_be_missed else 0.0 if is_final else TRANSITIONAL_END),
        rings_until=None if is_final or call.state is not CallState.RINGING else now + TRANSITIONAL_END,
        untold=None,
    )


def recall_late_legs(book: CallBook, legs: Sequence[ActiveCall], seen: Observation) -> CallBook:
    """Use what a late list says of calls that are over: that one rang after all, or was answered."""
    if seen.source is Source.SNAPSHOT:
        return book
    calls = list(book)
    for leg, index in match_own_legs(book, legs):
        if index is None or calls[index].state is not CallState.ENDED:
            continue
        call = calls[index]
        state = leg_state(leg)
        if call.due is not None and not call.was_answered and state in _TALKING:
            calls[index] = msgspec.structs.replace(call, was_answered=True, answered_at=seen.at)
        elif call.is_told and call.state_before_end is None and state is CallState.RINGING and _is_recent(seen):
            calls[index] = msgspec.structs.replace(
                call,
                state_before_end=CallState.RINGING,
                ringing_at=seen.at,
                is_told=False,
                due=seen.moment.monotonic + VERDICT_AFTER,
            )
    return tuple(calls)


def _is_recent(seen: Observation) -> bool:
    return seen.source is Source.REPLAY or seen.may_start


def settle(
    extension_id: str, book: CallBook, moment: Moment, answered: AnsweredSessions
) -> tuple[CallBook, tuple[Transition, ...]]:
    """Tell the ends whose wait is over; ringing that went on no more is over, too."""
    due = next_due(book)
    if due is None or due > moment.monotonic:
        return book, ()
    calls: list[TrackedCall] = []
    transitions: list[Transition] = []
    for call in book:
        if call.rings_until is not None and call.rings_until <= moment.monotonic:
            call = msgspec.structs.replace(call, rings_until=None)
        if call.due is not None and call.due <= moment.monotonic:
            kind = _verdict(extension_id, call, answered)
            is_news = call.end_source is Source.LIVE or (
                call.end_source is Source.REPLAY and kind is TransitionKind.MISSED
            )
            tells = call.is_announced or (is_news and not call.was_end_told)
            if tells:
                transitions.append(_transition(extension_id, call, kind, call.ended_at or moment.server))
            call = msgspec.structs.replace(call, due=None, is_told=True, was_end_told=call.was_end_told or tells)
        calls.append(call)
    return tuple(calls), tuple(transitions)


def end_all(extension_id: str, book: CallBook, moment: Moment) -> tuple[Transition, ...]:
    """Tell the end of every call that was told as started, because nothing more will be heard of the extension."""
    ended = (
        msgspec.structs.replace(call, state=CallState.ENDED, ended_at=moment.server, end_source=Source.SNAPSHOT)
        for call in book
        if call.is_announced and not call.is_told
    )
    return tuple(_transition(extension_id, call, TransitionKind.ENDED, moment.server) for call in ended)


def _verdict(extension_id: str, call: TrackedCall, answered: AnsweredSessions) -> TransitionKind:
    if call.was_answered or call.is_outbound:
        return TransitionKind.ENDED
    if answered.was_answered_elsewhere(extension_id, call):
        return TransitionKind.ANSWERED_ELSEWHERE
    # Other members of the queue may not be watched, so it can't be known whether anybody answered.
    return TransitionKind.ENDED if call.details.is_queue_call else TransitionKind.MISSED


def tell_replayed(extension_id: str, book: CallBook, moment: Moment) -> tuple[CallBook, tuple[Transition, ...]]:
    """After a replay, tell the starts of calls that still do what the replay said last, if that is fresh."""
    if all(call.untold is None for call in book):
        return book, ()
    calls: list[TrackedCall] = []
    transitions: list[Transition] = []
    for call in book:
        if call.untold is not None:
            if call.is_live and moment.server - call.untold_at < FRESH_FOR:
                transition = _transition(extension_id, call, call.untold, call.untold_at)
                transitions.append(msgspec.structs.replace(transition, is_recovered=True))
                call = msgspec.structs.replace(call, is_announced=True)
            call = msgspec.structs.replace(call, untold=None)
        calls.append(call)
    return tuple(calls), tuple(transitions)


def next_due(book: CallBook) -> float | None:
    """Return when :func:`settle` has work (monotonic), or ``None``."""
    ahead = [call.due for call in book if call.due is not None]
    ahead += [call.rings_until for call in book if call.rings_until is not None]
    return min(ahead, default=None)


def tell_silence(extension_id: str, before: CallBook, book: CallBook, source: Source) -> tuple[Transition, ...]:
    """Return which calls have stopped ringing between two books, with what was learned: answered, or an end.

    Of an end the kind is no verdict yet. As with ends, told is what had been told to begin, or was heard to stop.
    """
    rang = [call.call_id for call in before if call.is_ringing]
    if not rang:
        return ()
    silent: list[Transition] = []
    for call in book:
        if call.call_id not in rang or call.is_ringing:
            continue
        learned_from = source if call.is_live else call.end_source
        if call.is_announced or (not call.is_live and learned_from is Source.LIVE):
            kind, at = TransitionKind.ENDED, call.ended_at
            if call.is_live:
                kind, at = TransitionKind.ANSWERED, call.answered_at
            transition = _transition(extension_id, call, kind, at or 0.0)
            is_recovered = learned_from is not Source.LIVE
            silent.append(msgspec.structs.replace(transition, is_recovered=is_recovered, answered=call.is_live))
    return tuple(silent)


def _transition(extension_id: str, call: TrackedCall, kind: TransitionKind, at: float) -> Transition:
    is_end = kind in ENDS
    rang_until = call.answered_at if call.was_answered else (call.ended_at if is_end else None)
    return Transition(
        extension_id=extension_id,
        kind=kind,
        call=as_call(call, CallState.ENDED if is_end else call.state or CallState.UNKNOWN),
        at=at,
        is_recovered=is_end and call.end_source is not Source.LIVE,
        answered=call.was_answered if is_end else None,
        ring_seconds=_seconds(call.ringing_at, rang_until),
        talk_seconds=_seconds(call.answered_at, call.ended_at) if is_end else None,
    )


def _seconds(since: float | None, until: float | None) -> float | None:
    return None if since is None or until is None else max(0.0, round(until - since, 3))
