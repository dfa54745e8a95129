"""What has to hold of calls, whatever RingCentral says about them and in whatever order."""

import itertools
import json

import pytest

from .office import SERVER_START, Office, event, leg

FULL = {"telephonySessionId": "t1", "partyId": "p1"}
USER, OTHER = "+15550100001", "+15550100009"


@pytest.fixture
def office() -> Office:
    return Office()


def list_calls(office: Office, *legs, extension_id="101", **body) -> None:
    """Send an event with these legs now."""
    at = office.now - 1000.0
    number = int(at * 1000) + 1
    office.apply(event(number, at=at, extension_id=extension_id, activeCalls=list(legs), **body))
    office.wait(0.01)


def call_ids(office: Office) -> set[str]:
    return {transition.call.call_id for transition in office.transitions}


class TestWhoseCallItIs:
    """A leg in an extension's list is its own unless something proves that it is another's; it rings either way."""

    @pytest.mark.parametrize(
        ("rings_here_too", "elsewhere", "verdict"),
        [
            pytest.param(True, FULL, "ended", id="the very same party there"),
            pytest.param(True, FULL | {"partyId": "p2"}, "missed", id="another party there"),
            pytest.param(True, {}, "missed", id="a leg without a party there"),
            pytest.param(False, FULL, "missed", id="monitored calls don't ring here"),
        ],
    )
    def test_only_a_call_of_somebody_else_is_not_missed(self, office, rings_here_too, elsewhere, verdict):
        list_calls(office, leg("Ringing", **elsewhere), extension_id="102")
        list_calls(office, leg("Ringing", **FULL), ringOnMonitoredCall=rings_here_too)
        assert office.state("101").is_ringing
        list_calls(office, leg("NoCall", **FULL))
        office.wait(15)
        assert office.kinds("101") == ["ringing", verdict]

    def test_a_call_of_somebody_else_that_they_answer_was_not_answered_elsewhere(self, office):
        office.snapshot("101", ringOnMonitoredCall=True, telephonyStatus="NoCall", activeCalls=[])
        office.wait(6)
        list_calls(office, leg("Ringing", **FULL), extension_id="102")
        list_calls(office, leg("Ringing", **FULL))
        list_calls(office, leg("CallConnected", **FULL), extension_id="102")
        list_calls(office, leg("NoCall", **FULL))
        office.wait(15)
        assert office.kinds("101") == ["ringing", "ended"]

    def test_a_call_of_somebody_else_rings_by_rest_too(self, office):
        office.product.know_numbers({"101": "101", "102": "102"})
        office.snapshot(ringOnMonitoredCall=True, telephonyStatus="Ringing", activeCalls=[leg("Ringing", to="102")])
        assert office.state().is_ringing


class TestIdentity:
    """A call keeps its name as long as it lives, and no other has it."""

    def test_two_conferences_of_one_day_never_mix(self, office):
        for number in ("1", "2"):
            one = {"session": "0", "direction": "Outbound", "telephonySessionId": f"t{number}", "partyId": "p"}
            list_calls(office, leg("CallConnected", **one))
            list_calls(office, leg("NoCall", **one), telephonyStatus="NoCall")
            office.wait(10)
        assert office.kinds() == ["answered", "ended"] * 2
        assert len(call_ids(office)) == 2

    def test_a_phone_that_rings_again_as_another_party_has_two_starts_and_two_ends(self, office):
        list_calls(office, leg("Ringing", **FULL))
        list_calls(office, leg("NoCall", terminationType=None, **FULL))
        list_calls(office, leg("Ringing", **FULL | {"partyId": "p2"}))
        list_calls(office, leg("NoCall", **FULL | {"partyId": "p2"}))
        office.wait(15)
        assert sorted(office.kinds()) == ["ended", "missed", "ringing", "ringing"]
        assert len(call_ids(office)) == 2

    def test_a_queue_call_that_is_passed_on_to_a_member_that_had_rung_with_it_can_be_missed(self, office):
        list_calls(office, leg("Ringing", queueCall=True, **FULL))
        list_calls(office, leg("Ringing", queueCall=True, **FULL | {"partyId": "p2"}), extension_id="102")
        list_calls(office, leg("CallConnected", queueCall=True, **FULL | {"partyId": "p2"}), extension_id="102")
        list_calls(office, leg("NoCall", queueCall=True, **FULL))
        office.wait(60)
        list_calls(office, leg("Ringing", **FULL | {"partyId": "p3"}))
        office.wait(10)
        list_calls(office, leg("NoCall", **FULL | {"partyId": "p3"}))
        office.wait(15)
        assert office.kinds("101") == ["ringing", "answered_elsewhere", "ringing", "missed"]

    def test_a_call_to_oneself_is_two_calls_with_names_that_last(self, office):
        out, back = leg("Ringing", direction="Outbound"), leg("Ringing")
        list_calls(office, out)
        list_calls(office, out, back)
        names = {call.call_id: call.direction for call in office.state().calls}
        list_calls(office, out | {"telephonyStatus": "CallConnected"}, back | {"telephonyStatus": "CallConnected"})
        list_calls(office, back | {"telephonyStatus": "NoCall"}, out | {"telephonyStatus": "NoCall"})
        office.wait(15)
        reported = [(one.call.call_id, str(one.kind)) for one in office.transitions]
        assert len(names) == 2
        for call_id, direction in names.items():
            start = "dialing" if direction == "outbound" else "ringing"
            assert [kind for one, kind in reported if one == call_id] == [start, "answered", "ended"]

    def test_a_call_is_known_by_its_telephony_session_alone(self, office):
        list_calls(office, leg("Ringing", session=None, telephonySessionId="t1"))
        list_calls(office, leg("Ringing", **FULL))
        list_calls(office, leg("CallConnected", session=None, telephonySessionId="t1"))
        list_calls(office, leg("NoCall", session=None, telephonySessionId="t1"))
        office.wait(15)
        assert office.kinds() == ["ringing", "answered", "ended"]
        assert call_ids(office) == {"t1"}

    def test_a_leg_that_an_attended_transfer_moves_to_another_session_is_the_same_call(self, office):
        list_calls(office, leg("CallConnected", "s1", id="sip-1", telephonySessionId="t1", partyId="p1"))
        list_calls(office, leg("CallConnected", "s2", id="sip-1", telephonySessionId="t2", partyId="p9"))
        list_calls(office, leg("NoCall", "s2", id="sip-1", telephonySessionId="t2", partyId="p9"))
        office.wait(15)
        assert office.kinds() == ["answered", "ended"]
        assert call_ids(office) == {"s1"}

    def test_calls_are_shown_by_the_names_that_they_are_reported_by(self, office):
        list_calls(office, leg("CallConnected", "s1"), leg("Ringing", "s2"))
        shown = {call.call_id for call in office.state().calls}
        office.wait(1)
        assert shown == call_ids(office)


class TestRingOut:
    """Two legs whose numbers cross are one call that the user makes."""

    def test_it_starts_is_answered_and_ends_once(self, office):
        first = leg("Ringing", "90000", from_=OTHER, to=USER)
        second = leg("Ringing", "91000", direction="Outbound", from_=USER, to=OTHER)
        list_calls(office, first)
        assert office.state().is_ringing, "the phone does ring"
        list_calls(office, first | {"telephonyStatus": "CallConnected"})
        list_calls(office, first | {"telephonyStatus": "CallConnected"}, second)
        list_calls(office, *(one | {"telephonyStatus": "CallConnected"} for one in (first, second)))
        assert len(office.state().live_calls) == 1
        list_calls(office, *(one | {"telephonyStatus": "NoCall"} for one in (first, second)))
        office.wait(15)
        assert office.kinds() == ["ringing", "answered", "ended"]
        assert len(call_ids(office)) == 1


class TestStatusAndList:
    """The status and the list of one payload have to agree with what is shown."""

    def test_a_status_that_says_more_is_shown_at_once_as_one_call_and_read(self, office):
        office.apply(event(1, telephonyStatus="Ringing", activeCalls=[]))
        assert office.kinds() == ["ringing"]
        assert office.reads == [("101", office.now)]
        assert office.record().states[-1].is_open

    def test_a_status_that_says_less_ends_nothing_until_a_read_says_so(self, office):
        list_calls(office, leg("Ringing"))
        list_calls(office, leg("Ringing"), telephonyStatus="NoCall")
        assert office.state().is_ringing
        assert len(office.reads) == 1
        office.wait(1)
        office.snapshot(telephonyStatus="NoCall", activeCalls=[])
        office.wait(15)
        assert office.kinds() == ["ringing", "missed"]

    def test_a_status_that_says_less_is_wrong_if_a_read_says_so(self, office):
        list_calls(office, leg("Ringing"))
        list_calls(office, leg("Ringing"), telephonyStatus="NoCall")
        office.wait(1)
        office.snapshot(telephonyStatus="Ringing", activeCalls=[leg("Ringing")])
        office.wait(60)
        assert office.state().is_ringing

    def test_a_status_that_says_less_is_believed_after_ten_seconds_without_a_read(self, office):
        list_calls(office, leg("Ringing"))
        list_calls(office, leg("Ringing"), telephonyStatus="NoCall")
        office.wait(9.9)
        assert office.state().is_ringing
        office.wait(0.2)
        assert not office.state().is_ringing
        office.wait(15)
        assert office.kinds() == ["ringing", "missed"]

    def test_a_leg_that_vanishes_without_proof_is_read_before_it_is_missed(self, office):
        list_calls(office, leg("Ringing", "s1"), leg("OnHold", "s2"))
        list_calls(office, leg("OnHold", "s2"))
        assert office.state().is_ringing
        assert office.record().states[-1].is_open
        assert len(office.reads) == 1

    def test_an_event_may_bring_the_status_message(self, office):
        office.apply(event(1, message="Back at ten"))
        assert office.state().message == "Back at ten"


class TestAroundReads:
    """What was sent before a read is no news."""

    def test_an_event_that_was_sent_before_the_newest_read_starts_nothing(self, office):
        office.wait(60)
        office.snapshot(telephonyStatus="NoCall", activeCalls=[])
        office.wait(5)
        office.apply(event(1, at=54, activeCalls=[leg("Ringing")], telephonyStatus="Ringing"))
        assert not office.state().is_ringing
        office.wait(15)
        assert office.transitions == []

    def test_an_event_that_was_sent_before_the_newest_read_ends_nothing(self, office):
        office.wait(60)
        list_calls(office, leg("CallConnected"))
        office.wait(10)
        office.snapshot(telephonyStatus="CallConnected", activeCalls=[leg("CallConnected")])
        office.apply(event(None, at=63, activeCalls=[leg("NoCall")], telephonyStatus="NoCall"))
        office.wait(15)
        assert office.kinds() == ["answered"]

    def test_a_replay_of_before_the_start_counts_no_call_twice(self, office):
        office.wait(60)
        office.snapshot(telephonyStatus="NoCall", activeCalls=[])
        office.replay([event(1, at=10, activeCalls=[leg("Ringing")]), event(2, at=20, activeCalls=[leg("NoCall")])])
        office.wait(15)
        assert office.transitions == []

    def test_a_poll_in_an_interruption_does_not_turn_what_a_colleague_answered_into_a_missed_call(self, office):
        for extension_id in ("101", "102"):
            list_calls(office, leg("Ringing"), extension_id=extension_id)
        began = office.now - 1000.0
        office.wait(30)
        office.snapshot("101", telephonyStatus="NoCall", activeCalls=[])
        office.snapshot("102", telephonyStatus="CallConnected", activeCalls=[leg("CallConnected")])
        office.wait(1)
        office.replay(
            [
                event(10**6, at=began + 3, extension_id="102", activeCalls=[leg("CallConnected")]),
                event(10**6 + 1, at=began + 3, activeCalls=[leg("NoCall")], telephonyStatus="NoCall"),
            ]
        )
        office.wait(15)
        assert office.kinds("101") == ["ringing", "answered_elsewhere"]
        assert [one.at for one in office.transitions if one.extension_id == "101"][-1] == SERVER_START + began + 3

    def test_a_late_event_that_joins_two_parts_of_a_call_reports_its_answer_once(self, office):
        rings, over = leg("Ringing", **FULL), leg("NoCall", terminationType=None, **FULL)
        office.apply(event(2, at=2.0, activeCalls=[over]), event(1, at=0.0, activeCalls=[rings]))
        office.apply(event(4, at=4.2, activeCalls=[leg("CallConnected", **FULL)]))
        assert office.kinds() == ["ringing"]
        office.apply(event(3, at=2.0, activeCalls=[rings]))
        office.wait(15)
        list_calls(office, leg("NoCall", **FULL))
        office.wait(15)
        assert office.kinds() == ["ringing", "answered", "ended"]
        assert len(call_ids(office)) == 1

    def test_a_late_end_before_an_answer_leaves_the_answer_reported_once_and_the_call_its_name(self, office):
        rings, talks = leg("Ringing", **FULL), leg("CallConnected", **FULL)
        office.wait(40)
        office.apply(event(1, at=30, activeCalls=[rings]), event(4, at=40, activeCalls=[talks]))
        (shown,) = [call.call_id for call in office.state().live_calls]
        office.apply(event(2, at=38, activeCalls=[], telephonyStatus="NoCall"), event(3, at=40, activeCalls=[rings]))
        office.wait(15)
        assert [call.call_id for call in office.state().live_calls] == [shown]
        list_calls(office, leg("NoCall", **FULL))
        office.wait(15)
        assert office.kinds() == ["ringing", "answered", "ended"]
        assert call_ids(office) == {shown}

    def test_a_late_ring_that_joins_an_ended_call_and_its_answer_reports_the_answer_once(self, office):
        rings, talks = leg("Ringing", **FULL), leg("CallConnected", **FULL)
        over = leg("NoCall", terminationType=None, **FULL)
        office.apply(event(1, at=0, activeCalls=[rings]), event(2, at=5, activeCalls=[over]))
        office.apply(event(4, at=7.1, activeCalls=[talks]))
        office.wait(1)
        assert office.kinds() == ["ringing", "answered"]
        shown = [call.call_id for call in office.state().live_calls]
        office.apply(event(3, at=6, activeCalls=[rings]))
        office.wait(15)
        assert office.kinds().count("answered") == 1
        assert [call.call_id for call in office.state().live_calls] == shown
        list_calls(office, leg("NoCall", **FULL))
        office.wait(15)
        assert sorted(office.kinds()) == ["answered", "ended", "ended", "ringing"]

    def test_a_read_that_is_put_before_an_end_answers_no_call_that_had_ended(self, office):
        over, talks = leg("NoCall", terminationType=None, **FULL), leg("CallConnected", **FULL)
        office.wait(20)
        office.apply(event(1, at=12, activeCalls=[leg("Ringing", **FULL)]), event(2, at=20, activeCalls=[over]))
        office.apply(event(3, at=22.6, activeCalls=[talks]))
        office.wait(1)
        office.apply(event(4, at=23.7, activeCalls=[talks], userStatus="Busy"))
        office.snapshot(requested=0.3, telephonyStatus="CallConnected", activeCalls=[talks])
        office.wait(15)
        assert office.kinds().count("answered") == 1

    def test_what_came_late_without_a_number_is_older_than_what_was_sent_later_whatever_was_read(self, office):
        office.apply(event(None, at=0.1, activeCalls=[leg("NoCall")], telephonyStatus="NoCall"))
        office.snapshot(telephonyStatus="NoCall", activeCalls=[])
        office.apply(event(None, at=0, activeCalls=[leg("Ringing")], telephonyStatus="Ringing"))
        assert office.state().live_calls == ()

    def test_a_ring_that_was_sent_before_the_answer_was_read_reports_neither_again(self, office):
        office.wait(30)
        office.replay([event(1, at=28, activeCalls=[leg("Ringing")])])
        office.wait(3)
        office.snapshot(requested=1.0, telephonyStatus="CallConnected", activeCalls=[leg("CallConnected")])
        office.apply(event(2, at=30, activeCalls=[leg("Ringing")], userStatus="Busy"))
        assert office.kinds() == ["ringing"]
        office.apply(event(3, at=34, activeCalls=[leg("CallConnected")]))
        assert office.kinds() == ["ringing", "answered"]
        office.wait(6)
        office.snapshot(telephonyStatus="NoCall", activeCalls=[])
        office.wait(15)
        assert office.kinds() == ["ringing", "answered", "ended"]

    @pytest.mark.parametrize("words", [("Ringing", "CallConnected"), ("CallConnected", "OnHold", "CallConnected")])
    def test_a_step_that_was_read_before_its_event_came_is_reported_once(self, office, words):
        office.wait(60)
        for number, word in enumerate(words):
            office.wait(20)
            if number == len(words) - 1:
                office.snapshot(requested=0.2, telephonyStatus=word, activeCalls=[leg(word)])
            list_calls(office, leg(word))
        office.wait(2)
        assert office.kinds().count("answered") == 1

    def test_a_call_that_goes_on_is_not_ended_by_an_idle_status_that_a_read_confirms_later(self, office):
        office.wait(30)
        talks = leg("CallConnected", **FULL)
        office.apply(event(1, at=20, activeCalls=[talks]))
        office.wait(1)
        office.apply(event(2, at=31, activeCalls=[talks], telephonyStatus="NoCall"))
        office.wait(7)
        office.snapshot(telephonyStatus="NoCall", activeCalls=[leg("NoCall", **FULL)])
        office.apply(event(3, at=37, activeCalls=[talks], telephonyStatus="NoCall"))
        office.wait(15)
        assert office.kinds() == ["answered", "ended"]

    def test_of_two_events_of_one_moment_without_numbers_neither_proves_an_end(self, office):
        both = [leg("Ringing", "s1"), leg("Ringing", "s2")]
        office.apply(event(None, at=0, uuid="a", activeCalls=both, totalActiveCalls=2))
        office.apply(event(None, at=0, uuid="b", activeCalls=both[:1], totalActiveCalls=1))
        assert len(office.state().live_calls) == 2
        assert office.reads
        office.snapshot(telephonyStatus="Ringing", activeCalls=both)
        office.wait(15)
        assert office.kinds() == ["ringing", "ringing"]

    def test_an_idle_status_above_the_end_of_one_call_does_not_end_the_other(self, office):
        office.apply(event(1, activeCalls=[leg("CallConnected", "s1")]), event(2, activeCalls=[leg("Ringing", "s2")]))
        office.apply(event(3, activeCalls=[leg("NoCall", "s2")], telephonyStatus="NoCall"))
        assert [call.call_id for call in office.state().live_calls] == ["s1"]
        assert office.reads

    @pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
    def test_ring_answer_and_end_in_any_order_are_one_answered_call_with_one_end(self, order):
        office = Office()
        story = [
            event(number + 1, at=number * 0.1, activeCalls=[leg(status)], totalActiveCalls=int(status != "NoCall"))
            for number, status in enumerate(("Ringing", "CallConnected", "NoCall"))
        ]
        office.wait(0.3)
        office.play([story[number] for number in order])
        assert office.kinds() == ["ringing", "answered", "ended"]
        assert [round(one.at - SERVER_START, 1) for one in office.transitions] == [0.0, 0.1, 0.2]
        assert len(office.stopped) == 1
        assert len(call_ids(office)) == 1
        ended = office.transitions[-1]
        assert (ended.answered, ended.talk_seconds) == (True, 0.1)
        assert office.state().live_calls == ()


class TestVerdict:
    """An unanswered call is missed only when it is certain, and no longer than it is true."""

    def test_an_end_that_is_not_final_waits_longer_for_its_verdict(self, office):
        list_calls(office, leg("Ringing"))
        list_calls(office, leg("NoCall", terminationType=None))
        office.wait(9.9)
        assert office.kinds() == ["ringing"]
        office.wait(0.2)
        assert office.kinds() == ["ringing", "missed"]

    def test_a_call_that_rings_again_was_not_missed_the_first_time(self, office):
        list_calls(office, leg("Ringing"))
        list_calls(office, leg("NoCall", terminationType=None))
        office.wait(6.2)
        list_calls(office, leg("Ringing"))
        assert office.kinds() == ["ringing", "ended", "ringing"]
        assert office.transitions[1].answered is False
        list_calls(office, leg("CallConnected"))
        list_calls(office, leg("NoCall"))
        office.wait(15)
        assert office.kinds()[3:] == ["answered", "ended"]

    def test_a_missed_call_whose_session_is_answered_here_after_all_is_taken_back(self, office):
        list_calls(office, leg("Ringing"))
        list_calls(office, leg("NoCall"))
        office.wait(15)
        assert office.kinds() == ["ringing", "missed"]
        (missed,) = call_ids(office)
        list_calls(office, leg("CallConnected"))
        assert office.retracted == [missed]
        office.wait(15)
        assert office.retracted == [missed]

    def test_a_call_out_takes_nothing_back(self, office):
        list_calls(office, leg("Ringing"))
        list_calls(office, leg("NoCall"))
        office.wait(15)
        list_calls(office, leg("CallConnected", direction="Outbound"))
        assert office.retracted == []

    def test_a_call_that_nobody_announced_and_is_answered_live_was_answered(self, office):
        office.snapshot(telephonyStatus="Ringing", activeCalls=[leg("Ringing")])
        office.wait(10)
        list_calls(office, leg("CallConnected"))
        list_calls(office, leg("NoCall"))
        office.wait(15)
        assert office.kinds() == ["answered", "ended"]


class TestTheClock:
    """A wrong clock never silences a phone, and two counters are no late events."""

    @pytest.mark.parametrize("ahead", [-60, 60])
    def test_a_clock_that_is_wrong_by_a_minute_silences_nothing(self, ahead):
        office = Office(begins_at=SERVER_START + ahead)
        for number in range(8):
            office.wait(1)
            one = event(number, at=number, presenceStatus="Busy")
            office.product.take(json.dumps(one).encode(), office.moment)
        office.now += 1
        one = event(20, at=8, activeCalls=[leg("Ringing")])
        (outcome,) = office.product.take(json.dumps(one).encode(), office.moment)
        assert [str(transition.kind) for transition in outcome.transitions] == ["ringing"]

    def test_a_new_call_with_a_lower_sequence_is_no_late_event_where_it_is_newer(self, office):
        office.apply(event(5000, at=1, presenceStatus="Busy"))
        office.apply(event(3, at=1.2, activeCalls=[leg("Ringing")]))
        assert office.kinds() == ["ringing"]
