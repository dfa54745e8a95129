"""What is in a mailbox, and what of it may be shown."""

import pytest

from custom_components.ringcentral.api.messages import Message
from custom_components.ringcentral.api.tolerant import read
from custom_components.ringcentral.presence.privacy import Privacy
from custom_components.ringcentral.voicemail.mailbox import KEPT_FOR, Mailbox, read_message, shown_transcription
from tests.samples import as_json, payload

SAMPLE = payload("rest-message-voicemail-transcribed.composed")


def message(**changes):
    return read(as_json({**SAMPLE, **changes}), Message).record


def test_a_message_is_a_voicemail_with_its_caller_and_length():
    voicemail = read_message(message(), Privacy.SHOWN)

    assert (voicemail.name, voicemail.number, voicemail.duration) == ("WIRELESS CALLER", "+16505550150", 19)
    assert not voicemail.is_read
    assert voicemail.id == "3062991514017"
    assert voicemail.audio.endswith("/3062991514017")
    assert voicemail.text.endswith("/3062991514018")


@pytest.mark.parametrize("spelled", ["VoiceMail", "Voicemail"])
@pytest.mark.parametrize("voicemail_id", [7, "7"])
def test_ids_and_types_are_spelled_in_two_ways(spelled, voicemail_id):
    assert read_message(message(type=spelled, id=voicemail_id), Privacy.SHOWN).id == "7"


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "SMS"},
        {"availability": "Deleted"},
        {"availability": "Purged"},
        {"creationTime": "x"},
        {"direction": "Outbound"},
    ],
    ids=str,
)
def test_what_is_no_voicemail_or_gone_is_none(changes):
    assert read_message(message(**changes), Privacy.SHOWN) is None


@pytest.mark.parametrize("caller", [{"phoneNumber": "anonymous", "name": "Anonymous"}, {"phoneNumber": ""}], ids=str)
def test_a_caller_who_withholds_the_number_has_none(caller):
    shown, hidden = (read_message(message(**{"from": caller}), one) for one in (Privacy.SHOWN, Privacy.HIDDEN))

    assert (shown.name, shown.number, shown.is_withheld) == (None, None, True)
    assert not hidden.is_withheld


def test_where_callers_are_hidden_neither_their_words_nor_their_voice_is_to_be_had():
    voicemail = read_message(message(vmTranscriptionStatus="InProgress"), Privacy.HIDDEN)

    assert (voicemail.name, voicemail.number, voicemail.audio, voicemail.text) == (None, None, None, None)
    assert not voicemail.is_being_transcribed
    masked = read_message(message(), Privacy.MASKED)
    assert (masked.number, masked.audio is None) == ("…50", False)


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Call me at 415 555 0123 please", "Call me at …23 please"),
        ("It is +1 (415) 555-0123.", "It is …23."),
        ("It is 415, 555, 0123.", "It is …23."),
        ("It is 4 1 5, 5 5 5, 0 1 2 3.", "It is …23."),
        ("It is 415\u2011555\u20130123.", "It is …23."),
        ("It is 415... 555... 0123.", "It is …23."),
        ("It is 415_555_0123.", "It is …23."),
        ("At 10 or 11, room 204", "At 10 or 11, room 204"),
    ],
)
def test_numbers_that_were_spoken_are_masked_as_those_of_callers(text, masked):
    assert shown_transcription(text, Privacy.MASKED) == masked
    assert shown_transcription(text, Privacy.SHOWN) == text
    assert shown_transcription(text, Privacy.HIDDEN) is None


def ids(voicemails):
    return [one.id for one in voicemails]


def test_new_voicemails_are_returned_once_the_oldest_first():
    box = Mailbox(Privacy.SHOWN)
    older = message(id=1, creationTime="2026-03-02T09:00:00Z")

    assert ids(box.take([message(id=2), older], is_full=True)) == ["1", "2"]
    assert ids(box.take([message(id=2, readStatus="Read"), message(id=3)], is_full=False)) == ["3"]
    assert ids(box.voicemails) == ["2", "3", "1"]
    assert box.unread == 2


def test_what_is_gone_is_forgotten():
    box = Mailbox(Privacy.SHOWN)
    box.take([message(id=1), message(id=2), message(id=3)], is_full=True)
    box.take([Message(id=1, availability="Deleted")], is_full=False)
    assert sorted(ids(box.voicemails)) == ["2", "3"]

    assert box.take([message(id=2)], is_full=True) == []
    assert ids(box.voicemails) == ["2"]
    box.forget_old(box.voicemails[0].at + KEPT_FOR + 1)
    assert box.voicemails == ()


def test_what_was_said_stays_with_the_voicemail_as_it_may_be_shown():
    box = Mailbox(Privacy.MASKED)
    box.take([message(id=1)], is_full=True)

    assert box.keep("1", "Call 4155550123").transcription == "Call …23"
    box.take([message(id=1, readStatus="Read")], is_full=False)
    assert box.get("1").transcription == "Call …23"
    assert box.keep("9", "nobody") is None
