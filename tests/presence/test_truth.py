"""What is true of an extension after an observation."""

from datetime import UTC, datetime

import msgspec
import pytest

from custom_components.ringcentral.api.models import ActiveCall, PresenceBody
from custom_components.ringcentral.presence.order import Observation
from custom_components.ringcentral.presence.truth import needs_read, step
from custom_components.ringcentral.presence.vocabulary import ExtensionState, Source

START = 1_750_000_000.0
NOBODY = ExtensionState()


def leg(status="Ringing", session="s1", direction="Inbound", **more):
    return {"sessionId": session, "direction": direction, "telephonyStatus": status, **more}


def seen(*, at=0.0, source=Source.LIVE, is_detailed=True, is_believed=False, **body):
    """Return what an observation said, with the wire's names."""
    fields = msgspec.convert(body, PresenceBody)
    return Observation(
        fields=fields, at=START + at, since=at, source=source, is_detailed=is_detailed, is_believed=is_believed
    )


def after(*observations, state=NOBODY):
    for one in observations:
        state = step(state, one)
    return state


def shown(state):
    return [(call.call_id, str(call.state)) for call in state.calls]


# Words


def test_an_observation_sets_what_it_names_and_nothing_else():
    state = after(seen(presenceStatus="Busy", dndStatus="TakeAllCalls"), seen(presenceStatus="Available"))
    assert (state.presence_status, state.dnd_status) == ("Available", "TakeAllCalls")


def test_what_says_nothing_new_leaves_the_very_state():
    state = after(seen(presenceStatus="Busy", telephonyStatus="NoCall"))
    assert step(state, seen(presenceStatus="Busy", telephonyStatus="NoCall", at=9)) is state


@pytest.mark.parametrize(
    ("known", "said", "words"),
    [
        pytest.param(
            {"dndStatus": "TakeAllCalls"}, {"dndStatus": "Unknown"}, ("TakeAllCalls", None), id="the known word stays"
        ),
        pytest.param(
            {"dndStatus": "TakeAllCalls", "dndStatusPersonal": "TakeAllCalls"},
            {"dndStatus": "Unknown", "dndStatusPersonal": "DoNotAcceptAnyCalls"},
            ("DoNotAcceptAnyCalls", "DoNotAcceptAnyCalls"),
            id="the newer field is true of both",
        ),
        pytest.param(
            {"dndStatusPersonal": "DoNotAcceptAnyCalls"},
            {"dndStatusPersonal": "Unknown"},
            (None, "DoNotAcceptAnyCalls"),
            id="the newer field's known word stays",
        ),
        pytest.param({}, {"dndStatus": "Unknown"}, ("Unknown", None), id="nothing was known"),
        pytest.param(
            {"dndStatus": "TakeAllCalls"},
            {"dndStatus": "Unknown", "allowSeeMyPresence": False},
            ("Unknown", None),
            id="somebody hides their presence",
        ),
    ],
)
def test_unknown_never_replaces_a_known_do_not_disturb(known, said, words):
    state = after(seen(**known), seen(**said))
    assert (state.dnd_status, state.dnd_status_personal) == words


# Calls


def test_a_leg_becomes_a_call_with_what_it_says():
    state = after(
        seen(
            activeCalls=[
                leg(
                    id="l1",
                    telephonySessionId="t1",
                    partyId="p1",
                    fromName="Ann",
                    startTime="2025-06-15T12:00:00Z",
                    **{"from": "+15550100001", "to": "101"},
                )
            ]
        )
    )
    (call,) = state.calls
    assert (call.call_id, call.session_id, call.telephony_session_id, call.party_id) == ("s1", "s1", "t1", "p1")
    assert (call.caller_number, call.caller_name, call.to_number) == ("+15550100001", "Ann", "101")
    assert call.started_at == datetime(2025, 6, 15, 12, tzinfo=UTC)
    assert (call.ringing_at, call.answered_at) == (START, None)


@pytest.mark.parametrize("asked_after", [4.0, 60.0])
def test_a_call_rings_since_its_event_although_a_read_that_was_asked_for_later_comes_before_it(asked_after):
    calls = [leg(startTime="2025-06-15T15:06:40Z")]
    read = seen(telephonyStatus="Ringing", activeCalls=calls, at=asked_after, source=Source.SNAPSHOT)
    state = after(read, seen(telephonyStatus="Ringing", activeCalls=calls, at=0.0))
    (call,) = state.calls
    assert call.ringing_at == START
    assert state.total_active_calls == 1
    assert state.are_calls_known


def test_without_its_own_start_a_call_began_when_it_was_seen():
    (call,) = after(seen(activeCalls=[leg()], at=7)).calls
    assert call.started_at == datetime.fromtimestamp(START + 7, UTC)


def test_the_times_of_a_call_are_those_of_its_first_ringing_answer_and_end():
    state = after(
        seen(activeCalls=[leg()], at=1),
        seen(activeCalls=[leg("CallConnected")], at=2),
        seen(activeCalls=[leg("OnHold")], at=3),
        seen(activeCalls=[leg("CallConnected")], at=4),
        seen(activeCalls=[leg("NoCall")], at=5),
    )
    (call,) = state.calls
    times = [moment - START for moment in (call.ringing_at, call.answered_at, call.ended_at, call.since)]
    assert times == [1, 2, 5, 5]


def test_a_later_empty_value_erases_nothing():
    state = after(
        seen(activeCalls=[leg(fromName="Ann", **{"from": "+15550100001"})]),
        seen(activeCalls=[leg("NoCall", fromName="", **{"from": ""})]),
    )
    assert (state.calls[0].caller_number, state.calls[0].caller_name) == ("+15550100001", "Ann")


@pytest.mark.parametrize(
    ("later", "name"),
    [
        ({"from": "+15550100002"}, None),
        ({"from": "15550100001"}, "Ann"),
        ({"from": "+15550100002", "fromName": "Bob"}, "Bob"),
        ({"fromName": "Bob"}, "Bob"),
    ],
)
def test_a_name_lives_as_long_as_its_number(later, name):
    state = after(
        seen(activeCalls=[leg(fromName="Ann", **{"from": "+15550100001"})]),
        seen(activeCalls=[leg("CallConnected", **later)]),
    )
    assert state.calls[0].caller_name == name


def test_a_name_that_arrives_after_its_number_is_taken():
    number = {"from": "+15550100001"}
    state = after(seen(activeCalls=[leg(**number)]), seen(activeCalls=[leg(fromName="Ann", **number)]))
    assert state.calls[0].caller_name == "Ann"


def test_a_listed_leg_with_a_word_that_nobody_knows_keeps_its_call_alive():
    state = after(
        seen(activeCalls=[leg("CallConnected")], totalActiveCalls=1),
        seen(activeCalls=[leg("Levitating")], totalActiveCalls=1, at=1),
    )
    assert shown(state) == [("s1", "connected")]
    assert not state.is_open


def test_a_new_leg_with_a_word_that_nobody_knows_is_a_call_of_unknown_state():
    assert shown(after(seen(activeCalls=[leg("Levitating")]))) == [("s1", "unknown")]


def test_a_call_that_a_list_no_longer_names_ends_if_the_total_has_fallen():
    two = seen(activeCalls=[leg("CallConnected"), leg("OnHold", "s2")], totalActiveCalls=2)
    state = after(two, seen(activeCalls=[leg("OnHold", "s2")], totalActiveCalls=1, at=1))
    assert (shown(state), state.is_open) == ([("s2", "on_hold")], False)


def test_a_call_that_a_list_does_not_name_lives_if_nothing_proves_its_end_and_a_read_decides():
    two = seen(activeCalls=[leg("CallConnected"), leg("OnHold", "s2")], totalActiveCalls=2)
    alone = seen(activeCalls=[leg("OnHold", "s2")], at=1)
    state = after(two, alone)
    assert (shown(state), state.is_open) == ([("s1", "connected"), ("s2", "on_hold")], True)
    assert shown(after(two, msgspec.structs.replace(alone, is_believed=True))) == [("s2", "on_hold")]
    assert shown(after(two, msgspec.structs.replace(alone, source=Source.SNAPSHOT))) == [("s2", "on_hold")]


def test_a_list_that_is_older_than_a_call_does_not_end_it():
    state = after(seen(activeCalls=[leg("CallConnected")], at=9), seen(activeCalls=[], telephonyStatus="NoCall", at=8))
    assert shown(state) == [("s1", "connected")]


def test_ended_calls_stay_as_long_as_they_are_listed():
    over = seen(activeCalls=[leg("NoCall")], telephonyStatus="NoCall")
    state = after(seen(activeCalls=[leg()]), over)
    assert shown(state) == [("s1", "ended")]
    state = step(state, seen(activeCalls=[], telephonyStatus="NoCall", at=1))
    assert shown(state) == []
    assert [call.call_id for call in state.known] == ["s1"]


def test_of_ended_calls_only_some_are_remembered_and_of_live_ones_all():
    state = after(seen(activeCalls=[leg("CallConnected", "talk")], totalActiveCalls=1))
    for number in range(30):
        for status in ("Ringing", "NoCall"):
            legs = [leg("CallConnected", "talk"), leg(status, f"s{number}")]
            state = step(state, seen(activeCalls=legs, totalActiveCalls=2, at=number))
    assert len(state.known) == 16
    assert "talk" in {call.call_id for call in state.live_calls}


def test_a_status_above_no_call_shows_as_a_call_without_a_name_until_a_list_names_it():
    state = after(seen(telephonyStatus="Ringing", at=1))
    assert state.is_ringing
    assert state.main_call.session_id is None
    named = step(state, seen(telephonyStatus="Ringing", activeCalls=[leg()], at=2))
    assert [call.session_id for call in named.live_calls] == ["s1"]
    assert named.main_call.call_id == state.main_call.call_id


def test_a_status_that_stands_in_ends_with_the_status():
    state = after(seen(telephonyStatus="Ringing", at=1), seen(telephonyStatus="NoCall", at=2))
    assert state.live_calls == ()


def test_a_call_that_was_answered_does_not_begin_to_ring_by_a_status_alone():
    talking = seen(telephonyStatus="CallConnected", activeCalls=[leg("CallConnected")])
    state = after(talking, seen(telephonyStatus="Ringing", at=1))
    assert sorted(str(call.state) for call in state.live_calls) == ["connected", "ringing"]


def test_the_two_legs_of_a_ringout_are_one_call_that_rings_and_then_talks():
    user, other = "+15550100001", "+15550100009"
    first = leg("Ringing", "90000", **{"from": other, "to": user})
    second = leg("Ringing", "91000", "Outbound", **{"from": user, "to": other})
    state = after(
        seen(activeCalls=[first]),
        seen(activeCalls=[first | {"telephonyStatus": "CallConnected"}, second], at=1),
        seen(activeCalls=[second | {"telephonyStatus": "CallConnected"}], at=2),
    )
    assert shown(state) == [("90000", "connected")]
    assert state.main_call.is_outbound
    assert state.main_call.caller_number == other
    assert state.main_call.twin_session_id == "90000"


def test_calls_of_one_session_have_names_of_their_own():
    state = after(seen(activeCalls=[leg(partyId="p1"), leg(partyId="p2"), leg(direction="Outbound")]))
    assert len({call.call_id for call in state.calls}) == 3


def test_a_queue_call_has_its_queues_name_and_its_callers_own():
    info = {"primary": {"type": "QueueName", "value": "Sales"}, "additional": {"type": "CallerIdName", "value": "Ann"}}
    (call,) = after(seen(activeCalls=[leg(queueCall=True, fromName="Sales - Ann", callInfo=info)])).calls
    assert (call.queue_name, call.caller_name) == ("Sales", "Ann")
    (call,) = after(seen(activeCalls=[leg(queueCall=True, fromName="Sales - Ann", toName="Sales")])).calls
    assert (call.queue_name, call.caller_name) == ("Sales", "Ann")
    (call,) = after(seen(activeCalls=[leg(fromName="Sales - Ann", toName="Sales")])).calls
    assert (call.queue_name, call.caller_name) == (None, "Sales - Ann")


# What only REST knows


@pytest.mark.parametrize(
    ("before", "said", "needed"),
    [
        pytest.param({}, {"telephonyStatus": "NoCall", "activeCalls": []}, False, id="all is said"),
        pytest.param({}, {"activeCalls": [leg()], "totalActiveCalls": 2}, True, id="the list was cut"),
        pytest.param({}, {"activeCalls": [leg(session=f"s{n}") for n in range(7)]}, True, id="the list is full"),
        pytest.param({}, {"presenceStatus": "Busy"}, False, id="nobody calls"),
        pytest.param({"activeCalls": [leg()]}, {"presenceStatus": "Busy"}, True, id="no list during a call"),
        pytest.param({}, {"telephonyStatus": "Ringing"}, True, id="a status without a list"),
        pytest.param({"activeCalls": [leg()]}, {"telephonyStatus": "NoCall", "activeCalls": [leg()]}, True, id="open"),
    ],
)
def test_an_event_may_leave_it_to_rest_what_is_true(before, said, needed):
    state = after(seen(**before))
    new = seen(at=1, **said)
    assert needs_read(state, step(state, new), new) is needed


@pytest.mark.parametrize(
    ("body", "needed"),
    [
        # Whoever has a call may be busy, and an event of 2015 does not say so.
        ({"telephonyStatus": "CallConnected", "activeCalls": [leg("CallConnected")]}, True),
        ({"telephonyStatus": "CallConnected", "activeCalls": [leg("CallConnected")], "presenceStatus": "Busy"}, False),
        # Nor that of any other change.
        ({}, True),
        ({"dndStatus": "DoNotAcceptAnyCalls"}, False),
        ({"telephonyStatus": "NoCall"}, True),
    ],
)
def test_an_event_that_leaves_out_what_may_have_changed_is_followed_by_a_read(body, needed):
    state, new = step(NOBODY, seen(presenceStatus="Available", telephonyStatus="NoCall")), seen(at=1, **body)
    assert needs_read(state, step(state, new), new) is needed
    assert not needs_read(NOBODY, step(NOBODY, new), new), "the first read is still to come"


def test_a_simple_event_says_nothing_of_calls_unless_its_status_changes():
    state = after(seen(telephonyStatus="CallConnected", activeCalls=[leg("CallConnected")]))
    for status, needed in ((None, False), ("CallConnected", False), ("OnHold", True)):
        new = seen(at=1, is_detailed=False, telephonyStatus=status, presenceStatus="Busy")
        assert needs_read(state, step(state, new), new) is needed


def test_a_record_of_a_leg_is_kept_to_be_compared():
    (call,) = after(seen(activeCalls=[leg()])).calls
    assert isinstance(call.leg, ActiveCall)
    assert call.is_listed
