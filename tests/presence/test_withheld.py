"""Numbers that are withheld: by a word in their place, or because there is none while the phone rings."""

import pytest

from custom_components.ringcentral.presence.privacy import Privacy, shown_call

from .office import Office, event, leg


@pytest.fixture
def office() -> Office:
    return Office()


def party(office):
    """Return what is known of the other party of the only call."""
    (call,) = office.state().calls
    return call.caller_number, call.caller_name, call.is_withheld


def rings(sequence, status="Ringing", **more):
    return event(sequence, activeCalls=[leg(status, **more)])


@pytest.mark.parametrize("word", ["anonymous", "Restricted", "unknown", "private"])
def test_a_word_in_the_place_of_the_number_says_that_it_is_withheld(office, word):
    office.apply(rings(1, from_=word))
    assert party(office) == (None, None, True)


def test_a_name_that_comes_along_is_shown_unless_it_is_such_a_word(office):
    office.apply(rings(1, from_="anonymous", fromName="Anonymous"))
    assert party(office) == (None, None, True)
    office.apply(rings(2, from_="anonymous", fromName="Ann"))
    assert party(office) == (None, "Ann", True)


def test_an_empty_number_of_a_phone_that_rings_is_withheld_but_a_missing_one_is_not_known(office):
    office.apply(rings(1, from_=""))
    assert party(office) == (None, None, True)
    other = Office()
    other.apply(rings(1))
    assert party(other) == (None, None, False)


def test_a_number_that_comes_later_ends_it(office):
    office.apply(rings(1, from_=""))
    office.apply(rings(2, "CallConnected", from_="+14155550123", fromName="John Wang"))
    assert party(office) == ("+14155550123", "John Wang", False)


def test_an_empty_number_takes_no_known_one_back_but_a_word_does(office):
    office.apply(rings(1, from_="+14155550123", fromName="John Wang"))
    office.apply(rings(2, "CallConnected", from_="", fromName=""))
    assert party(office) == ("+14155550123", "John Wang", False)
    office.apply(rings(3, "CallConnected", from_="anonymous"))
    assert party(office) == (None, None, True)


def test_it_stays_withheld_where_later_events_say_nothing_of_it(office):
    office.apply(rings(1, from_="anonymous"))
    office.apply(rings(2, "CallConnected"))
    assert party(office) == (None, None, True)
    office.apply(rings(3, "NoCall", from_=""))
    assert [one.call.is_withheld for one in office.transitions] == [True, True, True]


def test_an_end_without_a_number_is_no_word_for_it(office):
    office.apply(rings(1))
    office.apply(rings(2, "NoCall", from_=""))
    assert not office.transitions[-1].call.is_withheld


def test_who_is_called_may_be_withheld_too_but_an_empty_number_says_nothing(office):
    office.apply(rings(1, direction="Outbound", to="private"))
    assert party(office) == (None, None, True)
    other = Office()
    other.apply(rings(1, direction="Outbound", to="", from_="101"))
    assert party(other) == (None, None, False)


@pytest.mark.parametrize(
    ("privacy", "is_withheld"), [(Privacy.SHOWN, True), (Privacy.MASKED, True), (Privacy.HIDDEN, False)]
)
def test_where_callers_are_hidden_nothing_is_said_of_it(office, privacy, is_withheld):
    office.apply(rings(1, from_="anonymous"))
    (call,) = office.state().calls
    assert shown_call(call, privacy).is_withheld is is_withheld


def test_of_an_inbound_call_it_is_known_which_number_was_called(office):
    office.apply(rings(1, from_="+14155550123", to="+16505550100", toName="Sales"))
    (call,) = office.state().calls
    assert (call.called_number, call.called_name) == ("+16505550100", "Sales")
    other = Office()
    other.apply(rings(1, direction="Outbound", to="+14155550123", toName="John Wang", from_="+16505550100"))
    (call,) = other.state().calls
    assert (call.called_number, call.called_name) == (None, None)
