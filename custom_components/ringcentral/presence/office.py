"""The life of an event on one screen: decode, order, merge, compare, and what comes of it. Pure, for all extensions.

The caller has the clock, the network and Home Assistant: it hands over what arrives with the moment, arms :attr:`due`,
and does what the outcomes ask for.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from ..api.errors import PayloadError
from ..api.events import decode_notification
from ..api.filters import DetailWatch
from ..api.models import (
    ExtensionListEvent,
    MailboxEvent,
    PartialPresence,
    Presence,
    PresenceEvent,
    TelephonyStatus,
    WatchListEvent,
)
from .delays import DeliveryDelays
from .ledger import end_all
from .order import HoldBack, Moment, SeenNotifications
from .record import ALL_FIELDS, HORIZON, Outcome, Record, apply_deadline, apply_event, apply_snapshot, finish_replay
from .reliability import SequenceWatch, Skew
from .sessions import Sessions
from .story import News
from .vocabulary import Call, ExtensionState, Source

# What REST can't read is known from events alone, so that more of them are kept.
_LONG_HORIZON = 64


class Office:
    """Follows extensions: takes what RingCentral sends and what REST says, and returns what comes of it."""

    def __init__(self) -> None:
        """Follow nobody yet."""
        self.counters: Counter[str] = Counter()
        self.hold_back = HoldBack(0.0)
        # Events of presence that have come, of whomever and however often.
        self.presence_events = 0
        self.must_read_lists = False
        self.must_read_all = False
        self.has_simple_events = False
        # Events of what is not presence, for whoever has use for them.
        self.others: deque[MailboxEvent] = deque()
        self.last_sent_at: float | None = None
        self.last_payloads: dict[str, bytes] = {}
        self.delays = DeliveryDelays()
        self._records: dict[str, Record] = {}
        self._seen = SeenNotifications()
        self._sessions = Sessions()
        self._skew = Skew()
        self._sequence = SequenceWatch()
        self._details = DetailWatch()

    # --- whom it follows -------------------------------------------------------------------------

    def follow(self, extension_id: str, *, is_readable: bool = True) -> None:
        """Follow an extension from now on; ``is_readable`` is whether REST has its calls."""
        horizon = HORIZON if is_readable else _LONG_HORIZON
        self._records[extension_id] = Record(extension_id=extension_id, horizon=horizon)

    def forget(self, extension_id: str, moment: Moment) -> News:
        """Follow an extension no longer; return the ends of its calls, since nothing more will be known of them."""
        record = self._records.pop(extension_id)
        self.last_payloads.pop(extension_id, None)
        return end_all(extension_id, record.ledger, moment)

    def know_numbers(self, extensions: Mapping[str, str]) -> None:
        """Know whose the numbers are that people dial: extension ids by number."""
        self._sessions.extensions = extensions

    @property
    def extension_ids(self) -> tuple[str, ...]:
        """The ids of the extensions that are followed."""
        return tuple(self._records)

    def __contains__(self, extension_id: str) -> bool:
        """Return whether an extension is followed."""
        return extension_id in self._records

    def state(self, extension_id: str) -> ExtensionState | None:
        """Return the state of an extension, or ``None`` if it is not followed."""
        record = self._records.get(extension_id)
        return record.state if record is not None else None

    def record(self, extension_id: str) -> Record | None:
        """Return all that is kept of an extension."""
        return self._records.get(extension_id)

    def ringing_calls(self, extension_id: str) -> tuple[Call, ...]:
        """Return an extension's calls that ring, or may ring on after a moment without a call."""
        record = self._records.get(extension_id)
        return record.ledger.ringing() if record is not None else ()

    @property
    def reliability(self) -> dict[str, bool | float]:
        """Whether one counter numbers the events, and how many seconds the server's clocks are apart."""
        return {"is_sequence_trusted": self._sequence.is_trusted, "skew": round(self._skew.seconds, 3)}

    # --- the life of an event --------------------------------------------------------------------

    def take(self, payload: bytes, moment: Moment) -> list[Outcome]:
        """Take a notification as it arrived; return what comes of it, and of held ones that may go with it."""
        event = self._accept(payload)
        if event is None:
            return []
        self.last_payloads[event.extension_id] = payload
        self._learn(event, moment)
        return self._apply(self.hold_back.add(event, moment.monotonic), moment)

    def replay(self, payloads: Iterable[bytes], moment: Moment) -> list[Outcome]:
        """Take the notifications of an interruption as one batch: reported is what of it still holds."""
        asked: dict[str, float | None] = {}
        for payload in payloads:
            if (event := self._accept(payload)) is not None:
                read_after = self._keep(self._merge(event, moment, Source.REPLAY)).read_after
                asked[event.extension_id] = read_after if read_after is not None else asked.get(event.extension_id)
        outcomes = []
        for extension_id, read_after in asked.items():
            outcome = finish_replay(self._records[extension_id], moment)
            outcome = msgspec.structs.replace(outcome, changed=ALL_FIELDS, read_after=read_after)
            outcomes += self._finish(outcome, moment)
        return outcomes

    def release(self, moment: Moment) -> Iterator[Outcome]:
        """Apply the held events whose wait is over, each when what came of the one before has been done."""
        for event in self.hold_back.release(moment.monotonic):
            yield from self._apply((event,), moment)

    def snapshot(self, extension_id: str, presence: Presence, requested_at: float, moment: Moment) -> list[Outcome]:
        """Take what REST said of an extension, requested at that monotonic time."""
        record = self._records.get(extension_id)
        if isinstance(presence, PartialPresence):
            self.counters.update(f"unreadable {name}" for name in presence.unreadable)
        return [] if record is None else self._finish(apply_snapshot(record, presence, requested_at, moment), moment)

    def confirm(self, extension_id: str, presence: Presence, moment: Moment) -> list[Outcome]:
        """Take what RingCentral confirmed to have set: newer than every event that arrived before."""
        record = self._records.get(extension_id)
        if record is None:
            return []
        outcome = apply_snapshot(record, presence, moment.monotonic, moment, is_confirmed=True)
        return self._finish(outcome, moment)

    def settle(self, extension_id: str, moment: Moment) -> list[Outcome]:
        """Do what has come due for an extension."""
        record = self._records.get(extension_id)
        if record is None or record.due is None or record.due > moment.monotonic:
            return []
        return [self._keep(apply_deadline(record, moment, self._sessions))]

    def _accept(self, payload: bytes) -> PresenceEvent | None:
        """Decode a notification; return it if it is a presence event that is news here."""
        self.counters["received"] += 1
        try:
            event = decode_notification(payload)
        except PayloadError:
            self.counters["malformed"] += 1
            self.must_read_all = True
            return None
        return _KINDS[type(event)](self, event) if type(event) in _KINDS else None

    def accept_presence(self, event: PresenceEvent) -> PresenceEvent | None:
        """Return a presence event if it is news of an extension that is followed."""
        self.presence_events += 1
        if event.extension_id not in self._records:
            self.counters["foreign"] += 1
            return None
        if not self._seen.add(event.uuid):
            self.counters["duplicate"] += 1
            return None
        return event

    def accept_list(self, _: ExtensionListEvent | WatchListEvent) -> None:
        """Ask for the lists of extensions to be read."""
        self.must_read_lists = True

    def accept_other(self, event: MailboxEvent) -> None:
        """Keep an event of what is not presence; one of this office's extensions or not."""
        self.others.append(event)

    def _learn(self, event: PresenceEvent, moment: Moment) -> None:
        if event.detailed:
            status = event.body.telephony_status
            self.has_simple_events = self._details.is_simple(
                has_calls=event.body.active_calls is not None,
                is_about_call=status not in (None, TelephonyStatus.NO_CALL),
            )
        if event.sent_at is None:
            return
        delay = moment.server - event.sent_at
        self.delays.add(delay)
        self._skew.learn(delay, moment.monotonic)
        if event.sequence is not None:
            self._sequence.learn(event.sequence, event.sent_at)

    def _apply(self, events: Iterable[PresenceEvent], moment: Moment) -> list[Outcome]:
        outcomes = []
        for event in events:
            # An extension may have gone while its event was held back.
            if event.extension_id in self._records:
                outcomes += self._finish(self._merge(event, moment, Source.LIVE), moment)
        return outcomes

    def _merge(self, event: PresenceEvent, moment: Moment, source: Source) -> Outcome:
        if not self._sequence.is_trusted:
            event = msgspec.structs.replace(event, sequence=None)
        outcome = apply_event(self._records[event.extension_id], event, moment, source, skew=self._skew.seconds)
        self.counters["late" if outcome.was_late else "merged"] += 1
        if event.unreadable:
            self.counters.update(f"unreadable {name}" for name in event.unreadable)
            outcome = msgspec.structs.replace(outcome, read_after=0.0)
        self.last_sent_at = event.sent_at if event.sent_at is not None else moment.server
        return outcome

    def _finish(self, outcome: Outcome, moment: Moment) -> list[Outcome]:
        """Keep the record, and do what has come due with it."""
        self._keep(outcome)
        return [outcome, *self.settle(outcome.record.extension_id, moment)]

    def _keep(self, outcome: Outcome) -> Outcome:
        self._records[outcome.record.extension_id] = outcome.record
        for call in outcome.learned:
            self._sessions.add(outcome.record.extension_id, call)
        return outcome


# What each kind of event does to the office; other kinds are of no use here.
_KINDS: Mapping[type, Callable[[Office, Any], PresenceEvent | None]] = {
    PresenceEvent: Office.accept_presence,
    ExtensionListEvent: Office.accept_list,
    WatchListEvent: Office.accept_list,
    MailboxEvent: Office.accept_other,
}
