"""Which reports belong to which call, through reads, replays and late events."""

import pytest

from .office import Office, event, leg, ring


@pytest.fixture
def office() -> Office:
    return Office()


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


def test_a_call_answered_before_a_loss_ends_by_the_replay(office):
    ring(office, "CallConnected", 1)
    office.wait(60)
    office.replay([event(30, at=30, activeCalls=[leg("NoCall")])])
    office.wait(3)
    assert office.kinds() == ["answered", "ended"]
    assert office.transitions[-1].is_recovered
    assert office.transitions[-1].talk_seconds == 30.0


def test_an_unknown_word_for_a_call_harms_nothing(office):
    ring(office, "Ringing", 1)
    ring(office, "Levitating", 2)
    assert str(office.state().main_call.state) == "ringing"
    ring(office, "CallConnected", 3)
    assert office.kinds() == ["ringing", "answered"]


def test_a_replay_that_is_old_reports_no_start(office):
    office.wait(100)
    office.replay(replayed(office, "Ringing"))
    office.wait(10)
    assert office.transitions == []
    assert office.state().is_ringing
