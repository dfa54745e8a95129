"""What happens to calls, as events on Home Assistant's bus."""

import json

from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.dispatcher import async_dispatcher_connect
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.ringcentral.calls.bus import SIGNAL_CALL
from custom_components.ringcentral.const import EVENT_CALL


@pytest.fixture
def fired(hass, office):
    """The events so far, from now on."""
    return async_capture_events(hass, EVENT_CALL)


def types(fired, number="101"):
    return [one.data["type"] for one in fired if one.data["extension_number"] == number]


@pytest.mark.needs("calls", "names")
async def test_every_step_of_a_call_is_an_event_with_whose_call_and_who_it_is(hass, office, phones, fired):
    call = phones.call_in("101", from_number="+14155550123", from_name="John Wang")
    await office.shows("101", "ringing", "on")
    await office.pass_time(4)
    call.answer()
    await office.shows("101", "call_state", "connected")
    call.hang_up()
    await office.shows("101", "call_state", "idle")
    await office.pass_verdict()

    assert types(fired) == ["ringing", "answered", "ended"]
    ringing, *_, ended = (one.data for one in fired)
    entity_id = office.entity_id("101", "call")
    assert ringing["entity_id"] == entity_id
    assert ringing["device_id"] == er.async_get(hass).async_get(entity_id).device_id
    assert ringing["extension_name"] == phones.find("101").name
    assert ringing["caller_name"] == "John Wang"
    assert ringing["telephony_session_id"] == call.telephony_session_id
    assert ended["call_id"] == ringing["call_id"]
    assert ended["answered"] is True
    assert [one.data.get("outcome") for one in fired] == [None, None, "answered"]
    assert 4 <= ended["ring_seconds"] < 5


@pytest.mark.needs("calls", "parties")
async def test_a_queue_call_is_reported_for_each_phone_with_the_same_session(office, phones, queue, fired):
    call = phones.call_queue("200")
    await office.shows("101", "ringing", "on")
    await office.settle()

    ringing = [one.data for one in fired if one.data["type"] == "ringing"]
    assert len({one["device_id"] for one in ringing}) == len(ringing) > 1
    assert {one["telephony_session_id"] for one in ringing} == {call.telephony_session_id}


@pytest.mark.needs("calls", "names")
async def test_triggers_get_more_than_the_database_keeps(hass, office, phones, fired):
    sent = []
    stop = async_dispatcher_connect(hass, SIGNAL_CALL, callback(lambda *data: sent.append(data)))
    call = phones.call_in("101", from_number="+14155550123")
    await office.shows("101", "ringing", "on")
    (event,), ((data, context),) = fired, sent
    assert event.data.items() <= data.items()
    assert event.context is context, "so that the logbook knows what an automation was triggered by"
    assert data["extension_id"] == str(phones.find("101").id)
    assert data["session_id"] == call.session_id
    assert data["number_text"] == "+1 415 555 0123"
    called = ("Front Desk", office.spelled(phones.find("101").direct_number))
    assert (event.data["called_name"], event.data["called_number"]) == called
    assert None not in event.data.values()
    assert len(json.dumps(dict(event.data))) < 500
    stop()


async def test_the_event_follows_a_renamed_device_and_a_disabled_entity(hass, office, phones, fired):
    entities, devices = er.async_get(hass), dr.async_get(hass)
    entity = entities.async_get(office.entity_id("101", "call"))
    devices.async_update_device(entity.device_id, name_by_user="Reception")
    entities.async_update_entity(entity.entity_id, new_entity_id="event.reception")
    phones.call_in("101").hang_up()
    await office.pass_verdict()

    assert {(one.data["extension_name"], one.data["entity_id"]) for one in fired} == {("Reception", "event.reception")}
    fired.clear()
    entities.async_update_entity("event.reception", disabled_by=er.RegistryEntryDisabler.USER)
    phones.call_in("101")
    await office.shows("101", "ringing", "on")

    assert [(one.data["type"], one.data.get("entity_id")) for one in fired] == [("ringing", None)]
    assert fired[0].data["device_id"] == entity.device_id


async def test_a_reload_fires_nothing_and_leaves_one_stream(hass, office, phones, fired):
    call = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    assert types(fired) == ["ringing"]
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await office.shows("101", "ringing", "on")
    assert types(fired) == ["ringing"]
    # Where the filter of the whole account is refused, each phone gets one of its own now.
    await office.settle()
    call.answer()
    await office.shows("101", "call_state", "connected")
    assert types(fired) == ["ringing", "answered"]


async def test_an_extension_that_goes_while_it_rings_ends_its_call(office, phones, account, fired):
    phones.call_in("103")
    await office.shows("103", "ringing", "on")
    device_id = fired[0].data["device_id"]
    extension = phones.find("103")
    account.remove_extension(extension.id)
    await office.comes_true(lambda: str(extension.id) not in office.coordinator.extensions, within=60, step=1)

    assert types(fired, "103") == ["ringing", "ended"]
    assert fired[-1].data["device_id"] == device_id


async def test_an_unloaded_entry_reports_nothing(hass, office, phones, fired):
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    phones.call_in("101")
    await hass.async_block_till_done()
    assert fired == []
