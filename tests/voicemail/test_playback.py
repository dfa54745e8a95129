"""Listening: recordings in the media browser, streamed through Home Assistant without a token of RingCentral."""

from http import HTTPStatus

from aiohttp import ClientError
from homeassistant.auth.models import Group
from homeassistant.components.media_player import BrowseError
from homeassistant.components.media_source import (
    Unresolvable,
    async_browse_media,
    async_resolve_media,
    generate_media_source_id,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from custom_components.ringcentral.api import content
from custom_components.ringcentral.voicemail import playback
from custom_components.ringcentral.voicemail.playback import playable_type
from simulator.messages import make_audio


@pytest.fixture
async def player(hass, office, mailbox, hass_client):
    """A browser that is logged in to Home Assistant."""
    assert await async_setup_component(hass, "media_source", {})
    # Sources are loaded when they are first asked for; the server of the tests takes nothing more once it runs.
    await async_browse_media(hass, source_id(office))
    return await hass_client()


@pytest.fixture
async def message(office, mailbox, leave):
    left = leave(seconds=3)
    await office.comes_true(lambda: mailbox.unread == 1, 10, 1)
    return left


def source_id(office, message=None):
    return generate_media_source_id("ringcentral", f"{office.entry.entry_id}/{message.id}" if message else "")


async def url_of(hass, office, message):
    return (await async_resolve_media(hass, source_id(office, message), None)).url


async def test_voicemails_are_listed_by_who_spoke_when_and_for_how_long(hass, office, player, message):
    browsed = await async_browse_media(hass, source_id(office))

    (recording,) = browsed.children
    assert recording.title.startswith("John Wang, 20")
    assert recording.title.endswith(", 3 s")
    assert recording.can_play
    media = await async_resolve_media(hass, recording.media_content_id, None)
    assert media.mime_type == "audio/x-wav"


async def test_a_recording_is_streamed_and_no_token_is_in_its_address(hass, office, player, message):
    url = await url_of(hass, office, message)
    assert url.startswith("/api/ringcentral/voicemail/")

    answer = await player.get(url)

    assert (answer.status, answer.content_type) == (HTTPStatus.OK, "audio/x-wav")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert await answer.read() == make_audio(3)
    assert message.read_status == "Unread", "listening is not reading"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("bytes=0-", slice(0, None)),
        ("bytes=1000-", slice(1000, None)),
        ("bytes=1000-1999", slice(1000, 2000)),
        ("bytes=-500", slice(-500, None)),
        ("bytes=40000-99999999", slice(40000, None)),
    ],
)
async def test_a_part_of_a_recording_can_be_had_so_that_browsers_go_to_it(
    hass, office, player, message, asked, expected
):
    whole = make_audio(3)

    answer = await player.get(await url_of(hass, office, message), headers={"Range": asked})

    assert answer.status == HTTPStatus.PARTIAL_CONTENT
    assert await answer.read() == whole[expected]
    first = range(len(whole))[expected]
    assert answer.headers["Content-Range"] == f"bytes {first.start}-{first.stop - 1}/{len(whole)}"


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=x", "pieces=1-2", "bytes=5-2"])
async def test_a_part_that_is_not_there_is_refused(hass, office, player, message, asked):
    answer = await player.get(await url_of(hass, office, message), headers={"Range": asked})

    assert answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    assert answer.headers["Content-Range"] == f"bytes */{len(make_audio(3))}"


async def test_without_a_login_nothing_is_played(hass, office, player, message, hass_client_no_auth):
    stranger = await hass_client_no_auth()

    assert (await stranger.get(await url_of(hass, office, message))).status == HTTPStatus.UNAUTHORIZED


async def test_who_may_not_see_the_phone_may_not_listen(hass, office, player, message, hass_admin_user):
    hass_admin_user.groups = [Group(name="none", policy={})]
    hass_admin_user.invalidate_cache()

    assert (await player.get(await url_of(hass, office, message))).status == HTTPStatus.FORBIDDEN


async def test_a_purged_recording_gets_a_clear_error(hass, office, player, message):
    url = await url_of(hass, office, message)
    office.account.messages.delete(message, purge=True)

    answer = await player.get(url)
    assert answer.status == HTTPStatus.NOT_FOUND
    assert "deleted" in await answer.text()

    await office.comes_true(lambda: not office.coordinator.voicemail.voicemails, 10, 1)
    with pytest.raises(Unresolvable, match="no longer there"):
        await async_resolve_media(hass, source_id(office, message), None)
    assert (await player.get(url)).status == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("status", [403, 429, 500])
async def test_a_refusal_is_no_audio(hass, office, player, message, simulator, status):
    url = await url_of(hass, office, message)
    simulator.faults.apply({"kind": "status", "path": "*/content/*", "status": status})

    assert (await player.get(url)).status == HTTPStatus.BAD_GATEWAY


@pytest.mark.parametrize("limit", [1000])
async def test_what_is_too_large_is_not_passed_on(hass, office, player, message, monkeypatch, limit):
    monkeypatch.setattr(playback, "LARGEST_CONTENT", limit)
    assert content.LARGEST_CONTENT == 50 * 1024 * 1024

    answer = await player.get(await url_of(hass, office, message))

    assert answer.status == HTTPStatus.BAD_GATEWAY
    assert "too large" in await answer.text()


async def test_what_turns_out_too_large_is_broken_off(hass, office, player, message, monkeypatch):
    """It comes compressed, so that its length says nothing of its size."""
    monkeypatch.setattr(playback, "LARGEST_CONTENT", 30_000)
    office.simulator.settings.compresses_always = True

    answer = await player.get(await url_of(hass, office, message))

    with pytest.raises(ClientError):
        await answer.read()


@pytest.mark.parametrize("place", ["{other}/{id}", "{entry}/0", "{entry}/%00", "nobody/{id}"])
async def test_an_address_that_was_made_up_leads_nowhere(hass, office, player, message, place):
    other = MockConfigEntry(domain="another", state=ConfigEntryState.LOADED)
    other.add_to_hass(hass)
    path = place.format(other=other.entry_id, entry=office.entry.entry_id, id=message.id)

    answer = await player.get(URL(f"/api/ringcentral/voicemail/{path}", encoded=True))

    assert answer.status == HTTPStatus.NOT_FOUND


async def test_only_sound_is_played_in_the_name_of_home_assistant():
    assert playable_type("audio/mpeg") == "audio/mpeg"
    assert playable_type("text/html") == "audio/mpeg"
    assert playable_type(None) == "audio/mpeg"


async def test_a_mailbox_that_is_not_there_is_no_folder(hass, office, player):
    with pytest.raises(BrowseError):
        await async_browse_media(hass, generate_media_source_id("ringcentral", "nobody"))
    with pytest.raises(Unresolvable):
        await async_resolve_media(hass, generate_media_source_id("ringcentral", "nobody/1"), None)


class TestHidden:
    """Where callers are hidden, nobody listens to them."""

    @pytest.fixture
    def options(self):
        return {"watch": ["own"], "privacy": "hidden"}

    async def test_there_is_nothing_to_play(self, hass, office, player, message):
        browsed = await async_browse_media(hass, source_id(office))
        assert browsed.children == []
        with pytest.raises(Unresolvable):
            await async_resolve_media(hass, source_id(office, message), None)
