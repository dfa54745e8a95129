"""Merging by field, snapshots, restarts of the counter, and what asks for a read."""

import pytest

from custom_components.ringcentral.presence.record import HORIZON

from .office import Office, event, leg


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_missing_field_is_unchanged(office):
    office.apply(event(1, presenceStatus="Busy", dndStatus="DoNotAcceptAnyCalls"))
    office.apply(event(2, presenceStatus="Available"))
    assert (office.state().presence_status, office.state().dnd_status) == ("Available", "DoNotAcceptAnyCalls")


def test_a_late_event_still_sets_what_no_newer_event_carried(office):
    office.apply(event(5, presenceStatus="Busy"))
    office.apply(event(4, presenceStatus="Available", meetingStatus="Connected"))
    assert (office.state().presence_status, office.state().meeting_status) == ("Busy", "Connected")


def test_a_lower_sequence_up_to_five_seconds_newer_is_late_or_a_restart_so_rest_decides(office):
    office.apply(event(100, at=0, presenceStatus="Busy"))
    office.apply(event(3, at=5, presenceStatus="Offline"))
    assert office.state().presence_status == "Busy"
    assert len(office.reads) == 1


def test_a_lower_sequence_that_is_older_is_merely_late(office):
    office.apply(event(100, at=5, presenceStatus="Busy"))
    office.apply(event(3, at=4.9, presenceStatus="Offline"))
    assert office.state().presence_status == "Busy"
    assert office.reads == []


def test_a_lower_sequence_that_is_much_newer_begins_a_new_epoch(office):
    office.apply(event(100, at=0, presenceStatus="Busy", userStatus="Busy"))
    office.apply(event(3, at=5.1, presenceStatus="Offline"))
    assert office.state().presence_status == "Offline"
    assert len(office.reads) == 1
    # A late event of the old epoch sets what the new one has not set, and nothing else.
    office.apply(event(101, at=1, presenceStatus="Available", userStatus="Available"))
    assert (office.state().presence_status, office.state().user_status) == ("Offline", "Available")


def test_events_without_a_sequence_are_ordered_by_their_time(office):
    office.apply(event(None, at=10, dndStatus="TakeAllCalls"))
    office.apply(event(None, at=9, dndStatus="DoNotAcceptAnyCalls"))
    assert office.state().dnd_status == "TakeAllCalls"
    assert office.reads == []


def test_kinds_that_can_not_be_compared_ask_rest(office):
    office.apply(event(5, at=10, dndStatus="TakeAllCalls"))
    office.apply(event(None, at=12, dndStatus="DoNotAcceptAnyCalls"))
    assert len(office.reads) == 1
    office.apply(event(6, at=30, dndStatus="TakeAllCalls"))
    assert office.state().dnd_status == "TakeAllCalls"
    assert len(office.reads) == 1


def test_an_unsequenced_event_does_not_lower_the_position_of_a_field(office):
    office.apply(event(5, at=10, dndStatus="TakeAllCalls"))
    office.apply(event(None, at=13, dndStatus="DoNotAcceptAnyCalls"))
    office.apply(event(4, at=14, dndStatus="TakeDepartmentCallsOnly"))
    assert office.state().dnd_status == "DoNotAcceptAnyCalls"


def test_a_snapshot_sets_what_events_have_not_set_lately(office):
    office.apply(event(5, presenceStatus="Busy"))
    office.wait(6)
    office.snapshot(presenceStatus="Available", message="Back at ten")
    assert (office.state().presence_status, office.state().message) == ("Available", "Back at ten")


def test_an_event_that_arrived_after_the_request_wins_over_its_answer(office):
    office.apply(event(5, presenceStatus="Busy"))
    office.snapshot(requested=1, presenceStatus="Available")
    assert office.state().presence_status == "Busy"
    # Which of them is newer is asked for again, since the event may have been a late one.
    assert len(office.reads) == 1


def test_a_snapshot_that_contradicts_a_recent_event_is_read_again_and_then_believed(office):
    office.apply(event(5, presenceStatus="Busy", activeCalls=[leg("CallConnected")]))
    office.wait(4)
    office.snapshot(presenceStatus="Available", activeCalls=[])
    assert office.state().presence_status == "Busy"
    assert office.state().is_on_call
    assert office.reads == [("101", office.now + 5)]
    office.wait(5)
    office.snapshot(presenceStatus="Available", activeCalls=[])
    assert office.state().presence_status == "Available"
    assert not office.state().is_on_call


def test_a_snapshot_that_agrees_with_a_recent_event_is_not_repeated(office):
    office.apply(event(5, presenceStatus="Busy", telephonyStatus="CallConnected", activeCalls=[leg("CallConnected")]))
    office.wait(1)
    office.snapshot(presenceStatus="Busy", telephonyStatus="CallConnected", activeCalls=[leg("CallConnected")])
    assert office.reads == []


def test_a_late_old_event_can_not_undo_a_snapshot(office):
    office.apply(event(5, presenceStatus="Busy", activeCalls=[leg("CallConnected")]))
    office.wait(10)
    office.snapshot(presenceStatus="Available", activeCalls=[], telephonyStatus="NoCall")
    office.apply(event(4, presenceStatus="Busy", activeCalls=[leg("Ringing")]))
    assert office.state().presence_status == "Available"
    assert office.state().main_call is None


def test_reads_that_say_the_same_push_no_event_out_of_the_log(office):
    office.apply(event(5, presenceStatus="Busy", meetingStatus="Connected"))
    office.wait(10)
    for _ in range(30):
        office.snapshot(presenceStatus="Available", userStatus="Available")
        office.wait(20)
    assert len(office.product.record("101").log) == 3, "the event, the read that changed something, the newest"
    office.apply(event(4, presenceStatus="Busy", dndStatus="DoNotAcceptAnyCalls"))
    assert office.state().presence_status == "Available", "it is older than the reads"
    assert office.state().dnd_status == "DoNotAcceptAnyCalls", "which did not say that"
    office.snapshot(presenceStatus="Busy", userStatus="Available")
    assert office.state().presence_status == "Busy"


def test_a_first_snapshot_does_not_make_the_next_event_doubtful(office):
    office.snapshot(presenceStatus="Available", telephonyStatus="NoCall", activeCalls=[])
    office.apply(event(1, telephonyStatus="Ringing", presenceStatus="Busy", activeCalls=[leg("Ringing")]))
    assert office.reads == []
    assert office.state().is_ringing


def test_a_missing_list_is_empty_when_the_status_says_so(office):
    office.apply(event(1, telephonyStatus="CallConnected", activeCalls=[leg("CallConnected")]))
    office.apply(event(2, telephonyStatus="NoCall"))
    assert office.state().calls == ()
    assert office.state().total_active_calls == 0
    assert office.reads == []


def test_a_missing_list_during_a_call_is_unchanged_and_confirmed(office):
    office.apply(event(1, telephonyStatus="CallConnected", activeCalls=[leg("CallConnected")]))
    office.apply(event(2, presenceStatus="Busy"))
    assert office.state().is_on_call
    assert len(office.reads) == 1


def test_a_status_change_while_idle_needs_no_read(office):
    office.apply(event(1, telephonyStatus="NoCall"))
    office.apply(event(2, presenceStatus="Busy", userStatus="Busy", dndStatus="DoNotAcceptAnyCalls"))
    assert office.reads == []


def test_a_cut_list_updates_the_calls_that_it_names_and_the_rest_waits_for_rest(office):
    whole = [leg("OnHold", f"s{number}") for number in range(3)]
    office.apply(event(1, activeCalls=whole, totalActiveCalls=3))
    office.apply(event(2, activeCalls=[leg("CallConnected", "s1"), leg("Ringing", "s9")], totalActiveCalls=4))
    states = {call.call_id: str(call.state) for call in office.state().calls}
    assert states == {"s0": "on_hold", "s1": "connected", "s2": "on_hold", "s9": "ringing"}
    assert len(office.reads) == 1
    office.wait(6)
    office.snapshot(activeCalls=[leg("CallConnected", "s1")])
    assert [call.call_id for call in office.state().live_calls] == ["s1"]


def test_the_total_comes_with_a_whole_list_that_lacks_it(office):
    office.apply(event(1, activeCalls=[leg("Ringing"), leg("OnHold", "s2")]))
    assert office.state().total_active_calls == 2


@pytest.mark.parametrize(
    ("dnd", "personal", "effective"),
    [
        ("TakeAllCalls", None, "TakeAllCalls"),
        ("Unknown", "DoNotAcceptAnyCalls", "DoNotAcceptAnyCalls"),
        (None, "TakeAllCalls", "TakeAllCalls"),
        ("DoNotAcceptAnyCalls", "TakeAllCalls", "DoNotAcceptAnyCalls"),
        ("Unknown", "Unknown", "Unknown"),
    ],
)
def test_the_newer_do_not_disturb_counts_where_the_account_uses_it(office, dnd, personal, effective):
    office.apply(event(1, dndStatus=dnd, dndStatusPersonal=personal))
    assert office.state().effective_dnd == effective


def test_every_field_of_the_event_arrives_in_the_state(office):
    body = {
        "presenceStatus": "Busy",
        "userStatus": "Available",
        "telephonyStatus": "NoCall",
        "dndStatus": "TakeAllCalls",
        "dndStatusPersonal": "TakeAllCalls",
        "acceptCallQueueCalls": True,
        "meetingStatus": "Connected",
        "allowSeeMyPresence": True,
        "ringOnMonitoredCall": False,
        "pickUpCallsOnHold": True,
        "cxTelephonyStatus": "NoCall",
        "aggregatedTelephonyStatus": "NoCall",
        "totalActiveCalls": 0,
    }
    office.apply(event(1, **body))
    state = office.state()
    for name, value in body.items():
        snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
        assert getattr(state, snake) == value


def test_a_late_list_does_not_name_the_call_that_a_newer_status_stands_for():
    late = event(1, at=1, activeCalls=[leg("NoCall", "s1"), leg("Ringing", "s2")])
    newer = [event(1, at=3, activeCalls=[]), event(1, at=4, telephonyStatus="Ringing", detailed=False)]
    in_order, late_last = Office(), Office()
    in_order.apply(late, *newer)
    late_last.apply(*newer, late)
    assert late_last.state() == in_order.state()
    assert [call.session_id for call in late_last.state().live_calls] == [None]


def test_a_snapshot_that_was_overtaken_by_a_later_one_sets_nothing_and_is_repeated(office):
    office.snapshot(requested=1, dndStatus="DoNotAcceptAnyCalls")
    assert office.reads == []
    office.snapshot(requested=2, dndStatus="TakeAllCalls", activeCalls=[leg("Ringing")], telephonyStatus="Ringing")
    assert (office.state().dnd_status, office.state().calls, len(office.reads)) == ("DoNotAcceptAnyCalls", (), 1)
    office.snapshot(dndStatus="TakeAllCalls")
    assert office.state().dnd_status == "TakeAllCalls"


def test_what_setting_confirmed_is_older_than_a_read_that_was_requested_after_it(office):
    office.apply(event(1, dndStatus="TakeAllCalls"))
    office.confirm(dndStatus="DoNotAcceptAnyCalls")
    assert office.state().dnd_status == "DoNotAcceptAnyCalls", "newer than every event of before"
    office.now += 1
    office.snapshot(dndStatus="TakeAllCalls")
    assert office.state().dnd_status == "TakeAllCalls"


def test_what_is_open_is_taken_at_its_word_when_it_leaves_the_log(office):
    office.apply(event(1, activeCalls=[leg("CallConnected")]))
    office.apply(event(2, activeCalls=[leg("CallConnected")], telephonyStatus="NoCall"))
    assert office.state().is_open
    for number in range(HORIZON):
        office.apply(event(3 + number, presenceStatus=("Busy", "Available")[number % 2]))
    assert not office.state().is_open
    assert office.state().live_calls == ()
    office.wait(15)
    assert office.record().due is None
