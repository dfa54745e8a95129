"""The account's button, and those of the extensions."""

from homeassistant.exceptions import HomeAssistantError
import pytest


async def press(hass, office):
    await hass.services.async_call("button", "press", {"entity_id": office.entity_id(None, "resync")}, blocking=True)


async def test_pressing_reads_what_no_event_reported(hass, office, phones, clock):
    office.simulator.faults.apply({"kind": "drop", "count": 5})
    phones.set_status("102", "Busy")
    await office.settle()
    assert office.shown("102", "presence") == "available"
    office.simulator.faults.clear()
    clock.advance(10)
    await press(hass, office)
    assert office.shown("102", "presence") == "busy"


async def test_pressing_while_ringcentral_is_down_says_so(hass, office):
    office.simulator.faults.apply({"kind": "status", "status": 503})
    with pytest.raises(HomeAssistantError) as caught:
        await press(hass, office)
    assert caught.value.translation_key == "resync_failed"


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_missed_calls_are_marked_as_seen(hass, office):
    await office.miss_a_call("101")
    assert office.shown("101", "missed_calls") == "1"
    button = office.entity_id("101", "mark_missed_calls_seen")
    await hass.services.async_call("button", "press", {"entity_id": button}, blocking=True)
    assert office.shown("101", "missed_calls") == "0"
