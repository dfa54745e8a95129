"""The call log: what is written down of each call at each extension, some seconds after it has ended.

Sources: RingCentral's guide to the call log and its OpenAPI specification (CallLogRecord); reports that a result comes
late or changes (ringcentral-embeddable, issue 1177).
"""

from dataclasses import dataclass, field, replace
import itertools

from .clock import Clock
from .extension import Extension
from .legs import INBOUND, OUTBOUND, Leg
from .settings import CloudSettings

# RingCentral keeps more; nobody here asks for older ones (specification: FSync of at most 30 days).
KEPT_FOR = 31 * 86400.0
MISSED_RESULTS = frozenset({"Missed", "Hang Up", "Hang up", "Busy", "Voicemail", "Rejected", "No Answer"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRecord:
    """A record as it stands from ``modified_at`` on. Times are Unix seconds, ``duration`` whole seconds."""

    id: str
    leg: Leg
    started_at: float
    duration: int
    result: str
    modified_at: float
    action: str = "Phone Call"
    reason: str | None = None
    queue: bool = False
    message_id: int | None = None
    is_deleted: bool = False

    @property
    def extension_id(self) -> int:
        """Whose record it is."""
        return self.leg.extension_id


@dataclass(slots=True)
class _Entry:
    """All forms that a record takes, the oldest first; each holds from its own time on."""

    forms: list[LogRecord] = field(default_factory=list)

    def at(self, moment: float) -> LogRecord | None:
        seen = [form for form in self.forms if form.modified_at <= moment]
        return seen[-1] if seen else None


class CallLog:
    """What is written of the calls of an account."""

    def __init__(self, clock: Clock, settings: CloudSettings) -> None:
        """Begin empty."""
        self.settings = settings
        self._clock = clock
        self._numbers = itertools.count(1)
        self._entries: dict[tuple[int, str, str, str], _Entry] = {}
        self._answered_at: dict[tuple[int, str, str], float] = {}

    def records(self, extension_id: int | None = None) -> list[LogRecord]:
        """Return what the log shows now of an extension, or of all, the newest first."""
        now = self._clock.time()
        found = (entry.at(now) for key, entry in self._entries.items() if extension_id in {None, key[0]})
        return sorted((one for one in found if one is not None), key=lambda one: (-one.started_at, one.id))

    def step(self, leg: Leg, kind: str, at: float) -> None:
        """Write down what a call does at an extension."""
        key = (leg.extension_id, *leg.key)
        if kind == "answered":
            self._answered_at.setdefault(key, at)
        elif kind in {"ended", "missed", "answered_elsewhere"} and not leg.is_monitored:
            self._end(leg, kind, at, self._answered_at.get(key))

    def link_message(self, extension_id: int, telephony_session_id: str, message_id: int) -> None:
        """Write that a call went to the voicemail, where its message is there."""
        for key, entry in self._entries.items():
            if key[:2] == (extension_id, telephony_session_id) and key[3] == "call":
                last = entry.forms[-1]
                at = max(last.modified_at, self._clock.time())
                entry.forms.append(replace(last, result="Voicemail", message_id=message_id, modified_at=at))

    def add(
        self, leg: Leg, result: str, *, action: str = "Phone Call", duration: int = 0, message_id: int | None = None
    ) -> LogRecord:
        """Write a record by hand, as of a call that was blocked; it shows at once."""
        now = self._clock.time()
        record = LogRecord(
            id=self._new_id(),
            leg=leg,
            started_at=leg.started_at,
            duration=duration,
            result=result,
            modified_at=now,
            action=action,
            message_id=message_id,
        )
        self._entries[leg.extension_id, *leg.key, record.id] = _Entry([record])
        return record

    def fill(self, extension: Extension, count: int, *, every: float = 600.0) -> None:
        """Write a number of answered calls of the past, one after another, for benchmarks."""
        now = self._clock.time()
        for place in range(count):
            number = f"1{place:05}"
            leg = Leg(
                extension_id=extension.id,
                session_id=f"{number}016",
                telephony_session_id=f"s-past{number}",
                party_id=f"p-past{number}-2",
                id=number,
                direction=INBOUND if place % 3 else OUTBOUND,
                status="NoCall",
                started_at=now - every * (place + 1),
                from_number="+14155550123",
                from_name="John Wang",
                to_number=extension.direct_number,
                to_name=extension.name,
            )
            self.add(leg, "Accepted" if place % 3 else "Call connected", duration=60)

    def _end(self, leg: Leg, kind: str, at: float, answered_at: float | None) -> None:
        key = (leg.extension_id, *leg.key, "call")
        entry = self._entries.setdefault(key, _Entry())
        first, final = self._results(leg, kind)
        duration = round(at - (answered_at if answered_at is not None else leg.started_at))
        record = LogRecord(
            id=entry.forms[0].id if entry.forms else self._new_id(),
            leg=leg,
            started_at=leg.started_at,
            duration=duration,
            result=first,
            modified_at=at + self.settings.log_delay,
            queue=leg.queue_name is not None,
        )
        entry.forms.append(record)
        if final != first:
            settled_at = at + max(self.settings.log_settles, self.settings.log_delay)
            entry.forms.append(replace(record, result=final, modified_at=settled_at))
        if self.settings.log_ring_legs and leg.direction == INBOUND:
            ring_leg = replace(record, id=self._new_id(), action="FindMe", result="Stopped")
            self._entries[*key[:3], ring_leg.id] = _Entry([ring_leg])
        self._forget_old()

    def _results(self, leg: Leg, kind: str) -> tuple[str, str]:
        """Return what is written at first, and in the end."""
        if leg.direction == OUTBOUND:
            result = "Call connected" if leg.was_answered else "No Answer"
            return result, result
        if leg.was_answered:
            return "Accepted", "Accepted"
        is_of_member = leg.queue_name is not None and self.settings.queue_members_missed
        if kind == "answered_elsewhere" and not is_of_member:
            return "Missed", "Answered Elsewhere"
        return "Missed", self.settings.missed_result

    def _new_id(self) -> str:
        return f"VgLcd1KWff{next(self._numbers):06}"

    def _forget_old(self) -> None:
        earliest = self._clock.time() - KEPT_FOR
        if len(self._entries) % 256 == 0:
            self._entries = {
                key: entry for key, entry in self._entries.items() if entry.forms[-1].started_at >= earliest
            }


class SyncFrames:
    """The tokens of synchronisation: each stands for the frame that it was made for, up to a moment.

    How long a token lives is documented nowhere, so that it is a setting; tokens of another frame are refused.
    """

    def __init__(self, clock: Clock, settings: CloudSettings, name: str) -> None:
        """Begin without any; ``name`` begins all tokens."""
        self._clock = clock
        self._settings = settings
        self._name = name
        self._numbers = itertools.count(1)
        self._tokens: dict[str, tuple[object, float]] = {}

    def make(self, frame: object, at: float) -> str:
        """Return a token of that frame."""
        token = f"{self._name}{next(self._numbers):08}"
        self._tokens[token] = (frame, at)
        return token

    def since(self, token: str, frame: object) -> float | None:
        """Return the moment a token stands for; None if it is none of that frame, or expired."""
        known, at = self._tokens.get(token, (None, 0.0))
        is_old = self._settings.sync_token_ttl is not None and self._clock.time() - at > self._settings.sync_token_ttl
        return None if known != frame or is_old else at

    def forget(self) -> None:
        """Let all tokens expire."""
        self._tokens.clear()
