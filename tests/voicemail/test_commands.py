"""The voicemails as cards ask for them."""

from homeassistant.auth.models import Group
from homeassistant.config_entries import ConfigEntryDisabler
import pytest

from tests.controls import device_id


async def subscribe(client):
    await client.send_json_auto_id({"type": "ringcentral/voicemails"})
    assert (await client.receive_json())["success"]
    return (await client.receive_json())["event"]["mailboxes"]


@pytest.fixture
async def client(hass, office, mailbox, hass_ws_client):
    return await hass_ws_client(hass)


async def test_the_mailbox_comes_at_once_and_whenever_it_changes(hass, office, client, leave):
    (mailbox,) = await subscribe(client)
    assert mailbox == {
        "device_id": device_id(hass, office, "101"),
        "available": True,
        "can_edit": True,
        "unread": 0,
        "voicemails": [],
    }
    message = leave()
    await office.pass_time(3, 1)

    (mailbox,) = (await client.receive_json())["event"]["mailboxes"]
    (voicemail,) = mailbox["voicemails"]
    assert mailbox["unread"] == 1
    assert (voicemail["caller_name"], voicemail["read"]) == ("John Wang", False)
    assert voicemail["media_content_id"] == f"media-source://ringcentral/{office.entry.entry_id}/{message.id}"


async def test_a_reload_sends_what_has_changed_once_it_is_known(hass, office, client, leave):
    leave()
    await office.pass_time(60)
    await subscribe(client)
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await office.pass_time(60)
    leave()
    await office.pass_time(60)

    unread = []
    while unread[-1:] != [2]:
        (mailbox,) = (await client.receive_json())["event"]["mailboxes"]
        unread.append(mailbox["unread"])
    assert 0 not in unread, "what was shown stays until it is known again"


async def test_a_mailbox_that_may_no_longer_be_read_is_emptied(hass, office, client, simulator, leave):
    leave()
    await office.pass_time(60)
    assert [one["unread"] for one in await subscribe(client)] == [1]
    hass.config_entries.async_update_entry(
        office.entry, options={"watch": ["chosen"], "extensions": [str(office.account.find("102").id)]}
    )
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await office.pass_time(60)

    (mailbox,) = (await client.receive_json())["event"]["mailboxes"]
    assert (mailbox["available"], mailbox["can_edit"], mailbox["voicemails"]) == (False, False, [])


@pytest.mark.parametrize("how", ["disabled", "removed", "not set up"])
async def test_a_mailbox_of_an_entry_that_is_not_loaded_is_emptied(hass, office, client, simulator, leave, how):
    leave()
    await office.pass_time(60)
    assert [one["unread"] for one in await subscribe(client)] == [1]
    if how == "disabled":
        await hass.config_entries.async_set_disabled_by(office.entry.entry_id, ConfigEntryDisabler.USER)
    elif how == "removed":
        await hass.config_entries.async_remove(office.entry.entry_id)
    else:
        simulator.faults.apply({"kind": "status", "status": 500})
        await hass.config_entries.async_reload(office.entry.entry_id)

    (mailbox,) = (await client.receive_json())["event"]["mailboxes"]
    assert (mailbox["available"], mailbox["voicemails"]) == (False, [])


async def test_what_was_said_is_read_on_demand(hass, office, client, leave):
    message = leave(text="Please call me back.")
    await office.pass_time(60)
    ask = {"type": "ringcentral/voicemail_transcription", "device_id": device_id(hass, office, "101")}
    await client.send_json_auto_id({**ask, "voicemail_id": str(message.id)})
    assert (await client.receive_json())["result"] == {"transcription": "Please call me back."}
    for wrong in ({"voicemail_id": "42"}, {"voicemail_id": str(message.id), "device_id": "nobody"}):
        await client.send_json_auto_id({**ask, **wrong})
        assert (await client.receive_json())["error"]["code"] == "not_found"


async def test_a_user_sees_mailboxes_of_phones_that_he_may_see(hass, office, mailbox, hass_ws_client, hass_admin_user):
    hass_admin_user.groups = [Group(name="none", policy={})]
    hass_admin_user.invalidate_cache()

    assert await subscribe(await hass_ws_client(hass)) == []


async def test_after_the_card_is_gone_nothing_is_sent(hass, office, client, mailbox, leave):
    await client.send_json_auto_id({"type": "ringcentral/voicemails"})
    subscription = (await client.receive_json())["id"]
    await client.receive_json()
    await client.send_json_auto_id({"type": "unsubscribe_events", "subscription": subscription})
    assert (await client.receive_json())["success"]
    leave()
    await office.pass_time(3, 1)
    await client.send_json_auto_id({"type": "ping"})
    assert (await client.receive_json())["type"] == "pong"
