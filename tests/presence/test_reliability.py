"""When the times of sending and the sequence of events can be relied on."""

import pytest

from custom_components.ringcentral.presence.reliability import SequenceWatch, Skew


def skew(*delays, interval=1.0):
    """Return the skew after events that arrived one after the other, each that late."""
    learned = Skew()
    for number, delay in enumerate(delays):
        learned.learn(delay, number * interval)
    return learned.seconds


@pytest.mark.parametrize(
    ("delays", "seconds"),
    [
        pytest.param([0.1, 0.3, 0.1, 0.2, 0.1, 0.1], 0.0, id="the usual delays"),
        pytest.param([30.0] * 6, 30.0, id="all as late as each other: a wrong clock"),
        pytest.param([30.0, 31.5] * 3, 30.0, id="about as late: the least of it"),
        pytest.param([30.0, 33.0] * 3, 0.0, id="differing delays are delays"),
        pytest.param([0.1, 30.0, 30.0, 30.0, 30.0, 30.0], 0.0, id="one came in time"),
        pytest.param([30.0] * 5, 0.0, id="too short a time to know"),
        pytest.param([-30.0], -30.0, id="from the future: at once"),
        pytest.param([-30.0, 0.1], -30.0, id="some from the future"),
        pytest.param([-1.9] * 6, 0.0, id="within what clocks may differ by"),
        pytest.param([1.9] * 6, 0.0, id="late within what clocks may differ by"),
    ],
)
def test_a_constant_delay_is_a_wrong_clock(delays, seconds):
    assert skew(*delays) == seconds


def test_events_that_were_held_up_together_prove_no_wrong_clock():
    assert skew(*[30.0] * 20, interval=0.1) == 0.0


def test_a_clock_that_was_set_right_is_trusted_again():
    assert skew(*[30.0] * 10, *[0.1] * 20) == 0.0


def watch(*events):
    """Return a watch that has seen events: their sequences and times of sending."""
    learned = SequenceWatch()
    for sequence, sent_at in events:
        learned.learn(sequence, sent_at)
    return learned


def test_one_counter_is_trusted_and_so_is_one_that_starts_over():
    assert watch(*((number, float(number)) for number in range(100))).is_trusted
    assert watch(*((number % 50, float(number)) for number in range(150))).is_trusted


def test_events_that_arrive_in_disorder_are_no_second_counter():
    assert watch(*((number ^ 1, float(number ^ 1)) for number in range(100))).is_trusted


def test_two_counters_are_noticed_and_not_trusted_any_more():
    mixed = [(number + (1000 if number % 2 else 0), float(number)) for number in range(9)]
    assert watch(*mixed).is_trusted
    seen = watch(*mixed, (9 + 1000, 9.0), (10, 10.0))
    assert not seen.is_trusted
    for number in range(11, 111):
        seen.learn(number, float(number))
    assert not seen.is_trusted
