"""Phones and the events they make."""

import asyncio

import pytest

from simulator.account import ENDED_LISTED
from simulator.call import PhoneError
from simulator.phones import RING_TIME
from tests.waiting import until, until_quiet


@pytest.fixture
def status(account):
    """The telephony status of an extension."""
    return lambda number: account.truth(account.find(number).id).telephony_status


@pytest.fixture
def events(account, notices):
    """What was reported of an extension: status, presence, and the statuses of its listed calls."""

    def of(number):
        extension_id = account.find(number).id
        return [
            (
                notice.body["telephonyStatus"],
                notice.body["presenceStatus"],
                [call["telephonyStatus"] for call in notice.body.get("activeCalls", [])],
            )
            for notice in notices
            if notice.extension_id == extension_id and notice.kind in {"presence", "line", "park"}
        ]

    return of


def steps(phones, account, number):
    extension_id = account.find(number).id
    return [step.kind for step in phones.history if step.extension_id == extension_id]


def last_call(notices):
    return notices[-1].body["activeCalls"][-1]


# One call


def test_answered_call(phones, account, events, notices):
    call = phones.call_in("101", from_name="John Wang", from_number="+14155550123")
    call.answer()
    call.hold()
    call.resume()
    call.hang_up()

    assert events("101") == [
        ("Ringing", "Available", ["Ringing"]),
        ("CallConnected", "Busy", ["CallConnected"]),
        ("OnHold", "Busy", ["OnHold"]),
        ("CallConnected", "Busy", ["CallConnected"]),
        ("NoCall", "Available", ["NoCall"]),
    ]
    assert steps(phones, account, "101") == ["ringing", "answered", "held", "resumed", "ended"]
    legs = [notice.body["activeCalls"][0] for notice in notices]
    for name in ("sessionId", "telephonySessionId", "partyId", "startTime", "from", "fromName"):
        assert len({leg[name] for leg in legs}) == 1, name
    assert (legs[0]["direction"], legs[0]["fromName"], legs[0]["from"]) == ("Inbound", "John Wang", "+14155550123")
    assert [leg.get("terminationType") for leg in legs] == [None, None, None, None, "final"]


def test_called_number_is_empty_at_the_end_of_an_answered_call_and_stays_with_a_missed_one(phones, account, notices):
    answered = phones.call_in("101")
    answered.answer()
    answered.hang_up()
    assert last_call(notices)["to"] == ""

    phones.call_in("102").hang_up()
    assert last_call(notices)["to"] == account.find("102").direct_number


def test_missed_call(phones, account, events):
    phones.call_in("101").hang_up()

    assert [status for status, _, _ in events("101")] == ["Ringing", "NoCall"]
    assert steps(phones, account, "101") == ["ringing", "missed"]


def test_declined_call_is_over(phones, account):
    call = phones.call_in("101")

    call.decline(account.find("101").id)

    assert call.is_over
    assert phones.calls == []


def test_outbound_call(phones, account, notices, events):
    call = phones.call_out("101", "+14155550123", to_name="John Wang")
    assert (last_call(notices)["direction"], last_call(notices)["to"]) == ("Outbound", "+14155550123")

    call.answer()
    call.hang_up()

    assert [status for status, _, _ in events("101")] == ["Ringing", "CallConnected", "NoCall"]
    assert steps(phones, account, "101") == ["dialing", "answered", "ended"]
    assert last_call(notices)["to"] == "+14155550123"


def test_internal_call_is_one_session_with_a_party_at_each_end(phones, account, notices):
    call = phones.call_between("102", "103")
    caller, callee = (notice.body["activeCalls"][0] for notice in notices)
    call.answer()

    assert (caller["direction"], callee["direction"]) == ("Outbound", "Inbound")
    assert (callee["from"], callee["to"], callee["fromName"]) == ("102", "103", "Alice Moreau")
    assert caller["telephonySessionId"] == callee["telephonySessionId"]
    assert caller["partyId"] != callee["partyId"]
    for number in ("102", "103"):
        assert account.truth(account.find(number).id).telephony_status == "CallConnected"


def test_ended_call_stays_listed_for_a_while(phones, account, clock):
    front_desk = account.find("101").id
    phones.call_in("101").hang_up()
    assert [leg.is_live for leg in account.legs(front_desk)] == [False]

    clock.advance(ENDED_LISTED + 1)

    assert account.legs(front_desk) == ()
    assert account.truth(front_desk).calls == ()


def test_transitional_end_is_not_final(phones, account, notices, events):
    call = phones.call_in("101")

    call.blink()

    assert [statuses for _, _, statuses in events("101")] == [["Ringing"], ["NoCall"], ["Ringing"]]
    assert "terminationType" not in notices[1].body["activeCalls"][0]
    assert steps(phones, account, "101") == ["ringing"]


# RingOut


def test_a_ring_out_is_one_call_out_although_the_phone_rings_first(phones, account):
    front_desk = account.find("101")
    call = phones.ring_out("101", "+14155550123", to_name="John Wang")
    (ringing,) = account.truth(front_desk.id).calls
    call.answer()
    (dialing,) = account.truth(front_desk.id).calls
    call.connect()
    (connected,) = account.truth(front_desk.id).calls
    call.hang_up()

    assert (ringing.status, ringing.direction, ringing.from_number) == ("Ringing", "Inbound", "+14155550123")
    for leg in (dialing, connected):
        assert (leg.status, leg.direction) == ("CallConnected", "Outbound")
        assert (leg.from_number, leg.to_number, leg.to_name) == (front_desk.direct_number, "+14155550123", "John Wang")
    assert steps(phones, account, "101") == ["ringing", "answered", "ended"]
    assert phones.calls == []
    assert account.truth(front_desk.id).calls == ()


def test_a_ring_out_that_nobody_takes_is_over(phones, account):
    phones.ring_out("101", "+14155550123").hang_up()

    assert steps(phones, account, "101") == ["ringing", "missed"]


def test_answering_a_ring_out_twice_connects_the_other_party(phones, notices):
    call = phones.ring_out("101", "+14155550123")
    call.answer()
    call.answer()
    assert [leg["telephonyStatus"] for leg in notices[-1].body["activeCalls"]] == ["CallConnected", "CallConnected"]

    with pytest.raises(PhoneError, match="The call does not ring"):
        call.answer()


# Calls that change


def test_a_transferred_call_rings_at_the_other_with_the_callers_number(phones, account, notices, status):
    call = phones.call_in("101", from_number="+14155550123", from_name="John Wang")
    call.answer()

    phones.transfer("101", "102")

    assert (status("101"), status("102")) == ("NoCall", "Ringing")
    ringing = last_call(notices)
    assert (ringing["from"], ringing["fromName"], ringing["to"]) == ("+14155550123", "John Wang", "102")
    assert ringing["sessionId"] == call.session_id
    call.answer()
    call.hang_up()
    assert steps(phones, account, "101") == ["ringing", "answered", "ended"]
    assert steps(phones, account, "102") == ["ringing", "answered", "ended"]


def test_who_is_transferred_sees_the_new_number_in_the_same_session(phones, account, notices):
    call = phones.call_between("102", "101")
    call.answer()

    phones.transfer("101", "103")

    caller = [one.body["activeCalls"][-1] for one in notices if one.extension_id == account.find("102").id][-1]
    assert (caller["to"], caller["toName"], caller["sessionId"]) == ("103", "Ben Okafor", call.session_id)
    assert steps(phones, account, "102") == ["dialing", "answered"]
    phones.transfer("102", "+14155550199")
    assert (steps(phones, account, "102")[-1], steps(phones, account, "103")[-1]) == ("ended", "ringing")


def test_a_transferred_call_that_nobody_takes_is_missed_though_another_had_answered_it(phones, account):
    phones.set_dnd("105", True)
    call = phones.call_queue("200")
    call.answer(account.find("103").id)
    phones.transfer("103", "104")
    assert steps(phones, account, "104") == ["ringing", "answered_elsewhere", "ringing"]

    call.hang_up()

    assert steps(phones, account, "104")[-1] == "missed"


def test_a_call_transferred_outside_is_over(phones, account):
    call = phones.call_in("101")
    call.answer()

    phones.transfer("101", "+14155550199")

    assert call.is_over
    assert steps(phones, account, "101") == ["ringing", "answered", "ended"]


def test_an_attended_transfer_connects_both_calls_and_leaves_each_as_it_was(phones, account, notices, status):
    first = phones.call_in("103", from_number="+14155550123")
    first.answer()
    first.hold()
    second = phones.call_between("103", "101")
    second.answer()
    answered = last_call([one for one in notices if one.extension_id == account.find("101").id])

    phones.attended_transfer("103")

    moved = last_call([one for one in notices if one.extension_id == account.find("101").id])
    assert (answered["from"], moved["from"]) == ("103", "+14155550123")
    assert "fromName" not in moved
    assert all(moved[name] == answered[name] for name in ("id", "sessionId", "telephonySessionId", "partyId"))
    assert (status("103"), status("101")) == ("NoCall", "CallConnected")
    second.hang_up()
    assert steps(phones, account, "101") == ["ringing", "answered", "ended"]
    assert steps(phones, account, "103") == ["ringing", "answered", "held", "dialing", "answered", "ended", "ended"]
    assert phones.calls == []


def test_both_who_are_connected_by_a_transfer_hang_up_together(phones, account, status):
    phones.call_between("102", "103").answer()
    phones.calls[0].hold(account.find("103").id)
    phones.call_between("103", "104").answer()

    phones.attended_transfer("103")

    numbers = {
        leg.to_number or leg.from_number for one in ("102", "104") for leg in account.truth(phones.find(one).id).calls
    }
    assert (status("102"), status("103"), status("104")) == ("CallConnected", "NoCall", "CallConnected")
    assert numbers == {"104"}
    assert [leg.from_number for leg in account.truth(phones.find("104").id).calls] == ["102"]
    phones.calls[0].hang_up()
    assert (status("102"), status("104")) == ("NoCall", "NoCall")


def test_a_conference_takes_the_place_of_two_calls(phones, account, notices, status):
    phones.call_in("101").answer()
    phones.calls[0].hold()
    phones.call_between("101", "102").answer()

    conference = phones.confer("101")

    leg = last_call(notices)
    assert (leg["sessionId"], leg["to"], leg["toName"]) == ("0", "conference", "Conference")
    assert len(account.truth(account.find("101").id).calls) == 1
    assert status("102") == "CallConnected"
    conference.hang_up()
    assert steps(phones, account, "101") == [
        *("ringing", "answered", "held", "dialing", "answered"),
        *("ended", "ended", "answered", "ended"),
    ]
    assert steps(phones, account, "102") == ["ringing", "answered", "ended"]
    assert phones.calls == []


def test_a_call_to_oneself_has_two_legs_of_one_session(phones, account, notices):
    call = phones.call_between("101", "101")
    legs = notices[-1].body["activeCalls"]
    call.answer(account.find("101").id)
    call.hang_up()

    assert [leg["direction"] for leg in legs] == ["Outbound", "Inbound"]
    assert len({leg["sessionId"] for leg in legs}) == 1
    assert len({leg["partyId"] for leg in legs}) == 2
    assert sorted(steps(phones, account, "101")) == sorted(
        ["dialing", "ringing", "answered", "answered", "ended", "ended"]
    )
    assert phones.calls == []


def test_a_withheld_number_is_unknown(phones, account, notices):
    phones.call_in("101", from_number=None)

    assert account.truth(account.find("101").id).calls[0].from_number is None
    assert not {"from", "fromName"} & last_call(notices).keys()


# A phone that rings again


async def test_a_phone_that_rings_again_has_two_starts(phones, account, clock, notices, status):
    call = phones.call_in("101")
    first = last_call(notices)
    ringing_again = asyncio.create_task(phones.ring_again(call, after=6))
    await asyncio.sleep(0)
    resting = last_call(notices)
    assert (status("101"), account.truth(account.find("101").id).calls) == ("NoCall", ())
    assert not call.is_over

    clock.advance(6)
    await ringing_again

    again = last_call(notices)
    assert (status("101"), first["telephonyStatus"], again["telephonyStatus"]) == ("Ringing", "Ringing", "Ringing")
    assert (resting["telephonyStatus"], "terminationType" in resting) == ("NoCall", False)
    assert again["sessionId"] == first["sessionId"]
    call.answer()
    call.hang_up()
    assert steps(phones, account, "101") == ["ringing", "ended", "ringing", "answered", "ended"]


async def test_a_caller_who_gives_up_while_the_phone_rests_is_missed(phones, account, clock, notices):
    call = phones.call_in("101")
    ringing_again = asyncio.create_task(phones.ring_again(call))
    await asyncio.sleep(0)

    call.hang_up()

    assert last_call(notices)["terminationType"] == "final"
    clock.advance(10)
    await ringing_again
    assert steps(phones, account, "101") == ["ringing", "missed"]
    assert phones.calls == []


def test_a_resting_phone_rings_no_more_once_another_has_answered(phones, account):
    call = phones.call_queue("200")
    call.rest()
    call.answer(account.find("104").id)

    with pytest.raises(PhoneError):
        call.ring_again()

    assert steps(phones, account, "103") == ["ringing", "answered_elsewhere"]


def test_a_watchers_phone_rings_again_with_the_line(phones, account, status):
    account.update_presence(account.find("101").id, {"ringOnMonitoredCall": True})
    call = phones.call_in("102")
    call.blink()
    assert status("101") == "Ringing"
    call.rest()
    assert status("101") == "NoCall"

    call.ring_again()

    assert status("101") == "Ringing"
    assert steps(phones, account, "101") == ["ringing", "ended", "ringing"]


# Park


def test_parked_call_shows_at_the_location_and_can_be_retrieved_elsewhere(phones, account, status, events):
    call = phones.call_in("101")
    call.answer()

    call.park(account.find("801"))
    assert (status("101"), status("801")) == ("ParkedCall", "ParkedCall")
    call.retrieve(account.find("102"))

    assert (status("101"), status("801"), status("102")) == ("NoCall", "NoCall", "CallConnected")
    assert steps(phones, account, "101") == ["ringing", "answered", "parked", "ended"]
    assert steps(phones, account, "102") == ["answered"]
    assert [status for status, _, _ in events("801")] == ["ParkedCall", "NoCall"]


def test_parker_can_take_the_call_back(phones, account, status):
    call = phones.call_in("101")
    call.answer()
    call.hold()
    call.park(account.find("801"))

    call.retrieve(account.find("101"))

    assert (status("101"), status("801")) == ("CallConnected", "NoCall")
    assert steps(phones, account, "101")[-1] == "resumed"


# Several


def test_queue_call_rings_all_free_members_and_one_answers(phones, account, status, notices):
    phones.call_in("104").answer()
    phones.set_dnd("105", True)
    notices.clear()

    call = phones.call_queue("200", from_name="John Wang")

    assert [account.extensions[ringing].number for ringing in call.ringing] == ["103"]
    ringing = last_call(notices)
    assert ringing["queueCall"] is True
    assert ringing["callInfo"]["primary"] == {"type": "QueueName", "value": "Support"}
    assert (status("104"), status("105")) == ("CallConnected", "NoCall")


def test_others_stop_when_one_member_answers(phones, account, status):
    call = phones.call_queue("200")
    assert [status(number) for number in ("103", "104", "105")] == ["Ringing"] * 3

    call.answer(account.find("104").id)

    assert [status(number) for number in ("103", "104", "105")] == ["NoCall", "CallConnected", "NoCall"]
    assert steps(phones, account, "103") == ["ringing", "answered_elsewhere"]
    assert steps(phones, account, "104") == ["ringing", "answered"]
    sessions = {step.session_id for step in phones.history}
    assert len(sessions) == 1


def test_queue_without_free_members_lets_the_caller_wait(phones, status):
    for number in ("103", "104", "105"):
        phones.set_dnd(number, True)

    call = phones.call_queue("200")

    assert call.ringing == []
    assert not call.is_over
    assert status("200") == "Ringing"
    call.hang_up()
    assert status("200") == "NoCall"


def test_status_of_several_calls_is_that_of_the_most_important(phones, status):
    first = phones.call_in("101")
    second = phones.call_in("101")
    assert status("101") == "Ringing"
    first.answer()
    assert status("101") == "CallConnected"
    first.hold()
    assert status("101") == "OnHold"
    second.answer()
    assert status("101") == "CallConnected"
    second.hang_up()
    assert status("101") == "OnHold"


def test_more_than_seven_calls_are_counted_and_the_latest_seven_reported(phones, account, notices, clock):
    calls = []
    for _ in range(9):
        calls.append(phones.call_in("101"))
        clock.advance(1)

    body = notices[-1].body
    assert (len(body["activeCalls"]), body["totalActiveCalls"]) == (7, 9)
    assert [leg["sessionId"] for leg in body["activeCalls"]] == [call.session_id for call in calls[2:]]
    assert len(account.truth(account.find("101").id).calls) == 9


def test_monitored_line_rings_at_the_watcher_who_has_chosen_that(phones, account, notices, status):
    front_desk = account.find("101").id
    account.update_presence(front_desk, {"ringOnMonitoredCall": True})

    call = phones.call_in("102", from_name="John Wang")

    assert (notices[-1].extension_id, status("101")) == (front_desk, "Ringing")
    monitored = last_call(notices)
    assert monitored["id"] == monitored["telephonySessionId"]
    assert monitored["sipData"]["toTag"] == "blf"
    truth = account.truth(front_desk)
    assert len(truth.calls) == 1
    assert truth.fields["presenceStatus"] == "Available"
    call.answer()
    assert status("101") == "NoCall"
    assert account.truth(front_desk).calls == ()
    assert steps(phones, account, "101") == ["ringing", "ended"]


def test_an_own_call_has_the_tag_and_the_id_of_captures_until_it_is_answered(phones, notices):
    call = phones.call_in("101")
    ringing = last_call(notices)
    call.answer()
    connected = last_call(notices)

    assert (ringing["sipData"]["toTag"], ringing["sipData"]["fromTag"]) == ("blf", ringing["partyId"])
    assert ringing["id"] == ringing["telephonySessionId"]
    assert connected["sipData"]["toTag"] != "blf"
    assert connected["id"] not in (connected["telephonySessionId"], connected["sessionId"])


def test_own_call_to_a_monitored_line_does_not_ring_at_oneself(phones, account):
    account.update_presence(account.find("101").id, {"ringOnMonitoredCall": True})

    phones.call_between("101", "102")

    (own,) = account.truth(account.find("101").id).calls
    assert own.direction == "Outbound"


# People


def test_do_not_disturb_stops_calls_until_it_ends(phones, account):
    phones.set_dnd("101", True)
    with pytest.raises(PhoneError, match="101 Front Desk does not take calls now"):
        phones.call_in("101")

    phones.set_dnd("101", False)

    assert phones.call_in("101").ringing == [account.find("101").id]


def test_do_not_disturb_of_newer_call_handling(phones, account):
    account.settings.speak(["new_call_handling"])

    phones.set_dnd("101", True)

    fields = account.presence(account.find("101").id)
    assert (fields["dndStatus"], fields["dndStatusPersonal"]) == ("Unknown", "DoNotAcceptAnyCalls")
    with pytest.raises(PhoneError):
        phones.call_in("101")


def test_status_and_meetings(phones, account):
    phones.set_status("101", "Offline")
    phones.set_meeting("102", True)

    assert account.truth(account.find("101").id).fields["presenceStatus"] == "Offline"
    assert account.truth(account.find("102").id).fields["meetingStatus"] == "Connected"


# What cannot be done


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (lambda phones, call: phones.call_in("999"), "There is no extension 999; there are 101 Front Desk, 102 Alice"),
        (lambda phones, call: phones.call_in("200"), "200 Support has no phone"),
        (lambda phones, call: phones.call_in("801"), "801 Park 1 has no phone"),
        (lambda phones, call: phones.call_queue("101"), "101 Front Desk is no call queue; there are 200 Support"),
        (lambda phones, call: call.hold(), "Nobody has a call that is connected"),
        (lambda phones, call: call.resume(call.ringing[0]), "101 Front Desk has no call that is on hold"),
        (lambda phones, call: call.retrieve(phones.find("102")), "The call is not parked"),
        (lambda phones, call: call.park(phones.find("102")), "102 is no park location"),
        (lambda phones, call: call.answer(phones.find("102").id), "102 Alice Moreau does not ring"),
        (lambda phones, call: call.decline(phones.find("102").id), "102 Alice Moreau does not ring"),
        (lambda phones, call: phones.transfer("101", "102"), "101 Front Desk has no call that could be passed on"),
        (lambda phones, call: phones.attended_transfer("101"), "101 Front Desk has not two calls"),
        (lambda phones, call: phones.confer("101"), "101 Front Desk has not two calls"),
        (lambda phones, call: call.transfer(phones.find("102")), "Nobody has a call to transfer"),
        (lambda phones, call: call.rest(phones.find("102").id), "102 Alice Moreau does not ring"),
        (lambda phones, call: call.ring_again(), "No phone has stopped ringing"),
    ],
)
def test_impossible_action_says_why_and_changes_nothing(phones, notices, action, message):
    call = phones.call_in("101")
    notices.clear()

    with pytest.raises(PhoneError, match=message):
        action(phones, call)

    assert notices == []


def test_answered_call_cannot_be_answered_again(phones):
    call = phones.call_in("101")
    call.answer()

    with pytest.raises(PhoneError, match="does not ring"):
        call.answer()


# On the clock


async def test_call_plays_to_its_end(phones, account, clock, status):
    playing = asyncio.create_task(phones.ring("101", from_name="John Wang", answer_after=5, hang_up_after=20))
    await until(lambda: status("101") == "Ringing")
    clock.advance(5)
    await until(lambda: status("101") == "CallConnected")
    assert not playing.done()
    clock.advance(20)

    assert (await playing).is_over
    assert steps(phones, account, "101") == ["ringing", "answered", "ended"]


async def test_voicemail_takes_a_call_that_nobody_answers(phones, account, clock):
    playing = asyncio.create_task(phones.ring("101"))
    await asyncio.sleep(0)
    clock.advance(RING_TIME)

    assert (await playing).is_over
    assert steps(phones, account, "101") == ["ringing", "missed"]


async def test_caller_who_gives_up_rings_only_so_long(phones, clock, status):
    playing = asyncio.create_task(phones.ring("200", hang_up_after=7))
    await asyncio.sleep(0)
    clock.advance(6.9)
    await until_quiet()
    assert status("103") == "Ringing"
    clock.advance(0.1)

    assert (await playing).is_over


async def test_call_answered_by_hand_is_left_alone(phones, clock, status):
    playing = asyncio.create_task(phones.ring("101"))
    await asyncio.sleep(0)
    phones.calls[0].answer()
    clock.advance(RING_TIME)
    await playing

    assert status("101") == "CallConnected"


async def test_call_hung_up_by_hand_is_not_answered_any_more(phones, account, clock):
    playing = asyncio.create_task(phones.ring("101", answer_after=5, hang_up_after=5))
    await asyncio.sleep(0)
    phones.calls[0].hang_up()
    clock.advance(5)
    await until_quiet()
    clock.advance(5)
    await playing

    assert steps(phones, account, "101") == ["ringing", "missed"]
