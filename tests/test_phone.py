"""Phones as devices: which a target names, and who follows them."""

from homeassistant.helpers import device_registry as dr, entity_registry as er

from custom_components.ringcentral.phone import PhoneTarget, describe_phone, find_entity, is_phone


async def test_a_phone_is_the_device_of_an_extension_whether_or_not_its_entry_is_loaded(hass, office, desk):
    account = er.async_get(hass).async_get(office.entity_id(None, "connection")).device_id
    assert is_phone(hass, desk)
    assert not is_phone(hass, account)
    assert not is_phone(hass, "gone")
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    assert is_phone(hass, desk)


async def test_a_phone_is_described_as_the_user_calls_it(hass, office, phones, desk):
    extension_id = str(phones.find("101").id)
    dr.async_get(hass).async_update_device(desk, name_by_user="Reception")
    assert describe_phone(office.coordinator, extension_id) == {
        "device_id": desk,
        "extension_id": extension_id,
        "extension_number": "101",
        "extension_name": "Reception",
    }
    assert set(describe_phone(office.coordinator, "1").values()) == {None, "1"}


async def test_a_disabled_entity_is_not_named(hass, office, phones):
    extension_id = str(phones.find("101").id)
    entity_id = office.entity_id("101", "presence")
    assert find_entity(hass, office.coordinator, "sensor", extension_id, "presence") == entity_id
    er.async_get(hass).async_update_entity(entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    assert find_entity(hass, office.coordinator, "sensor", extension_id, "presence") is None
    assert find_entity(hass, office.coordinator, "sensor", extension_id, "nothing") is None


async def test_any_entity_stands_for_its_phone_and_disabled_ones_leave_the_device(hass, office, desk):
    entities = er.async_get(hass)
    for key in ("presence", "caller", "ringing", "call"):
        target = PhoneTarget(hass, {"entity_id": [office.entity_id("101", key)]})
        assert target.device_ids == {desk}
    for entity in er.async_entries_for_device(entities, desk):
        entities.async_update_entity(entity.entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    assert PhoneTarget(hass, {"device_id": [desk]}).device_ids == {desk}


async def test_following_ends_when_stopped(hass, office, desk):
    entity_id = office.entity_id("101", "caller")
    target = PhoneTarget(hass, {"entity_id": [entity_id]})
    stop = target.async_follow()
    assert target.device_ids == {desk}
    stop()
    er.async_get(hass).async_remove(entity_id)
    await hass.async_block_till_done()
    assert target.device_ids == {desk}
