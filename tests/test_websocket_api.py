"""The missed calls as the dashboard asks for them: at once, and whenever they change."""

import asyncio

from homeassistant.auth.models import Group
import pytest

from tests.controls import device_id
from tests.waiting import until


async def subscribe(client):
    await client.send_json_auto_id({"type": "ringcentral/missed_calls"})
    assert (await client.receive_json())["success"]
    return (await client.receive_json())["event"]["phones"]


async def test_every_phone_is_told_at_once(hass, office, hass_ws_client):
    phones = await subscribe(await hass_ws_client(hass))
    front_desk = next(one for one in phones if one["device_id"] == device_id(hass, office, "101"))
    assert front_desk == {"device_id": front_desk["device_id"], "count": 0, "calls": []}
    assert len(phones) > 5


async def test_a_missed_call_is_told_when_it_happens(hass, office, clock, hass_ws_client):
    client = await hass_ws_client(hass)
    await subscribe(client)
    await office.miss_a_call("102", rings=18, from_number="+14155550123", from_name="John Wang")
    (phone,) = (await client.receive_json())["event"]["phones"]
    assert phone["device_id"] == device_id(hass, office, "102")
    assert phone["count"] == 1
    (call,) = phone["calls"]
    assert (call["name"], call["number"]) == ("John Wang", "+14155550123")
    assert 18 <= call["ring_seconds"] < 20
    assert abs(call["at"] - clock.time()) < 60


async def test_seen_calls_stay_in_the_list(hass, office, hass_ws_client):
    await office.miss_a_call("101", rings=18, from_number="+14155550123", from_name="John Wang")
    client = await hass_ws_client(hass)
    await subscribe(client)
    office.coordinator.missed_calls.mark_seen(str(office.account.find("101").id))
    (phone,) = (await client.receive_json())["event"]["phones"]
    assert phone["count"] == 0
    assert [call["name"] for call in phone["calls"]] == ["John Wang"]


async def test_a_reload_tells_all_again(hass, office, hass_ws_client):
    client = await hass_ws_client(hass)
    before = await subscribe(client)
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    async with asyncio.timeout(10):
        assert (await client.receive_json())["event"]["phones"] == before
    await until(lambda: office.coordinator.link.is_connected)


async def test_without_a_loaded_entry_there_is_nothing(hass, office, hass_ws_client):
    await hass.config_entries.async_unload(office.entry.entry_id)
    assert await subscribe(await hass_ws_client(hass)) == []


@pytest.mark.parametrize(("allowed", "seen"), [({"all": True}, True), ({}, False)])
async def test_a_user_sees_the_phones_whose_entities_he_may_read(
    hass, office, hass_ws_client, hass_admin_user, allowed, seen
):
    policy = {"entities": {"domains": {"sensor": {"read": True}}} if allowed else {}}
    hass_admin_user.groups = [Group(name="some", policy=policy)]
    hass_admin_user.invalidate_cache()
    assert bool(await subscribe(await hass_ws_client(hass))) is seen
