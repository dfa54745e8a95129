"""Which of two observations is newer, what is delivered twice, and how events wait for earlier ones."""

import pytest

from custom_components.ringcentral.presence.ordering import (
    Epoch,
    HoldBack,
    Mark,
    Position,
    SeenNotifications,
    is_ambiguous,
    place,
    remember,
    supersedes,
)

from .office import SERVER_START, event


def mark(sequence, at=0.0, *, epoch=0, uuid="u", highest=None):
    """Return the mark of an event; one without a sequence may remember the highest before it."""
    if sequence is not None:
        return Mark(Position(epoch, sequence, at, uuid), at, uuid, 0.0, is_sequenced=True)
    held = Position(epoch, highest, 0.0, "") if highest is not None else None
    return Mark(held, at, uuid, 0.0, is_sequenced=False)


@pytest.mark.parametrize(
    ("new", "old", "wins"),
    [
        (mark(1), None, True),
        (mark(2), mark(1), True),
        (mark(1), mark(2), False),
        (mark(1), mark(1), False),
        # Of the same sequence the time of sending counts, then the name.
        (mark(1, at=2, uuid="a"), mark(1, at=1, uuid="b"), True),
        (mark(1, at=1, uuid="b"), mark(1, at=2, uuid="a"), False),
        (mark(1, uuid="b"), mark(1, uuid="a"), True),
        (mark(1, uuid="a"), mark(1, uuid="b"), False),
        # The sequence counts, whatever the times of sending.
        (mark(2, at=0), mark(1, at=9), True),
        (mark(1, at=9), mark(2, at=0), False),
        # A counter that began anew.
        (mark(1, epoch=1), mark(999), True),
        (mark(999), mark(1, epoch=1), False),
        # Without sequences, the time of sending counts, then the name.
        (mark(None, at=2), mark(None, at=1), True),
        (mark(None, at=1), mark(None, at=2), False),
        (mark(None, at=1, uuid="b"), mark(None, at=1, uuid="a"), True),
        (mark(None, at=1, uuid="a"), mark(None, at=1, uuid="b"), False),
        (mark(None, at=None), mark(5, at=1), True),
        # With and without one, it counts, too; but a position once held is not undercut.
        (mark(None, at=2), mark(5, at=1), True),
        (mark(None, at=1), mark(5, at=2), False),
        (mark(6, at=2), mark(None, at=1, highest=5), True),
        (mark(6, at=1), mark(None, at=2, highest=5), False),
        (mark(4, at=9), mark(None, at=1, highest=5), False),
    ],
)
def test_the_newer_of_two_events_sets_a_field(new, old, wins):
    assert supersedes(new, old) is wins


@pytest.mark.parametrize(
    ("new", "old", "ambiguous"),
    [
        (mark(1), None, False),
        (mark(2), mark(1), False),
        (mark(None), mark(None), False),
        (mark(None, at=3), mark(1, at=0), True),
        (mark(1, at=0), mark(None, at=3), True),
        (mark(None, at=6), mark(1, at=0), False),
        (mark(None, at=None), mark(1, at=0), True),
    ],
)
def test_only_rest_can_tell_which_is_newer_if_one_has_no_sequence_and_both_are_as_old(new, old, ambiguous):
    assert is_ambiguous(new, old) is ambiguous


def test_a_position_once_held_is_remembered_over_an_event_without_one():
    assert remember(mark(None, at=2), mark(5)).position == Position(0, 5, 0.0, "u")
    assert remember(mark(6), mark(5)).position.sequence == 6
    assert remember(mark(None), None).position is None


def epoch_of(number, started_at, highest, highest_sent_at):
    return Epoch(number, SERVER_START + started_at, highest, SERVER_START + highest_sent_at)


@pytest.mark.parametrize(
    ("sequence", "at", "number", "needs_read"),
    [
        pytest.param(101, 11, 3, False, id="the next"),
        pytest.param(5000, 11, 3, False, id="after a gap"),
        pytest.param(99, 9, 3, False, id="late"),
        pytest.param(100, 11, 3, False, id="the same once more"),
        pytest.param(101, 9, 3, True, id="higher, yet sent before"),
        pytest.param(1, 12, 3, True, id="lower, yet sent a little later"),
        pytest.param(1, 16, 4, True, id="lower and sent much later: the counter began anew"),
        pytest.param(999, -1, 2, False, id="from before the counter began anew"),
    ],
)
def test_an_event_is_placed_in_the_chronology(sequence, at, number, needs_read):
    placed = place(event(sequence, at=at), epoch_of(3, 0, 100, 10), arrived_at=1.0)
    assert placed.mark.position.epoch == number
    assert placed.needs_read is needs_read


def test_the_first_event_begins_the_chronology_and_one_without_a_sequence_leaves_it():
    first = place(event(7), None, arrived_at=1.0)
    assert (first.mark.position.epoch, first.epoch.highest, first.needs_read) == (0, 7, False)
    second = place(event(None, at=1), first.epoch, arrived_at=2.0)
    assert second.epoch is first.epoch
    assert (second.mark.position, second.mark.is_sequenced) == (None, False)


def test_what_was_seen_is_known_and_what_has_no_name_never_is():
    seen = SeenNotifications(capacity=2)
    assert [seen.add(uuid) for uuid in ("a", "b", "a", "c", "a", None, None, "")] == [
        True,
        True,
        False,
        True,
        True,  # The oldest was forgotten.
        True,
        True,
        True,
    ]


def numbers(events):
    return [one.sequence for one in events]


def test_without_a_hold_back_events_go_at_once():
    held = HoldBack(0)
    assert numbers(held.add(event(2), 0)) == [2]
    assert numbers(held.add(event(1), 0)) == [1]
    assert held.due is None


def test_a_held_event_lets_an_earlier_one_go_first():
    held = HoldBack(0.1)
    assert numbers(held.add(event(3), 0.00)) == []
    assert numbers(held.add(event(1), 0.05)) == []
    assert held.due == 0.1
    assert numbers(held.release(0.09)) == []
    # Number 3 has waited long enough, and number 1 goes before it.
    assert numbers(held.release(0.11)) == [1, 3]
    assert held.due is None


def test_an_event_without_a_sequence_does_not_wait():
    held = HoldBack(0.1)
    assert numbers(held.add(event(3), 0)) == []
    assert numbers(held.add(event(None), 0)) == [None]


def test_all_that_is_held_goes_in_order_when_it_has_waited():
    held = HoldBack(10)
    for sequence in (3, 1, 2):
        assert numbers(held.add(event(sequence), 0)) == []
    assert numbers(held.release(10)) == [1, 2, 3]
