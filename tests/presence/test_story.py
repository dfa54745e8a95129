"""What is reported of one call: its start, its answer, its end and the verdict, and that it no longer rings."""

import pytest

from .office import Office, event, leg, ring


@pytest.fixture
def office() -> Office:
    return Office()


def test_an_inbound_call_rings_and_an_outbound_one_dials(office):
    ring(office, "Ringing", 1)
    ring(office, "Ringing", 2, session="s2", direction="Outbound", extension_id="102")
    assert office.kinds("101") == ["ringing"]
    assert office.kinds("102") == ["dialing"]
    assert office.state("101").is_ringing
    assert not office.state("102").is_ringing


def test_the_state_goes_idle_at_once_and_the_verdict_waits_two_seconds(office):
    ring(office, "Ringing", 1)
    office.wait(5)
    ring(office, "NoCall", 2)
    assert office.state().main_call is None
    office.wait(1.9)
    assert office.kinds() == ["ringing"]
    office.wait(0.2)
    assert office.kinds() == ["ringing", "missed"]
    (_, missed) = office.transitions
    assert (missed.answered, missed.ring_seconds, missed.is_recovered) == (False, 5.0, False)


def test_a_call_that_another_watched_extension_answers_within_the_wait_is_not_missed(office):
    ring(office, "Ringing", 1)
    ring(office, "Ringing", 2, extension_id="102")
    office.wait(3)
    ring(office, "NoCall", 3)
    office.wait(1.5)
    ring(office, "CallConnected", 4, extension_id="102")
    office.wait(5)
    assert office.kinds("101") == ["ringing", "answered_elsewhere"]


def test_an_outbound_leg_of_the_same_session_does_not_answer_a_call(office):
    ring(office, "Ringing", 1)
    ring(office, "CallConnected", 2, extension_id="102", direction="Outbound")
    office.wait(1)
    ring(office, "NoCall", 3)
    office.wait(5)
    assert office.kinds("101") == ["ringing", "missed"]


def test_a_leg_that_was_connected_before_this_one_rang_does_not_answer_it(office):
    ring(office, "CallConnected", 1, extension_id="102")
    office.wait(10)
    ring(office, "Ringing", 2)
    office.wait(5)
    ring(office, "NoCall", 3)
    office.wait(5)
    assert office.kinds("101") == ["ringing", "missed"]


def test_an_unanswered_queue_call_is_never_missed(office):
    ring(office, "Ringing", 1, queueCall=True)
    ring(office, "NoCall", 2)
    office.wait(3)
    assert office.kinds() == ["ringing", "ended"]
    assert office.transitions[-1].answered is False


def test_an_end_that_is_not_final_counts_only_if_nothing_follows(office):
    ring(office, "CallConnected", 1)
    ring(office, "NoCall", 2, terminationType=None)
    office.wait(1.4)
    ring(office, "CallConnected", 3)
    office.wait(10)
    assert office.kinds() == ["answered"]
    ring(office, "NoCall", 4, terminationType=None)
    office.wait(1.6)
    assert office.kinds() == ["answered", "ended"]


def test_a_start_is_reported_only_while_it_is_fresh(office):
    office.apply(event(0, extension_id="102", presenceStatus="Busy"))
    office.wait(60)
    ring(office, "Ringing", 1, at=44)
    assert office.state().is_ringing
    assert office.kinds() == []
    ring(office, "Ringing", 2, at=46, session="s2")
    assert office.kinds() == ["ringing"]


def test_an_end_is_reported_even_when_it_arrives_late(office):
    ring(office, "Ringing", 1)
    office.wait(60)
    ring(office, "NoCall", 2, at=20)
    office.wait(3)
    assert office.kinds() == ["ringing", "missed"]
    assert office.transitions[-1].ring_seconds == 20.0


def test_a_snapshot_never_starts_a_call(office):
    office.snapshot(telephonyStatus="Ringing", activeCalls=[leg("Ringing")])
    assert office.state().is_ringing
    office.snapshot(telephonyStatus="CallConnected", activeCalls=[leg("CallConnected")])
    office.snapshot(telephonyStatus="NoCall", activeCalls=[])
    office.wait(10)
    assert office.transitions == []


def test_a_late_event_shows_that_an_ended_call_had_rung(office):
    office.wait(2)
    ring(office, "NoCall", 5)
    office.wait(1)
    ring(office, "Ringing", 4, at=1)
    assert len(office.stopped) == 1
    office.wait(3)
    assert office.kinds() == ["ringing", "missed"]


def test_a_late_event_shows_that_an_ended_call_had_been_answered(office):
    ring(office, "Ringing", 1)
    office.wait(5)
    ring(office, "NoCall", 5)
    office.wait(1)
    ring(office, "CallConnected", 3, at=4)
    office.wait(3)
    assert office.kinds() == ["ringing", "answered", "ended"]
    assert office.transitions[-1].answered


def test_an_answer_whose_ring_never_comes_is_reported_after_a_moment(office):
    ring(office, "CallConnected", 1)
    office.wait(0.4)
    assert office.state().main_call.state == "connected"
    assert office.kinds() == []
    office.wait(0.2)
    assert office.kinds() == ["answered"]
    assert office.stopped == []


def test_an_answer_that_waits_for_its_ring_is_reported_although_it_is_read_meanwhile(office):
    office.wait(60)
    ring(office, "CallConnected", 1)
    office.wait(0.2)
    office.snapshot(
        requested=0.1, telephonyStatus="CallConnected", activeCalls=[leg("CallConnected", to="+15550100001")]
    )
    office.wait(1)
    assert office.kinds() == ["answered"]
    assert not office.transitions[0].is_recovered


def test_an_answer_between_two_ends_of_a_call_is_reported_and_waits_for_nothing_after(office):
    for sequence, status in enumerate(("NoCall", "CallConnected", "NoCall"), 1):
        ring(office, status, sequence, at=0)
    office.wait(15)
    assert office.kinds() == ["answered", "ended"]
    assert office.record().due is None


def test_a_call_that_is_put_on_hold_before_its_ring_comes_is_reported_in_order(office):
    ring(office, "CallConnected", 2, at=0)
    ring(office, "OnHold", 3, at=0)
    ring(office, "Ringing", 1, at=0)
    assert office.kinds() == ["ringing", "answered", "held"]


# --- no longer rings -----------------------------------------------------------------------------


def silent(office, extension_id="101"):
    """Return what was reported of calls that have stopped ringing: whether answered, and whether late."""
    return [(t.answered, t.is_recovered) for t in office.stopped if t.extension_id == extension_id]


def test_a_final_end_is_silence_at_once(office):
    ring(office, "Ringing", 1)
    office.wait(5)
    ring(office, "NoCall", 2)
    assert silent(office) == [(False, False)]
    assert office.stopped[0].ring_seconds == 5.0
    office.wait(10)
    assert len(office.stopped) == 1


def test_an_end_that_is_not_final_is_silence_if_nothing_follows(office):
    ring(office, "Ringing", 1)
    ring(office, "NoCall", 2, terminationType=None)
    office.wait(1.4)
    ring(office, "Ringing", 3)
    office.wait(10)
    assert silent(office) == []
    ring(office, "NoCall", 4, terminationType=None)
    office.wait(1.6)
    assert silent(office) == [(False, False)]


def test_an_end_that_is_final_after_all_is_silence_at_once(office):
    ring(office, "Ringing", 1)
    ring(office, "NoCall", 2, terminationType=None)
    assert silent(office) == []
    ring(office, "NoCall", 3)
    assert silent(office) == [(False, False)]
    office.wait(10)
    assert len(office.stopped) == 1


def test_an_answered_call_is_silent_once(office):
    ring(office, "Ringing", 1)
    ring(office, "CallConnected", 2)
    ring(office, "NoCall", 3)
    office.wait(10)
    assert silent(office) == [(True, False)]


def test_two_calls_that_stop_ringing_in_one_event_are_reported_together(office):
    calls = [leg("Ringing", "s1"), leg("Ringing", "s2")]
    office.apply(event(1, activeCalls=calls, totalActiveCalls=2))
    ended = [leg("NoCall", "s1"), leg("NoCall", "s2")]
    before = len(office.stops)
    office.apply(event(2, activeCalls=ended, totalActiveCalls=0))
    assert [len(one) for one in office.stops[before:]] == [2]


def test_silence_that_is_read_is_reported_of_ringing_that_was_reported_only(office):
    ring(office, "Ringing", 1)
    office.snapshot("102", telephonyStatus="Ringing", activeCalls=[leg("Ringing")])
    office.wait(10)
    office.snapshot("101", telephonyStatus="NoCall", activeCalls=[])
    office.snapshot("102", telephonyStatus="NoCall", activeCalls=[])
    office.wait(10)
    assert silent(office) == [(False, True)]
    assert silent(office, "102") == []


def test_an_answer_that_is_read_is_silence(office):
    ring(office, "Ringing", 1)
    office.wait(10)
    office.snapshot("101", telephonyStatus="CallConnected", activeCalls=[leg("CallConnected")])
    assert silent(office) == [(True, True)]


def test_a_call_that_rang_and_ended_within_a_replay_never_was_reported_and_is_no_silence(office):
    office.replay(
        [
            event(1, activeCalls=[leg("Ringing")], totalActiveCalls=1),
            event(2, activeCalls=[leg("NoCall")], totalActiveCalls=0),
        ]
    )
    office.wait(10)
    assert office.kinds() == ["missed"]
    assert silent(office) == []


def test_a_call_that_rings_on_after_silence_is_reported_to_ring_again_and_ends_once(office):
    ring(office, "Ringing", 1)
    ring(office, "NoCall", 2)
    office.wait(1)
    ring(office, "Ringing", 3)
    ring(office, "NoCall", 4)
    office.wait(10)
    assert office.kinds() == ["ringing", "ended", "ringing", "missed"]
    assert len({transition.call.call_id for transition in office.transitions}) == 2
    assert silent(office) == [(False, False)] * 2


def test_a_call_out_is_never_silent(office):
    ring(office, "Ringing", 1, direction="Outbound")
    ring(office, "NoCall", 2)
    office.wait(10)
    assert silent(office) == []
