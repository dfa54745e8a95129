"""An extension's state, and merging an event or a snapshot into it, field by field."""

from collections.abc import Sequence

import msgspec

from ..api.models import ActiveCall, DndStatus, Presence, PresenceEvent, PresenceFields, TelephonyStatus
from .calls import (
    AnsweredSessions,
    Observation,
    Transition,
    follow_legs,
    next_due,
    recall_late_legs,
    settle,
    tell_replayed,
    tell_silence,
)
from .legs import (
    Call,
    CallBook,
    CallState,
    MatchedLegs,
    Source,
    TrackedCall,
    describe_legs,
    forget_old,
    learn_legs,
    leg_state,
    match_legs,
    match_own_legs,
)
from .ordering import Epoch, Mark, Moment, Position, is_ambiguous, place, remember, supersedes

# REST may lag behind events: this many seconds a contradicting snapshot is not believed.
SNAPSHOT_LAG = 5.0

# Partial lists that wait for a whole one; more than that means that REST is out of reach for long.
_MOST_OVERLAYS = 32

_EVENT_SCALARS = (
    "presence_status",
    "user_status",
    "telephony_status",
    "dnd_status",
    "dnd_status_personal",
    "accept_call_queue_calls",
    "meeting_status",
    "allow_see_my_presence",
    "ring_on_monitored_call",
    "pick_up_calls_on_hold",
    "cx_telephony_status",
    "aggregated_telephony_status",
)
_SNAPSHOT_SCALARS = (*_EVENT_SCALARS, "message", "caller_id_visibility")


class ExtensionState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What is known of an extension. ``None`` means never learned; words are RingCentral's own.

    ``calls`` holds the extension's legs as last reported, ended ones included, the most important and newest first.
    """

    presence_status: str | None = None
    user_status: str | None = None
    telephony_status: str | None = None
    dnd_status: str | None = None
    dnd_status_personal: str | None = None
    accept_call_queue_calls: bool | None = None
    meeting_status: str | None = None
    allow_see_my_presence: bool | None = None
    ring_on_monitored_call: bool | None = None
    pick_up_calls_on_hold: bool | None = None
    cx_telephony_status: str | None = None
    aggregated_telephony_status: str | None = None
    total_active_calls: int | None = None
    message: str | None = None
    caller_id_visibility: str | None = None
    calls: tuple[Call, ...] = ()
    are_calls_known: bool = False

    @property
    def live_calls(self) -> tuple[Call, ...]:
        """The own calls that are not over."""
        return tuple(call for call in self.calls if not call.is_over)

    @property
    def main_call(self) -> Call | None:
        """The own call that matters most, or ``None`` when idle."""
        return self.calls[0] if self.calls and not self.calls[0].is_over else None

    @property
    def is_ringing(self) -> bool:
        """Whether an own call rings."""
        return any(call.state is CallState.RINGING for call in self.calls)

    @property
    def is_on_call(self) -> bool:
        """Whether an own call is connected or on hold."""
        return any(call.state in (CallState.CONNECTED, CallState.ON_HOLD) for call in self.calls)

    @property
    def uses_personal_dnd(self) -> bool:
        """Whether the account has the newer call handling, where ``dnd_status_personal`` counts (reference 5.4)."""
        return self.dnd_status_personal not in (None, DndStatus.UNKNOWN) and self.dnd_status in (
            None,
            DndStatus.UNKNOWN,
        )

    @property
    def effective_dnd(self) -> str | None:
        """The Do Not Disturb word that counts on this account."""
        return self.dnd_status_personal if self.uses_personal_dnd else self.dnd_status

    @property
    def dnd_field(self) -> str:
        """The name on the wire of the field that sets Do Not Disturb on this account."""
        return "dndStatusPersonal" if self.uses_personal_dnd else "dndStatus"


class CallList(msgspec.Struct, frozen=True, gc=False):
    """A list of active calls and the mark of the event behind it; a snapshot without any event before has none."""

    mark: Mark | None
    legs: tuple[ActiveCall, ...]


class LearnedList(msgspec.Struct, frozen=True, gc=False):
    """A list that has just been learned, and its own legs with their calls in the book."""

    legs: tuple[ActiveCall, ...]
    own: MatchedLegs


class ExtensionRecord(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An extension's state with all that is needed to merge the next observation.

    ``base`` is the newest whole list of calls, ``overlays`` are newer lists that RingCentral cut (reference 5.2).
    ``read_at`` is when the newest snapshot was requested (monotonic).
    """

    extension_id: str
    state: ExtensionState = ExtensionState()
    marks: dict[str, Mark] = {}
    epoch: Epoch | None = None
    base: CallList | None = None
    overlays: tuple[CallList, ...] = ()
    book: CallBook = ()
    read_at: float = float("-inf")

    @property
    def due(self) -> float | None:
        """When :func:`apply_deadline` has work (monotonic seconds), or ``None``."""
        return next_due(self.book)


class Outcome(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The record after an observation, and what the caller has to do about it.

    ``silent`` are calls that have stopped ringing, see :func:`tell_silence`; ``read_after`` asks for a snapshot in so
    many seconds; ``answered`` are calls now known to be answered; ``was_late`` tells that the event set nothing.
    """

    record: ExtensionRecord
    is_changed: bool = False
    transitions: tuple[Transition, ...] = ()
    silent: tuple[Transition, ...] = ()
    read_after: float | None = None
    answered: tuple[TrackedCall, ...] = ()
    was_late: bool = False


def apply_event(record: ExtensionRecord, event: PresenceEvent, moment: Moment, source: Source = Source.LIVE) -> Outcome:
    """Merge an event: it sets those of its fields that no newer event has set."""
    body = event.body
    placement = place(event, record.epoch, moment.monotonic)
    mark, needs_read = placement.mark, placement.needs_read
    marks = dict(record.marks)
    changes: dict[str, object] = {}
    # Most fields were set by the same event, so what holds of one mark is found out once; this holds of none.
    judged: Mark | None = None
    is_newer, new_mark = True, mark
    for name, value in _scalars(body, _EVENT_SCALARS):
        known = marks.get(name)
        if known is not judged:
            judged = known
            needs_read |= is_ambiguous(mark, known)
            is_newer, new_mark = supersedes(mark, known), remember(mark, known)
        if is_newer:
            marks[name] = new_mark
            changes[name] = value

    legs = _legs(body)
    is_cut = legs is not None and len(legs) < (body.total_active_calls or 0)
    needs_read |= is_cut or (legs is None and _is_list_missing(event, record.state))
    base, overlays, sets_calls = record.base, record.overlays, False
    if legs is not None:
        needs_read |= base is not None and is_ambiguous(mark, base.mark)
        base, overlays, sets_calls = _merge_list(base, overlays, mark, legs, is_cut=is_cut)

    at = event.sent_at if event.sent_at is not None else moment.server
    rank = mark.position or _position(base.mark if base is not None else None, at)
    book, learned = record.book, None
    if body.active_calls:
        book, own = learn_legs(book, body.active_calls, rank, at, may_name=sets_calls)
        learned = LearnedList(body.active_calls, own)
    observed = msgspec.structs.replace(
        record, marks=marks, epoch=placement.epoch, base=base, overlays=overlays, book=book
    )
    seen = Observation(source=source, at=at, moment=moment)
    follows = sets_calls or "telephony_status" in changes
    outcome = _conclude(record, observed, changes, seen, learned, follows=follows, late_legs=legs or ())
    return msgspec.structs.replace(
        outcome, read_after=0.0 if needs_read else None, was_late=not changes and not sets_calls
    )


def apply_snapshot(record: ExtensionRecord, presence: Presence, requested_at: float, moment: Moment) -> Outcome:
    """Merge what REST said; ``requested_at`` is the monotonic time at which the request was sent.

    An event that arrived since, or shortly before, wins; where the snapshot contradicts it, REST is to be asked again.
    So it is when a snapshot has been overtaken by one that was requested later.
    """
    if requested_at < record.read_at:
        return Outcome(record=record, read_after=SNAPSHOT_LAG)
    must_repeat = False
    changes: dict[str, object] = {}
    for name, value in _scalars(presence, _SNAPSHOT_SCALARS):
        known = record.marks.get(name)
        if known is None or known.arrived_at < requested_at - SNAPSHOT_LAG:
            changes[name] = value
        else:
            must_repeat |= getattr(record.state, name) != value

    legs = _legs(presence)
    base, overlays, book = record.base, record.overlays, record.book
    sets_calls, learned = False, None
    if legs is not None:
        base_arrived_at = _arrived_at(base)
        if base_arrived_at < requested_at - SNAPSHOT_LAG:
            # A list that was read now is as new as all that was known before, the status included.
            mark = _list_mark(record)
            if "telephony_status" in changes:
                mark = _newer(mark, record.marks.get("telephony_status"))
            overlays = tuple(overlay for overlay in overlays if _arrived_at(overlay) >= requested_at - SNAPSHOT_LAG)
            must_repeat |= bool(overlays)
            base, sets_calls = CallList(mark, legs), True
            book, own = learn_legs(book, legs, _position(mark, moment.server), moment.server)
            learned = LearnedList(legs, own)
        else:
            must_repeat |= _contradicts(record, legs)

    read_at = min(requested_at, moment.monotonic)
    observed = msgspec.structs.replace(record, base=base, overlays=overlays, book=book, read_at=read_at)
    seen = Observation(source=Source.SNAPSHOT, at=moment.server, moment=moment)
    outcome = _conclude(record, observed, changes, seen, learned, follows=sets_calls or "telephony_status" in changes)
    return msgspec.structs.replace(outcome, read_after=SNAPSHOT_LAG if must_repeat else None)


def apply_deadline(record: ExtensionRecord, moment: Moment, answered: AnsweredSessions) -> Outcome:
    """Tell the ends whose wait is over."""
    book, transitions = settle(record.extension_id, record.book, moment, answered)
    return Outcome(
        record=msgspec.structs.replace(record, book=book),
        transitions=transitions,
        silent=tell_silence(record.extension_id, record.book, book, Source.LIVE),
    )


def finish_replay(record: ExtensionRecord, moment: Moment) -> Outcome:
    """After a replay was merged event by event, tell what of it still holds."""
    book, transitions = tell_replayed(record.extension_id, record.book, moment)
    return Outcome(record=msgspec.structs.replace(record, book=book), transitions=transitions)


def _scalars(fields: PresenceFields, names: Sequence[str]) -> list[tuple[str, object]]:
    """Return the scalar fields that a payload holds; the total goes with a whole list that lacks it."""
    found: list[tuple[str, object]] = [(name, value) for name in names if (value := getattr(fields, name)) is not None]
    total = fields.total_active_calls
    if total is None and (legs := _legs(fields)) is not None:
        total = len(legs)
    if total is not None:
        found.append(("total_active_calls", total))
    return found


def _legs(fields: PresenceFields) -> tuple[ActiveCall, ...] | None:
    """Return the list of calls; a missing one is empty if the payload says that there is no call (reference 5.2)."""
    if fields.active_calls is not None:
        return fields.active_calls
    if fields.telephony_status == TelephonyStatus.NO_CALL or fields.total_active_calls == 0:
        return ()
    return None


def _is_list_missing(event: PresenceEvent, state: ExtensionState) -> bool:
    """Tell whether an event without a list leaves it open which calls there are."""
    body = event.body
    if body.telephony_status is None:
        return event.detailed and state.main_call is not None
    return event.detailed or body.telephony_status != state.telephony_status


def _merge_list(
    base: CallList | None, overlays: tuple[CallList, ...], mark: Mark, legs: tuple[ActiveCall, ...], *, is_cut: bool
) -> tuple[CallList | None, tuple[CallList, ...], bool]:
    """Return the base and overlays after an event's list, and whether that list counts."""
    base_mark = base.mark if base is not None else None
    if not supersedes(mark, base_mark):
        return base, overlays, False
    if is_cut and mark.position is not None:
        ordered = sorted((*overlays, CallList(mark, legs)), key=lambda overlay: _position(overlay.mark, 0.0))
        return base, tuple(ordered[-_MOST_OVERLAYS:]), True
    if is_cut:
        legs = _overlaid(base.legs if base is not None else (), legs)
    kept = tuple(overlay for overlay in overlays if overlay.mark is not None and supersedes(overlay.mark, mark))
    return CallList(remember(mark, base_mark), legs), kept, True


def _overlaid(legs: Sequence[ActiveCall], newer: Sequence[ActiveCall]) -> tuple[ActiveCall, ...]:
    """Return the legs with those that a newer, cut list names put in their place."""
    named, _ = learn_legs((), legs, Position(0, 0, 0.0, ""), 0.0)
    replaced = set(match_legs(named, newer))
    return (*newer, *(leg for index, leg in enumerate(legs) if index not in replaced))


def _effective_legs(record: ExtensionRecord, telephony_status: str | None) -> tuple[ActiveCall, ...]:
    """Return the calls that the newest observations amount to."""
    legs = record.base.legs if record.base is not None else ()
    for overlay in record.overlays:
        legs = _overlaid(legs, overlay.legs)
    status_mark = record.marks.get("telephony_status")
    if telephony_status is None:
        return legs
    if record.base is None and not record.overlays:
        return _stand_in(legs, telephony_status)
    if status_mark is None or not supersedes(status_mark, _list_mark(record)):
        return legs
    return _stand_in(legs, telephony_status)


def _stand_in(legs: tuple[ActiveCall, ...], telephony_status: str) -> tuple[ActiveCall, ...]:
    """Return the legs as a newer aggregated status leaves them: all ended, the only one changed, or an unnamed one."""
    if telephony_status == TelephonyStatus.NO_CALL:
        return tuple(msgspec.structs.replace(leg, telephony_status=telephony_status) for leg in legs)
    live = [leg for leg in legs if leg_state(leg) is not CallState.ENDED]
    if len(live) == 1:
        changed = msgspec.structs.replace(live[0], telephony_status=telephony_status)
        return tuple(changed if leg is live[0] else leg for leg in legs)
    if live:
        return legs
    return (*legs, ActiveCall(telephony_status=telephony_status))


def _list_mark(record: ExtensionRecord) -> Mark | None:
    mark = record.base.mark if record.base is not None else None
    for overlay in record.overlays:
        mark = _newer(mark, overlay.mark)
    return mark


def _newer(one: Mark | None, other: Mark | None) -> Mark | None:
    return other if other is not None and supersedes(other, one) else one


def _position(mark: Mark | None, at: float) -> Position:
    """Return a mark's position, for ranking; ``at`` places what has none."""
    return mark.position if mark is not None and mark.position is not None else Position(0, 0, at, "")


def _arrived_at(calls: CallList | None) -> float:
    return calls.mark.arrived_at if calls is not None and calls.mark is not None else float("-inf")


def _contradicts(record: ExtensionRecord, legs: tuple[ActiveCall, ...]) -> bool:
    """Tell whether a snapshot's calls differ from those that are known."""
    book, own = learn_legs(record.book, legs, Position(-1, 0, 0.0, ""), 0.0)
    calls = describe_legs(book, own)
    now = {(call.call_id, call.state) for call in calls if not call.is_over}
    return now != {(call.call_id, call.state) for call in record.state.live_calls}


def _conclude(
    before: ExtensionRecord,
    observed: ExtensionRecord,
    changes: dict[str, object],
    seen: Observation,
    learned: LearnedList | None,
    *,
    follows: bool,
    late_legs: tuple[ActiveCall, ...] = (),
) -> Outcome:
    """Return the outcome of an observation whose fields have been merged: the new state and what happened to calls."""
    book = observed.book
    transitions: tuple[Transition, ...] = ()
    state = msgspec.structs.replace(before.state, **changes) if changes else before.state
    legs = _effective_legs(observed, state.telephony_status)
    if learned is not None and learned.legs is legs:
        own = learned.own
    elif follows and any(not (leg.session_id or leg.id or leg.party_id) for leg in legs):
        book, own = learn_legs(book, legs, Position(-1, 0, 0.0, ""), 0.0)
    else:
        own = match_own_legs(book, legs)
    if follows:
        book, transitions = follow_legs(before.extension_id, book, own, seen)
    elif late_legs:
        book = recall_late_legs(book, late_legs, seen)
    if book is not before.book or follows:
        state = msgspec.structs.replace(state, calls=describe_legs(book, own), are_calls_known=True)
    book = forget_old(book)
    answered = [call.call_id for call in before.book if call.was_answered]
    return Outcome(
        record=msgspec.structs.replace(observed, state=state, book=book),
        is_changed=state != before.state,
        transitions=transitions,
        silent=tell_silence(before.extension_id, before.book, book, seen.source) if book is not before.book else (),
        answered=tuple([call for call in book if call.was_answered and call.call_id not in answered]),
    )
