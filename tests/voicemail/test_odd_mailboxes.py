"""Mailboxes as nobody expects them: restored messages, hidden callers, media players, changes in the middle."""

import asyncio
from http import HTTPStatus
import logging

from homeassistant.components.media_player import async_process_play_media_url
from homeassistant.components.media_source import async_browse_media, async_resolve_media, generate_media_source_id
from homeassistant.setup import async_setup_component
import pytest

from simulator.messages import make_audio
from tests.waiting import until_quiet


async def restart(hass, office):
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await office.pass_time(60)


async def test_a_voicemail_that_was_deleted_and_restored_is_no_news(hass, office, mailbox, leave, events):
    office.account.settings.transcription = "off"
    message = leave()
    await office.comes_true(lambda: events, 10, 1)
    for must_restart in (False, True):
        office.account.messages.delete(message)
        await office.comes_true(lambda: office.shown("101", "unread_voicemails") == "0", 10, 1)
        if must_restart:
            await restart(hass, office)
        office.account.messages.restore(message)
        await office.comes_true(lambda: office.shown("101", "unread_voicemails") == "1", 10, 1)

    assert len(events) == 1


async def test_many_voicemails_at_once_are_each_reported_once(office, mailbox, leave, events):
    office.account.settings.transcription = "off"
    left = [leave() for _ in range(60)]
    await office.comes_true(lambda: len(events) >= 60, 120, 1)
    await office.pass_time(120, 10)

    assert sorted(event.data["voicemail_id"] for event in events) == sorted(str(one.id) for one in left)
    assert office.shown("101", "unread_voicemails") == "60"


async def test_a_reload_while_the_mailbox_is_read_reports_nothing_twice(
    hass, office, mailbox, leave, events, simulator
):
    office.account.settings.transcription = "off"
    leave()
    simulator.faults.apply({"kind": "slow", "path": "*/message-sync", "seconds": 2.0})
    await office.pass_time(3, 1)
    for _ in range(3):
        assert await hass.config_entries.async_reload(office.entry.entry_id)
    simulator.faults.clear()
    await office.comes_true(lambda: office.shown("101", "unread_voicemails") == "1", 300)
    await office.pass_time(60)

    assert len(events) == 1


async def test_a_transcription_that_comes_after_a_reload_is_reported_all_the_same(hass, office, mailbox, leave, events):
    leave(text="Please call me back.")
    await office.comes_true(lambda: events, 10, 1)
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await office.pass_time(300, 10)

    assert [(event.data["type"], event.data["transcription"]) for event in events] == [
        ("received", None),
        ("transcribed", "Please call me back."),
    ]


async def test_a_transcription_that_comes_during_a_reload_is_reported_all_the_same(
    hass, office, mailbox, leave, events, clock
):
    leave(text="Please call me back.")
    await office.comes_true(lambda: events, 10, 1)
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    clock.advance(300)
    await office.set_up()
    await office.pass_time(30)

    assert [(event.data["type"], event.data["transcription"]) for event in events] == [
        ("received", None),
        ("transcribed", "Please call me back."),
    ]


async def test_what_was_said_in_a_hundred_voicemails_follows_and_leaves_budget(
    hass, office, mailbox, leave, events, clock
):
    office.account.settings.transcription = "at_once"
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    for _ in range(100):
        leave()
    clock.advance(60)
    await office.set_up()
    await office.comes_true(lambda: len(events) >= 100, 10, 1)
    assert office.shown("101", "unread_voicemails") == "100"
    assert office.coordinator.client.limits.remaining()["medium"] >= 20

    await office.pass_time(900, 20)
    assert sum(event.data["transcription"] is not None for event in events) == 100
    assert len({event.data["voicemail_id"] for event in events}) == 100
    assert office.coordinator.client.limits.remaining()["medium"] >= 20


class TestHidden:
    """Nothing of callers may be shown."""

    @pytest.fixture
    def options(self):
        return {"watch": ["own"], "privacy": "hidden"}

    async def test_nothing_of_callers_is_kept_or_fetched(
        self, hass, office, mailbox, leave, events, hass_storage, simulator
    ):
        office.account.settings.transcription = "at_once"
        leave(text="My number is 4155550123.", from_name="Secret Caller")
        await office.comes_true(lambda: events, 10, 1)
        await restart(hass, office)

        shown = str([event.data for event in events]) + str(office.state("101", "voicemail").attributes)
        kept = str([hass_storage[key] for key in hass_storage if key.startswith("ringcentral.")])
        for text in ("5550123", "Secret", "My number"):
            assert text not in shown + kept
        assert not [path for _, path in simulator.requests if "content" in path]


@pytest.fixture
async def media(hass, office, mailbox, leave, hass_client):
    """The address of a recording of a minute, as it is resolved."""
    assert await async_setup_component(hass, "media_source", {})
    await async_browse_media(hass, generate_media_source_id("ringcentral", office.entry.entry_id))
    message = leave(seconds=60)
    await office.comes_true(lambda: mailbox.unread == 1, 10, 1)
    source = generate_media_source_id("ringcentral", f"{office.entry.entry_id}/{message.id}")
    return (await async_resolve_media(hass, source, None)).url


async def test_a_media_player_which_nobody_is_logged_in_on_can_fetch_a_recording(hass, media, hass_client_no_auth):
    player = await hass_client_no_auth()
    signed = async_process_play_media_url(hass, media, allow_relative_url=True)

    answer = await player.get(signed)

    assert answer.status == HTTPStatus.OK
    assert await answer.read() == make_audio(60)


async def test_a_reload_during_playback_ends_it_without_an_error(hass, office, media, hass_client, simulator, caplog):
    player = await hass_client()
    simulator.faults.apply({"kind": "slow", "path": "*/content/*", "seconds": 1.0})
    playing = asyncio.ensure_future(player.get(media))
    await until_quiet()
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    answer = await playing

    assert answer.status in {HTTPStatus.OK, HTTPStatus.NOT_FOUND, HTTPStatus.BAD_GATEWAY}
    assert (await player.get(media)).status == HTTPStatus.NOT_FOUND
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_who_stops_listening_ends_the_request(hass, office, media, hass_client, simulator, caplog):
    player = await hass_client()
    answer = await player.get(media)
    await answer.content.read(1000)
    answer.close()
    await until_quiet()

    assert (await player.get(media)).status == HTTPStatus.OK
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
