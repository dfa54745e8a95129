"""Who may see only some entities of a phone sees, listens to and changes only what these show."""

from http import HTTPStatus

from homeassistant.auth.models import Group
from homeassistant.components.media_source import async_browse_media, async_resolve_media, generate_media_source_id
from homeassistant.core import Context
from homeassistant.exceptions import Unauthorized
from homeassistant.setup import async_setup_component
import pytest

from custom_components.ringcentral.const import DOMAIN
from tests.controls import device_id

CALLS, MISSED, VOICEMAILS = "call_state", "missed_calls", "unread_voicemails"


@pytest.fixture(autouse=True)
def all_entities(entity_registry_enabled_by_default):
    """Missed calls have sensors that are off by default."""


@pytest.fixture
async def message(office, mailbox, leave):
    left = leave(text="Please call me back.")
    await office.comes_true(lambda: mailbox.unread == 1, 10, 1)
    await office.miss_a_call("101")
    await office.pass_time(60)
    return left


@pytest.fixture
def allow(hass, office, hass_admin_user):
    """Let the user do something with some entities of 101, and with nothing else."""

    def allow(*keys, policy="read"):
        ids = {office.entity_id("101", key): {policy: True} for key in keys}
        hass_admin_user.groups = [Group(name="some", policy={"entities": {"entity_ids": ids}})]
        hass_admin_user.invalidate_cache()
        return Context(user_id=hass_admin_user.id)

    return allow


async def first_event(client, command, name):
    await client.send_json_auto_id({"type": f"ringcentral/{command}"})
    assert (await client.receive_json())["success"]
    return (await client.receive_json())["event"][name]


@pytest.mark.parametrize(
    ("keys", "calls", "mailboxes"),
    [
        ((), 0, 0),
        ((CALLS,), 0, 0),
        ((MISSED,), 0, 0),
        ((CALLS, MISSED), 1, 0),
        ((VOICEMAILS,), 0, 1),
        ((CALLS, MISSED, VOICEMAILS), 1, 1),
    ],
)
async def test_cards_have_what_the_entities_show(office, message, allow, hass_ws_client, hass, keys, calls, mailboxes):
    allow(*keys)
    client = await hass_ws_client(hass)

    assert len(await first_event(client, "recent_calls", "phones")) == calls
    assert len(await first_event(client, "voicemails", "mailboxes")) == mailboxes


@pytest.mark.parametrize(("keys", "status"), [((CALLS, MISSED), HTTPStatus.FORBIDDEN), ((VOICEMAILS,), HTTPStatus.OK)])
async def test_who_may_see_the_voicemails_may_listen_and_read(
    hass, office, message, allow, hass_client, hass_ws_client, keys, status
):
    assert await async_setup_component(hass, "media_source", {})
    await async_browse_media(hass, generate_media_source_id(DOMAIN, office.entry.entry_id))
    source = generate_media_source_id(DOMAIN, f"{office.entry.entry_id}/{message.id}")
    url = (await async_resolve_media(hass, source, None)).url
    player, client = await hass_client(), await hass_ws_client(hass)
    allow(*keys)

    assert (await player.get(url)).status == status
    ask = {"type": "ringcentral/voicemail_transcription", "device_id": device_id(hass, office, "101")}
    await client.send_json_auto_id({**ask, "voicemail_id": str(message.id)})
    assert (await client.receive_json())["success"] is (status == HTTPStatus.OK)


@pytest.mark.parametrize("action", ["mark_voicemail_read", "mark_voicemail_unread", "delete_voicemail"])
@pytest.mark.parametrize(
    ("keys", "policy", "is_allowed"),
    [((VOICEMAILS,), "control", True), ((VOICEMAILS,), "read", False), ((CALLS, MISSED), "control", False)],
)
async def test_who_may_control_the_voicemails_may_change_them(
    hass, office, message, allow, action, keys, policy, is_allowed
):
    data = {"device_id": device_id(hass, office, "101"), "voicemail_id": str(message.id)}
    context = allow(*keys, policy=policy)

    async def run():
        await hass.services.async_call(DOMAIN, action, data, blocking=True, context=context)

    if is_allowed:
        await run()
    else:
        with pytest.raises(Unauthorized):
            await run()
        assert (message.read_status, message.availability) == ("Unread", "Alive")


@pytest.mark.parametrize(
    ("keys", "is_allowed"), [((CALLS, MISSED), True), ((CALLS,), False), ((MISSED,), False), ((VOICEMAILS,), False)]
)
async def test_the_history_is_for_who_may_see_calls_and_missed_calls(hass, office, message, allow, keys, is_allowed):
    data = {"device_id": device_id(hass, office, "101"), "history": True}
    context = allow(*keys)

    async def run():
        return await hass.services.async_call(
            DOMAIN, "get_calls", data, blocking=True, context=context, return_response=True
        )

    if is_allowed:
        assert len((await run())["extensions"][0]["history"]) == 1
    else:
        with pytest.raises(Unauthorized):
            await run()
