"""The lines of the logbook, through Home Assistant's recorder and its own API."""

from datetime import timedelta
import logging

from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.ringcentral.const import DOMAIN, EVENT_CALL
from custom_components.ringcentral.logbook import describe_call_event
from tests.controls import device_id

JOHN = {"caller_name": "John Wang", "caller_number": "+14155550123", "direction": "inbound", "queue": False}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"type": "ringing"}, "call from John Wang"),
        ({"type": "ringing", "queue": True, "queue_name": "Support"}, "call from John Wang, queue Support"),
        ({"type": "ringing", "queue": True}, "call from John Wang, queue call"),
        ({"type": "dialing", "direction": "outbound"}, "call to John Wang"),
        ({"type": "answered"}, "call from John Wang answered"),
        ({"type": "answered", "direction": "outbound"}, "call to John Wang answered"),
        ({"type": "held"}, "call with John Wang put on hold"),
        ({"type": "resumed"}, "call with John Wang resumed"),
        ({"type": "parked"}, "call with John Wang parked"),
        (
            {"type": "ended", "answered": True, "talk_seconds": 125.2, "ring_seconds": 3.0},
            "call with John Wang ended, talked 2 min 5 s",
        ),
        ({"type": "ended", "answered": False, "ring_seconds": 18.0}, "call from John Wang not answered, rang 18 s"),
        ({"type": "missed", "answered": False, "ring_seconds": 18.0}, "missed call from John Wang, rang 18 s"),
        ({"type": "missed", "recovered": True}, "missed call from John Wang, noticed late"),
        ({"type": "answered_elsewhere"}, "call from John Wang answered elsewhere"),
        ({"type": "missed", "caller_name": None}, "missed call from +1 415 555 0123"),
        ({"type": "missed", "caller_name": None, "caller_number": None}, "missed call from an unknown caller"),
        (
            {"type": "missed", "caller_name": None, "caller_number": None, "withheld": True},
            "missed call from a withheld number",
        ),
        ({"type": "missed", "caller_name": "{direction}\n<i>"}, "missed call from {direction} <i>"),
        ({"type": "of a later version"}, "call with John Wang"),
    ],
)
def test_everything_that_happens_has_its_line(data, message):
    assert describe_call_event({**JOHN, **data}) == message


def test_an_event_without_data_does_no_harm():
    assert describe_call_event({}) == "call with an unknown caller"


@pytest.fixture
async def mock_recorder_before_hass(caplog, async_test_recorder):
    """Prepare the recorder's database before Home Assistant starts, as the harness asks for."""
    caplog.set_level(logging.WARNING, "sqlalchemy.engine")


@pytest.fixture
async def told(recorder_mock, hass, hass_ws_client, office):
    """Return the logbook's lines about calls, by its API; all, or those of some devices or entities."""
    assert await async_setup_component(hass, "logbook", {})
    await hass.async_block_till_done()
    client = await hass_ws_client()

    async def read(**chosen):
        await async_wait_recording_done(hass)
        start = (dt_util.utcnow() - timedelta(minutes=5)).isoformat()
        await client.send_json_auto_id({"type": "logbook/get_events", "start_time": start, **chosen})
        answer = await client.receive_json()
        return [line for line in answer["result"] if line.get("domain") == DOMAIN]

    return read


async def test_a_missed_call_reads_well(told, office):
    await office.miss_a_call(rings=18, from_number="+14155550123", from_name="John Wang")
    rang, missed = await told()
    assert (rang["name"], rang["message"]) == ("Front Desk", "call from John Wang")
    assert (missed["name"], missed["message"]) == ("Front Desk", "missed call from John Wang, rang 18 s")
    assert missed["icon"] == "mdi:phone-missed"
    assert missed["entity_id"] == office.entity_id("101", "call")


async def test_lines_are_found_by_the_device(told, hass, office):
    await office.miss_a_call(rings=18, from_name="John Wang")
    assert len(await told(device_ids=[device_id(hass, office, "101")])) == 2
    assert await told(device_ids=[device_id(hass, office, "102")]) == []


async def test_lines_are_there_without_the_event_entity(told, hass, office):
    er.async_get(hass).async_update_entity(office.entity_id("101", "call"), disabled_by=er.RegistryEntryDisabler.USER)
    await hass.async_block_till_done()
    await office.miss_a_call(rings=18, from_name="John Wang")
    _, missed = await told(device_ids=[device_id(hass, office, "101")])
    assert missed["message"] == "missed call from John Wang, rang 18 s"
    assert "entity_id" not in missed


async def test_an_event_of_a_device_that_is_gone_keeps_its_name(hass, told):
    hass.bus.async_fire(EVENT_CALL, {**JOHN, "type": "missed", "device_id": "gone", "extension_name": "Old Desk"})
    (line,) = await told()
    assert (line["name"], line["message"]) == ("Old Desk", "missed call from John Wang")
    assert "entity_id" not in line


class TestHidden:
    """With callers hidden."""

    @pytest.fixture
    def options(self):
        return {"watch": ["account"], "privacy": "hidden"}

    async def test_no_line_tells_who_it_was(self, told, office):
        await office.miss_a_call(rings=18, from_number="+14155550123", from_name="John Wang")
        assert (await told())[-1]["message"].startswith("missed call from an unknown caller")
