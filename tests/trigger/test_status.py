"""Triggers of Do Not Disturb and presence, in real automations."""

import pytest

from tests.automations import automate, trigger, triggers
from tests.marks import needs_former_call_handling

KEYS = ["dnd_turned_on", "dnd_turned_off", "became_available", "became_busy", "became_offline"]


@pytest.fixture
async def caught(hass, desk):
    """Runs of an automation with every trigger of status."""
    return await automate(hass, [trigger(key, desk) for key in KEYS])


def keys(caught):
    return [one["platform"].removeprefix("ringcentral.") for one in triggers(caught)]


async def lose_everything(office):
    """Stop the cloud, until the entities are unavailable."""
    await office.simulator.stop(abrupt=True)
    await office.shows(None, "connection", "off")
    await office.comes_true(lambda: office.shown("101", "presence") == "unavailable", within=300)


async def regain(office):
    """Start the cloud again, and wait until it is noticed."""
    await office.simulator.start()
    await office.comes_true(lambda: office.shown(None, "connection") == "on", within=900)
    await office.pass_time(15)


async def test_changes_of_presence_fire_once_each(office, phones, caught):
    phones.set_status("101", "Busy")
    await office.shows("101", "presence", "busy")
    phones.set_status("101", "Offline")
    await office.shows("101", "presence", "offline")
    phones.set_status("101", "Available")
    await office.shows("101", "presence", "available")
    await office.coordinator.reader.read_all()
    await office.settle()

    assert keys(caught) == ["became_busy", "became_offline", "became_available"]
    busy = triggers(caught)[0]
    assert (busy["from"], busy["to"], busy["status"]) == ("available", "busy", "presence")
    assert busy["entity_id"] == office.entity_id("101", "presence")
    assert busy["extension_number"] == "101"


async def test_do_not_disturb_fires_when_it_goes_on_and_off(office, phones, caught):
    phones.set_dnd("101", True)
    await office.shows("101", "dnd", "do_not_accept_any_calls")
    phones.set_dnd("101", False)
    await office.shows("101", "dnd", "take_all_calls")
    await office.settle()

    assert [key for key in keys(caught) if key.startswith("dnd")] == ["dnd_turned_on", "dnd_turned_off"]


@needs_former_call_handling
async def test_refusing_queue_calls_alone_is_not_do_not_disturb(office, phones, queue, caught):
    office.account.update_presence(phones.find("101").id, {"dndStatus": "DoNotAcceptDepartmentCalls"})
    await office.shows("101", "dnd", "do_not_accept_queue_calls")
    assert [key for key in keys(caught) if key.startswith("dnd")] == []


@pytest.mark.needs("websocket")
async def test_a_change_that_polling_finds_fires(office, phones, caught):
    await office.lose_for_good()
    phones.set_status("101", "Busy")
    await office.comes_true(lambda: office.shown("101", "presence") == "busy", within=180)
    assert keys(caught) == ["became_busy"]


@pytest.mark.needs("websocket")
async def test_a_change_during_an_outage_fires_when_it_is_over(office, phones, caught):
    await lose_everything(office)
    phones.set_status("101", "Busy")
    assert keys(caught) == []
    await regain(office)
    await office.shows("101", "presence", "busy")
    assert keys(caught) == ["became_busy"]
    assert triggers(caught)[0]["from"] == "available"


@pytest.mark.needs("websocket")
async def test_an_outage_without_a_change_fires_nothing(office, caught):
    await lose_everything(office)
    await regain(office)
    await office.shows("101", "presence", "available")
    assert keys(caught) == []


@pytest.mark.not_in_dialect("two_counters", reason="a reload forgets that the numbers mean nothing; a read follows")
async def test_a_change_over_a_reload_fires_nothing(hass, office, phones, caught):
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    phones.set_status("101", "Busy")
    await office.set_up()
    await office.shows("101", "presence", "busy")
    assert keys(caught) == []
    phones.set_status("101", "Available")
    await office.shows("101", "presence", "available")
    await office.settle()
    assert keys(caught) == ["became_available"]


async def test_another_phone_in_the_office_does_not_fire(office, phones, caught):
    phones.set_status("102", "Busy")
    await office.shows("102", "presence", "busy")
    assert keys(caught) == []
