"""The life of an event, from bytes to what comes of it, for all extensions."""

import json

import pytest

from .office import SERVER_START, Office, event, leg


@pytest.fixture
def office():
    return Office()


def take(office, payload):
    """Take bytes as they arrived."""
    return office.product.take(payload, office.moment)


def test_an_event_changes_its_own_extension_and_no_other(office):
    (outcome,) = take(office, json.dumps(event(1, extension_id="102", presenceStatus="Busy")).encode())
    assert outcome.record.extension_id == "102"
    assert outcome.changed == {"presence_status"}
    assert (office.state("102").presence_status, office.state("101").presence_status) == ("Busy", None)


def test_what_is_no_notification_is_counted_and_everything_is_read(office):
    assert take(office, b"[1, 2]") == []
    assert office.product.counters["malformed"] == 1
    assert office.product.must_read_all


def test_an_event_of_an_extension_that_is_not_followed_is_counted(office):
    assert take(office, json.dumps(event(1, extension_id="999", presenceStatus="Busy")).encode()) == []
    assert office.product.counters["foreign"] == 1
    assert "999" not in office.product
    assert office.product.state("999") is None
    assert office.product.ringing_calls("999") == ()


def test_an_event_that_is_delivered_twice_is_taken_once(office):
    payload = json.dumps(event(1, presenceStatus="Busy")).encode()
    assert len(take(office, payload)) == 1
    assert take(office, payload) == []
    assert office.product.counters["duplicate"] == 1
    assert office.product.counters["merged"] == 1


@pytest.mark.parametrize("path", ["/extension", "/extension/101/favorite", "/extension/101/presence/line"])
def test_an_event_of_a_list_asks_for_the_lists(office, path):
    assert take(office, json.dumps({"event": f"/restapi/v1.0/account/1{path}", "body": {}}).encode()) == []
    assert office.product.must_read_lists
    assert not office.product.must_read_all


def test_an_event_of_no_use_here_changes_nothing(office):
    assert take(office, b'{"event": "/restapi/v1.0/account/1/extension/101/voicemail", "body": {}}') == []
    assert not office.product.must_read_lists
    assert not office.product.must_read_all


def test_what_could_not_be_read_of_an_event_is_counted_and_asked_for_at_once(office):
    office.apply(event(1, presenceStatus="Busy", meetingStatus=["?"]))
    assert office.state().presence_status == "Busy"
    assert office.reads == [("101", office.now)]
    assert office.product.counters["unreadable meetingStatus"] == 1


def test_what_could_not_be_read_of_an_answer_is_counted(office):
    office.snapshot(presenceStatus="Busy", meetingStatus=["?"])
    assert office.state().presence_status == "Busy"
    assert office.product.counters["unreadable meetingStatus"] == 1


def test_held_events_are_applied_in_the_order_of_their_sequence():
    office = Office(hold_back=0.1)
    office.apply(event(2, activeCalls=[leg("CallConnected")]), event(1, activeCalls=[leg("Ringing")]))
    assert office.transitions == []
    office.wait(0.1)
    assert office.kinds() == ["ringing", "answered"]


def test_of_held_events_the_next_one_is_applied_when_the_one_before_has_been_reported():
    office = Office(hold_back=0.1)
    office.apply(event(1, activeCalls=[leg("Ringing")]), event(2, extension_id="102", presenceStatus="Busy"))
    office.now += 1
    released = office.product.release(office.moment)
    assert next(released).record.extension_id == "101"
    assert office.state("102").presence_status is None
    assert next(released).record.extension_id == "102"


def test_an_extension_may_go_while_its_event_is_held_back():
    office = Office("101", hold_back=0.1)
    office.apply(event(1, activeCalls=[leg("Ringing")]))
    office.product.forget("101", office.moment)
    office.now += 1
    assert list(office.product.release(office.moment)) == []


def test_a_replay_gives_one_outcome_for_each_extension(office):
    office.replay(
        [
            event(1, activeCalls=[leg("Ringing")]),
            event(2, activeCalls=[leg("CallConnected")]),
            event(3, extension_id="102", presenceStatus="Busy"),
        ]
    )
    assert office.kinds("101") == ["answered"]
    assert office.state("102").presence_status == "Busy"


def test_what_comes_of_nobody_is_nothing(office):
    office.product.forget("101", office.moment)
    office.snapshot("101", presenceStatus="Busy")
    office.confirm("101", presenceStatus="Busy")
    assert office.product.settle("101", office.moment) == []
    assert office.product.extension_ids == ("102", "103")


def test_a_deadline_is_kept_no_earlier_than_it_is_due(office):
    office.apply(event(1, activeCalls=[leg("Ringing")]), event(2, activeCalls=[leg("NoCall")]))
    assert office.product.settle("101", office.moment) == []
    office.now = office.record().due
    (outcome,) = office.product.settle("101", office.moment)
    assert [str(one.kind) for one in outcome.transitions] == ["missed"]


def test_calls_that_ring_are_known_even_in_a_moment_without_a_call(office):
    office.apply(event(1, activeCalls=[leg("Ringing")]))
    office.apply(event(2, activeCalls=[leg("NoCall", terminationType=None)]))
    assert office.state().live_calls == ()
    assert [str(call.state) for call in office.product.ringing_calls("101")] == ["ringing"]
    office.wait(1.6)
    assert office.product.ringing_calls("101") == ()


def test_the_newest_notification_of_each_extension_is_kept_until_it_goes(office):
    payload = json.dumps(event(1, presenceStatus="Busy")).encode()
    take(office, payload)
    assert office.product.last_payloads == {"101": payload}
    office.product.forget("101", office.moment)
    assert office.product.last_payloads == {}


def test_when_the_newest_event_was_sent_is_known(office):
    office.apply(event(1, at=3, presenceStatus="Busy"))
    assert office.product.last_sent_at == SERVER_START + 3


def test_of_an_extension_that_rest_can_not_read_more_events_are_remembered(office):
    office.product.follow("park", is_readable=False)
    for extension_id in ("101", "park"):
        for number in range(100):
            office.apply(event(number, at=number / 100, extension_id=extension_id, presenceStatus="Busy"))
    assert len(office.record("park").log) > len(office.record("101").log) > 10


def test_a_number_that_was_called_says_whose_the_call_is(office):
    office.product.know_numbers({"101": "101", "102": "102"})
    office.apply(event(1, ringOnMonitoredCall=True, activeCalls=[leg("Ringing", to="102")]))
    assert office.state("101").is_ringing
    office.apply(event(2, activeCalls=[leg("NoCall", to="102")]))
    office.wait(15)
    assert office.kinds("101") == ["ringing", "ended"]


def test_all_events_as_late_as_each_other_show_a_wrong_clock_and_silence_no_phone(office):
    for number in range(12):
        office.wait(1)
        office.apply(event(number, at=number - 60, presenceStatus="Busy"))
    office.apply(event(20, at=-48, activeCalls=[leg("Ringing")]))
    assert office.kinds() == ["ringing"]


def test_a_sequence_of_two_counters_is_not_relied_on(office):
    for number in range(12):
        counter = 5000 if number % 2 else 0
        office.apply(event(counter + number, at=number, presenceStatus=("Busy", "Available")[number % 2]))
    office.apply(event(14, at=20, presenceStatus="Offline"))
    assert office.state().presence_status == "Offline"
    assert office.record().log[-1].position is None
