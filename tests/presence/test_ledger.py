"""What happens to calls: each rule of the design's section 4, and of 3.7 where it is about calls."""

import pytest

from .office import Office, event, leg


@pytest.fixture
def office() -> Office:
    return Office()


def ring(office: Office, status: str, sequence: int, *, at: float | None = None, extension_id: str = "101", **more):
    """Send an event whose list holds one call in that status."""
    sent = office.now - 1000.0 if at is None else at
    office.apply(
        event(sequence, at=sent, extension_id=extension_id, activeCalls=[leg(status, **more)], totalActiveCalls=1)
    )


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


def test_a_call_that_vanishes_from_the_list_has_ended(office):
    ring(office, "CallConnected", 1)
    office.apply(event(2, telephonyStatus="NoCall"))
    assert office.state().main_call is None
    office.wait(2)
    assert office.kinds() == ["answered", "ended"]


@pytest.mark.parametrize(
    "more", [{"sipData": {"toTag": "blf"}}, {"id": "s1"}, {"id": "t1", "telephonySessionId": "t1"}]
)
def test_a_leg_rings_whatever_its_tag_and_its_id_are(office, more):
    ring(office, "Ringing", 1, **more)
    assert office.state().is_ringing
    ring(office, "NoCall", 2, **more)
    office.wait(3)
    assert office.kinds() == ["ringing", "missed"]


def test_a_status_without_a_list_stands_in_as_an_unnamed_call_that_the_list_names_later(office):
    office.apply(event(1, telephonyStatus="Ringing"))
    assert office.state().is_ringing
    assert office.reads == [("101", office.now)]
    office.wait(1)
    ring(office, "Ringing", 2, from_="+14155550123")
    assert office.state().main_call.caller_number == "+14155550123"
    office.wait(1)
    ring(office, "CallConnected", 3)
    ring(office, "NoCall", 4)
    assert office.kinds() == ["ringing", "answered", "ended"]
    assert len({transition.call.call_id for transition in office.transitions}) == 1


def test_a_newer_status_without_a_list_changes_the_only_call(office):
    ring(office, "Ringing", 1)
    office.wait(1)
    office.apply(event(2, at=1, telephonyStatus="CallConnected"))
    assert office.state().main_call.state == "connected"
    assert office.kinds() == ["ringing", "answered"]


def test_identifiers_that_appear_later_belong_to_the_same_call(office):
    ring(office, "Ringing", 1, direction="Outbound")
    ring(office, "Ringing", 2, direction="Outbound", id="late", partyId="p-1", telephonySessionId="t-1")
    office.apply(event(3, activeCalls=[{"id": "late", "direction": "Outbound", "telephonyStatus": "CallConnected"}]))
    office.apply(
        event(
            4,
            activeCalls=[
                {"telephonySessionId": "t-1", "partyId": "p-1", "telephonyStatus": "NoCall", "terminationType": "final"}
            ],
        )
    )
    assert office.kinds() == ["dialing", "answered", "ended"]
    assert {transition.call.call_id for transition in office.transitions} == {"s1"}


def test_two_legs_of_one_session_are_kept_apart_by_their_party(office):
    office.apply(event(1, activeCalls=[leg("Ringing", partyId="p-1"), leg("Ringing", partyId="p-2")]))
    assert len(office.state().live_calls) == 2
    office.wait(2)
    office.apply(event(2, at=2, activeCalls=[leg("NoCall", partyId="p-1"), leg("CallConnected", partyId="p-2")]))
    office.wait(3)
    assert office.kinds() == ["ringing", "ringing", "answered", "answered_elsewhere"]


def test_the_call_that_matters_most_is_shown_and_the_first_shows_again(office):
    first = leg("CallConnected", "s1", from_="+1", startTime="2025-08-20T10:00:00Z")
    second = leg("Ringing", "s2", from_="+2", startTime="2025-08-20T10:01:00Z")
    office.apply(event(1, activeCalls=[first]))
    office.apply(event(2, activeCalls=[first, second]))
    assert office.state().main_call.caller_number == "+2"
    assert office.state().is_ringing
    assert office.state().is_on_call
    office.apply(event(3, activeCalls=[first, leg("NoCall", "s2")]))
    assert office.state().main_call.caller_number == "+1"


@pytest.mark.parametrize(
    ("statuses", "shown"),
    [
        (["OnHold", "ParkedCall"], "on_hold"),
        (["ParkedCall", "NoCall"], "parked"),
        (["OnHold", "CallConnected"], "connected"),
        (["CallConnected", "Ringing"], "ringing"),
    ],
)
def test_calls_rank_by_importance(office, statuses, shown):
    office.apply(event(1, activeCalls=[leg(status, f"s{number}") for number, status in enumerate(statuses)]))
    assert str(office.state().main_call.state) == shown


def test_of_equal_calls_the_newest_is_shown(office):
    legs = [
        leg("Ringing", "old", from_="+1", startTime="2025-08-20T10:00:00Z"),
        leg("Ringing", "new", from_="+2", startTime="2025-08-20T10:05:00Z"),
    ]
    office.apply(event(1, activeCalls=legs))
    assert office.state().main_call.caller_number == "+2"


def test_the_other_party_of_an_outbound_call_is_the_callee(office):
    ring(office, "Ringing", 1, direction="Outbound", from_="+1", to="+2", toName="Anna")
    call = office.state().main_call
    assert (call.caller_number, call.caller_name) == ("+2", "Anna")


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


def test_a_started_call_whose_end_only_rest_knows_ends_exactly_once(office):
    ring(office, "Ringing", 1)
    office.wait(30)
    office.snapshot(telephonyStatus="NoCall", activeCalls=[])
    office.wait(10)
    office.snapshot(telephonyStatus="NoCall", activeCalls=[])
    office.wait(10)
    assert office.kinds() == ["ringing", "missed"]
    assert office.transitions[-1].is_recovered


def test_a_call_known_from_the_first_read_that_rings_in_vain_is_missed(office):
    office.snapshot(telephonyStatus="Ringing", activeCalls=[leg("Ringing")])
    office.wait(10)
    ring(office, "NoCall", 1)
    office.wait(3)
    assert office.kinds() == ["missed"]


def test_a_call_that_rest_still_lists_after_its_end_does_not_end_twice(office):
    ring(office, "CallConnected", 1)
    ring(office, "NoCall", 2)
    office.wait(8)
    office.snapshot(telephonyStatus="CallConnected", activeCalls=[leg("CallConnected")])
    office.wait(8)
    ring(office, "NoCall", 3)
    office.wait(8)
    assert office.kinds() == ["answered", "ended"]


def test_of_an_extension_that_goes_only_calls_that_were_reported_and_go_on_end(office):
    office.snapshot(activeCalls=[leg("CallConnected", "read")])
    office.wait(10)
    for sequence, status in enumerate(("CallConnected", "NoCall"), 1):
        legs = [leg("CallConnected", "read"), leg("Ringing", "rings"), leg(status, "over")]
        office.apply(event(sequence, at=10, activeCalls=legs))
    office.wait(5)
    news = office.product.forget("101", office.moment)
    assert [(one.call.session_id, str(one.kind)) for one in news.transitions] == [("rings", "ended")]
    assert [one.call.session_id for one in news.stopped] == ["rings"]


def replayed(office: Office, *statuses: str, since: float = 0.0, **more):
    return [
        event(sequence, at=since + sequence, activeCalls=[leg(status, **more)])
        for sequence, status in enumerate(statuses, start=10)
    ]


def test_a_replay_reports_that_a_call_rings_only_if_it_still_does(office):
    office.wait(20)
    office.replay(replayed(office, "Ringing"))
    assert office.kinds() == ["ringing"]
    assert office.transitions[0].is_recovered
    office.replay([event(20, at=20, activeCalls=[leg("CallConnected")])])
    assert office.kinds() == ["ringing", "answered"]


def test_a_replay_of_a_call_that_was_answered_and_is_over_reports_nothing(office):
    office.wait(20)
    office.replay(replayed(office, "Ringing", "CallConnected", "NoCall"))
    office.wait(10)
    assert office.transitions == []


def test_a_call_that_came_and_went_in_the_gap_is_missed_with_its_own_time(office):
    office.wait(100)
    office.replay(replayed(office, "Ringing", "NoCall"))
    office.wait(10)
    assert office.kinds() == ["missed"]
    (missed,) = office.transitions
    assert missed.is_recovered
    assert missed.at == office.moment.server - 110 + 11
    assert missed.ring_seconds == 1.0


def test_a_replay_that_is_old_reports_no_start(office):
    office.wait(100)
    office.replay(replayed(office, "Ringing"))
    office.wait(10)
    assert office.transitions == []
    assert office.state().is_ringing


def test_a_call_answered_before_a_loss_ends_by_the_replay(office):
    ring(office, "CallConnected", 1)
    office.wait(60)
    office.replay([event(30, at=30, activeCalls=[leg("NoCall")])])
    office.wait(3)
    assert office.kinds() == ["answered", "ended"]
    assert office.transitions[-1].is_recovered
    assert office.transitions[-1].talk_seconds == 30.0


def test_a_late_event_shows_that_an_ended_call_had_rung(office):
    office.wait(2)
    ring(office, "NoCall", 5)
    office.wait(1)
    ring(office, "Ringing", 4, at=1)
    office.wait(3)
    assert office.kinds() == ["missed"]


def test_a_late_event_shows_that_an_ended_call_had_been_answered(office):
    ring(office, "Ringing", 1)
    office.wait(5)
    ring(office, "NoCall", 5)
    office.wait(1)
    ring(office, "CallConnected", 3, at=4)
    office.wait(3)
    assert office.kinds() == ["ringing", "ended"]
    assert office.transitions[-1].answered


def test_an_unknown_word_for_a_call_harms_nothing(office):
    ring(office, "Ringing", 1)
    ring(office, "Levitating", 2)
    assert str(office.state().main_call.state) == "ringing"
    ring(office, "CallConnected", 3)
    assert office.kinds() == ["ringing", "answered"]


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
