"""The missed calls as the dashboard asks for them: at once, and whenever they change."""

from homeassistant.auth.models import Group
from homeassistant.config_entries import ConfigEntryDisabler
import pytest

from tests.controls import device_id
from tests.waiting import until


async def subscribe(client):
    await client.send_json_auto_id({"type": "ringcentral/missed_calls"})
    assert (await client.receive_json())["success"]
    return (await client.receive_json())["event"]["phones"]


async def test_every_phone_is_sent_at_once(hass, office, hass_ws_client):
    phones = await subscribe(await hass_ws_client(hass))
    front_desk = next(one for one in phones if one["device_id"] == device_id(hass, office, "101"))
    assert front_desk == {"device_id": front_desk["device_id"], "count": 0, "calls": []}
    assert len(phones) > 5


@pytest.mark.needs("names")
async def test_a_missed_call_is_sent_when_it_happens(hass, office, clock, hass_ws_client):
    client = await hass_ws_client(hass)
    await subscribe(client)
    await office.miss_a_call("102", rings=18, from_number="+14155550123", from_name="John Wang")
    (phone,) = (await client.receive_json())["event"]["phones"]
    assert phone["device_id"] == device_id(hass, office, "102")
    assert phone["count"] == 1
    (call,) = phone["calls"]
    assert (call["name"], call["number"]) == ("John Wang", office.spelled("+14155550123"))
    assert 18 <= call["ring_seconds"] < 20
    assert abs(call["at"] - clock.time()) < 60


@pytest.mark.needs("names")
async def test_seen_calls_stay_in_the_list(hass, office, hass_ws_client):
    await office.miss_a_call("101", rings=18, from_number="+14155550123", from_name="John Wang")
    client = await hass_ws_client(hass)
    await subscribe(client)
    office.coordinator.missed_calls.mark_seen(str(office.account.find("101").id))
    (phone,) = (await client.receive_json())["event"]["phones"]
    assert phone["count"] == 0
    assert [call["name"] for call in phone["calls"]] == ["John Wang"]


async def test_over_a_reload_only_what_has_changed_is_sent(hass, office, hass_ws_client):
    await office.miss_a_call("101", rings=2)
    client = await hass_ws_client(hass)
    await subscribe(client)
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await until(lambda: office.coordinator.link.is_connected)
    await office.miss_a_call("102", rings=2)
    (phone,) = (await client.receive_json())["event"]["phones"]
    assert phone["device_id"] == device_id(hass, office, "102")


async def test_a_disabled_account_has_no_missed_calls_any_more(hass, office, hass_ws_client):
    await office.miss_a_call("101", rings=2, from_number="+14155550123", from_name="John Wang")
    client = await hass_ws_client(hass)
    devices = {phone["device_id"] for phone in await subscribe(client)}
    await hass.config_entries.async_set_disabled_by(office.entry.entry_id, ConfigEntryDisabler.USER)
    phones = (await client.receive_json())["event"]["phones"]
    assert {phone["device_id"] for phone in phones} == devices
    assert all(phone["count"] == 0 and not phone["calls"] for phone in phones)


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


async def test_who_may_see_nothing_is_sent_nothing_of_missed_calls(hass, office, hass_ws_client, hass_admin_user):
    hass_admin_user.groups = [Group(name="none", policy={})]
    hass_admin_user.invalidate_cache()
    client = await hass_ws_client(hass)
    assert await subscribe(client) == []
    await office.miss_a_call("102", rings=2, from_number="+14155550123", from_name="John Wang")
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    # Whatever had been sent would come before the answer.
    await client.send_json_auto_id({"type": "ping"})
    assert (await client.receive_json())["type"] == "pong"
    await until(lambda: office.coordinator.link.is_connected)


async def test_missed_calls_of_several_phones_are_marked_as_seen_by_one_action(hass, office, hass_ws_client):
    for extension in ("101", "102"):
        await office.miss_a_call(extension, rings=2, from_number="+14155550123", from_name="John Wang")
    client = await hass_ws_client(hass)
    counts = {phone["device_id"]: phone["count"] for phone in await subscribe(client)}
    devices = [device_id for device_id, count in counts.items() if count]
    assert len(devices) == 2
    data = {"device_id": devices}
    await hass.services.async_call("ringcentral", "mark_missed_calls_seen", data, blocking=True)
    seen = [phone for _ in devices for phone in (await client.receive_json())["event"]["phones"]]
    assert sorted((phone["device_id"], phone["count"]) for phone in seen) == sorted((one, 0) for one in devices)
