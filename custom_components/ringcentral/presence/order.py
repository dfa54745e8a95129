"""The log of an extension's observations, and where a new one belongs in it.

RingCentral's ``sequence`` states the chronology of notifications. It has gaps, is shared by much traffic, and may be
missing or start over (reference 5.1); so nothing here waits for "the next number".
"""

from collections.abc import Iterator, Sequence
from heapq import heappop, heappush

import msgspec

from ..api.models import PresenceEvent, PresenceFields
from .vocabulary import Source

# A lower sequence that was sent this many seconds after the highest one means that the counter started over; less is
# merely late, since notifications are stamped by different servers.
RESTART_AFTER = 5.0

# Events with and without a sequence can't be compared; this many seconds apart their times of sending can.
COMPARABLE_AFTER = 5.0

# What was seen is remembered for this many seconds.
REMEMBERED_FOR = 15 * 60.0

# REST may lag behind events by this many seconds.
SNAPSHOT_LAG = 5.0


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


class Epoch(msgspec.Struct, frozen=True, gc=False):
    """The time between two restarts of the counter, as seen from one extension."""

    number: int
    started_at: float
    highest: int
    highest_sent_at: float


class Observation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What was said of an extension: an event, or a snapshot, which has no ``position``.

    ``at`` is when it was true by the server's clock: when an event was sent, or a snapshot requested. ``since`` is when
    the event arrived or the snapshot was requested (monotonic). The ``floor`` of a snapshot is the highest position
    before it, which no lower event may undo. ``is_believed`` settles what the payload left open.
    """

    fields: PresenceFields
    at: float
    since: float
    source: Source
    uuid: str = ""
    position: Position | None = None
    floor: Position | None = None
    is_detailed: bool = True
    is_believed: bool = False

    @property
    def is_snapshot(self) -> bool:
        """Whether it was read from REST."""
        return self.source is Source.SNAPSHOT


def place(event: PresenceEvent, epoch: Epoch | None, *, is_news: bool) -> tuple[Position | None, Epoch | None]:
    """Return an event's position and the epoch after it.

    ``is_news`` marks an event with a call that nobody has seen yet: where such a one is newer by its time of sending, a
    lower sequence comes from another counter at once, since a phone must not ring late.
    """
    if (sequence := event.sequence) is None:
        return None, epoch
    sent_at = event.sent_at if event.sent_at is not None else float("-inf")
    number = epoch.number if epoch is not None else 0
    if epoch is None:
        # The first epoch has no beginning: nothing that belongs before it is known.
        epoch = Epoch(0, float("-inf"), sequence, sent_at)
    elif event.sent_at is not None and sent_at < epoch.started_at:
        number -= 1
    elif sequence > epoch.highest:
        epoch = Epoch(number, epoch.started_at, sequence, sent_at)
    elif sequence < epoch.highest and sent_at > epoch.highest_sent_at + (0.0 if is_news else RESTART_AFTER) > float(
        "-inf"
    ):
        number += 1
        epoch = Epoch(number, sent_at, sequence, sent_at)
    return Position(number, sequence, sent_at, event.uuid or ""), epoch


def index_in(log: Sequence[Observation], new: Observation) -> int:
    """Return where an event belongs in a log: after all of a lower sequence, before all of a higher one."""
    end, first = len(log), 0
    if new.position is not None:
        for index in range(end, 0, -1):
            position = log[index - 1].position
            if position is not None and position <= new.position:
                first = index
                break
            if position is not None:
                end = index - 1
    else:
        # Before every event that was sent later, whatever was read in between.
        later = (index for index, one in enumerate(log) if not one.is_snapshot and _precedes(new, one))
        end = next(later, end)
    while end > first and _precedes(new, log[end - 1]):
        end -= 1
    return end


def _precedes(event: Observation, other: Observation) -> bool:
    """Return whether an event belongs before another observation that its sequence can't be compared with."""
    if other.is_snapshot:
        is_undercut = event.position is not None and other.floor is not None and event.position < other.floor
        return is_undercut or event.at < other.at - SNAPSHOT_LAG
    return (event.at, event.uuid) < (other.at, other.uuid)


def index_of_snapshot(log: Sequence[Observation], new: Observation, *, open_until: float) -> int:
    """Return where a snapshot belongs in a log.

    An event that arrived after the request was sent, or shortly before, is newer: REST may lag. One up to which it was
    open what is true is not, if that is what was asked; ``open_until`` is monotonic.
    """
    end = len(log)
    while end and not log[end - 1].is_snapshot:
        last = log[end - 1]
        is_recent = last.since >= new.since - SNAPSHOT_LAG and last.at >= new.at - SNAPSHOT_LAG
        if not is_recent or last.since <= open_until <= new.since:
            break
        end -= 1
    return end


def is_disputed(log: Sequence[Observation], index: int, new: Observation) -> bool:
    """Return whether only REST knows the order: an event's sequence says one thing, its time of sending another.

    So it is, too, where of two events about as old one has a sequence and the other has none, or where none has one
    and both were sent at the same time.
    """
    if new.position is not None and (
        (index and log[index - 1].at > new.at and not log[index - 1].is_snapshot)
        or (index < len(log) and log[index].at <= new.at)
    ):
        return True
    for other in reversed(log):
        if other.at < new.at - COMPARABLE_AFTER:
            return False
        if (
            not other.is_snapshot
            and _are_incomparable(new, other)
            and any(
                getattr(other.fields, name) is not None and getattr(new.fields, name) is not None
                for name in PresenceFields.__struct_fields__
            )
        ):
            return True
    return False


def _are_incomparable(new: Observation, other: Observation) -> bool:
    if new.position is None and other.position is None:
        return new.at == other.at
    return (other.position is None or new.position is None) and other.at <= new.at + COMPARABLE_AFTER


class SeenNotifications:
    """The ``uuid`` of recent notifications, to drop those that are delivered twice; memory is bounded."""

    def __init__(self, capacity: int = 4096) -> None:
        """Remember the last notifications, ``capacity`` at most and half as many at least."""
        self._capacity = capacity
        # Two halves take the same memory for ever, where a table of the last ones would be rebuilt again and again.
        self._seen: set[str] = set()
        self._seen_before: set[str] = set()

    def add(self, uuid: str | None) -> bool:
        """Remember a notification; return whether it is new. One without ``uuid`` always is."""
        if not uuid:
            return True
        if uuid in self._seen or uuid in self._seen_before:
            return False
        if len(self._seen) * 2 >= self._capacity:
            self._seen, self._seen_before = set(), self._seen
        self._seen.add(uuid)
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
