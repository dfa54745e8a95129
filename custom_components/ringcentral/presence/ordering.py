"""Which of two observations of a field is newer, and how events wait for earlier ones.

RingCentral's ``sequence`` states the chronology of notifications. It has gaps, is shared by much traffic, and may be
missing or begin anew; so nothing here waits for "the next number".
"""

from collections import OrderedDict
from collections.abc import Iterator
from heapq import heappop, heappush

import msgspec

from ..api.models import PresenceEvent

# A lower sequence that was sent this many seconds after the highest one means that the counter began anew; less is
# merely late, since notifications are stamped by different servers.
RESTART_AFTER = 5.0

# Events with and without a sequence can't be compared; this many seconds apart their times of sending can.
COMPARABLE_AFTER = 5.0


class Moment(msgspec.Struct, frozen=True, gc=False):
    """One instant on two clocks, in seconds.

    ``monotonic`` measures durations and never jumps; ``server`` is RingCentral's present in Unix seconds.
    """

    monotonic: float
    server: float


class Position(msgspec.Struct, frozen=True, order=True, gc=False):
    """The place of a sequenced event in the chronology of its extension; the greater one is newer."""

    epoch: int
    sequence: int
    sent_at: float
    uuid: str


class Mark(msgspec.Struct, frozen=True, gc=False):
    """What a field remembers of the event that set it.

    ``position`` is the highest ever held, and outlives an unsequenced event, which then sets ``is_sequenced`` to false.
    ``sent_at`` is the server's time of sending, ``arrived_at`` our monotonic time of arrival.
    """

    position: Position | None
    sent_at: float | None
    uuid: str
    arrived_at: float
    is_sequenced: bool


class Epoch(msgspec.Struct, frozen=True, gc=False):
    """The time between two restarts of the counter, as seen from one extension."""

    number: int
    started_at: float
    highest: int
    highest_sent_at: float


class Placement(msgspec.Struct, frozen=True, gc=False):
    """An event's mark, the epoch after it, and whether only REST can tell the truth.

    That is so when the counter began anew, or may have done so: sequence and time of sending disagree.
    """

    mark: Mark
    epoch: Epoch | None
    needs_read: bool


def place(event: PresenceEvent, epoch: Epoch | None, arrived_at: float) -> Placement:
    """Tell where an event stands in the chronology of its extension."""
    uuid = event.uuid or ""
    if event.sequence is None:
        return Placement(Mark(None, event.sent_at, uuid, arrived_at, is_sequenced=False), epoch, needs_read=False)
    sequence = event.sequence
    sent_at = event.sent_at if event.sent_at is not None else float("-inf")
    needs_read = False
    number = 0
    if epoch is None:
        # The first epoch has no beginning: nothing that belongs before it is known.
        epoch = Epoch(0, float("-inf"), sequence, sent_at)
    elif event.sent_at is not None and sent_at < epoch.started_at:
        number = epoch.number - 1
    else:
        number = epoch.number
        if sequence > epoch.highest:
            needs_read = sent_at < epoch.highest_sent_at
            epoch = Epoch(number, epoch.started_at, sequence, sent_at)
        elif sequence < epoch.highest and sent_at >= epoch.highest_sent_at and _is_known(epoch):
            needs_read = True
            if sent_at > epoch.highest_sent_at + RESTART_AFTER:
                number += 1
                epoch = Epoch(number, sent_at, sequence, sent_at)
    position = Position(number, sequence, sent_at, uuid)
    return Placement(Mark(position, event.sent_at, uuid, arrived_at, is_sequenced=True), epoch, needs_read)


def _is_known(epoch: Epoch) -> bool:
    return epoch.highest_sent_at != float("-inf")


def supersedes(new: Mark, old: Mark | None) -> bool:
    """Tell whether an event with the mark ``new`` sets a field that remembers ``old``."""
    if old is None:
        return True
    if new.position is not None:
        if old.position is not None and new.position <= old.position:
            return False
        return old.is_sequenced or new.sent_at is None or old.sent_at is None or new.sent_at >= old.sent_at
    if new.sent_at is None or old.sent_at is None:
        return True
    return (new.sent_at, new.uuid) > (old.sent_at, old.uuid)


def is_ambiguous(new: Mark, old: Mark | None) -> bool:
    """Tell whether only REST can say which is newer: one has a sequence, the other not, and both are about as old."""
    if old is None or new.is_sequenced == old.is_sequenced:
        return False
    return new.sent_at is None or old.sent_at is None or abs(new.sent_at - old.sent_at) <= COMPARABLE_AFTER


def remember(new: Mark, old: Mark | None) -> Mark:
    """Return the mark of a field that an event has just set; a position once held is never lowered."""
    if new.position is None and old is not None:
        return msgspec.structs.replace(new, position=old.position)
    return new


class SeenNotifications:
    """The ``uuid`` of recent notifications, to drop those that are delivered twice; memory is bounded."""

    def __init__(self, capacity: int = 4096) -> None:
        """Remember the last ``capacity`` notifications."""
        self._capacity = capacity
        self._seen: OrderedDict[str, None] = OrderedDict()

    def add(self, uuid: str | None) -> bool:
        """Remember a notification; return whether it is new. One without ``uuid`` always is."""
        if not uuid:
            return True
        if uuid in self._seen:
            return False
        self._seen[uuid] = None
        if len(self._seen) > self._capacity:
            self._seen.popitem(last=False)
        return True


class HoldBack:
    """Events that wait a moment for earlier ones, to be released in sequence order.

    The state never depends on it, since fields are merged by position; it mends the order of *transitions*.
    """

    def __init__(self, seconds: float) -> None:
        """Hold each event for that many seconds; 0 releases at once."""
        self.seconds = seconds
        self._arrivals = 0
        self._heap: list[tuple[int, int, float, PresenceEvent]] = []

    def add(self, event: PresenceEvent, now: float) -> Iterator[PresenceEvent]:
        """Take an event that arrived ``now`` (monotonic); yield those that may go, in order."""
        if event.sequence is None or (self.seconds <= 0 and not self._heap):
            yield event
            return
        self._arrivals += 1
        heappush(self._heap, (event.sequence, self._arrivals, now + self.seconds, event))
        yield from self.release(now)

    def release(self, now: float) -> Iterator[PresenceEvent]:
        """Yield the events that have waited long enough, each after all waiting ones of a lower sequence."""
        while (due := self.due) is not None and due <= now:
            yield heappop(self._heap)[-1]

    @property
    def due(self) -> float | None:
        """When the next event may go (monotonic), or ``None`` if none waits."""
        return min((due for _, _, due, _ in self._heap), default=None)
