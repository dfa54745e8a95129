"""What was reported of an extension's calls, and what has to be reported now that something else is true.

Pure: what has to wait (an end that may be transitional, a verdict) is kept as a deadline, which the caller arms. What
is reported of one call is in :mod:`.story`; here is which report belongs to which call.
"""

from collections.abc import Iterator

import msgspec

from .order import Moment
from .story import Judge, News, Report, catch_up, follow, may_be_missed, settle_one, stop, transition, verdict
from .vocabulary import Call, CallState, ExtensionState, Source, TransitionKind as Kind


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
        reports[call.call_id] = report
        named = call if call.call_id == report.call.call_id else _replace(call, call_id=report.call.call_id)
        if is_new or named.answered_at != report.call.answered_at:
            news.learned.append(named)
            news.retracted += _retract(reports, named)
            report = reports[call.call_id]
        if is_new and named.state is CallState.RINGING:
            _supersede(extension_id, reports, named, news)
        reports[call.call_id] = follow(extension_id, report, named, moment, news)
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
            settle_one(extension_id, reports[call.call_id], Kind.ENDED, news)
            return reports.pop(call_id)
    return None


def _with_free_id(call: Call, reports: dict[str, Report]) -> Call:
    """Return a call under an id that no other was reported by."""
    taken, call_id, number = {report.call.call_id for report in reports.values()}, call.call_id, 2
    while call_id in taken:
        call_id, number = f"{call.call_id}#{number}", number + 1
    return call if call_id == call.call_id else _replace(call, call_id=call_id)


def _is_same(report: Report, call: Call) -> bool:
    if _is_of_ring_out(report.call, call) and report.call.session_id in (call.session_id, call.twin_session_id):
        return True
    names = ("session_id", "telephony_session_id", "party_id", "leg_id")
    pairs = [(getattr(report.call, name), getattr(call, name)) for name in names]
    shared = [one == other for one, other in pairs if one and other]
    return all(shared) if shared else not (report.is_settled or call.is_over)


def _is_another(one: Call, other: Call) -> bool:
    """Return whether two calls under one id differ in their party, or in their direction, and in their leg."""
    if _is_of_ring_out(one, other):
        return False
    sessions = (None, one.session_id, one.telephony_session_id)
    is_same_leg = one.leg_id == other.leg_id and one.leg_id not in sessions
    return not is_same_leg and any(
        first is not None and second is not None and first != second
        for first, second in ((one.party_id, other.party_id), (one.direction, other.direction))
    )


def _is_of_ring_out(one: Call, other: Call) -> bool:
    """Return whether a call may be a leg of another one, which is a RingOut."""
    return other.twin_session_id is not None and one.party_id in (None, other.party_id, other.twin_party_id)


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
            and may_be_missed(call)
            and _share_session(call, ringing)
            and (call.ended_at or 0.0) <= ringing.since
        ):
            reports[call_id] = settle_one(extension_id, report, Kind.ENDED, news)


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
            reports[call_id] = follow(extension_id, report, gone, moment, news)


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
                news.stopped.append(stop(extension_id, report.call))
            report = after[call_id] = _replace(report, rings=False, rings_until=None)
        if report.due is None and report.held_until is not None and report.held_until <= moment.monotonic:
            after[call_id] = follow(extension_id, report, report.call, moment, news)
        if report.due is not None and report.due <= moment.monotonic:
            report = catch_up(extension_id, report, report.call, moment, news)
            kind = verdict(extension_id, report.call, judge, may_be_anothers=may_be_anothers)
            after[call_id] = settle_one(extension_id, report, kind, news)
    return Ledger(after, ledger.seen, _next_due(after)), news


def end_all(extension_id: str, ledger: Ledger, moment: Moment) -> News:
    """Return the end of every call that was reported as started, because the extension is no longer followed."""
    news = News([], [], [], [])
    for report in ledger.reports.values():
        if report.is_announced:
            ended = _replace(report.call, state=CallState.ENDED, ended_at=moment.server, source=Source.SNAPSHOT)
            if report.rings:
                news.stopped.append(stop(extension_id, ended))
            news.transitions.append(transition(extension_id, ended, Kind.ENDED, moment.server))
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


_replace = msgspec.structs.replace
