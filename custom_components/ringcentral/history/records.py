"""The calls of the log as people speak of them, one for each call of an extension. Pure."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from ..api.call_log import CallLogRecord, LogParty
from ..api.messages import VOICEMAIL_WORDS
from ..api.models import parse_timestamp
from ..presence.privacy import Privacy, shown_party

INBOUND = "inbound"
OUTBOUND = "outbound"


class Outcome(StrEnum):
    """How a call ended, as far as the log says."""

    ANSWERED = "answered"
    MISSED = "missed"
    VOICEMAIL = "voicemail"
    ANSWERED_ELSEWHERE = "answered_elsewhere"
    BUSY = "busy"
    BLOCKED = "blocked"
    NOT_ANSWERED = "not_answered"
    FAILED = "failed"
    IN_PROGRESS = "in_progress"
    UNKNOWN = "unknown"


# Nobody spoke to the caller, who may expect a call (ringcentral-js-widgets counts these as missed).
MISSED_OUTCOMES = frozenset({Outcome.MISSED, Outcome.VOICEMAIL, Outcome.BUSY})

# What RingCentral writes of calls in (specification, CallLogRecord.result), in lower case since both are seen.
_INBOUND: Mapping[str, Outcome] = {
    "accepted": Outcome.ANSWERED,
    "call connected": Outcome.ANSWERED,
    "received": Outcome.ANSWERED,
    "missed": Outcome.MISSED,
    "no answer": Outcome.MISSED,
    "hang up": Outcome.MISSED,
    "abandoned": Outcome.MISSED,
    "rejected": Outcome.MISSED,
    "declined": Outcome.MISSED,
    "answered not accepted": Outcome.MISSED,
    "callback requested": Outcome.MISSED,
    "voicemail": Outcome.VOICEMAIL,
    "sent to voicemail": Outcome.VOICEMAIL,
    "answered elsewhere": Outcome.ANSWERED_ELSEWHERE,
    "busy": Outcome.BUSY,
    "blocked": Outcome.BLOCKED,
    "in progress": Outcome.IN_PROGRESS,
}
# And of calls out; all else that is documented is a failure of some kind.
_OUTBOUND: Mapping[str, Outcome] = {
    "accepted": Outcome.ANSWERED,
    "call connected": Outcome.ANSWERED,
    "sent": Outcome.ANSWERED,
    "voicemail": Outcome.ANSWERED,
    "no answer": Outcome.NOT_ANSWERED,
    "missed": Outcome.NOT_ANSWERED,
    "hang up": Outcome.NOT_ANSWERED,
    "stopped": Outcome.NOT_ANSWERED,
    "rejected": Outcome.NOT_ANSWERED,
    "declined": Outcome.NOT_ANSWERED,
    "busy": Outcome.BUSY,
    "in progress": Outcome.IN_PROGRESS,
    "unknown": Outcome.UNKNOWN,
}

# A leg that only rang a phone of the user says nothing of the call (ringcentral-js-widgets drops these).
_RING_LEG_ACTION = "findme"
_RING_LEG_RESULTS = frozenset({"stopped", "busy", "unknown"})

_QUEUE_DELEGATION = "QueueForwarding"

# Where several records are of one call, the one that says most comes first.
_PRECEDENCE = tuple(Outcome)


class LoggedCall(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A call of the log at one extension; ``at`` is its beginning in Unix seconds, ``duration`` in seconds.

    ``name`` and ``number`` are those of the other party, as they may be shown; ``is_withheld`` says that there is no
    number because it is kept back. ``called_name`` and ``called_number`` are whom of this side an inbound call was for.
    """

    id: str
    extension_id: str
    at: float
    direction: str
    outcome: Outcome
    duration: int | None = None
    name: str | None = None
    number: str | None = None
    is_withheld: bool = False
    called_name: str | None = None
    called_number: str | None = None
    is_queue_call: bool = False
    session_id: str | None = None
    telephony_session_id: str | None = None
    voicemail_id: str | None = None

    @property
    def ended_at(self) -> float:
        """When it was over; of an unanswered call, when it ceased to ring."""
        return self.at + (self.duration or 0)

    @property
    def is_missed(self) -> bool:
        """Whether it counts as missed; of a queue, others may have answered or not, so that its calls never do."""
        return self.direction == INBOUND and self.outcome in MISSED_OUTCOMES and not self.is_queue_call

    @property
    def started_at(self) -> datetime:
        """When it began."""
        return datetime.fromtimestamp(self.at, UTC)


def read_record(record: CallLogRecord, own_id: str, numbers: Mapping[str, str]) -> LoggedCall | None:
    """Return the call that a record is of; ``None`` for a fax, a leg that only rang, and what has no time.

    ``own_id`` is whose log it is, unless the record says so itself; ``numbers`` are the ids of extensions by number.
    """
    started_at = parse_timestamp(record.start_time)
    result = (record.result or "").casefold()
    is_ring_leg = (record.action or "").casefold() == _RING_LEG_ACTION and result in _RING_LEG_RESULTS
    if started_at is None or record.deleted or (record.type or "Voice") != "Voice" or is_ring_leg:
        return None
    is_outbound = record.direction == "Outbound"
    known = _OUTBOUND.get(result, Outcome.FAILED) if is_outbound else _INBOUND.get(result, Outcome.UNKNOWN)
    party = (record.to if is_outbound else record.from_) or LogParty()
    called = (None if is_outbound else record.to) or LogParty()
    extension_id = str(record.extension.id) if record.extension is not None else own_id
    message = record.message
    is_voicemail = message is not None and message.type in VOICEMAIL_WORDS
    return LoggedCall(
        id=record.id,
        extension_id=extension_id,
        at=started_at.timestamp(),
        direction=OUTBOUND if is_outbound else INBOUND,
        outcome=known,
        duration=record.duration,
        name=party.shown_name,
        number=party.number,
        is_withheld=party.is_withheld,
        called_name=called.shown_name,
        called_number=called.number,
        is_queue_call=not is_outbound and _came_by_queue(record, extension_id, numbers),
        session_id=_identity(record.session_id),
        telephony_session_id=_identity(record.telephony_session_id),
        voicemail_id=str(message.id) if message is not None and is_voicemail else None,
    )


def shown_logged_call(call: LoggedCall, privacy: Privacy) -> LoggedCall:
    """Return a call as it may be shown."""
    if privacy is Privacy.SHOWN:
        return call
    name, number = shown_party(call.name, call.number, privacy)
    called_name, called_number = shown_party(call.called_name, call.called_number, privacy)
    return msgspec.structs.replace(
        call,
        name=name,
        number=number,
        is_withheld=call.is_withheld and privacy is not Privacy.HIDDEN,
        called_name=called_name,
        called_number=called_number,
    )


def _came_by_queue(record: CallLogRecord, extension_id: str, numbers: Mapping[str, str]) -> bool:
    """Return whether a call was for a queue; what says so is not documented, so this takes what there is."""
    if record.delegation_type == _QUEUE_DELEGATION:
        return True
    called = record.to or LogParty()
    if called.extension_id is not None:
        return str(called.extension_id) != extension_id
    # Queues need not be watched, so that a short number that is not the own one is another's.
    return called.extension_number is not None and numbers.get(called.extension_number) != extension_id


def _identity(text: str | None) -> str | None:
    # They identify nothing (reference 5.3).
    return None if text in (None, "", "0") else text


class CallLog:
    """The newest calls of the log, each once, however many records there are of it and however often they come."""

    def __init__(self, longest: int) -> None:
        """Begin empty; at most that many records are kept."""
        self._longest = longest
        self._records: dict[str, LoggedCall] = {}
        self._calls: tuple[LoggedCall, ...] | None = None

    @property
    def calls(self) -> tuple[LoggedCall, ...]:
        """The calls, the newest first."""
        if self._calls is None:
            best: dict[tuple[str, str, str], LoggedCall] = {}
            for record in self._records.values():
                key = _call_key(record)
                if key not in best or _says_more(record, best[key]):
                    best[key] = record
            self._calls = tuple(sorted(best.values(), key=lambda call: (-call.at, call.id)))
        return self._calls

    def replace(self, records: Iterable[LoggedCall]) -> None:
        """Keep these, and nothing else."""
        self._records = {}
        self.update(records)

    def update(self, records: Iterable[LoggedCall], gone: Iterable[str] = ()) -> None:
        """Take over records that are new or have changed, and drop those that are gone."""
        for record in records:
            self._records[record.id] = record
        for record_id in gone:
            self._records.pop(record_id, None)
        if len(self._records) > self._longest:
            newest = sorted(self._records.values(), key=lambda record: record.at, reverse=True)[: self._longest]
            self._records = {record.id: record for record in newest}
        self._calls = None


def _call_key(record: LoggedCall) -> tuple[str, str, str]:
    """Return what the records of one call have in common; a call to oneself has two directions."""
    identity = record.telephony_session_id or record.session_id or record.id
    return record.extension_id, identity, record.direction


def _says_more(one: LoggedCall, other: LoggedCall) -> bool:
    return _PRECEDENCE.index(one.outcome) < _PRECEDENCE.index(other.outcome)
