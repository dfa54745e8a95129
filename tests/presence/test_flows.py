"""Captured and documented flows give the transitions that a person would write down by hand."""

import pytest

from .office import Office, load_flow, sent_at

ALEX, SAM = "62264425016", "62264425017"

# File, then what happened: extension, kind, seconds of ringing, seconds of talking.
FLOWS: dict[str, list[tuple[str, str, float | None, float | None]]] = {
    "flow-answered-call.captured-2015": [
        ("607457016", "ringing", None, None),
        ("607457016", "answered", 5.829, None),
        ("607457016", "ended", 5.829, 15.141),
    ],
    "flow-missed-call.captured-2015": [
        ("607457016", "ringing", None, None),
        ("607457016", "missed", 19.546, None),
    ],
    "flow-ringout.captured-2015": [
        ("255537016", "dialing", None, None),
        ("255537016", "answered", None, None),
        ("255537016", "ended", None, 27.222),
    ],
    "flow-inbound-answer-hold-park-end.composed": [
        (ALEX, "ringing", None, None),
        (ALEX, "answered", 5.8, None),
        (ALEX, "held", 5.8, None),
        (ALEX, "resumed", 5.8, None),
        (ALEX, "parked", 5.8, None),
        (ALEX, "ended", 5.8, 94.0),
    ],
    # The late event adds that the call was answered, but nothing is reported out of its time.
    "flow-out-of-order.composed": [
        (ALEX, "ringing", None, None),
        (ALEX, "ended", 4.8, 15.0),
    ],
    "flow-queue-call-two-agents.composed": [
        (ALEX, "ringing", None, None),
        (SAM, "ringing", None, None),
        (ALEX, "answered", 6.8, None),
        (SAM, "answered_elsewhere", 6.84, None),
        (ALEX, "ended", 6.8, 113.0),
    ],
    "flow-sequence-restart.composed": [
        (ALEX, "ringing", None, None),
        (ALEX, "answered", 5.8, None),
        (ALEX, "ended", 5.8, 34.0),
    ],
    "flow-transitional-nocall.composed": [
        (ALEX, "ringing", None, None),
        (ALEX, "answered", 4.8, None),
        (ALEX, "ended", 4.8, 30.0),
    ],
}


def play(name: str) -> Office:
    events = load_flow(name)
    story = Office(begins_at=sent_at(events[0]) - 1)
    story.play(events)
    return story


@pytest.mark.parametrize("name", FLOWS)
def test_a_flow_gives_the_transitions_that_a_person_would_write_down(name):
    announced = [(t.extension_id, str(t.kind), t.ring_seconds, t.talk_seconds) for t in play(name).transitions]
    assert announced == FLOWS[name]


@pytest.mark.parametrize("name", FLOWS)
def test_after_a_flow_nothing_goes_on_and_nothing_waits(name):
    story = play(name)
    for extension_id in story.product.extension_ids:
        assert story.state(extension_id).main_call is None
        assert story.record(extension_id).due is None


def test_a_restart_of_the_counter_asks_for_a_read():
    assert len(play("flow-sequence-restart.composed").reads) == 1
    assert play("flow-inbound-answer-hold-park-end.composed").reads == []


def test_the_number_that_vanishes_on_the_end_event_is_kept():
    (call,) = play("flow-answered-call.captured-2015").state("607457016").calls
    assert (call.to_number, call.state) == ("18885434778", "ended")
