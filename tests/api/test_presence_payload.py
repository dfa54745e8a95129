"""Presence as it comes: partial ones say so, and words in the place of numbers withhold them."""

import json

import pytest

from custom_components.ringcentral.api.errors import PayloadError
from custom_components.ringcentral.api.models import PartialPresence, Presence, PresenceBody
from custom_components.ringcentral.api.presence_payload import read_fields, read_presence


def read(value):
    return read_presence(json.dumps(value).encode())


def test_presence_that_is_whole_is_no_partial_one():
    assert type(read({"presenceStatus": "Busy", "message": "Out"})) is Presence


def test_presence_that_is_partial_names_what_is_lost():
    presence = read({"presenceStatus": "Busy", "activeCalls": [7], "unreadable": ["5551234"]})

    assert isinstance(presence, PartialPresence)
    assert (presence.presence_status, presence.unreadable) == ("Busy", ("activeCalls[]",))


def test_what_is_no_presence_is_refused():
    with pytest.raises(PayloadError):
        read([])


@pytest.mark.parametrize("word", ["anonymous", "Anonymous", "RESTRICTED", "unknown", "private", "unavailable"])
@pytest.mark.parametrize("party", [lambda word: word, lambda word: {"phoneNumber": word, "name": "Ann"}])
def test_withheld_number_is_none_and_known_to_be_withheld(word, party):
    legs = [{"from": party(word), "fromName": "Ann", "to": "101"}, {"from": "101", "to": party(word)}]

    first, second = read({"activeCalls": legs}).active_calls

    assert (first.from_, first.from_withheld, first.from_name) == (None, True, "Ann")
    assert (first.to, first.to_withheld) == ("101", False)
    assert (second.from_, second.from_withheld, second.to, second.to_withheld) == ("101", False, None, True)


@pytest.mark.parametrize("number", ["", "conference", "+14155550123"])
def test_empty_number_or_another_word_is_left_as_it_is(number):
    (leg,) = read({"activeCalls": [{"from": number}]}).active_calls

    assert (leg.from_, leg.from_withheld) == (number, False)


def test_leg_without_a_status_is_kept_as_it_is():
    body = read_fields(
        b'{"extensionId":1,"telephonyStatus":"ParkedCall","activeCalls":[{"id":"a"}]}', PresenceBody
    ).record

    assert (body.telephony_status, body.active_calls[0].telephony_status) == ("ParkedCall", None)


@pytest.mark.parametrize("kind", [Presence, PresenceBody])
def test_message_is_taken_from_events_and_answers_alike(kind):
    assert read_fields(b'{"extensionId":1,"message":"Out"}', kind).record.message == "Out"
