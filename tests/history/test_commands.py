"""Recent calls as cards ask for them."""

from homeassistant.auth.models import Group

from tests.controls import device_id
from tests.office import Office


async def subscribe(client, **options):
    await client.send_json_auto_id({"type": "ringcentral/recent_calls", **options})
    assert (await client.receive_json())["success"]
    return (await client.receive_json())["event"]["phones"]


async def test_recent_calls_come_at_once_and_whenever_the_log_has_changed(hass, office, phones, hass_ws_client):
    await office.pass_time(10)
    client = await hass_ws_client(hass)
    (phone,) = await subscribe(client)
    assert phone == {"device_id": device_id(hass, office, "101"), "available": True, "calls": []}

    await office.miss_a_call("101", from_name="John Wang")
    await office.pass_time(60)

    (phone,) = (await client.receive_json())["event"]["phones"]
    assert [(call["caller_name"], call["outcome"]) for call in phone["calls"]] == [("John Wang", "missed")]


async def test_a_thousand_calls_are_the_most(hass, office, account, hass_ws_client):
    account.call_log.fill(account.find("101"), 100)
    await office.pass_time(10)
    client = await hass_ws_client(hass)

    assert len((await subscribe(client, limit=30))[0]["calls"]) == 30
    await client.send_json_auto_id({"type": "ringcentral/recent_calls", "limit": 2000})
    assert not (await client.receive_json())["success"]


async def test_a_user_sees_the_phones_that_he_may_see(hass, office, hass_ws_client, hass_admin_user):
    hass_admin_user.groups = [Group(name="none", policy={})]
    hass_admin_user.invalidate_cache()

    assert await subscribe(await hass_ws_client(hass)) == []


async def test_only_the_phones_that_have_another_call_are_sent_again(hass, entry, simulator, phones, hass_ws_client):
    simulator.login(simulator.credentials).permissions.add("FullCompanyCallLog")
    hass.config_entries.async_update_entry(entry, options={"watch": ["account"], "company_call_log": True})
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    await office.pass_time(10)
    client = await hass_ws_client(hass)
    assert len(await subscribe(client)) > 5

    await office.miss_a_call("102", from_name="John Wang")
    await office.pass_time(60)

    (phone,) = (await client.receive_json())["event"]["phones"]
    assert phone["device_id"] == device_id(hass, office, "102")


async def test_a_log_that_may_no_longer_be_read_is_emptied(hass, office, phones, hass_ws_client):
    await office.pass_time(10)
    await office.miss_a_call("101", from_name="John Wang")
    await office.pass_time(60)
    client = await hass_ws_client(hass)
    (phone,) = await subscribe(client)
    assert (phone["available"], len(phone["calls"])) == (True, 1)
    hass.config_entries.async_update_entry(
        office.entry, options={"watch": ["chosen"], "extensions": [str(office.account.find("102").id)]}
    )
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await office.pass_time(60)

    (after,) = (await client.receive_json())["event"]["phones"]
    assert after == {"device_id": phone["device_id"], "available": False, "calls": []}


async def test_before_the_first_read_the_log_is_not_available(hass, office, hass_ws_client):
    (phone,) = await subscribe(await hass_ws_client(hass))
    assert (phone["available"], phone["calls"]) == (False, [])
