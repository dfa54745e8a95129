"""What was reported of an extension's calls, and what has to be reported now that something else is true.

Pure: what has to wait (an end that may be transitional, a verdict) is kept as a deadline, which the caller arms.
"""

from collections.abc import Iterator
from typing import Protocol

import msgspec

from .legs import TERMINATION_FINAL, TRANSITIONAL_END
from .order import Moment
from .vocabulary import ENDS, STARTS, Call, CallState, ExtensionState, Source, Transition, TransitionKind as Kind

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


class Ledger(msgspec.Struct, frozen=True, gc=False):
    """What was reported of an extension's calls, by their ids in its state; ``seen`` are the calls as of then.

    ``due`` is when :func:`settle` has work (monotonic).
    """

    reports: dict[str, Report] = {}
    seen: tuple[Call, ...] = ()
    due: float | None = None

    def shown(self, state: ExtensionState) -> ExtensionState:
        """Return a state whose calls have the ids that they were reported by."""
        renamed = [id_ for id_, report in self.reports.items() if report.call.call_id != id_]
        if not renamed:
            return state
        names = {id_: self.reports[id_].call.call_id for id_ in renamed}
        calls = tuple(
            msgspec.structs.replace(call, call_id=names[call.call_id]) if call.call_id in names else call
            for call in state.calls
        )
        return msgspec.structs.replace(state, calls=calls)

    def ringing(self) -> tuple[Call, ...]:
        """Return the calls that ring, or may ring on after a moment without a call."""
        return tuple(
            msgspec.structs.replace(report.call, state=CallState.RINGING)
            for report in self.reports.values()
            if report.rings
        )


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


def reconcile(extension_id: str, ledger: Ledger, state: ExtensionState, moment: Moment) -> tuple[Ledger, News]:
    """Compare what is true of calls with what was reported of them; return the ledger after it and the news."""
    news = News([], [], [], [])
    if state.known is ledger.seen:
        return ledger, news
    reports = dict(ledger.reports)
    for call in state.known:
        report = reports.get(call.call_id)
        if report is not None and report.call is call:
            continue
        if report is not None and _is_another(report.call, call):
            # A late observation showed that another call goes by this id.
            reports[f"{call.call_id}?"] = reports.pop(call.call_id)
            report = None
        if report is not None and call.is_over and (heir := _heir(report, call, state.known, reports)) is not None:
            reports[heir.call_id] = report
            report = Report(call=_with_free_id(call, reports), is_settled=True)
        elif report is not None and report.call.is_over and not call.is_over:
            report = _join(extension_id, reports, call, state, news) or report
        is_new = report is None
        if report is None or not (report.is_announced or report.end is not None):
            report = _adopt(reports, call, state) or report
        if report is None:
            report = Report(call=_with_free_id(call, reports))
        named = call if call.call_id == report.call.call_id else _replace(call, call_id=report.call.call_id)
        if is_new or named.answered_at != report.call.answered_at:
            news.learned.append(named)
            news.retracted += _retract(reports, named)
            report = reports.get(call.call_id, report)
        if is_new and named.state is CallState.RINGING:
            _supersede(extension_id, reports, named, news)
        reports[call.call_id] = _follow(extension_id, report, named, moment, news)
    if len(reports) > len(state.known):
        _follow_gone(extension_id, reports, state, moment, news)
    return Ledger(reports, state.known, _next_due(reports)), news


def _adopt(reports: dict[str, Report], call: Call, state: ExtensionState) -> Report | None:
    """Return what was reported of a call under another id, before a late observation gave it this one."""
    known = {one.call_id for one in state.known}
    for call_id, report in reports.items():
        if call_id not in known and _is_same(report, call):
            return reports.pop(call_id)
    return None


def _heir(report: Report, call: Call, known: tuple[Call, ...], reports: dict[str, Report]) -> Call | None:
    """Return the call that what was reported of another one is true of: a late end showed that it began again since."""
    told = report.call
    if told.is_over or report.state is None:
        return None
    for other in known:
        if other.call_id not in reports and (other.since, other.state) == (told.since, told.state):
            return other if _share_session(other, call) else None
    return None


def _join(
    extension_id: str, reports: dict[str, Report], call: Call, state: ExtensionState, news: News
) -> Report | None:
    """Return what was reported of another call that a late observation showed to be a part of one; end the former."""
    known = {one.call_id for one in state.known}
    for call_id, report in reports.items():
        told = report.call
        if call_id in known or not report.is_announced or not _share_session(told, call):
            continue
        if (told.since, told.state) == (call.since, call.state):
            _settle_one(extension_id, reports[call.call_id], Kind.ENDED, news)
            return reports.pop(call_id)
    return None


def _with_free_id(call: Call, reports: dict[str, Report]) -> Call:
    """Return a call under an id that no other was reported by."""
    taken, call_id, number = {report.call.call_id for report in reports.values()}, call.call_id, 2
    while call_id in taken:
        call_id, number = f"{call.call_id}#{number}", number + 1
    return call if call_id == call.call_id else _replace(call, call_id=call_id)


def _is_same(report: Report, call: Call) -> bool:
    if call.twin_session_id is not None and report.call.session_id in (call.session_id, call.twin_session_id):
        return True
    names = ("session_id", "telephony_session_id", "party_id", "leg_id")
    pairs = [(getattr(report.call, name), getattr(call, name)) for name in names]
    shared = [one == other for one, other in pairs if one and other]
    return all(shared) if shared else not (report.is_settled or call.is_over)


def _is_another(one: Call, other: Call) -> bool:
    """Return whether two calls under one id differ in their party, or in their direction, and in their leg."""
    if other.twin_session_id is not None and one.party_id in (None, other.party_id, other.twin_party_id):
        return False
    sessions = (None, one.session_id, one.telephony_session_id)
    is_same_leg = one.leg_id == other.leg_id and one.leg_id not in sessions
    return not is_same_leg and any(
        first is not None and second is not None and first != second
        for first, second in ((one.party_id, other.party_id), (one.direction, other.direction))
    )


def _share_session(one: Call, other: Call) -> bool:
    return (one.session_id is not None and one.session_id == other.session_id) or (
        one.telephony_session_id is not None and one.telephony_session_id == other.telephony_session_id
    )


def _retract(reports: dict[str, Report], answered: Call) -> Iterator[Call]:
    """Yield the calls that were reported as missed although their session is answered here after all."""
    if answered.answered_at is None or answered.is_outbound:
        return
    for call_id, report in reports.items():
        if report.end is Kind.MISSED and _share_session(report.call, answered):
            reports[call_id] = _replace(report, end=Kind.ENDED)
            yield report.call


def _supersede(extension_id: str, reports: dict[str, Report], ringing: Call, news: News) -> None:
    """End what waits for its verdict when the same session rings again: it was no missed call."""
    for call_id, report in reports.items():
        call = report.call
        if (
            report.due is not None
            and _may_be_missed(call)
            and _share_session(call, ringing)
            and (call.ended_at or 0.0) <= ringing.since
        ):
            reports[call_id] = _settle_one(extension_id, report, Kind.ENDED, news)


def _follow_gone(
    extension_id: str, reports: dict[str, Report], state: ExtensionState, moment: Moment, news: News
) -> None:
    """Follow what a late observation showed not to have been, or what is forgotten."""
    known = {call.call_id for call in state.known}
    for call_id in [one for one in reports if one not in known]:
        report = reports[call_id]
        if report.is_settled or report.state is None:
            del reports[call_id]
        elif report.due is None:
            gone = _replace(
                report.call, state=CallState.ENDED, ended_at=moment.server, since=moment.server, source=Source.LIVE
            )
            reports[call_id] = _follow(extension_id, report, gone, moment, news)


def _follow(extension_id: str, report: Report, call: Call, moment: Moment, news: News) -> Report:
    """Return how far a call's story is reported after what is true of it now."""
    if call.is_over:
        return _follow_end(extension_id, report, call, moment, news)
    if call.state is CallState.UNKNOWN:
        return _replace(report, call=call, held_until=None)
    is_news = call.source in (Source.LIVE, Source.REPLAY) and moment.server - call.since < FRESH_FOR
    if is_news and call.state is not CallState.RINGING and report.state is None and report.end is None:
        held_until = _hold(report, call, moment)
        if held_until is not None and held_until > moment.monotonic:
            return _replace(report, call=call, held_until=held_until)
        report = _catch_up(extension_id, report, call, moment, news)
    if _is_live(report) and not _was_read_first(report, call):
        kinds = _steps(report.state, call.state)
    else:
        kinds = (_COMES_TO[call.state],)
    if call.source is Source.REPLAY:
        kinds = tuple([kind for kind in kinds if kind in STARTS][-1:])
    goes_back = report.is_announced and call.state in _RUNGS and call.since <= report.call.since
    if report.end is not None or not is_news or goes_back:
        # What goes on after its end was reported is no other call: that one would have another id.
        kinds = ()
    is_announced, is_answered = report.is_announced, report.is_answered
    for kind in kinds:
        is_announced, is_answered = is_announced or kind in STARTS, is_answered or kind is Kind.ANSWERED
        news.transitions.append(_transition(extension_id, call, kind, call.since))
    rings = call.state is CallState.RINGING
    if report.rings and not rings and is_announced:
        news.stopped.append(_stop(extension_id, call))
    return Report(
        call=call, state=call.state, is_announced=is_announced, is_answered=is_answered, end=report.end, rings=rings
    )


def _was_read_first(report: Report, call: Call) -> bool:
    """Return whether an event says what a snapshot had said before, which reports no starts."""
    if report.state is not call.state or report.call.source is call.source:
        return False
    is_answer = call.state is CallState.CONNECTED and not report.is_answered
    return not report.is_announced or (is_answer and call.source is Source.LIVE)


def _hold(report: Report, call: Call, moment: Moment) -> float | None:
    """Return until when nothing is reported of a call whose ring may still come, or ``None``."""
    if report.state is not None or call.is_outbound or call.source is not Source.LIVE or call.ringing_at is not None:
        return None
    return moment.monotonic + RING_AWAITED_FOR if report.held_until is None else report.held_until


def _catch_up(extension_id: str, report: Report, call: Call, moment: Moment, news: News) -> Report:
    """Report the ring and the answer of a call that is further already, since their events came out of order."""
    # Of an end alone nothing was reported: it may be that of a call before the start.
    is_held = report.held_until is not None or (report.is_settled and not report.call.was_live)
    is_held = is_held and report.state is None
    if call.source is not Source.LIVE or report.end is not None or not (is_held or report.state is CallState.RINGING):
        return report
    if is_held and call.ringing_at is not None and moment.server - call.ringing_at < FRESH_FOR:
        rings = _replace(call, state=CallState.RINGING, since=call.ringing_at, answered_at=None, ended_at=None)
        news.transitions.append(_transition(extension_id, rings, Kind.RINGING, call.ringing_at))
        news.stopped.append(_stop(extension_id, call))
        report = _replace(report, state=CallState.RINGING, is_announced=True)
    if not report.is_answered and call.answered_at is not None and moment.server - call.answered_at < FRESH_FOR:
        talks = _replace(call, state=CallState.CONNECTED, since=call.answered_at, ended_at=None)
        news.transitions.append(_transition(extension_id, talks, Kind.ANSWERED, call.answered_at))
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


def _may_be_missed(call: Call) -> bool:
    return call.answered_at is None and not call.is_outbound


def _grace(call: Call) -> float:
    """Return for how many seconds after its end a call's verdict waits."""
    is_final = call.termination_type == TERMINATION_FINAL
    if _may_be_missed(call):
        return VERDICT_AFTER if is_final else VERDICT_AFTER_OPEN_END
    return 0.0 if is_final else TRANSITIONAL_END


def _follow_end(extension_id: str, report: Report, call: Call, moment: Moment, news: News) -> Report:
    now = moment.monotonic
    if report.is_settled and (report.call.was_live or not call.was_live):
        return _replace(report, call=call)
    is_recent = call.source is Source.REPLAY or (call.source is Source.LIVE and moment.server - call.since < FRESH_FOR)
    if not report.is_announced and (not call.was_live or (report.state is None and not is_recent)):
        return _replace(report, call=call, held_until=None, is_settled=True)
    held_until = _hold(report, call, moment)
    if held_until is None:
        report = _catch_up(extension_id, report, call, moment, news)
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
            news.stopped.append(_stop(extension_id, call))
    return _replace(
        report,
        call=call,
        due=max(due, held_until or due),
        rings=rings,
        rings_until=rings_until,
        held_until=held_until,
        is_settled=False,
    )


def settle(
    extension_id: str, ledger: Ledger, moment: Moment, judge: Judge, *, may_be_anothers: bool
) -> tuple[Ledger, News]:
    """Report the ends whose wait is over; ringing that did not go on is over, too.

    ``may_be_anothers`` is whether calls of other extensions ring here, too.
    """
    news, after = News([], [], [], []), dict(ledger.reports)
    for call_id, report in ledger.reports.items():
        if report.rings_until is not None and report.rings_until <= moment.monotonic:
            if report.is_announced or report.call.source is Source.LIVE:
                news.stopped.append(_stop(extension_id, report.call))
            report = after[call_id] = _replace(report, rings=False, rings_until=None)
        if report.due is None and report.held_until is not None and report.held_until <= moment.monotonic:
            after[call_id] = _follow(extension_id, report, report.call, moment, news)
        if report.due is not None and report.due <= moment.monotonic:
            report = _catch_up(extension_id, report, report.call, moment, news)
            kind = _verdict(extension_id, report.call, judge, may_be_anothers=may_be_anothers)
            after[call_id] = _settle_one(extension_id, report, kind, news)
    return Ledger(after, ledger.seen, _next_due(after)), news


def _settle_one(extension_id: str, report: Report, kind: Kind, news: News) -> Report:
    """Report an end, if the call's beginning was reported or the end is news by itself."""
    call = report.call
    is_news = call.source is Source.LIVE or (call.source is Source.REPLAY and kind is Kind.MISSED)
    if report.is_announced or (is_news and report.end is None):
        news.transitions.append(_transition(extension_id, call, kind, call.ended_at or call.since))
        report = _replace(report, end=kind)
    return _replace(
        report, due=None, rings=False, rings_until=None, held_until=None, is_settled=True, is_announced=False
    )


def _verdict(extension_id: str, call: Call, judge: Judge, *, may_be_anothers: bool) -> Kind:
    if not _may_be_missed(call) or (may_be_anothers and judge.is_anothers(extension_id, call)):
        return Kind.ENDED
    if judge.was_answered_elsewhere(extension_id, call):
        return Kind.ANSWERED_ELSEWHERE
    # Other members of the queue may not be watched, so it can't be known whether anybody answered.
    return Kind.ENDED if call.is_queue_call else Kind.MISSED


def end_all(extension_id: str, ledger: Ledger, moment: Moment) -> News:
    """Return the end of every call that was reported as started, because the extension is no longer followed."""
    news = News([], [], [], [])
    for report in ledger.reports.values():
        if report.is_announced:
            ended = _replace(report.call, state=CallState.ENDED, ended_at=moment.server, source=Source.SNAPSHOT)
            if report.rings:
                news.stopped.append(_stop(extension_id, ended))
            news.transitions.append(_transition(extension_id, ended, Kind.ENDED, moment.server))
    return news


def _next_due(reports: dict[str, Report]) -> float | None:
    dues = [
        at
        for one in reports.values()
        if one.due is not None or one.held_until is not None
        for at in (one.due or one.held_until, one.rings_until)
        if at is not None
    ]
    return min(dues, default=None)


def _transition(extension_id: str, call: Call, kind: Kind, at: float) -> Transition:
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


def _stop(extension_id: str, call: Call) -> Transition:
    """Return that a call has stopped ringing; of an end the kind is no verdict yet."""
    kind, at = (Kind.ENDED, call.ended_at) if call.is_over else (Kind.ANSWERED, call.answered_at)
    return _replace(_transition(extension_id, call, kind, at or 0.0), answered=not call.is_over)


def _seconds(since: float | None, until: float | None) -> float | None:
    return None if since is None or until is None else max(0.0, round(until - since, 3))


_replace = msgspec.structs.replace
