"""The legs in a list of active calls: whose they are, which call they belong to, what is known of it."""

import msgspec
import pytest

from custom_components.ringcentral.api.models import ActiveCall
from custom_components.ringcentral.presence.legs import (
    CallState,
    describe_legs,
    forget_old,
    learn_legs,
    leg_state,
    match_legs,
    match_own_legs,
)
from custom_components.ringcentral.presence.ordering import Position

from .office import leg


def legs(*wire):
    return [msgspec.convert(one, ActiveCall) for one in wire]


def learn(*lists):
    """Return the book after these lists, each newer than the one before."""
    book = ()
    for sequence, listed in enumerate(lists, 1):
        book, _ = learn_legs(book, legs(*listed), Position(0, sequence, 0.0, ""), 1_750_000_000.0 + sequence)
    return book


def describe(book, *wire):
    """Return the calls that a list amounts to."""
    return describe_legs(book, match_own_legs(book, legs(*wire)))


@pytest.mark.parametrize(
    ("status", "direction", "state"),
    [
        ("Ringing", "Inbound", CallState.RINGING),
        ("Ringing", "Outbound", CallState.DIALING),
        ("CallConnected", "Outbound", CallState.CONNECTED),
        ("OnHold", "Inbound", CallState.ON_HOLD),
        ("ParkedCall", "Inbound", CallState.PARKED),
        ("NoCall", "Inbound", CallState.ENDED),
        ("Levitating", "Inbound", CallState.UNKNOWN),
        (None, "Inbound", CallState.UNKNOWN),
    ],
)
def test_each_status_is_a_state(status, direction, state):
    (one,) = legs(leg(status, direction=direction))
    assert leg_state(one) is state


FIRST = leg("Ringing", "s1", telephonySessionId="t1", partyId="p1", id="i1")


@pytest.mark.parametrize(
    ("later", "index"),
    [
        pytest.param(leg("CallConnected", "s1", telephonySessionId="t1", partyId="p1"), 0, id="session and party"),
        pytest.param(leg("CallConnected", "s1"), 0, id="session alone"),
        pytest.param(leg("CallConnected", "s1", partyId="p9"), 0, id="session of another party"),
        pytest.param(leg("CallConnected", None, telephonySessionId="t1", partyId="p1"), 0, id="telephony session"),
        pytest.param(leg("CallConnected", None, id="i1"), 0, id="id"),
        pytest.param(leg("CallConnected", "s2", id="i2"), None, id="another call"),
        pytest.param(leg("CallConnected", None, telephonySessionId="t1"), None, id="half of a name"),
    ],
)
def test_a_leg_is_matched_to_its_call(later, index):
    assert match_legs(learn([FIRST]), legs(later)) == [index]


def test_two_legs_of_one_list_never_share_a_call():
    book = learn([leg("Ringing", "s1", partyId="p1"), leg("Ringing", "s1", partyId="p2")])
    assert len(book) == 2
    both = legs(leg("CallConnected", "s1", partyId="p2"), leg("CallConnected", "s1", partyId="p1"))
    assert match_legs(book, both) == [1, 0]


def test_the_first_leg_that_fits_no_other_call_names_the_unnamed_one():
    book = learn([leg("Ringing", None)])
    book = tuple(msgspec.structs.replace(call, state=CallState.RINGING) for call in book)
    assert match_legs(book, legs(leg("CallConnected", "s1"))) == [0]


def test_what_is_known_of_a_call_is_not_erased_by_a_list_that_says_less():
    (call,) = learn([leg("Ringing", fromName="John Wang", from_="+14155550123")], [leg("CallConnected", fromName="")])
    assert (call.details.leg.from_name, call.details.leg.from_) == ("John Wang", "+14155550123")


def test_what_is_known_of_a_call_does_not_depend_on_the_order_of_arrival():
    newer = legs(leg("CallConnected", fromName="John Wang"))
    older = legs(leg("Ringing", fromName="WIRELESS CALLER", queueCall=True))
    book, _ = learn_legs((), newer, Position(0, 2, 0.0, ""), 20.0)
    (call,), _ = learn_legs(book, older, Position(0, 1, 0.0, ""), 10.0)
    assert call.details.leg.from_name == "John Wang"
    assert call.details.is_queue_call
    assert call.details.first_seen_at == 10.0


def test_the_call_that_matters_most_comes_first():
    listed = [
        leg("NoCall", "s1"),
        leg("OnHold", "s2"),
        leg("CallConnected", "s3"),
        leg("Ringing", "s4", direction="Outbound"),
        leg("Ringing", "s5"),
    ]
    own = describe(learn(listed), *listed)
    assert [call.call_id for call in own] == ["s5", "s3", "s4", "s2", "s1"]


@pytest.mark.parametrize(
    ("more", "name"),
    [
        ({"queueCall": True, "toName": "Support"}, "Support"),
        (
            {"queueCall": True, "toName": "Ben", "callInfo": {"primary": {"type": "QueueName", "value": "Sales"}}},
            "Sales",
        ),
        ({"toName": "Ben"}, None),
        ({"queueCall": True, "toName": "Someone", "direction": "Outbound"}, None),
    ],
)
def test_a_call_of_a_queue_has_the_queues_name(more, name):
    listed = [leg("Ringing", **more)]
    (call,) = describe(learn(listed), *listed)
    assert call.queue_name == name


def test_ended_calls_of_long_ago_are_forgotten_and_a_running_one_never():
    book = learn([leg("Ringing", "kept")])
    book = tuple(msgspec.structs.replace(call, state=CallState.CONNECTED) for call in book)
    for number in range(50):
        book, _ = learn_legs(book, legs(leg("NoCall", f"s{number}")), Position(0, number + 2, 0.0, ""), 100.0 + number)
        book = forget_old(book)
    assert len(book) == 16
    assert {"kept", "s49"} <= {call.call_id for call in book}
    assert "s0" not in {call.call_id for call in book}
