"""What a payload says about calls, and which call each of its legs belongs to."""

import msgspec
import pytest

from custom_components.ringcentral.api.models import ActiveCall, PresenceBody
from custom_components.ringcentral.presence.legs import (
    TRANSITIONAL_END,
    identifier,
    is_same_number,
    leg_state,
    match_legs,
    read_list,
)
from custom_components.ringcentral.presence.vocabulary import Call, CallState


def leg(status="Ringing", session="s1", direction="Inbound", **more):
    return ActiveCall(telephony_status=status, session_id=session, direction=direction, **more)


def call(state=CallState.RINGING, session="s1", direction="inbound", **more):
    return Call(call_id="c", state=state, session_id=session, direction=direction, **more)


# What a list says


def listed(*legs, known_total=None, status=None, total=None, **how):
    fields = PresenceBody(active_calls=legs, telephony_status=status, total_active_calls=total)
    return read_list(fields, known_total, **how)


def states(found):
    return [one.telephony_status for one in found.legs]


def test_without_a_list_an_idle_status_or_a_total_of_zero_ends_everything():
    for fields in (PresenceBody(telephony_status="NoCall"), PresenceBody(total_active_calls=0)):
        found = read_list(fields, 2)
        assert (found.legs, found.proves_ends) == ((), True)


def test_without_a_list_a_status_that_says_more_stands_in():
    found = read_list(PresenceBody(telephony_status="Ringing"), None)
    assert (found.legs, found.stands_in) == (None, CallState.RINGING)


def test_without_a_list_and_a_status_nothing_is_said():
    found = read_list(PresenceBody(presence_status="Busy"), None)
    assert (found.legs, found.stands_in, found.proves_ends) == (None, None, False)


@pytest.mark.parametrize(
    ("legs", "status", "stands_in"),
    [
        pytest.param([], "Ringing", CallState.RINGING, id="an empty list"),
        pytest.param([leg("NoCall")], "CallConnected", CallState.CONNECTED, id="legs that are over"),
        pytest.param([leg("OnHold")], "Ringing", CallState.RINGING, id="none of the legs rings"),
        pytest.param([leg("Ringing")], "OnHold", None, id="what matters less does not stand above a leg"),
        pytest.param([leg("Ringing")], "Ringing", None, id="they agree"),
    ],
)
def test_a_status_that_says_more_than_the_list_stands_in_and_leaves_it_open(legs, status, stands_in):
    found = listed(*legs, status=status)
    assert (found.stands_in, found.is_open) == (stands_in, stands_in is not None)


def test_a_status_that_says_less_ends_nothing_until_it_is_believed():
    found = listed(leg("CallConnected"), status="NoCall")
    assert (states(found), found.is_open, found.proves_ends) == (["CallConnected"], True, False)
    believed = listed(leg("CallConnected"), status="NoCall", is_believed=True)
    assert (states(believed), believed.is_open, believed.proves_ends) == (["NoCall"], False, True)


def test_a_leg_without_its_own_status_takes_the_events():
    assert states(listed(leg(None), leg("OnHold", "s2"), status="ParkedCall")) == ["ParkedCall", "OnHold"]


@pytest.mark.parametrize(
    ("number", "total", "how", "is_partial"),
    [
        pytest.param(1, 2, {}, True, id="fewer than counted"),
        pytest.param(2, 2, {}, False, id="as many as counted"),
        pytest.param(7, 7, {}, True, id="as many as RingCentral lists at most"),
        pytest.param(7, 7, {"is_snapshot": True}, False, id="read, and as many as counted"),
        pytest.param(7, None, {"is_snapshot": True}, True, id="read, but nobody counted"),
    ],
)
def test_a_list_may_have_been_cut(number, total, how, is_partial):
    legs = [leg("CallConnected", f"s{index}") for index in range(number)]
    assert listed(*legs, total=total, **how).is_partial is is_partial


@pytest.mark.parametrize(
    ("legs", "known_total", "more", "proves"),
    [
        pytest.param([leg()], None, {}, False, id="a list may hold the changed leg alone"),
        pytest.param([leg()], 2, {"total": 1}, True, id="the total has fallen"),
        pytest.param([leg()], 1, {"total": 1}, False, id="the total is the same"),
        pytest.param([], None, {}, True, id="an empty list"),
        pytest.param([leg("NoCall")], None, {"status": "NoCall"}, False, id="the status may be the changed leg's"),
        pytest.param([leg()], None, {"is_snapshot": True}, True, id="a read"),
        pytest.param([leg()], None, {"is_believed": True}, True, id="a list that is believed"),
    ],
)
def test_a_call_that_a_list_lacks_has_ended_only_if_something_proves_it(legs, known_total, more, proves):
    assert listed(*legs, known_total=known_total, **more).proves_ends is proves


def test_of_several_legs_of_a_session_and_direction_the_first_is_kept():
    assert len(listed(leg(), leg()).legs) == 1
    assert len(listed(leg(party_id="p1"), leg(party_id="p2")).legs) == 2
    assert len(listed(leg(), leg(direction="Outbound")).legs) == 2
    assert len(listed(leg(from_="+15550100001"), leg(from_="+15550100002")).legs) == 2
    assert len(listed(leg("NoCall"), leg("Ringing")).legs) == 2


def test_an_intermediate_leg_beside_another_of_its_session_is_dropped():
    intermediate = leg("NoCall", termination_type="intermediate")
    assert states(listed(intermediate, leg("Ringing"))) == ["Ringing"]
    assert states(listed(intermediate, leg("Ringing", "s2"))) == ["NoCall", "Ringing"]


def test_in_a_list_that_was_cut_an_intermediate_leg_says_nothing_of_its_call():
    intermediate = leg("NoCall", termination_type="intermediate")
    others = [leg("Ringing", f"s{number}") for number in range(2, 8)]
    assert states(listed(intermediate, *others, total=8)) == ["Ringing"] * 6
    assert states(listed(intermediate, leg("Ringing", "s2"), total=3)) == ["Ringing"]


def test_the_doubled_leg_of_a_conference_is_found_by_its_telephony_session():
    one = {"session": "0", "telephony_session_id": "t1", "party_id": "p1"}
    assert len(listed(leg(**one), leg(**one, id="d")).legs) == 1
    assert len(listed(leg(**one), leg(**one | {"telephony_session_id": "t2"})).legs) == 2
    assert len(listed(leg(session="0"), leg(session="0")).legs) == 2


USER, OTHER = "+15550100001", "+15550100009"


@pytest.mark.parametrize("distance", [1000, 2000, 3000, 4000, -1000])
def test_the_two_legs_of_a_ringout_are_one_outbound_call(distance):
    first = leg("CallConnected", "90000", from_=OTHER, to=USER)
    second = leg("Ringing", str(90000 + distance), "Outbound", from_=USER, to=OTHER)
    found = listed(first, second)
    assert [(one.direction, one.telephony_status) for one in found.legs] == [("Outbound", "CallConnected")]
    assert found.first_legs == {second.session_id: first}


def test_of_two_ringouts_at_a_time_each_second_leg_belongs_to_the_nearest_first():
    firsts = [leg("Ringing", session, from_=OTHER, to=USER) for session in ("90000", "93000")]
    second = leg("Ringing", "94000", "Outbound", from_=USER, to=OTHER)
    found = listed(*firsts, second)
    assert [one.session_id for one in found.legs] == ["90000", "94000"]
    assert found.first_legs == {"94000": firsts[1]}


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(leg("Ringing", "90500", "Outbound", from_=USER, to=OTHER), id="too near"),
        pytest.param(leg("Ringing", "95000", "Outbound", from_=USER, to=OTHER), id="too far"),
        pytest.param(leg("Ringing", "91000", "Outbound", from_=USER, to="+15550100008"), id="to somebody else"),
        pytest.param(leg("Ringing", "91000", "Inbound", from_=USER, to=OTHER), id="not outbound"),
        pytest.param(leg("NoCall", "91000", "Outbound", from_=USER, to=OTHER), id="only one of them is over"),
    ],
)
def test_other_legs_are_no_ringout(second):
    first = leg("CallConnected", "90000", from_=OTHER, to=USER)
    assert len(listed(first, second).legs) == 2


def test_two_calls_to_oneself_are_no_ringout():
    one, other = (
        leg("Ringing", session, direction, from_=USER, to=USER)
        for session, direction in (("90000", "Inbound"), ("94000", "Outbound"))
    )
    assert listed(one, other).legs == (one, other)


def test_two_calls_out_to_the_same_number_are_two_however_near_their_sessions():
    one, other = (leg("Ringing", session, "Outbound", from_=USER, to=OTHER) for session in ("90000", "93000"))
    assert listed(one, other).legs == (one, other)


@pytest.mark.parametrize(
    ("status", "direction", "state"),
    [
        ("Ringing", "Inbound", "ringing"),
        ("Ringing", "Outbound", "dialing"),
        ("Ringing", None, "ringing"),
        ("CallConnected", "Inbound", "connected"),
        ("OnHold", "Inbound", "on_hold"),
        ("ParkedCall", "Inbound", "parked"),
        ("NoCall", "Inbound", "ended"),
        ("Levitating", "Inbound", "unknown"),
        (None, "Inbound", "unknown"),
    ],
)
def test_what_a_leg_does_is_a_word_of_ours(status, direction, state):
    assert leg_state(leg(status, direction=direction)) == state


# Which call a leg belongs to


def full(**more):
    """Return a call with all identifiers."""
    return call(telephony_session_id="t1", party_id="p1", leg_id="l1", **more)


@pytest.mark.parametrize(
    ("one", "is_same"),
    [
        pytest.param(
            leg(session=None, telephony_session_id="t1", party_id="p1"), True, id="telephony session and party"
        ),
        pytest.param(
            leg(session="s9", telephony_session_id="t1", party_id="p1"), True, id="though the session differs"
        ),
        pytest.param(leg(session=None, telephony_session_id="t1"), True, id="telephony session alone"),
        pytest.param(leg(), True, id="session alone"),
        pytest.param(leg(session=None, party_id="p1"), False, id="a party without its session"),
        pytest.param(leg(party_id="p2"), False, id="another party of the session"),
        pytest.param(leg(telephony_session_id="t2"), False, id="another telephony session"),
        pytest.param(leg(session="s2", telephony_session_id="t1"), False, id="another session, no party"),
        pytest.param(leg(direction="Outbound"), False, id="the other end of the session"),
        pytest.param(leg(direction=None), True, id="no direction"),
        pytest.param(
            leg(session="s2", telephony_session_id="t2", id="l1"), True, id="the leg moved to another session"
        ),
        pytest.param(leg(session="s2", id="l2"), False, id="another leg"),
        pytest.param(leg(session=None), False, id="no name at all"),
    ],
)
def test_a_leg_belongs_to_a_call_by_its_identifiers(one, is_same):
    assert match_legs([full()], [one], 0.0) == [0 if is_same else None]


@pytest.mark.parametrize("session", ["0", "", "00", "unknown", "null", "None", "0-0"])
def test_placeholders_identify_nothing(session):
    assert identifier(session) is None
    known = Call(call_id="c", state=CallState.CONNECTED, leg_id="l1", session_id=session)
    assert match_legs([known], [leg("CallConnected", session)], 0.0) == [None]


def test_a_leg_id_that_is_the_sessions_moves_no_leg_to_another_session():
    known = call(leg_id="s1")
    assert match_legs([known], [leg(session="s2", id="s1")], 0.0) == [None]
    known = call(telephony_session_id="t1", leg_id="t1")
    assert match_legs([known], [leg(session="s2", telephony_session_id="t2", id="t1")], 0.0) == [None]


def test_two_legs_that_share_an_identity_never_share_a_call():
    assert match_legs([call()], [leg(), leg()], 0.0) == [0, None]
    assert match_legs([call(), call()], [leg(), leg()], 0.0) == [1, 0]


def test_the_surest_way_decides_whatever_the_order_of_the_legs():
    known = [call(telephony_session_id="t1", party_id="p1"), call(session="s2")]
    unsure, sure = leg(telephony_session_id="t1"), leg(telephony_session_id="t1", party_id="p1")
    assert match_legs(known, [unsure, sure], 0.0) == [None, 0]


def test_a_leg_that_goes_on_belongs_to_a_call_that_goes_on():
    over = call(CallState.ENDED, ended_at=0.0, termination_type="final")
    assert match_legs([over, call()], [leg("NoCall"), leg("CallConnected")], 9.0) == [0, 1]


@pytest.mark.parametrize(
    ("termination", "pause", "goes_on"),
    [
        pytest.param(None, TRANSITIONAL_END - 0.1, True, id="for a moment"),
        pytest.param(None, TRANSITIONAL_END, False, id="for longer"),
        pytest.param("final", 0.1, False, id="for good"),
        pytest.param("final", 0.0, True, id="what was true before the end is no new beginning"),
    ],
)
def test_a_call_that_has_ended_goes_on_only_after_a_moment(termination, pause, goes_on):
    over = call(CallState.ENDED, ended_at=100.0, termination_type=termination)
    assert match_legs([over], [leg("Ringing")], 100.0 + pause) == [0 if goes_on else None]
    assert match_legs([over], [leg("Ringing")], 100.0 + pause, is_snapshot=True) == [0]
    assert match_legs([over], [leg("NoCall")], 100.0 + pause) == [0]


def test_another_party_on_the_leg_of_an_ended_call_is_another_call_also_in_a_snapshot():
    over = full(state=CallState.ENDED, ended_at=100.0)
    again = leg("CallConnected", over.session_id, id=over.leg_id, telephony_session_id=over.telephony_session_id)
    for other, is_same in (("another", False), (over.party_id, True), (None, True)):
        one = msgspec.structs.replace(again, party_id=other)
        assert match_legs([over], [one], 105.0, is_snapshot=True) == [0 if is_same else None]


def test_the_second_leg_of_a_ringout_belongs_to_its_first():
    first = Call(
        call_id="c", state=CallState.RINGING, session_id="90000", direction="inbound", from_number=OTHER, to_number=USER
    )
    second = leg("Ringing", "91000", "Outbound", from_=USER, to=OTHER)
    assert match_legs([first], [second], 0.0) == [0]
    over = msgspec.structs.replace(first, state=CallState.ENDED, ended_at=100.0, termination_type="final")
    assert match_legs([over], [second], 100.0) == [0], "what was true before the end came late"
    assert match_legs([over], [second], 101.0) == [None]
    assert match_legs([over], [second], 101.0, is_snapshot=True) == [None], "another RingOut"


def test_the_first_leg_of_a_ringout_belongs_to_it_and_another_party_of_its_session_does_not():
    known = call(CallState.CONNECTED, "91000", "outbound", party_id="p2", twin_session_id="90000", twin_party_id="p1")
    assert match_legs([known], [leg(session="90000", party_id="p1")], 0.0) == [0]
    assert match_legs([known], [leg(session="90000", party_id="p3")], 0.0) == [None]


def test_a_call_that_had_no_name_gets_that_of_the_first_leg_that_goes_on():
    unnamed = Call(call_id="unnamed", state=CallState.RINGING)
    assert match_legs([unnamed], [leg("Ringing")], 0.0) == [0]
    assert match_legs([unnamed], [leg("NoCall")], 0.0) == [None], "the end of another call"
    assert match_legs([unnamed], [leg("NoCall", None)], 0.0) == [0]


# Numbers


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("+15550100001", "15550100001", True),
        ("+1 (555) 010-0001", "+15550100001", True),
        ("5550100001", "+15550100001", True),
        ("+15550100001", "+15550100002", False),
        ("101", "101", True),
        ("101", "5550100101", False),
        ("anonymous", "anonymous", True),
        ("anonymous", "+15550100001", False),
        ("", None, True),
        ("", "101", False),
    ],
)
def test_numbers_are_compared_by_their_digits(one, other, is_same):
    assert is_same_number(one, other) is is_same
    assert is_same_number(other, one) is is_same
