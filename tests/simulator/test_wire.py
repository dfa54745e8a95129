"""What the wire makes of calls and presence, in each dialect that touches it."""

import pytest

from simulator.account import demo_account
from simulator.clock import Clock
from simulator.phones import Phones

# Values


@pytest.mark.parametrize(
    ("name", "field", "spelled"),
    [
        ("ids_as_numbers", "sessionId", lambda leg: int(leg.session_id)),
        ("ids_as_numbers", "partyId", lambda leg: 1),
        ("ids_as_numbers", "id", lambda leg: int(leg.id, 32) % 10**12),
        ("times_with_offset", "startTime", lambda leg: "2025-06-15T15:06:40.000+0000"),
        ("times_in_milliseconds", "startTime", lambda leg: 1_750_000_000_000),
        ("numbers_without_plus", "to", lambda leg: "14155550123"),
        ("parties_as_objects", "to", lambda leg: {"phoneNumber": "+14155550123", "name": "John Wang"}),
        ("parties_as_objects", "toName", lambda leg: None),
        ("without_names", "toName", lambda leg: None),
        ("2018", "queueCall", lambda leg: None),
        ("2015", "partyId", lambda leg: None),
        ("2016", "telephonySessionId", lambda leg: None),
    ],
)
def test_a_call_is_spelled_in_the_dialect_by_event_and_rest_alike(name, field, spelled):
    account = demo_account(Clock(1_750_000_000))
    account.settings.speak([name])
    notices = []
    account.listen(notices.append)
    front_desk = account.find("101").id
    account.clock.time = lambda: 1_750_000_000.0
    Phones(account).call_out("101", "+14155550123", to_name="John Wang")

    (leg,) = account.truth(front_desk).calls
    (by_event,) = notices[-1].body["activeCalls"]
    assert by_event.get(field) == spelled(leg)
    if account.settings.event_form == "current":
        (by_rest,) = account.presence(front_desk, detailed=True)["activeCalls"]
        assert by_rest.get(field) == spelled(leg)


@pytest.mark.parametrize(
    ("name", "field", "kind"),
    [
        ("sequence_as_text", "sequence", str),
        ("without_sequence", "sequence", None),
        ("total_as_text", "totalActiveCalls", str),
        ("without_total", "totalActiveCalls", None),
        ("extension_id_as_text", "extensionId", str),
        ("message_in_events", "message", str),
    ],
)
def test_an_event_is_spelled_in_the_dialect(phones, speak, body, name, field, kind):
    phones.call_in("101").hang_up()
    assert type(body().get(field)) is (type(None) if field == "message" else int)
    speak(name)

    phones.call_in("101")

    assert type(body().get(field)) is (kind or type(None))


def test_a_status_message_has_an_event_where_events_hold_messages(account, speak, notices, front_desk, body):
    speak("message_in_events", "partial_bodies")

    account.update_presence(front_desk, {"message": "Back soon"})
    account.update_presence(front_desk, {"message": ""})

    assert (body(1)["message"], body()["message"]) == ("Back soon", "")
    assert "presenceStatus" not in body()


def test_two_counters_count_side_by_side(account, speak, notices, front_desk):
    speak("two_counters")
    for number in range(40):
        account.update_presence(front_desk, {"userStatus": ("Busy", "Available")[number % 2]})

    sequences = [one.body["sequence"] for one in notices]
    low = [one for one in sequences if one < 1000]
    high = [one for one in sequences if one >= 1000]
    assert len(low) > 8
    assert len(high) > 8
    assert (low, high) == (sorted(low), sorted(high))
    assert sequences != sorted(sequences)


@pytest.mark.parametrize(
    ("names", "number"), [([], None), (["withheld_as_empty"], ""), (["withheld_as_anonymous"], "anonymous")]
)
def test_a_withheld_number(phones, speak, body, names, number):
    speak(*names)

    phones.call_in("101", from_number=None)

    assert body()["activeCalls"][0].get("from") == number


def test_a_queue_stands_in_front_of_the_callers_name(account, phones, speak, notices):
    speak("queue_in_caller_name")

    phones.call_queue("200", from_name="John Wang")

    call = notices[-1].body["activeCalls"][0]
    assert call["fromName"] == "Support - John Wang"
    assert call["callInfo"]["additional"]["value"] == "John Wang"


def test_a_transferred_party_may_have_no_name(account, phones, speak, notices):
    speak("names_lost_in_transfers")
    phones.call_between("102", "101").answer()

    phones.transfer("101", "103")

    by_extension = {one.extension_id: one.body["activeCalls"][-1] for one in notices}
    caller = by_extension[account.find("102").id]
    assert (caller["to"], "toName" in caller) == ("103", False)


# Legs and lists


def test_a_ringing_leg_with_ids_of_its_own(phones, speak, body):
    speak("ringing_leg_as_answered")
    call = phones.call_in("101")
    (ringing,) = body()["activeCalls"]
    call.answer()
    (answered,) = body()["activeCalls"]

    assert ringing["sipData"]["toTag"] != "blf"
    assert (ringing["id"], ringing["sipData"]) == (answered["id"], answered["sipData"])
    assert ringing["id"] != ringing["telephonySessionId"]


@pytest.mark.parametrize(
    ("names", "statuses", "is_final"),
    [
        ([], ["NoCall"], True),
        (["without_final"], ["NoCall"], False),
        (["ended_calls_gone"], [], False),
        (["status_above_empty_list"], [], False),
    ],
)
def test_the_end_of_a_call(phones, speak, body, names, statuses, is_final):
    speak(*names)
    phones.call_in("101").hang_up()

    calls = body().get("activeCalls", [])
    assert [call["telephonyStatus"] for call in calls] == statuses
    assert any("terminationType" in call for call in calls) is is_final
    assert body()["telephonyStatus"] == "NoCall"


def test_rest_may_leave_out_a_list_without_calls(account, speak, front_desk):
    assert account.presence(front_desk, detailed=True)["activeCalls"] == []

    speak("no_list_in_rest")

    assert "activeCalls" not in account.presence(front_desk, detailed=True)


def test_a_list_may_hold_the_changed_leg_only(account, phones, speak, body, front_desk):
    speak("changed_leg_only")
    first = phones.call_in("101")
    first.answer()
    second = phones.call_in("101")

    assert [call["sessionId"] for call in body()["activeCalls"]] == [second.session_id]
    assert body()["totalActiveCalls"] == 2
    assert len(account.presence(front_desk, detailed=True)["activeCalls"]) == 2


@pytest.mark.parametrize(
    ("name", "status", "termination"),
    [("doubled_leg", "Ringing", None), ("intermediate_leg", "NoCall", "intermediate")],
)
def test_a_leg_may_be_listed_twice_while_it_lives(phones, speak, body, name, status, termination):
    speak(name)
    call = phones.call_in("101")
    first, double = body()["activeCalls"]
    call.hang_up()

    assert first["telephonyStatus"] == "Ringing"
    assert (double["telephonyStatus"], double.get("terminationType")) == (status, termination)
    assert all(first[one] == double[one] for one in ("sessionId", "telephonySessionId", "partyId", "direction"))
    assert first["id"] != double["id"]
    assert len(body()["activeCalls"]) == 1


def test_a_parked_leg_without_a_status_may_be_listed_twice(account, phones, speak, notices):
    speak("park_leg_without_status", "doubled_leg")
    call = phones.call_in("101")
    call.answer()

    call.park(account.find("801"))

    assert [leg.get("telephonyStatus") for leg in notices[-1].body["activeCalls"]] == [None, None]


def test_a_monitored_call_may_be_in_the_watchers_list_or_not(account, phones, speak, notices, front_desk):
    account.update_presence(front_desk, {"ringOnMonitoredCall": True})
    speak("monitored_calls_not_listed")
    notices.clear()

    phones.call_in("102")

    assert [one.extension_id for one in notices] == [account.find("102").id]
    presence = account.presence(front_desk, detailed=True)
    assert (presence["telephonyStatus"], presence["activeCalls"]) == ("NoCall", [])
    assert account.truth(front_desk).telephony_status == "Ringing"
    assert account.visible_truth(front_desk).calls == ()


@pytest.mark.parametrize(
    ("names", "party", "final"),
    [
        ([], "same", False),
        (["rings_again_as_other_party"], "other", False),
        (["rings_again_after_final"], "same", True),
    ],
)
def test_a_phone_that_rings_again(phones, speak, body, names, party, final):
    speak(*names, "ringing_leg_as_answered")
    call = phones.call_in("101")
    (first,) = body()["activeCalls"]
    call.rest()
    (resting,) = body()["activeCalls"]
    call.ring_again()
    (again,) = body()["activeCalls"]

    assert ("terminationType" in resting) is final
    assert (first["partyId"] == again["partyId"]) is (party == "same")
    assert first["sessionId"] == again["sessionId"]
    assert first["id"] != again["id"]
    assert (first["telephonyStatus"], resting["telephonyStatus"], again["telephonyStatus"]) == (
        "Ringing",
        "NoCall",
        "Ringing",
    )


def test_a_conference_may_have_a_session_of_its_own(phones, speak, body):
    speak("conference_with_own_session")
    phones.call_in("101").answer()
    phones.call_in("101").answer()

    conference = phones.confer("101")

    assert body()["activeCalls"][-1]["sessionId"] == conference.session_id != "0"


def test_an_attended_transfer_may_move_the_leg_under_its_id(account, phones, speak, body):
    speak("attended_transfer_moves_leg")
    first = phones.call_in("103", from_number="+14155550123")
    first.answer()
    second = phones.call_between("103", "101")
    second.answer()
    (before,) = body()["activeCalls"]

    phones.attended_transfer("103")

    (after,) = body()["activeCalls"]
    assert (before["sessionId"], after["sessionId"]) == (second.session_id, first.session_id)
    assert (before["telephonySessionId"], after["telephonySessionId"]) == (
        second.telephony_session_id,
        first.telephony_session_id,
    )
    assert before["id"] == after["id"]
    assert (before["from"], after["from"]) == ("103", "+14155550123")


# RingOut

INBOUND, OUTBOUND = ("Inbound", "+14155550123", "+16505550101"), ("Outbound", "+16505550101", "+14155550123")


@pytest.mark.parametrize("names", [[], ["ring_out_one_leg"]])
def test_the_other_party_of_a_ring_out_keeps_its_name(phones, speak, body, names):
    speak(*names)
    call = phones.ring_out("101", "+14155550123", to_name="John Wang")
    (ringing,) = body()["activeCalls"]
    call.answer()
    call.connect()

    assert (ringing.get("fromName") or ringing.get("toName")) == "John Wang"
    assert {leg.get("fromName") or leg.get("toName") for leg in body()["activeCalls"]} == {"John Wang"}


@pytest.mark.parametrize(
    ("names", "flow"),
    [
        (
            [],
            [
                [(*INBOUND, "Ringing")],
                [(*INBOUND, "CallConnected"), (*OUTBOUND, "Ringing")],
                [(*INBOUND, "CallConnected"), (*OUTBOUND, "CallConnected")],
                [("Inbound", "+14155550123", "", "NoCall"), (*OUTBOUND, "NoCall")],
            ],
        ),
        (
            ["ring_out_one_leg"],
            [
                [(*OUTBOUND, "Ringing")],
                [(*OUTBOUND, "CallConnected")],
                [(*OUTBOUND, "CallConnected")],
                [(*OUTBOUND, "NoCall")],
            ],
        ),
    ],
)
def test_the_legs_of_a_ring_out(phones, speak, body, names, flow):
    speak(*names)
    shown = []
    call = phones.ring_out("101", "+14155550123")
    for act in (None, call.answer, call.connect, call.hang_up):
        if act is not None:
            act()
        shown.append(
            [(one["direction"], one["from"], one["to"], one["telephonyStatus"]) for one in body()["activeCalls"]]
        )

    assert shown == flow
    first, *second = body()["activeCalls"]
    for leg in second:
        assert int(leg["sessionId"]) - int(first["sessionId"]) == 1000
        assert leg["telephonySessionId"] != first["telephonySessionId"]
    if names:
        assert "id" not in body(3)["activeCalls"][0]


# Status against list


def test_a_status_below_the_list(account, phones, speak, body, front_desk):
    speak("status_below_list")
    phones.call_in("101").answer()

    assert (body()["telephonyStatus"], body()["presenceStatus"]) == ("NoCall", "Available")
    assert body()["activeCalls"][0]["telephonyStatus"] == "CallConnected"
    assert account.presence(front_desk)["telephonyStatus"] == "CallConnected"


@pytest.mark.parametrize("names", [[], ["empty_list"]])
def test_a_status_above_an_empty_list(account, phones, speak, body, front_desk, names):
    speak("status_above_empty_list", *names)
    phones.call_in("101")

    assert body()["telephonyStatus"] == "Ringing"
    assert body().get("activeCalls") == ([] if names else None)
    assert len(account.presence(front_desk, detailed=True)["activeCalls"]) == 1


def test_the_read_of_the_account_may_know_of_no_call(account, phones, speak, front_desk):
    speak("account_read_says_no_call")
    phones.call_in("101").answer()

    of_account = account.presence(front_desk, detailed=True, of_account=True)
    assert (of_account["telephonyStatus"], of_account["presenceStatus"]) == ("NoCall", "Available")
    assert of_account["activeCalls"][0]["telephonyStatus"] == "CallConnected"
    single = account.presence(front_desk)
    assert (single["telephonyStatus"], single["presenceStatus"]) == ("CallConnected", "Busy")


# The newer call handling


@pytest.mark.parametrize(
    ("name", "is_on", "is_off", "takes_no_queue_calls"),
    [
        ("new_call_handling", "Unknown", "Unknown", "Unknown"),
        ("new_call_handling_both", "DoNotAcceptAnyCalls", "TakeAllCalls", "DoNotAcceptDepartmentCalls"),
        ("new_call_handling_personal", None, None, None),
    ],
)
def test_newer_call_handling(account, phones, speak, front_desk, name, is_on, is_off, takes_no_queue_calls):
    speak(name)
    shown = []
    for change in (
        {"dndStatusPersonal": "DoNotAcceptAnyCalls"},
        {"dndStatusPersonal": "TakeAllCalls"},
        {"acceptCallQueueCalls": False},
    ):
        account.update_presence(front_desk, change)
        presence = account.presence(front_desk)
        shown.append((presence.get("dndStatus"), presence["dndStatusPersonal"], presence["presenceStatus"]))

    assert shown == [
        (is_on, "DoNotAcceptAnyCalls", "Busy"),
        (is_off, "TakeAllCalls", "Available"),
        (takes_no_queue_calls, "TakeAllCalls", "Available"),
    ]
    assert account.truth(front_desk).fields["dndStatus"] == "DoNotAcceptDepartmentCalls"
    assert account.takes_queue_calls(account.find("101")) is False


@pytest.mark.parametrize(("name", "is_obeyed"), [("new_call_handling", False), ("new_call_handling_takes_both", True)])
def test_the_former_field_may_be_ignored(account, speak, front_desk, name, is_obeyed):
    speak(name)

    account.update_presence(front_desk, {"dndStatus": "DoNotAcceptAnyCalls"})

    assert account.takes_calls(account.find("101")) is not is_obeyed
