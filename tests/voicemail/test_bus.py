"""Events of voicemails on the bus, and in the logbook."""

import pytest

from custom_components.ringcentral.logbook import describe_voicemail_event
from custom_components.ringcentral.presence.privacy import Privacy
from custom_components.ringcentral.voicemail.bus import shown_voicemail_event


async def test_an_event_says_whose_it_is_and_what_was_said(hass, office, mailbox, leave, events):
    office.account.settings.transcription = "at_once"
    leave(seconds=12, text="Please call me back.")
    await office.comes_true(lambda: events, 10, 1)

    data = events[0].data
    assert data["entity_id"] == office.entity_id("101", "voicemail")
    assert (data["extension_number"], data["type"]) == ("101", "received")
    assert (data["caller_number"], data["number_text"]) == ("+14155550123", "+1 415 555 0123")
    assert data["transcription"] == "Please call me back."
    assert (data["number_text"], data["withheld"]) == ("+1 415 555 0123", False)
    assert not data["is_being_transcribed"]
    assert not data["recovered"]


async def test_what_was_said_is_not_in_the_event_that_the_database_keeps(hass, office, mailbox, leave, events, fired):
    leave(text="Please call me back.")
    await office.comes_true(lambda: len(events) == 2, 60, 1)

    assert [event.data["type"] for event in fired] == ["received", "transcribed"]
    for event, sent in zip(fired, events, strict=True):
        assert event.data.items() <= sent.data.items()
        assert sent.data.keys() - event.data.keys() == {"transcription", "number_text", "extension_id"}
    assert events[1].data["transcription"] == "Please call me back."


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (
            {"type": "received", "caller_name": "John Wang", "duration": 75, "transcription": "Secret"},
            "received a voicemail from John Wang, 1 min 15 s",
        ),
        (
            {"type": "received", "caller_number": "…23", "recovered": True},
            "received a voicemail from …23, reported late",
        ),
        (
            {"type": "transcribed", "transcription": "Secret"},
            "received the transcription of a voicemail from an unknown caller",
        ),
        ({"type": "received", "withheld": True}, "received a voicemail from a withheld number"),
    ],
)
def test_the_logbook_says_who_left_a_voicemail_and_not_what_was_said(data, line):
    assert describe_voicemail_event(data) == line


@pytest.mark.parametrize("spelled", ["absent", "empty", "anonymous"])
async def test_a_withheld_number_is_no_number(hass, office, mailbox, leave, events, settings, spelled):
    settings.withheld_number = spelled
    leave(from_number=None, from_name=None)
    await office.comes_true(lambda: events, 10, 1)

    data = events[0].data
    assert (data["caller_number"], data["number_text"]) == (None, None)
    assert data["withheld"] is (spelled != "absent")


@pytest.mark.parametrize(
    ("privacy", "shown"),
    [
        (Privacy.SHOWN, ("Jo", "+14155550123", "+1 415 555 0123", False, "Call 4155550123")),
        (Privacy.MASKED, ("Jo", "…23", "…23", False, "Call …23")),
        (Privacy.HIDDEN, (None, None, None, False, None)),
    ],
)
def test_an_event_of_before_a_restart_is_shown_as_far_as_that_is_allowed_now(privacy, shown):
    kept = {"caller_name": "Jo", "caller_number": "+14155550123", "duration": 3, "transcription": "Call 4155550123"}

    now = shown_voicemail_event(kept, privacy)

    assert (
        tuple(now[key] for key in ("caller_name", "caller_number", "number_text", "withheld", "transcription")) == shown
    )
    assert set(now) == {*kept, "number_text", "withheld"}
