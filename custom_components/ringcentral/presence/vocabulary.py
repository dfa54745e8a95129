"""The words in which the house speaks of an extension: its state, its calls, and what happens to them."""

from datetime import datetime
from enum import StrEnum

import msgspec

from ..api.models import ActiveCall, DndStatus, PresenceScalars


class Source(StrEnum):
    """Where an observation comes from; ``STALE`` is an event of before what was read, which is no news."""

    LIVE = "live"
    REPLAY = "replay"
    SNAPSHOT = "snapshot"
    STALE = "stale"


class CallState(StrEnum):
    """What one call does, seen from the extension; the one that matters most comes first."""

    RINGING = "ringing"
    CONNECTED = "connected"
    DIALING = "dialing"
    ON_HOLD = "on_hold"
    PARKED = "parked"
    UNKNOWN = "unknown"
    ENDED = "ended"


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


STARTS = frozenset({TransitionKind.RINGING, TransitionKind.DIALING, TransitionKind.ANSWERED})
ENDS = frozenset({TransitionKind.ENDED, TransitionKind.MISSED, TransitionKind.ANSWERED_ELSEWHERE})


class Call(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One call, as the extension sees it. Texts are ``None`` where RingCentral never sent them.

    Times named ``..._at`` are the server's Unix seconds, but ``started_at``. ``since`` and ``source`` say when and from
    what the call came to its state, ``leg`` is what was last listed of it, ``is_listed`` whether RingCentral still
    lists it. ``from_withheld`` and ``to_withheld`` say that there is no number because it is kept back.
    ``twin_session_id`` and ``twin_party_id`` are of a RingOut's first leg. Source: reference 5.3.
    """

    call_id: str
    state: CallState = CallState.UNKNOWN
    direction: str | None = None
    is_queue_call: bool = False
    queue_name: str | None = None
    from_number: str | None = None
    from_name: str | None = None
    from_withheld: bool = False
    to_number: str | None = None
    to_name: str | None = None
    to_withheld: bool = False
    started_at: datetime | None = None
    session_id: str | None = None
    telephony_session_id: str | None = None
    party_id: str | None = None
    leg_id: str | None = None
    twin_session_id: str | None = None
    twin_party_id: str | None = None
    on_behalf_of: str | None = None
    termination_type: str | None = None
    leg: ActiveCall | None = None
    is_listed: bool = True
    was_live: bool = False
    since: float = 0.0
    source: Source = Source.LIVE
    ringing_at: float | None = None
    answered_at: float | None = None
    ended_at: float | None = None

    @property
    def is_over(self) -> bool:
        """Whether the call has ended; RingCentral lists ended calls for a while."""
        return self.state is CallState.ENDED

    @property
    def is_outbound(self) -> bool:
        """Whether the extension itself called."""
        return self.direction == "outbound"

    @property
    def sessions(self) -> tuple[str, ...]:
        """The ids of its sessions, by which the call log knows it; ``"0"`` is nobody's."""
        return tuple(one for one in (self.telephony_session_id, self.session_id) if one not in (None, "", "0"))

    @property
    def caller_number(self) -> str | None:
        """Number of the other party: ``from`` of an inbound call, ``to`` of an outbound one."""
        return self.to_number if self.is_outbound else self.from_number

    @property
    def caller_name(self) -> str | None:
        """Name of the other party."""
        return self.to_name if self.is_outbound else self.from_name

    @property
    def is_withheld(self) -> bool:
        """Whether the other party withholds the number."""
        return self.to_withheld if self.is_outbound else self.from_withheld

    @property
    def called_number(self) -> str | None:
        """The number of this side that was called; ``None`` unless the call is inbound."""
        return self.to_number if self.direction == "inbound" else None

    @property
    def called_name(self) -> str | None:
        """The name that goes with the called number: the extension's, or a queue's."""
        return self.to_name if self.direction == "inbound" else None


# The fields of a state that :attr:`ExtensionState.effective_dnd` depends on.
DND_INPUTS = frozenset({"dnd_status", "dnd_status_personal"})


class ExtensionState(PresenceScalars, frozen=True, kw_only=True):
    """What is known of an extension. ``None`` means never learned; words are RingCentral's own.

    ``calls`` are those that RingCentral lists, the most important and newest first; ``known`` all that are remembered.
    ``is_open`` marks that the newest payload contradicts itself, or what was known, so that only a read can decide.
    """

    calls: tuple[Call, ...] = ()
    known: tuple[Call, ...] = ()
    are_calls_known: bool = False
    is_open: bool = False

    @property
    def live_calls(self) -> tuple[Call, ...]:
        """The calls that are not over."""
        return tuple(call for call in self.calls if not call.is_over)

    @property
    def main_call(self) -> Call | None:
        """The call that matters most, or ``None`` when idle."""
        return self.calls[0] if self.calls and not self.calls[0].is_over else None

    @property
    def has_unnamed_call(self) -> bool:
        """Whether only a status says that there is a call, and nothing who calls."""
        return any(call.leg is None and not call.is_over for call in self.calls)

    @property
    def is_ringing(self) -> bool:
        """Whether a call rings."""
        return any(call.state is CallState.RINGING for call in self.calls)

    @property
    def is_on_call(self) -> bool:
        """Whether a call is connected or on hold."""
        return any(call.state in (CallState.CONNECTED, CallState.ON_HOLD) for call in self.calls)

    @property
    def uses_personal_dnd(self) -> bool:
        """Whether the account has the newer call handling, with a Do Not Disturb of its own (reference 5.4)."""
        return self.dnd_status_personal not in (None, DndStatus.UNKNOWN)

    @property
    def effective_dnd(self) -> str | None:
        """The Do Not Disturb word that counts: on if either field says so, since sources differ on which is kept."""
        words = (self.dnd_status, self.dnd_status_personal)
        if DndStatus.DO_NOT_ACCEPT_ANY_CALLS in words:
            return DndStatus.DO_NOT_ACCEPT_ANY_CALLS
        return next((word for word in words if word not in (None, DndStatus.UNKNOWN)), self.dnd_status)

    @property
    def dnd_field(self) -> str:
        """The name on the wire of the field that sets Do Not Disturb on this account."""
        return "dndStatusPersonal" if self.uses_personal_dnd else "dndStatus"


class Transition(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Something that happened to a call.

    ``at`` is the server's time in Unix seconds. ``is_recovered`` marks what was learned late, from REST or a replay.
    ``answered`` is set on ends; ``ring_seconds`` and ``talk_seconds`` where their beginning was seen. ``outcome`` says
    how the call ended where only the call log says so, as ``voicemail``.
    """

    extension_id: str
    kind: TransitionKind
    call: Call
    at: float
    is_recovered: bool = False
    answered: bool | None = None
    ring_seconds: float | None = None
    talk_seconds: float | None = None
    outcome: str | None = None
