"""Which call of the log is which that was seen live, and what the log adds to that. Pure.

In 2016 the session of a missed call's record was not that of the live call (community, question 484), and records of
2014 have no telephony session: so these come first, and else number and time decide.
"""

from collections.abc import Iterable, Sequence
import re
from typing import NamedTuple

import msgspec

from ..presence.vocabulary import Call, CallState, Transition, TransitionKind
from .records import LoggedCall

# How far the live call's verdict may be from the end that the log has. In seconds.
_SAME_TIME = 60.0

# Records come late: one of a call that ended so long before the last synchronization may still be new.
GRACE = 15 * 60.0

# And at first they may say something else: that of a call that ended so recently is not believed yet
# (ringcentral-embeddable, issue 1177, reads again after 30 s).
SETTLING = 45.0

# More ends than an office has in a day.
_MOST_SEEN = 500


class SeenCall(msgspec.Struct, frozen=True, kw_only=True):
    """A call of an extension whose end is known here, by an event or from the log; ``at`` is that in Unix seconds.

    ``number`` is that of the other party as it may be shown; ``sessions`` are the ids of its sessions.
    """

    extension_id: str
    at: float
    sessions: tuple[str, ...] = ()
    number: str | None = None


def sessions_of(*ids: str | None) -> tuple[str, ...]:
    """Return the ids that identify a session."""
    return tuple(one for one in ids if one not in (None, "", "0"))


def is_same(seen: SeenCall, logged: LoggedCall) -> bool:
    """Return whether a call of the log is one that was seen: by session, else by number and time."""
    if seen.extension_id != logged.extension_id:
        return False
    sessions = sessions_of(logged.telephony_session_id, logged.session_id)
    if set(sessions) & set(seen.sessions):
        return True
    if logged.telephony_session_id is not None and any(one.startswith("s-") for one in seen.sessions):
        # Both have a telephony session, and these differ.
        return False
    return abs(logged.ended_at - seen.at) <= _SAME_TIME and _digits(logged.number) == _digits(seen.number)


class Unseen(NamedTuple):
    """The missed calls that nobody saw, the oldest first, and whether there may be others that have just ended."""

    calls: list[LoggedCall]
    is_open: bool


def find_unseen(calls: Iterable[LoggedCall], seen: Sequence[SeenCall], since: float, now: float) -> Unseen:
    """Return the missed calls that ended after a time and were not seen; of the future, nothing is believed."""
    unseen = [
        call
        for call in calls
        if call.is_missed and since < call.ended_at < now + GRACE and not any(is_same(one, call) for one in seen)
    ]
    settled = [call for call in unseen if call.ended_at <= now - SETTLING]
    # What ends in the future, by a wrong clock or length, is not worth waiting for.
    is_open = any(now - SETTLING < call.ended_at <= now + SETTLING for call in unseen)
    return Unseen(sorted(settled, key=lambda call: call.ended_at), is_open)


def as_seen(call: LoggedCall) -> SeenCall:
    """Return a call of the log as one that is known from now on."""
    return SeenCall(
        extension_id=call.extension_id,
        at=call.ended_at,
        sessions=sessions_of(call.telephony_session_id, call.session_id),
        number=call.number,
    )


def as_transition(call: LoggedCall) -> Transition:
    """Return a missed call of the log as what happened, at its own time."""
    return Transition(
        extension_id=call.extension_id,
        kind=TransitionKind.MISSED,
        call=Call(
            call_id=call.telephony_session_id or call.session_id or call.id,
            state=CallState.ENDED,
            direction=call.direction,
            session_id=call.session_id,
            telephony_session_id=call.telephony_session_id,
            started_at=call.started_at,
            ended_at=call.ended_at,
            from_number=call.number,
            from_name=call.name,
            from_withheld=call.is_withheld,
            to_number=call.called_number,
            to_name=call.called_name,
        ),
        at=call.ended_at,
        is_recovered=True,
        answered=False,
        ring_seconds=float(call.duration) if call.duration is not None else None,
        outcome=str(call.outcome),
    )


def still_of_use(seen: Iterable[SeenCall], until: float) -> list[SeenCall]:
    """Return the calls that a later synchronization may bring for new, given when the last one was."""
    return [one for one in seen if one.at > until - 2 * GRACE][-_MOST_SEEN:]


def _digits(number: str | None) -> str:
    """Return a number's digits; that of the log may lack what others begin with."""
    return re.sub(r"\D", "", number or "")[-10:]
