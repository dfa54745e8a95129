"""The story of one call: what has to be reported of it after what was reported and what is true now."""

from typing import Protocol

import msgspec

from .legs import TERMINATION_FINAL, TRANSITIONAL_END
from .order import Moment
from .vocabulary import ENDS, STARTS, Call, CallState, Source, Transition, TransitionKind as Kind

# A start is reported only while it is younger than this, in seconds by the server's clock.
FRESH_FOR = 15.0

# An unanswered call waits this many seconds for another extension to be seen answering it; and longer where its end was
# not final, since it may ring again (captures of 2015: after 6.2 s).
VERDICT_AFTER = 2.0
VERDICT_AFTER_OPEN_END = 10.0

# An answer or an end that comes before its ring waits this many seconds for it, so that all are reported, and in order.
RING_AWAITED_FOR = 0.5

# What a call that comes to a state did; an answer goes before it where the call rang or dialed.
_COMES_TO = {
    CallState.RINGING: Kind.RINGING,
    CallState.DIALING: Kind.DIALING,
    CallState.CONNECTED: Kind.ANSWERED,
    CallState.ON_HOLD: Kind.HELD,
    CallState.PARKED: Kind.PARKED,
}
_RUNGS = (CallState.RINGING, CallState.DIALING)
_ASIDE = (CallState.ON_HOLD, CallState.PARKED)


class Judge(Protocol):
    """Knows of the calls of all extensions what decides how an unanswered one ended."""

    def was_answered_elsewhere(self, extension_id: str, call: Call) -> bool:
        """Return whether another leg of the call's session was answered while it rang, or soon after."""

    def is_anothers(self, extension_id: str, call: Call) -> bool:
        """Return whether there is evidence that the call was another extension's, which rang here, too."""


class Report(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """How far a call's story was reported; ``call`` is the call as it was then, under the id it was reported by.

    ``state`` is what it did last while it went on. Monotonic: ``due``, when a pending end is to be reported,
    ``rings_until``, when ringing that seems to be over will be, and ``held_until``, until when nothing is reported of a
    call of which no ring was seen. ``is_answered``: its answer was reported. ``is_settled``: nothing is left to report
    of its end.
    """

    call: Call
    state: CallState | None = None
    is_announced: bool = False
    is_answered: bool = False
    end: Kind | None = None
    is_settled: bool = False
    rings: bool = False
    due: float | None = None
    rings_until: float | None = None
    held_until: float | None = None


class News(msgspec.Struct, gc=False):
    """What is to be reported: transitions, calls that stopped ringing, missed calls that are taken back.

    ``learned`` are calls of which other extensions' verdicts have to know.
    """

    transitions: list[Transition] = []
    stopped: list[Transition] = []
    retracted: list[Call] = []
    learned: list[Call] = []

    def and_then(self, later: News) -> News:
        """Return the news with later ones."""
        return News(*(getattr(self, name) + getattr(later, name) for name in self.__struct_fields__))


def follow(extension_id: str, report: Report, call: Call, moment: Moment, news: News) -> Report:
    """Return how far a call's story is reported after what is true of it now."""
    if call.is_over:
        return _follow_end(extension_id, report, call, moment, news)
    if call.state is CallState.UNKNOWN:
        return _replace(report, call=call, held_until=None)
    if report.held_until is not None and call.source is Source.SNAPSHOT:
        # A read says what an event had said, which is still to be reported.
        call = _replace(call, source=Source.LIVE)
    is_news = call.source in (Source.LIVE, Source.REPLAY) and moment.server - call.since < FRESH_FOR
    if is_news and call.state is not CallState.RINGING and report.state is None and report.end is None:
        held_until = _hold(report, call, moment)
        if held_until is not None and held_until > moment.monotonic:
            return _replace(report, call=call, held_until=held_until, is_settled=False)
        report = catch_up(extension_id, report, call, moment, news)
    if _is_live(report) and not _was_read_first(report, call):
        kinds = _steps(report.state, call.state)
    else:
        kinds = (_COMES_TO[call.state],)
    if call.source is Source.REPLAY:
        kinds = tuple([kind for kind in kinds if kind in STARTS][-1:])
    if report.end is not None or not is_news or _was_reported(report, call):
        # What goes on after its end was reported is no other call: that one would have another id.
        kinds = ()
    is_announced, is_answered = report.is_announced, report.is_answered
    for kind in kinds:
        is_announced, is_answered = is_announced or kind in STARTS, is_answered or kind is Kind.ANSWERED
        news.transitions.append(transition(extension_id, call, kind, call.since))
    rings = call.state is CallState.RINGING
    if report.rings and not rings and is_announced:
        news.stopped.append(stop(extension_id, call))
    return Report(
        call=call, state=call.state, is_announced=is_announced, is_answered=is_answered, end=report.end, rings=rings
    )


def _was_read_first(report: Report, call: Call) -> bool:
    """Return whether an event says what a snapshot had said before, which reports no starts."""
    if report.state is not call.state or report.call.source is call.source:
        return False
    is_answer = call.state is CallState.CONNECTED and not report.is_answered
    return not report.is_announced or (is_answer and call.source is Source.LIVE)


def _was_reported(report: Report, call: Call) -> bool:
    """Return whether a call came to its state only once, and that was reported, be it of another time."""
    if call.state in _RUNGS and report.is_announced:
        is_first_ring = call.answered_at is None and report.call.ringing_at is not None
        return is_first_ring or call.since <= report.call.since
    return call.state is CallState.CONNECTED and report.is_answered and call.answered_at == call.since


def _hold(report: Report, call: Call, moment: Moment) -> float | None:
    """Return until when nothing is reported of a call whose ring may still come, or ``None``."""
    if report.state is not None or call.is_outbound or call.source is not Source.LIVE or call.ringing_at is not None:
        return None
    return moment.monotonic + RING_AWAITED_FOR if report.held_until is None else report.held_until


def catch_up(extension_id: str, report: Report, call: Call, moment: Moment, news: News) -> Report:
    """Report the ring and the answer of a call that is further already, since their events came out of order."""
    # Of an end alone nothing was reported: it may be that of a call before the start.
    is_held = report.held_until is not None or (report.is_settled and not report.call.was_live)
    is_held = is_held and report.state is None
    if call.source is not Source.LIVE or report.end is not None or not (is_held or report.state is CallState.RINGING):
        return report
    if is_held and call.ringing_at is not None and moment.server - call.ringing_at < FRESH_FOR:
        rings = _replace(call, state=CallState.RINGING, since=call.ringing_at, answered_at=None, ended_at=None)
        news.transitions.append(transition(extension_id, rings, Kind.RINGING, call.ringing_at))
        news.stopped.append(stop(extension_id, call))
        report = _replace(report, state=CallState.RINGING, is_announced=True)
    answered_at = call.answered_at
    if answered_at is None or (call.ended_at is not None and answered_at > call.ended_at):
        # A read that lags may be put before the end although it was requested after it.
        return report
    if not report.is_answered and moment.server - answered_at < FRESH_FOR:
        talks = _replace(call, state=CallState.CONNECTED, since=answered_at, ended_at=None)
        news.transitions.append(transition(extension_id, talks, Kind.ANSWERED, answered_at))
        report = _replace(report, state=CallState.CONNECTED, is_announced=True, is_answered=True, is_settled=False)
    return report


def _is_live(report: Report) -> bool:
    """Return whether a call goes on as far as was reported, be it after a moment without a call."""
    return report.state is not None and not report.is_settled


def _steps(former: CallState | None, state: CallState) -> tuple[Kind, ...]:
    """Return what happened to a call that did something and now does something else."""
    if former is state or (state is CallState.DIALING and former is not None):
        return ()
    if former is CallState.DIALING and state is CallState.RINGING:
        return ()
    if state is CallState.CONNECTED and former in _ASIDE:
        return (Kind.RESUMED,)
    if state in _ASIDE and former in _RUNGS:
        return (Kind.ANSWERED, _COMES_TO[state])
    return (_COMES_TO[state],)


def may_be_missed(call: Call) -> bool:
    """Return whether a call rang here, or may have, and was not answered here."""
    return call.answered_at is None and not call.is_outbound


def _grace(call: Call) -> float:
    """Return for how many seconds after its end a call's verdict waits."""
    is_final = call.termination_type == TERMINATION_FINAL
    if may_be_missed(call):
        return VERDICT_AFTER if is_final else VERDICT_AFTER_OPEN_END
    return 0.0 if is_final else TRANSITIONAL_END


def _follow_end(extension_id: str, report: Report, call: Call, moment: Moment, news: News) -> Report:
    now = moment.monotonic
    if report.is_settled and (report.call.was_live or not call.was_live):
        return _replace(report, call=call, held_until=None)
    is_recent = call.source is Source.REPLAY or (call.source is Source.LIVE and moment.server - call.since < FRESH_FOR)
    if not report.is_announced and (not call.was_live or (report.state is None and not is_recent)):
        return _replace(report, call=call, held_until=None, is_settled=True)
    held_until = _hold(report, call, moment)
    if held_until is None:
        report = catch_up(extension_id, report, call, moment, news)
    due, rings, rings_until = report.due, report.rings, report.rings_until
    if call.termination_type == TERMINATION_FINAL:
        due, rings_until = min(now + _grace(call), float("inf") if due is None else due), None
        is_silent = True
    else:
        is_silent = not rings or (rings_until is not None and rings_until <= now)
        if due is None:
            due, rings_until = now + _grace(call), now + TRANSITIONAL_END if rings else None
    if rings and is_silent:
        rings = False
        if report.is_announced or call.source is Source.LIVE:
            news.stopped.append(stop(extension_id, call))
    return _replace(
        report,
        call=call,
        due=max(due, held_until or due),
        rings=rings,
        rings_until=rings_until,
        held_until=held_until,
        is_settled=False,
    )


def settle_one(extension_id: str, report: Report, kind: Kind, news: News) -> Report:
    """Report an end, if the call's beginning was reported or the end is news by itself."""
    call = report.call
    is_news = call.source is Source.LIVE or (call.source is Source.REPLAY and kind is Kind.MISSED)
    if report.is_announced or (is_news and report.end is None):
        news.transitions.append(transition(extension_id, call, kind, call.ended_at or call.since))
        report = _replace(report, end=kind)
    return _replace(
        report, due=None, rings=False, rings_until=None, held_until=None, is_settled=True, is_announced=False
    )


def verdict(extension_id: str, call: Call, judge: Judge, *, may_be_anothers: bool) -> Kind:
    """Return how a call has ended; ``may_be_anothers`` is whether calls of other extensions ring here, too."""
    if not may_be_missed(call) or (may_be_anothers and judge.is_anothers(extension_id, call)):
        return Kind.ENDED
    if judge.was_answered_elsewhere(extension_id, call):
        return Kind.ANSWERED_ELSEWHERE
    # Other members of the queue may not be watched, so it can't be known whether anybody answered.
    return Kind.ENDED if call.is_queue_call else Kind.MISSED


def transition(extension_id: str, call: Call, kind: Kind, at: float) -> Transition:
    """Return what happened to a call at a time (server's Unix seconds)."""
    is_end = kind in ENDS
    rang_until = call.answered_at if call.answered_at is not None else (call.ended_at if is_end else None)
    return Transition(
        extension_id=extension_id,
        kind=kind,
        call=call,
        at=at,
        is_recovered=call.source is not Source.LIVE,
        answered=call.answered_at is not None if is_end else None,
        ring_seconds=_seconds(call.ringing_at, rang_until),
        talk_seconds=_seconds(call.answered_at, call.ended_at) if is_end else None,
    )


def stop(extension_id: str, call: Call) -> Transition:
    """Return that a call has stopped ringing; of an end the kind is no verdict yet."""
    kind, at = (Kind.ENDED, call.ended_at) if call.is_over else (Kind.ANSWERED, call.answered_at)
    return _replace(transition(extension_id, call, kind, at or 0.0), answered=not call.is_over)


def _seconds(since: float | None, until: float | None) -> float | None:
    return None if since is None or until is None else max(0.0, round(until - since, 3))


_replace = msgspec.structs.replace
