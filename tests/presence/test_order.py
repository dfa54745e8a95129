"""Where an observation belongs in the log, what is delivered twice, and how events wait for earlier ones."""

import pytest

from custom_components.ringcentral.api.models import PresenceBody, PresenceEvent
from custom_components.ringcentral.presence.order import (
    Epoch,
    HoldBack,
    Observation,
    Position,
    SeenNotifications,
    index_in,
    index_of_snapshot,
    is_disputed,
    place,
)
from custom_components.ringcentral.presence.vocabulary import Source


def notification(sequence, at=0.0):
    return PresenceEvent(
        uuid="u", event="", extension_id="101", sent_at=at, sequence=sequence, detailed=True, body=PresenceBody()
    )


def seen(sequence=None, at=0.0, *, epoch=0, uuid="u", since=None, **fields):
    """Return what an event said; it arrived as it was sent."""
    position = Position(epoch, sequence, at, uuid) if sequence is not None else None
    arrived = at if since is None else since
    body = PresenceBody(**fields or {"presence_status": "Busy"})
    return Observation(fields=body, at=at, since=arrived, source=Source.LIVE, uuid=uuid, position=position)


def read(at=0.0, *, floor=None, since=None):
    """Return what REST said when it was asked at that time."""
    body = PresenceBody(presence_status="Available")
    lowest = Position(0, floor, 0.0, "") if floor is not None else None
    requested = at if since is None else since
    return Observation(fields=body, at=at, since=requested, source=Source.SNAPSHOT, floor=lowest)


# The chronology of events

EPOCH = Epoch(3, 0.0, 100, 10.0)


@pytest.mark.parametrize(
    ("sequence", "at", "epoch", "highest"),
    [
        pytest.param(101, 11, 3, 101, id="the next"),
        pytest.param(5000, 11, 3, 5000, id="after a gap"),
        pytest.param(99, 9, 3, 100, id="late"),
        pytest.param(100, 11, 3, 100, id="the same number again"),
        pytest.param(101, 9, 3, 101, id="higher, yet sent before"),
        pytest.param(1, 15, 3, 100, id="lower, yet sent a little later"),
        pytest.param(1, 15.1, 4, 1, id="lower and sent much later: the counter started over"),
        pytest.param(999, -1, 2, 100, id="from before the counter started over"),
    ],
)
def test_an_event_is_placed_in_the_chronology(sequence, at, epoch, highest):
    position, after = place(notification(sequence, at), EPOCH, is_news=False)
    assert (position.epoch, position.sequence, after.highest) == (epoch, sequence, highest)


def test_the_first_event_begins_the_chronology_and_nothing_belongs_before_it():
    position, epoch = place(notification(7, 50), None, is_news=False)
    assert (position.epoch, epoch.highest) == (0, 7)
    earlier, _ = place(notification(6, 1), epoch, is_news=False)
    assert earlier.epoch == 0
    assert earlier < position


def test_an_event_without_a_sequence_has_no_position_and_leaves_the_epoch():
    assert place(notification(None, 99), EPOCH, is_news=True) == (None, EPOCH)


def test_a_call_that_nobody_has_seen_starts_the_counter_over_at_once():
    position, _ = place(notification(1, 10.1), EPOCH, is_news=True)
    assert position.epoch == 4
    position, _ = place(notification(1, 9.9), EPOCH, is_news=True)
    assert position.epoch == 3, "it was sent before what is known"


def test_an_event_without_a_time_of_sending_never_starts_the_counter_over():
    position, _ = place(notification(1, None), EPOCH, is_news=True)
    assert position.epoch == 3


# The place in the log


@pytest.mark.parametrize(
    ("log", "new", "index"),
    [
        pytest.param([], seen(1), 0, id="the first"),
        pytest.param([seen(1), seen(3)], seen(2), 1, id="between by its sequence"),
        pytest.param([seen(1, 9)], seen(2, 0), 1, id="the sequence counts, whatever the times"),
        pytest.param([seen(2, 0)], seen(1, 9), 0, id="and the other way round"),
        pytest.param([seen(999)], seen(1, epoch=1), 1, id="a counter that started over"),
        pytest.param([seen(1, epoch=1)], seen(999), 0, id="of before it started over"),
        pytest.param([seen(1, 1)], seen(1, 2), 1, id="of the same sequence the time counts"),
        pytest.param([seen(1, uuid="b")], seen(1, uuid="a"), 0, id="then the name"),
        pytest.param([seen(at=1), seen(at=3)], seen(at=2), 1, id="without sequences the time counts"),
        pytest.param([seen(at=1, uuid="b")], seen(at=1, uuid="a"), 0, id="without sequences, then the name"),
        pytest.param([seen(5, 1)], seen(at=2), 1, id="newer than one with a sequence"),
        pytest.param([seen(5, 2)], seen(at=1), 0, id="older than one with a sequence"),
        pytest.param([seen(5, 1), seen(at=9)], seen(6, 2), 1, id="a sequence below a newer time"),
        pytest.param(
            [seen(5, 3), seen(at=4), seen(6, 5)], seen(7, 1), 3, id="above its predecessor, whatever its time"
        ),
        pytest.param([read(10)], seen(1, 5), 1, id="as old as REST may lag: after what was read"),
        pytest.param([read(10)], seen(1, 4.9), 0, id="older than what was read"),
        pytest.param([read(10, floor=5)], seen(4, 10), 0, id="below what was known before the read"),
        pytest.param([read(10, floor=5)], seen(6, 10), 1, id="above what was known before the read"),
    ],
)
def test_an_event_has_its_place_in_the_log(log, new, index):
    assert index_in(log, new) == index


@pytest.mark.parametrize(
    ("log", "open_until", "index"),
    [
        pytest.param([], -99, 0, id="the first"),
        pytest.param([seen(1, 14.9)], -99, 1, id="after an event that is older than REST may lag"),
        pytest.param([seen(1, 15)], -99, 0, id="before one that is younger"),
        pytest.param([seen(1, 20)], -99, 0, id="before one that came while it was on its way"),
        pytest.param([seen(1, 1, since=20)], -99, 1, id="after one that was sent long ago and came only now"),
        pytest.param([seen(1, 15)], 15, 1, id="after one that it was to judge"),
        pytest.param([seen(1, 17), seen(2, 19)], 18, 1, id="but before what came after that"),
        pytest.param([read(19)], -99, 1, id="after another read"),
    ],
)
def test_a_snapshot_has_its_place_in_the_log(log, open_until, index):
    assert index_of_snapshot(log, read(20), open_until=open_until) == index


@pytest.mark.parametrize(
    ("log", "new", "index", "disputed"),
    [
        pytest.param([], seen(1), 0, False, id="the first"),
        pytest.param([seen(1, 1)], seen(2, 2), 1, False, id="both say newer"),
        pytest.param([seen(2, 2)], seen(1, 1), 0, False, id="both say older"),
        pytest.param([seen(1, 2)], seen(2, 1), 1, True, id="newer by its sequence, older by its time"),
        pytest.param([seen(2, 1)], seen(1, 2), 0, True, id="older by its sequence, newer by its time"),
        pytest.param([read(5)], seen(2, 1), 1, False, id="a read has no sequence to contradict"),
        pytest.param([seen(1, 0)], seen(at=5), 1, True, id="only one has a sequence and both are about as old"),
        pytest.param([seen(at=0)], seen(1, 5), 1, True, id="the other way round"),
        pytest.param([seen(1, 0)], seen(at=5.1), 1, False, id="clearly newer by its time"),
        pytest.param([seen(at=1)], seen(at=1.1), 1, False, id="neither has a sequence"),
        pytest.param([seen(at=1)], seen(at=1), 1, True, id="neither has a sequence and both were sent at once"),
        pytest.param([seen(1, 0)], seen(at=1, dnd_status="TakeAllCalls"), 1, False, id="they are about other fields"),
    ],
)
def test_only_rest_knows_the_order_where_sequence_and_time_contradict_each_other(log, new, index, disputed):
    assert index_in(log, new) == index
    assert is_disputed(log, index, new) is disputed


# What arrives twice, and what waits


def test_what_was_seen_is_known_and_what_has_no_name_never_is():
    known = SeenNotifications(capacity=2)
    assert [known.add(uuid) for uuid in ("a", "b", "a", "c")] == [True, True, False, True]
    assert known.add("a"), "the oldest was forgotten"
    assert [known.add(uuid) for uuid in (None, None, "", "")] == [True] * 4


def numbers(events):
    return [one.sequence for one in events]


def test_without_a_hold_back_events_go_at_once():
    held = HoldBack(0)
    assert numbers(held.add(notification(2), 0)) == [2]
    assert numbers(held.add(notification(1), 0)) == [1]
    assert held.due is None


def test_a_held_event_lets_an_earlier_one_go_first():
    held = HoldBack(0.1)
    assert numbers(held.add(notification(3), 0.00)) == []
    assert numbers(held.add(notification(1), 0.05)) == []
    assert held.due == 0.1
    assert numbers(held.release(0.09)) == []
    # Number 3 has waited long enough, and number 1 goes before it.
    assert numbers(held.release(0.11)) == [1, 3]
    assert held.due is None


def test_an_event_without_a_sequence_does_not_wait():
    held = HoldBack(0.1)
    assert numbers(held.add(notification(3), 0)) == []
    assert numbers(held.add(notification(None), 0)) == [None]


def test_what_is_held_still_goes_first_when_the_hold_back_is_switched_off():
    held = HoldBack(0.1)
    assert numbers(held.add(notification(3), 0)) == []
    held.seconds = 0
    assert numbers(held.add(notification(4), 0)) == [3, 4]
    assert numbers(held.add(notification(2), 0)) == [2]


def test_all_that_is_held_goes_in_order_when_it_has_waited():
    held = HoldBack(10)
    for sequence in (3, 1, 2):
        assert numbers(held.add(notification(sequence), 0)) == []
    assert numbers(held.release(10)) == [1, 2, 3]
