"""Recent calls as cards ask for them."""

from homeassistant.auth.models import Group

from tests.controls import device_id


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
