"""The mailbox in Home Assistant: what is unread, what is new, what was said, and what the user does with it."""

import pytest

from custom_components.ringcentral.api.errors import PermissionMissingError
from tests.office import Office, find_issue
from tests.voicemail.conftest import SYNC


async def stop(office):
    await office.hass.config_entries.async_unload(office.entry.entry_id)


async def start(office):
    await office.set_up()
    await office.pass_time(10)


def reported(events):
    return [(event.data["type"], event.data["transcription"]) for event in events]


async def log_in_again(office):
    data = {name: value for name, value in office.entry.data.items() if name != "token"}
    office.hass.config_entries.async_update_entry(office.entry, data=data)


async def test_unread_voicemails_are_counted(office, mailbox, leave):
    assert office.shown("101", "unread_voicemails") == "0"
    first = leave()
    leave()
    await office.comes_true(lambda: office.shown("101", "unread_voicemails") == "2", 10, 1)

    office.account.messages.set_read(first, "Read")
    await office.comes_true(lambda: office.shown("101", "unread_voicemails") == "1", 10, 1)
    office.account.messages.delete(office.account.messages.of(office.account.find("101").id)[0])
    await office.comes_true(lambda: office.shown("101", "unread_voicemails") == "0", 10, 1)


async def test_a_voicemail_is_reported_at_once_and_its_transcription_when_it_comes(office, mailbox, leave, events):
    leave(seconds=12, text="Please call me back.")
    await office.comes_true(lambda: events, 10, 1)
    assert reported(events) == [("received", None)]
    data = events[0].data
    assert (data["caller_name"], data["caller_number"], data["duration"]) == ("John Wang", "+14155550123", 12)
    assert data["extension_name"] == "Front Desk"
    assert data["is_being_transcribed"]

    await office.comes_true(lambda: len(events) == 2, 40, 5)
    assert reported(events)[1] == ("transcribed", "Please call me back.")
    state = office.state("101", "voicemail")
    assert state.attributes["event_type"] == "transcribed"
    assert state.attributes["transcription"] == "Please call me back."
    await office.pass_time(1200, 60)
    assert len(events) == 2


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"transcription": "at_once"}, [("received", "Please call me back.")]),
        ({"transcription": "silent"}, [("received", None), ("transcribed", "Please call me back.")]),
        ({"transcription": "fails"}, [("received", None)]),
        ({"transcription": "off"}, [("received", None)]),
        ({"voicemail_event_first": True}, [("received", None), ("transcribed", "Please call me back.")]),
        ({"voicemail_event_type": "Voicemail"}, [("received", None), ("transcribed", "Please call me back.")]),
        ({"voicemail_event_ids": "number"}, [("received", None), ("transcribed", "Please call me back.")]),
        (
            {"message_ids_listed": False, "zero_counts": False},
            [("received", None), ("transcribed", "Please call me back.")],
        ),
    ],
    ids=str,
)
async def test_every_dialect_reports_a_voicemail_once(office, mailbox, leave, events, settings, changes, expected):
    for name, value in changes.items():
        setattr(settings, name, value)
    leave(text="Please call me back.")
    await office.pass_time(240, 5)

    assert reported(events) == expected
    assert office.shown("101", "unread_voicemails") == "1"


async def test_voicemails_of_while_home_assistant_was_off_are_reported_late_and_once(office, mailbox, leave, events):
    leave(from_name="Early")
    await office.pass_time(120)
    await stop(office)
    leave(from_name="Late", text="Hello?")
    office.simulator.clock.advance(7200)
    await start(office)

    late = [event.data for event in events if event.data["caller_name"] == "Late"]
    assert [(one["type"], one["recovered"], one["transcription"]) for one in late] == [("received", True, "Hello?")]
    before = len(events)
    await stop(office)
    await start(office)
    assert len(events) == before
    assert office.shown("101", "unread_voicemails") == "2"


async def test_voicemails_of_before_the_first_start_are_counted_and_not_reported(office, leave, events):
    leave()
    await office.pass_time(10)

    assert office.shown("101", "unread_voicemails") == "1"
    assert events == []


async def test_a_voicemail_that_was_read_elsewhere_meanwhile_is_no_news(office, mailbox, leave, events):
    await stop(office)
    office.account.messages.set_read(leave(), "Read")
    office.simulator.clock.advance(7200)
    await start(office)

    assert events == []


async def test_an_hour_without_events_costs_four_requests(office, mailbox, simulator):
    # The log is looked at again after the start.
    await office.pass_time(170)
    before = simulator.requests.copy()
    await office.pass_time(3600, 60)

    spent = simulator.requests - before
    assert spent.pop(SYNC) == 4
    # The rest is what the link costs, which some clouds want to be made again, and whose silence is proved by reading.
    of_the_link = ("/presence", "/subscription/{subscriptionId}", "/ws", "/token", "/wstoken")
    assert [path for _, path in spent if not path.endswith(of_the_link)] == []
    assert sum(count for (_, path), count in spent.items() if not path.endswith("/presence")) <= 20


async def test_without_events_the_check_finds_what_has_changed(office, mailbox, leave, simulator):
    simulator.faults.apply({"kind": "drop"})
    leave()
    await office.pass_time(930, 30)

    assert office.shown("101", "unread_voicemails") == "1"


async def test_a_token_that_is_no_longer_good_is_followed_by_everything(office, mailbox, leave, simulator, events):
    leave()
    await office.pass_time(60)
    simulator.messages.frames.forget()
    leave()
    await office.pass_time(60)

    assert office.shown("101", "unread_voicemails") == "2"
    assert [kind for kind, _ in reported(events)].count("received") == 2


async def test_the_entities_are_unavailable_while_the_mailbox_cannot_be_read(office, mailbox, simulator):
    simulator.faults.apply({"kind": "status", "path": "*/message-sync", "status": 503})
    await office.comes_true(lambda: office.shown("101", "unread_voicemails") == "unavailable", 2000, 30)
    assert office.shown("101", "voicemail") == "unavailable"
    simulator.faults.clear()
    await office.comes_true(lambda: office.shown("101", "unread_voicemails") == "0", 1000, 30)


async def test_one_failure_is_no_reason_to_show_nothing(office, mailbox, simulator, leave):
    simulator.faults.apply({"kind": "status", "path": "*/message-sync", "status": 503, "count": 1})
    leave()
    await office.pass_time(30)
    assert office.shown("101", "unread_voicemails") == "0"
    await office.pass_time(60)
    assert office.shown("101", "unread_voicemails") == "1"


# What the user does


async def test_voicemails_are_marked_and_deleted_at_ringcentral(office, mailbox, leave):
    first, second = leave(), leave()
    await office.comes_true(lambda: mailbox.unread == 2, 10, 1)

    await mailbox.async_mark([str(first.id), str(second.id)], is_read=True)
    assert (first.read_status, second.read_status) == ("Read", "Read")
    assert office.shown("101", "unread_voicemails") == "0"
    await mailbox.async_mark([str(first.id)], is_read=False)
    assert office.shown("101", "unread_voicemails") == "1"
    await mailbox.async_delete([str(first.id)])
    assert first.availability == "Deleted"
    assert office.shown("101", "unread_voicemails") == "0"


async def test_without_the_permission_to_edit_it_stays_as_it_is(office, mailbox, leave, simulator):
    message = leave()
    await office.comes_true(lambda: mailbox.unread == 1, 10, 1)
    simulator.login(simulator.credentials).application.permissions.discard("EditMessages")

    with pytest.raises(PermissionMissingError):
        await mailbox.async_mark([str(message.id)], is_read=True)
    assert message.read_status == "Unread"


async def test_what_was_said_in_an_older_voicemail_is_read_when_it_is_asked_for(office, leave, simulator):
    message = leave(text="Older words")
    office.simulator.clock.advance(600)
    await office.pass_time(10)
    box = office.coordinator.voicemail
    content = (
        "GET",
        "/restapi/v1.0/account/{accountId}/extension/{extensionId}/message-store/{messageId}/content/{attachmentId}",
    )
    assert simulator.requests[content] == 0

    assert (await box.async_transcribe(str(message.id))).transcription == "Older words"
    await box.async_transcribe(str(message.id))
    assert simulator.requests[content] == 1
    assert await box.async_transcribe("nobody") is None


# Permissions


async def test_without_the_scope_there_is_nothing(office, simulator, reads):
    simulator.login(simulator.credentials).application.permissions.difference_update({"ReadMessages", "EditMessages"})
    await stop(office)
    await log_in_again(office)
    hass = office.hass
    before = reads()
    await start(office)

    assert reads() == before
    assert not office.coordinator.voicemail.is_granted
    assert not any("message-store" in one for one in office.coordinator.capabilities.filters)
    (subscription,) = simulator.subscriptions.by_id.values()
    assert subscription.disabled_filters == []
    assert hass.states.get("sensor.front_desk_unread_voicemails").state == "unavailable"


async def test_entities_exist_for_the_own_mailbox_only(hass, entry, simulator, phones):
    hass.config_entries.async_update_entry(entry, options={"watch": ["account"]})
    office = Office(hass, entry, simulator, phones)
    await start(office)

    assert office.find_entity("101", "unread_voicemails") is not None
    assert office.find_entity("102", "unread_voicemails") is None
    await stop(office)


async def test_whoever_does_not_watch_the_own_phone_has_no_mailbox(hass, entry, simulator, phones, reads):
    other = str(simulator.account.find("102").id)
    hass.config_entries.async_update_entry(entry, options={"watch": ["chosen"], "extensions": [other]})
    office = Office(hass, entry, simulator, phones)
    await start(office)

    assert reads() == 0
    await stop(office)


async def test_a_login_that_had_the_scope_and_lost_it_is_asked_for_another(office, mailbox, simulator):
    await stop(office)
    simulator.login(simulator.credentials).application.permissions.difference_update({"ReadMessages", "EditMessages"})
    await log_in_again(office)
    await start(office)

    assert find_issue(office.hass, office.entry, "new_login_needed") is not None


# Privacy


async def test_where_callers_are_hidden_nothing_of_them_is_fetched_or_kept(office, mailbox, leave, events, simulator):
    hass = office.hass
    await stop(office)
    hass.config_entries.async_update_entry(office.entry, options={**office.entry.options, "privacy": "hidden"})
    await start(office)
    leave(text="My number is 4155550123")
    await office.pass_time(120)

    assert reported(events) == [("received", None)]
    assert events[0].data["caller_name"] is None
    assert office.shown("101", "unread_voicemails") == "1"
    assert not any("content" in template for _, template in simulator.requests)


async def test_a_restart_forgets_what_may_no_longer_be_shown(office, mailbox, leave):
    leave(text="My number is 4155550123")
    await office.pass_time(120)
    hass = office.hass
    assert "4155550123" in str(office.state("101", "voicemail").attributes)
    hass.config_entries.async_update_entry(office.entry, options={**office.entry.options, "privacy": "masked"})
    await stop(office)
    await start(office)

    assert "4155550123" not in str(office.coordinator.voicemail.voicemails)
