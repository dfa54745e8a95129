"""The lines of the logbook, through Home Assistant's recorder and its own API."""

from datetime import timedelta
import logging
from pathlib import Path
import re

from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.ringcentral.const import DOMAIN, EVENT_CALL
from custom_components.ringcentral.logbook import describe_call_event
from tests.controls import device_id

# What docs/limits.md advises to leave out of Activity.
ADVISED = re.search(
    r"```yaml\n(logbook:.*?)```", (Path(__file__).parent.parent / "docs/limits.md").read_text(), re.DOTALL
)[1]
JOHN = {"caller_name": "John Wang", "caller_number": "+14155550123", "direction": "inbound", "queue": False}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"type": "ringing"}, "received a call from John Wang"),
        ({"type": "ringing", "queue": True, "queue_name": "Support"}, "received a call from John Wang, queue Support"),
        ({"type": "ringing", "queue": True}, "received a call from John Wang, queue call"),
        ({"type": "dialing", "direction": "outbound"}, "called John Wang"),
        ({"type": "answered", "ring_seconds": 3.0}, "answered a call from John Wang after 3 s"),
        ({"type": "answered", "direction": "outbound"}, "reached John Wang"),
        ({"type": "held"}, "put a call with John Wang on hold"),
        ({"type": "resumed"}, "resumed a call with John Wang"),
        ({"type": "parked"}, "parked a call with John Wang"),
        (
            {"type": "ended", "answered": True, "talk_seconds": 125.2, "ring_seconds": 3.0},
            "finished a call with John Wang after 2 min 5 s",
        ),
        ({"type": "ended", "answered": False, "ring_seconds": 18.0}, "did not answer a call from John Wang after 18 s"),
        ({"type": "ended", "answered": False, "direction": "outbound"}, "did not reach John Wang"),
        ({"type": "missed", "answered": False, "ring_seconds": 18.0}, "missed a call from John Wang after 18 s"),
        ({"type": "missed", "recovered": True}, "missed a call from John Wang, reported late"),
        ({"type": "answered_elsewhere"}, "had a call from John Wang answered elsewhere"),
        ({"type": "missed", "caller_name": None}, "missed a call from +1 415 555 0123"),
        ({"type": "missed", "caller_name": None, "caller_number": None}, "missed a call from an unknown caller"),
        (
            {"type": "missed", "caller_name": None, "caller_number": None, "withheld": True},
            "missed a call from a withheld number",
        ),
        ({"type": "missed", "caller_name": "{direction}\n<i>"}, "missed a call from {direction} <i>"),
        ({"type": "of a later version"}, "had a call with John Wang"),
    ],
)
def test_everything_that_happens_has_its_line(data, message):
    assert describe_call_event({**JOHN, **data}) == message


def test_an_event_without_data_does_no_harm():
    assert describe_call_event({}) == "had a call with an unknown caller"


@pytest.fixture
async def mock_recorder_before_hass(caplog, async_test_recorder):
    """Prepare the recorder's database before Home Assistant starts, as the harness asks for."""
    caplog.set_level(logging.WARNING, "sqlalchemy.engine")


@pytest.fixture
def configuration():
    """Return what ``configuration.yaml`` says of the logbook."""
    return {}


@pytest.fixture
async def logbook(recorder_mock, hass, configuration):
    """Home Assistant's logbook."""
    assert await async_setup_component(hass, "logbook", configuration)
    await hass.async_block_till_done()


@pytest.fixture
def entry(logbook, entry):
    """An entry that is made after the logbook, which has to be there before Home Assistant's server starts."""
    return entry


@pytest.fixture
async def activity(hass, hass_ws_client, office):
    """Return the logbook's lines by its API: all, or those of some devices or entities."""
    client = await hass_ws_client()

    async def read(**chosen):
        await async_wait_recording_done(hass)
        start = (dt_util.utcnow() - timedelta(minutes=5)).isoformat()
        await client.send_json_auto_id({"type": "logbook/get_events", "start_time": start, **chosen})
        return (await client.receive_json())["result"]

    return read


@pytest.fixture
def written_lines(activity):
    """Return the logbook's lines about calls; all, or those of some devices or entities."""

    async def read(**chosen):
        return [line for line in await activity(**chosen) if line.get("domain") == DOMAIN]

    return read


@pytest.fixture
def of_the_phone(activity, hass, office):
    """Return the lines that a phone's page shows, as what they are about and what they say."""

    async def read(number="101"):
        device = device_id(hass, office, number)
        entities = [one.entity_id for one in er.async_entries_for_device(er.async_get(hass), device)]
        lines = await activity(device_ids=[device], entity_ids=entities)
        return [
            (line["name"], line["message"])
            if "message" in line
            else (line["entity_id"], line.get("attributes", {}).get("event_type", line["state"]))
            for line in lines
        ]

    return read


@pytest.mark.needs("calls", "names")
@pytest.mark.not_in_dialect("two_counters", reason="other events come before, so that it shows")
async def test_each_thing_that_happens_to_a_call_has_one_sentence_and_the_caller_no_line(of_the_phone, office, phones):
    await office.miss_a_call(rings=2, from_name="John Wang")
    missed = await of_the_phone()
    sentences = [message for name, message in missed if name == "Front Desk"]
    assert sentences == ["received a call from John Wang", "missed a call from John Wang after 2 s"]
    # What Home Assistant writes of states, for which no integration can ask otherwise.
    assert sorted(line for line in missed if line[0] != "Front Desk") == [
        ("binary_sensor.front_desk_ringing", "off"),
        ("binary_sensor.front_desk_ringing", "on"),
        ("event.front_desk_call", "missed"),
        ("event.front_desk_call", "ringing"),
        ("sensor.front_desk_call_state", "idle"),
        ("sensor.front_desk_call_state", "ringing"),
    ]
    call = phones.call_in("101", from_name="John Wang")
    await office.shows("101", "ringing", "on")
    call.answer()
    await office.shows("101", "on_call", "on")
    call.hang_up()
    await office.shows("101", "on_call", "off")
    await office.pass_verdict()
    answered = (await of_the_phone())[len(missed) :]
    assert [message.split(" after")[0] for name, message in answered if name == "Front Desk"] == [
        "received a call from John Wang",
        "answered a call from John Wang",
        "finished a call with John Wang",
    ]
    assert not [line for line in answered if line[0] == "sensor.front_desk_caller"]


@pytest.mark.needs("calls", "names")
async def test_a_missed_call_reads_well(written_lines, hass, office):
    await office.miss_a_call(rings=18, from_number="+14155550123", from_name="John Wang")
    rang, missed = await written_lines(device_ids=[device_id(hass, office, "101")])
    assert (rang["name"], rang["message"]) == ("Front Desk", "received a call from John Wang")
    assert (missed["name"], missed["message"]) == ("Front Desk", "missed a call from John Wang after 18 s")
    assert missed["icon"] == "mdi:phone-missed"
    # The frontend begins a line with the name of its entity, if it has one.
    assert "entity_id" not in missed


async def test_lines_are_found_by_the_device_and_by_the_entity(written_lines, hass, office):
    await office.miss_a_call(rings=18, from_name="John Wang")
    assert len(await written_lines(entity_ids=[office.entity_id("101", "call")])) == 2
    assert len(await written_lines(device_ids=[device_id(hass, office, "101")])) == 2
    assert await written_lines(device_ids=[device_id(hass, office, "102")]) == []


@pytest.mark.needs("calls", "names")
async def test_lines_are_there_without_the_event_entity(written_lines, hass, office):
    er.async_get(hass).async_update_entity(office.entity_id("101", "call"), disabled_by=er.RegistryEntryDisabler.USER)
    await hass.async_block_till_done()
    await office.miss_a_call(rings=18, from_name="John Wang")
    _, missed = await written_lines(device_ids=[device_id(hass, office, "101")])
    assert missed["message"] == "missed a call from John Wang after 18 s"
    assert "entity_id" not in missed


async def test_an_event_of_a_device_that_is_gone_keeps_its_name(hass, written_lines):
    before = len(await written_lines())
    hass.bus.async_fire(EVENT_CALL, {**JOHN, "type": "missed", "device_id": "gone", "extension_name": "Old Desk"})
    (line,) = (await written_lines())[before:]
    assert (line["name"], line["message"]) == ("Old Desk", "missed a call from John Wang")


class TestHidden:
    """With callers hidden."""

    @pytest.fixture
    def options(self):
        return {"watch": ["account"], "privacy": "hidden"}

    async def test_no_line_says_who_it_was(self, written_lines, office):
        await office.miss_a_call(rings=18, from_number="+14155550123", from_name="John Wang")
        assert (await written_lines())[-1]["message"].startswith("missed a call from an unknown caller")


class TestAdvised:
    """With what the documentation advises to leave out."""

    @pytest.fixture
    def configuration(self):
        return parse_yaml(ADVISED)

    @pytest.fixture
    def disable_call(self, hass, office):
        async def disable():
            entity_id = office.entity_id("101", "call")
            er.async_get(hass).async_update_entity(entity_id, disabled_by=er.RegistryEntryDisabler.USER)
            await hass.async_block_till_done()

        return disable

    @pytest.mark.needs("calls")
    async def test_only_the_sentences_are_left(self, activity, office, disable_call):
        await disable_call()
        before = len(await activity())
        await office.miss_a_call(rings=2, from_name="John Wang")
        lines = (await activity())[before:]
        assert [(line["name"], line.get("message")) for line in lines] == [
            ("Front Desk", "received a call from John Wang"),
            ("Front Desk", "missed a call from John Wang after 2 s"),
        ]

    @pytest.mark.needs("calls")
    async def test_sentences_are_not_left_out_with_the_states_beside_them(self, activity, office):
        before = len(await activity())
        await office.miss_a_call(rings=2, from_name="John Wang")
        lines = (await activity())[before:]
        assert sorted(line.get("message") or line["attributes"]["event_type"] for line in lines) == [
            "missed",
            "missed a call from John Wang after 2 s",
            "received a call from John Wang",
            "ringing",
        ]

    @pytest.mark.needs("calls")
    async def test_only_the_sentences_arrive_live(self, activity, hass, hass_ws_client, office, disable_call):
        await disable_call()
        await activity()
        client = await hass_ws_client()
        await client.send_json_auto_id({"type": "logbook/event_stream", "start_time": dt_util.utcnow().isoformat()})
        assert (await client.receive_json())["success"]
        await office.miss_a_call(rings=2, from_name="John Wang")
        received = []
        while "missed a call from John Wang after 2 s" not in received:
            message = await client.receive_json()
            received += [line.get("message") or line["entity_id"] for line in message["event"]["events"]]
        assert received == ["received a call from John Wang", "missed a call from John Wang after 2 s"]
