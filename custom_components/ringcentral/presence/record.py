"""An extension's record: its log, its state, and what was reported of it."""

from collections.abc import Iterable
from operator import attrgetter

import msgspec

from ..api.models import Presence, PresenceEvent, PresenceFields
from .ledger import Ledger, reconcile, settle
from .legs import identifier
from .order import (
    REMEMBERED_FOR,
    SNAPSHOT_LAG,
    Epoch,
    Moment,
    Observation,
    Position,
    index_in,
    index_of_snapshot,
    is_disputed,
    place,
)
from .story import FRESH_FOR, Judge, News
from .truth import needs_read, scalars, step
from .vocabulary import Call, ExtensionState, Source, Transition

# This many observations of an extension, of the last REMEMBERED_FOR seconds, can be folded again; an event older than
# all of them sets nothing.
HORIZON = 16

# A payload that leaves open what is true is taken at its word if no read decides within this many seconds.
BELIEVED_AFTER = 10.0

# The clocks of the servers that stamp notifications may differ by this many seconds.
_CLOCKS_DIFFER = 0.5


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """All that is kept of an extension. ``states[n]`` is the state before ``log[n]``, the last one the present.

    ``forgotten`` is the highest position that left the log. ``read_at`` is when the newest snapshot was requested, both
    by our monotonic and by the server's clock; ``first_read_at`` when the first was (server). ``believed_at`` is when
    what is open will be taken at its word, ``open_until`` when the newest event arrived that only a read can judge
    (monotonic).
    """

    extension_id: str
    states: tuple[ExtensionState, ...] = (ExtensionState(),)
    log: tuple[Observation, ...] = ()
    ledger: Ledger = Ledger()
    epoch: Epoch | None = None
    forgotten: Position | None = None
    first_read_at: float | None = None
    read_at: Moment = Moment(float("-inf"), float("-inf"))
    believed_at: float | None = None
    open_until: float = float("-inf")
    horizon: int = HORIZON

    @property
    def state(self) -> ExtensionState:
        """What is true now, with calls by the ids that they are reported by."""
        return self.ledger.shown(self.states[-1])

    @property
    def due(self) -> float | None:
        """When :func:`apply_deadline` has work (monotonic seconds), or ``None``."""
        due, believed_at = self.ledger.due, self.believed_at
        return due if believed_at is None else believed_at if due is None else min(due, believed_at)


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The record after an observation, and what the caller has to do about it.

    ``changed`` are the fields of the state that differ. ``stopped`` are calls that have stopped ringing, ``retracted``
    those that were reported as missed and were not;
    ``learned`` are calls for :class:`~.sessions.Sessions`. ``read_after`` asks for a snapshot after that many seconds;
    ``was_late`` marks an event that set nothing.
    """

    record: Record
    changed: frozenset[str] = frozenset()
    transitions: tuple[Transition, ...] = ()
    stopped: tuple[Transition, ...] = ()
    retracted: tuple[Call, ...] = ()
    learned: tuple[Call, ...] = ()
    read_after: float | None = None
    was_late: bool = False


def apply_event(
    record: Record, event: PresenceEvent, moment: Moment, source: Source = Source.LIVE, *, skew: float = 0.0
) -> Outcome:
    """Take an event: put it in its place in the log, and fold what comes after it again.

    ``skew`` is by how many seconds the server's idea of the present is ahead of the times of sending.
    """
    position, epoch = place(event, record.epoch, is_news=_has_new_call(record, event))
    seen = Observation(
        fields=event.body,
        at=event.sent_at + skew if event.sent_at is not None else moment.server,
        since=moment.monotonic,
        source=source,
        uuid=event.uuid or "",
        position=position,
        is_detailed=event.detailed,
    )
    if _is_stale(record, seen):
        seen = msgspec.structs.replace(seen, source=Source.STALE)
    index = index_in(record.log, seen)
    is_too_old = not index and record.forgotten is not None and (position is None or position < record.forgotten)
    if is_too_old or (index and position is not None and record.log[index - 1].position == position):
        return Outcome(record=record, read_after=0.0 if is_too_old else None, was_late=True)
    is_restart = record.epoch is not None and epoch is not None and epoch.number != record.epoch.number
    is_old = source is Source.LIVE and moment.server - seen.at >= FRESH_FOR
    is_in_dispute = is_restart or is_old or is_disputed(record.log, index, seen)
    if is_in_dispute and _contradicts_itself(record.log, index, seen):
        # What it says of calls is read instead.
        seen = msgspec.structs.replace(seen, fields=_without_calls(seen.fields))
    elif is_in_dispute and position is None:
        # Whether its list is the newer one is not known, so that it proves no end.
        seen = msgspec.structs.replace(seen, fields=msgspec.structs.replace(seen.fields, total_active_calls=None))
    after = _insert(msgspec.structs.replace(record, epoch=epoch), seen, index, moment)
    place_after = len(after.states) - 1 - (len(record.log) - index)
    must_read = is_in_dispute or needs_read(after.states[max(place_after - 1, 0)], after.states[place_after], seen)
    if is_in_dispute or after.states[-1].is_open:
        after = msgspec.structs.replace(after, open_until=moment.monotonic)
    news = None
    if source is not Source.REPLAY:
        after, news = _reconcile(after, moment)
    return _outcome(record, after, news, read_after=0.0 if must_read else None)


def apply_snapshot(
    record: Record, presence: Presence, requested_at: float, moment: Moment, *, is_confirmed: bool = False
) -> Outcome:
    """Take what REST said; ``requested_at`` is the monotonic time at which the request was sent.

    An event that arrived since, or shortly before, comes after it, unless the change that it reports was confirmed;
    where that contradicts it, or a snapshot that was requested later has overtaken it, REST is to be asked again.
    """
    if requested_at < record.read_at.monotonic:
        return Outcome(record=record, read_after=SNAPSHOT_LAG)
    at = moment.server - max(0.0, moment.monotonic - requested_at)
    seen = Observation(fields=presence, at=at, since=requested_at, source=Source.SNAPSHOT)
    before = record
    index = len(record.log) if is_confirmed else index_of_snapshot(record.log, seen, open_until=record.open_until)
    if index == len(record.log) and _repeats(record, presence):
        # Silence is proved by one read after the other; the log is for what has happened.
        record, index = msgspec.structs.replace(record, log=record.log[:-1], states=record.states[:-1]), index - 1
    positions = [one.position for one in record.log[:index] if one.position is not None]
    seen = msgspec.structs.replace(seen, floor=max(positions, default=record.forgotten))
    after = _insert(record, seen, index, moment)
    is_contradicted = index < len(record.log) and _differ(step(after.states[-1], seen), after.states[-1])
    may_lag = requested_at - SNAPSHOT_LAG <= record.open_until <= requested_at
    if not is_confirmed:
        first_read_at = at if record.first_read_at is None else record.first_read_at
        after = msgspec.structs.replace(after, read_at=Moment(requested_at, at), first_read_at=first_read_at)
    after, news = _reconcile(after, moment)
    must_repeat = is_contradicted or may_lag
    read_after = 0.0 if after.states[-1].is_open else SNAPSHOT_LAG if must_repeat else None
    return _outcome(before, after, news, read_after=read_after)


def apply_deadline(record: Record, moment: Moment, judge: Judge) -> Outcome:
    """Report the ends whose wait is over, and believe what was left open for too long."""
    before = record
    news = None
    if record.believed_at is not None and record.believed_at <= moment.monotonic:
        record, news = _reconcile(_believe(record, moment), moment)
    if record.ledger.due is not None and record.ledger.due <= moment.monotonic:
        may_be_anothers = record.states[-1].ring_on_monitored_call is True
        ledger, ends = settle(record.extension_id, record.ledger, moment, judge, may_be_anothers=may_be_anothers)
        record = msgspec.structs.replace(record, ledger=ledger)
        news = ends if news is None else news.and_then(ends)
    return _outcome(before, record, news)


def finish_replay(record: Record, moment: Moment) -> Outcome:
    """After a replay was folded event by event, report what of it still holds."""
    after, news = _reconcile(record, moment)
    return _outcome(record, after, news)


def _contradicts_itself(log: tuple[Observation, ...], index: int, seen: Observation) -> bool:
    """Return whether an event is late by its sequence and newest by its time of sending, or the other way round."""
    if seen.position is None:
        return False
    is_too_new = index < len(log) and log[index].at < seen.at - _CLOCKS_DIFFER
    is_too_old = index > 0 and not log[index - 1].is_snapshot and log[index - 1].at > seen.at + _CLOCKS_DIFFER
    return is_too_new or is_too_old


def _without_calls(fields: PresenceFields) -> PresenceFields:
    return msgspec.structs.replace(fields, active_calls=None, total_active_calls=None, telephony_status=None)


def _is_stale(record: Record, seen: Observation) -> bool:
    """Return whether an event was sent before what was read: the newest snapshot or, in a replay, the first one."""
    read_at = record.first_read_at if seen.source is Source.REPLAY else record.read_at.server
    return read_at is not None and seen.at < read_at - SNAPSHOT_LAG


def _has_new_call(record: Record, event: PresenceEvent) -> bool:
    """Return whether an event that may be late names a call that nobody has seen yet."""
    if record.epoch is None or event.sequence is None or event.sequence >= record.epoch.highest:
        return False
    known = {
        one
        for call in record.states[-1].known
        for one in (call.session_id, call.telephony_session_id, call.leg_id)
        if one is not None
    }
    return any(
        not known.intersection((leg.session_id, leg.telephony_session_id, leg.id))
        and (identifier(leg.session_id) or identifier(leg.telephony_session_id))
        for leg in event.body.active_calls or ()
    )


def _insert(record: Record, seen: Observation, index: int, moment: Moment) -> Record:
    return _fold(record, (*record.log[:index], seen, *record.log[index:]), index, moment)


def _fold(record: Record, log: tuple[Observation, ...], first: int, moment: Moment) -> Record:
    """Return the record with a log that is another one from an observation on."""
    states = [*record.states[:first], *_states(record.states[first], log[first:])]
    forgotten = record.forgotten
    surplus = len(log) - record.horizon
    while surplus > 0 or log[0].at < log[-1].at - REMEMBERED_FOR:
        if states[1].is_open and not log[0].is_believed:
            # What is forgotten is taken at its word, since nothing else can settle it any more.
            log = (msgspec.structs.replace(log[0], is_believed=True), *log[1:])
            states = _states(states[0], log)
        forgotten = max((one for one in (forgotten, log[0].position) if one is not None), default=None)
        log, states, surplus = log[1:], states[1:], surplus - 1
    believed_at = record.believed_at
    if not states[-1].is_open:
        believed_at = None
    elif believed_at is None:
        believed_at = moment.monotonic + BELIEVED_AFTER
    return msgspec.structs.replace(record, states=tuple(states), log=log, forgotten=forgotten, believed_at=believed_at)


def _states(state: ExtensionState, log: Iterable[Observation]) -> list[ExtensionState]:
    """Return a state and those after it, one for each observation."""
    states = [state]
    for seen in log:
        states.append(step(states[-1], seen))
    return states


def _believe(record: Record, moment: Moment) -> Record:
    """Return the record with all that it leaves open taken at its word."""
    is_open = [
        after.is_open and not seen.is_believed for seen, after in zip(record.log, record.states[1:], strict=True)
    ]
    if True not in is_open:
        return msgspec.structs.replace(record, believed_at=None)
    log = tuple(
        msgspec.structs.replace(seen, is_believed=True) if open_ else seen
        for seen, open_ in zip(record.log, is_open, strict=True)
    )
    return _fold(record, log, is_open.index(True), moment)


def _repeats(record: Record, presence: Presence) -> bool:
    """Return whether a snapshot says what the last one said, which had changed nothing."""
    is_repeated = bool(record.log) and record.log[-1].is_snapshot and record.log[-1].fields == presence
    return is_repeated and record.states[-1] == record.states[-2]


def _reconcile(record: Record, moment: Moment) -> tuple[Record, News]:
    ledger, news = reconcile(record.extension_id, record.ledger, record.states[-1], moment)
    return msgspec.structs.replace(record, ledger=ledger), news


def _outcome(before: Record, after: Record, news: News | None, read_after: float | None = None) -> Outcome:
    changed = _changed(before.states[-1], after.states[-1])
    if news is None:
        return Outcome(record=after, changed=changed, read_after=read_after)
    return Outcome(
        record=after,
        changed=changed,
        transitions=tuple(news.transitions),
        stopped=tuple(news.stopped),
        retracted=tuple(news.retracted),
        learned=tuple(news.learned),
        read_after=read_after,
    )


def _changed(before: ExtensionState, after: ExtensionState) -> frozenset[str]:
    if before is after:
        return frozenset()
    pairs = zip(_FIELDS, _fields(before), _fields(after), strict=True)
    return frozenset([name for name, former, value in pairs if former is not value])


_FIELDS = tuple(name for name in ExtensionState.__struct_fields__ if name not in ("known", "is_open"))
_fields = attrgetter(*_FIELDS)
ALL_FIELDS = frozenset(_FIELDS)


def _differ(one: ExtensionState, other: ExtensionState) -> bool:
    """Return whether two states differ in what a snapshot could say."""
    return scalars(one) != scalars(other) or _live(one) != _live(other)


def _live(state: ExtensionState) -> set[tuple[str, str]]:
    return {(call.call_id, call.state) for call in state.live_calls}
