"""What all triggers have in common: they need no entity, outlive a reload, and end with the automation."""

from homeassistant.helpers import entity_registry as er
import pytest

from tests.automations import automate, trigger, triggers
from tests.waiting import until


@pytest.mark.not_in_dialect("account_filter_without_detail", reason="a reload forgets that the filter brings no calls")
async def test_it_fires_though_all_entities_are_disabled_and_after_a_reload(hass, office, phones, desk):
    entities, extension_id = er.async_get(hass), str(phones.find("101").id)
    caught = await automate(hass, trigger("call_missed", desk))
    for entity in er.async_entries_for_device(entities, desk):
        entities.async_update_entity(entity.entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await until(lambda: office.coordinator.link.is_connected)
    call = phones.call_in("101")
    await until(lambda: office.coordinator.state(extension_id).is_ringing)
    call.hang_up()
    await until(lambda: not office.coordinator.state(extension_id).is_ringing)
    await office.pass_verdict()

    [reported] = triggers(caught)
    assert reported["entity_id"] is None
    assert reported["device_id"] == desk


async def test_a_removed_automation_is_no_longer_run(hass, office, desk):
    caught = await automate(hass, trigger("call_missed", desk))
    await hass.services.async_call("automation", "turn_off", {"entity_id": "automation.caught"}, blocking=True)
    await office.miss_a_call("101")
    assert caught == []
