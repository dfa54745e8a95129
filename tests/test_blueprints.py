"""Each blueprint runs as an automation: with simulated calls, lights, players and displays that are real entities."""

import asyncio
from datetime import timedelta
from pathlib import Path
import re
import shutil
from unittest.mock import patch

from aiohttp import web
from aiohttp.test_utils import TestServer
from homeassistant.components import demo, light
from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint import models
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED, Platform
from homeassistant.core import CoreState
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util, yaml as yaml_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from simulator.logins import HISTORY_PERMISSIONS
from tests.controls import device_id, set_presence
from tests.office import DND
from tests.waiting import until, until_quiet

ROOT = Path(__file__).parent.parent
BLUEPRINTS = ROOT / "blueprints" / "automation" / "ringcentral"
NAMES = sorted(path.stem for path in BLUEPRINTS.glob("*.yaml"))
RED, ORANGE, PURPLE, BLUE = (255, 0, 0), (255, 140, 0), (160, 0, 255), (0, 0, 255)


@pytest.fixture
def config_dir(hass, tmp_path):
    """A configuration that has the blueprints."""
    hass.config.config_dir = str(tmp_path)
    shutil.copytree(BLUEPRINTS, tmp_path / "blueprints" / "automation" / "ringcentral")
    return tmp_path


@pytest.fixture
async def home(hass):
    """Lights, media players and a text, as a house has them."""
    platforms = [Platform.LIGHT, Platform.MEDIA_PLAYER, Platform.TEXT]
    with patch.object(demo, "COMPONENTS_WITH_CONFIG_ENTRY_DEMO_PLATFORM", platforms):
        await async_setup_component(hass, "homeassistant", {})
        entry = MockConfigEntry(domain="demo")
        entry.add_to_hass(hass)
        await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        await async_setup_component(hass, "scene", {})
        yield
        await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
def device(hass, office):
    """Return the device of an extension, by its number."""

    def find(number):
        return device_id(hass, office, number)

    return find


@pytest.fixture
def run(hass, config_dir):
    """Set an automation up from a blueprint."""

    async def set_up(name, **inputs):
        config = {"alias": name, "use_blueprint": {"path": f"ringcentral/{name}.yaml", "input": inputs}}
        assert await async_setup_component(hass, "automation", {"automation": config})
        await hass.async_block_till_done()
        assert hass.states.get(f"automation.{name}").state == "on", "the blueprint's configuration is valid"

    return set_up


def color(hass, entity_id):
    state = hass.states.get(entity_id)
    return tuple(state.attributes.get(light.ATTR_RGB_COLOR) or ()) if state.state == "on" else "off"


@pytest.mark.parametrize("name", NAMES)
def test_blueprint_can_be_imported_by_link(name):
    content = (BLUEPRINTS / f"{name}.yaml").read_text()
    blueprint = models.Blueprint(yaml_util.parse_yaml(content), schema=AUTOMATION_BLUEPRINT_SCHEMA)
    assert blueprint.domain == "automation"
    assert blueprint.metadata["source_url"].endswith(f"/blueprints/automation/ringcentral/{name}.yaml")
    assert blueprint.metadata["homeassistant"]["min_version"] == "2026.11.0"
    assert not blueprint.validate()
    for described in blueprint.inputs.values():
        assert described["name"]
        assert described["selector"]
    assert re.search(rf"blueprint_url=\S+%2F{name}\.yaml\)", (ROOT / "docs" / "blueprints.md").read_text())


@pytest.mark.parametrize("name", NAMES)
def test_blueprint_leads_with_the_phone_and_offers_nothing_else_for_it(name):
    content = (BLUEPRINTS / f"{name}.yaml").read_text()
    blueprint = models.Blueprint(yaml_util.parse_yaml(content), schema=AUTOMATION_BLUEPRINT_SCHEMA)
    first, described = next(iter(blueprint.inputs.items()))
    assert first == "phone"
    offered = described["selector"]["device"]
    assert offered["filter"] == [{"integration": "ringcentral"}]
    # The account's device has no such entity.
    assert offered["entity"] == [{"domain": ["sensor"], "device_class": ["ringcentral__caller"]}]


class TestBusyLight:
    async def test_light_shows_each_state_and_then_looks_as_before(self, hass, office, phones, home, run, device):
        before = color(hass, "light.ceiling_lights")
        await run("busy_light", phone=[device("101")], lights=["light.ceiling_lights", "light.bed_light"])
        call = phones.call_in("101")
        await until(lambda: color(hass, "light.ceiling_lights") == RED)
        assert color(hass, "light.bed_light") == RED
        call.answer()
        await until(lambda: color(hass, "light.ceiling_lights") == ORANGE)
        call.hang_up()
        await until(lambda: color(hass, "light.ceiling_lights") == before)
        assert color(hass, "light.bed_light") == "off"
        phones.set_dnd("101", True)
        await until(lambda: color(hass, "light.bed_light") == PURPLE)
        phones.set_dnd("101", False)
        await until(lambda: color(hass, "light.bed_light") == "off")

    async def test_second_call_that_ends_leaves_the_color_of_the_first(self, hass, office, phones, home, run, device):
        await run("busy_light", phone=[device("101")], lights=["light.bed_light"])
        first = phones.call_in("101")
        first.answer()
        await until(lambda: color(hass, "light.bed_light") == ORANGE)
        second = phones.call_in("101")
        await until(lambda: color(hass, "light.bed_light") == RED)
        second.hang_up()
        await until(lambda: color(hass, "light.bed_light") == ORANGE)
        first.hang_up()
        await until(lambda: color(hass, "light.bed_light") == "off")

    async def test_light_does_not_stay_on_when_the_end_is_learned_by_reading(
        self, hass, office, phones, simulator, home, run, device
    ):
        await run("busy_light", phone=[device("101")], lights=["light.bed_light"])
        call = phones.call_in("101")
        await until(lambda: color(hass, "light.bed_light") == RED)
        simulator.faults.apply({"kind": "drop"})
        call.hang_up()
        await office.settle()
        assert color(hass, "light.bed_light") == RED
        simulator.faults.clear()
        await office.coordinator.reader.read_all()
        await office.pass_time(5)
        await until(lambda: color(hass, "light.bed_light") == "off")

    @pytest.mark.parametrize("goes_on", [True, False])
    async def test_restart_during_a_call_leaves_no_light_on(self, hass, office, phones, home, run, device, goes_on):
        call = phones.call_in("101")
        call.answer()
        await office.shows("101", "on_call", "on")
        red = {"entity_id": "light.bed_light", "rgb_color": RED}
        await hass.services.async_call("light", "turn_on", red, blocking=True)
        before = color(hass, "light.ceiling_lights")
        if not goes_on:
            call.hang_up()
            await office.shows("101", "on_call", "off")
        hass.set_state(CoreState.starting)
        await run("busy_light", phone=[device("101")], lights=["light.bed_light", "light.ceiling_lights"])
        hass.set_state(CoreState.running)
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
        if goes_on:
            await until(lambda: color(hass, "light.bed_light") == ORANGE)
            call.hang_up()
            await until(lambda: color(hass, "light.ceiling_lights") == "off")
        else:
            await until(lambda: color(hass, "light.bed_light") == "off")
            assert color(hass, "light.ceiling_lights") == before
        assert color(hass, "light.bed_light") == "off"

    async def test_call_that_is_parked_is_no_longer_on(self, hass, office, phones, home, run, device):
        await run("busy_light", phone=[device("101")], lights=["light.bed_light"])
        call = phones.call_in("101")
        call.answer()
        await until(lambda: color(hass, "light.bed_light") == ORANGE)
        call.park(park_location(phones))
        await until(lambda: color(hass, "light.bed_light") == "off")
        call.retrieve(phones.find("101"))
        await until(lambda: color(hass, "light.bed_light") == ORANGE)

    async def test_call_that_another_phone_parks_changes_nothing(self, hass, office, phones, home, run, device):
        await run("busy_light", phone=[device("101")], lights=["light.bed_light"])
        phones.call_in("101").answer()
        await until(lambda: color(hass, "light.bed_light") == ORANGE)
        await hass.services.async_call("light", "turn_off", {"entity_id": "light.bed_light"}, blocking=True)
        call = phones.call_in("102")
        call.answer()
        await office.shows("102", "on_call", "on")
        call.park(park_location(phones))
        await office.shows("102", "call_state", "parked")
        await office.settle()
        assert color(hass, "light.bed_light") == "off", "somebody turned it off by hand"

    async def test_light_of_which_nothing_was_known_is_off_afterwards(self, hass, office, phones, home, run, device):
        switch = {"action": "light.turn_on", "target": {"entity_id": "light.bed_light"}}
        desk = {"name": "Desk", "turn_on": switch, "turn_off": [], "set_hs": [], "set_level": []}
        assert await async_setup_component(hass, "template", {"template": {"light": desk}})
        await hass.async_block_till_done()
        assert hass.states.get("light.desk").state == "unknown"
        before = color(hass, "light.ceiling_lights")
        await run("busy_light", phone=[device("101")], lights=["light.desk", "light.ceiling_lights"])
        call = phones.call_in("101")
        await until(lambda: color(hass, "light.ceiling_lights") == RED)
        assert hass.states.get("light.desk").state == "on"
        call.hang_up()
        await until(lambda: color(hass, "light.ceiling_lights") == before)
        assert hass.states.get("light.desk").state == "off"

    @pytest.mark.usefixtures("entity_registry_enabled_by_default")
    async def test_light_shows_a_meeting(self, hass, office, phones, home, run, device):
        meeting = office.entity_id("101", "meeting")
        await run("busy_light", phone=[device("101")], lights=["light.bed_light"], meeting=[meeting])
        phones.set_meeting("101", True)
        await until(lambda: color(hass, "light.bed_light") == ORANGE)
        call = phones.call_in("101")
        await until(lambda: color(hass, "light.bed_light") == RED)
        call.hang_up()
        await until(lambda: color(hass, "light.bed_light") == ORANGE)
        phones.set_meeting("101", False)
        await until(lambda: color(hass, "light.bed_light") == "off")


class TestPauseMedia:
    async def test_what_played_pauses_and_plays_on(self, hass, office, phones, home, run, device):
        players = ["media_player.walkman", "media_player.bedroom"]
        await hass.services.async_call("media_player", "media_pause", {"entity_id": players[1]}, blocking=True)
        await run("pause_media", phone=[device("101")], players=players, resume_after=0)
        call = phones.call_in("101")
        await until(lambda: hass.states.is_state(players[0], "paused"))
        call.answer()
        await office.shows("101", "on_call", "on")
        # The automation goes on waiting, so that not everything is ever done: it may do what it should not.
        await until_quiet()
        assert hass.states.is_state(players[0], "paused")
        call.hang_up()
        await until(lambda: hass.states.is_state(players[0], "playing"))
        assert hass.states.is_state(players[1], "paused"), "it was not playing before"

    async def test_it_stays_paused_when_the_next_call_comes_at_once(self, hass, office, phones, home, run, device):
        player = "media_player.walkman"
        await run("pause_media", phone=[device("101")], players=[player], resume_after=30)
        first = phones.call_in("101")
        await until(lambda: hass.states.is_state(player, "paused"))
        first.hang_up()
        await office.shows("101", "ringing", "off")
        second = phones.call_in("101")
        await office.shows("101", "ringing", "on")
        await until_quiet()
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=31))
        await until_quiet()
        assert hass.states.is_state(player, "paused")
        second.hang_up()
        await office.shows("101", "ringing", "off")
        await until_quiet()
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=62))
        await until(lambda: hass.states.is_state(player, "playing"))

    async def test_next_call_that_comes_while_it_plays_on_pauses_again(self, hass, office, phones, home, run, device):
        player, shown = "media_player.walkman", []
        stop_following = async_track_state_change_event(
            hass, player, lambda event: shown.append(event.data["new_state"].state)
        )
        await run("pause_media", phone=[device("101")], players=[player], resume_after=0)
        first = phones.call_in("101")
        await until(lambda: hass.states.is_state(player, "paused"))
        begun, may_go_on = asyncio.Event(), asyncio.Event()

        async def play_slowly(call):
            begun.set()
            await may_go_on.wait()
            hass.states.async_set(player, "playing", hass.states.get(player).attributes)

        hass.services.async_register("media_player", "media_play", play_slowly)
        first.hang_up()
        await begun.wait()
        phones.call_in("101")
        await office.shows("101", "ringing", "on")
        may_go_on.set()
        await until(lambda: shown == ["paused", "playing", "paused"])
        stop_following()

    async def test_ringing_alone_does_not_pause_if_that_is_not_chosen(self, hass, office, phones, home, run, device):
        player = "media_player.walkman"
        await run("pause_media", phone=[device("101")], players=[player], when="call", resume_after=0)
        call = phones.call_in("101")
        await office.shows("101", "ringing", "on")
        await office.settle()
        assert hass.states.is_state(player, "playing")
        call.answer()
        await until(lambda: hass.states.is_state(player, "paused"))
        call.hang_up()
        await until(lambda: hass.states.is_state(player, "playing"))


class TestAnnounceCaller:
    async def test_caller_is_announced_once(self, hass, office, phones, run, device):
        spoken = async_mock_service(hass, "tts", "speak")
        await run("announce_caller", phone=[device("101")], speech="tts.voice", speakers=["media_player.kitchen"])
        phones.call_in("101", from_name="John Wang")
        await until(lambda: spoken)
        await office.settle()
        assert len(spoken) == 1
        name = phones.find("101").name
        assert spoken[0].data["message"] == f"John Wang is calling {name}."
        assert spoken[0].data["media_player_entity_id"] == ["media_player.kitchen"]

    async def test_number_of_an_unknown_caller_is_read_out_digit_by_digit(self, hass, office, phones, run, device):
        spoken = async_mock_service(hass, "tts", "speak")
        await run("announce_caller", phone=[device("101")], speech="tts.voice", speakers=["media_player.kitchen"])
        phones.call_in("101", from_number="+14155550123", from_name=None)
        await until(lambda: spoken)
        assert spoken[0].data["message"].startswith("+ 1, 4 1 5, 5 5 5, 0 1 2 3 is calling ")

    async def test_nothing_is_said_at_night(self, hass, office, phones, run, device):
        spoken = async_mock_service(hass, "tts", "speak")
        await async_setup_component(hass, "input_boolean", {"input_boolean": {"night": {"initial": True}}})
        night = ["input_boolean.night"]
        await run(
            "announce_caller", phone=[device("101")], speech="tts.voice", speakers=["media_player.kitchen"], quiet=night
        )
        phones.call_in("101")
        await office.shows("101", "ringing", "on")
        await office.settle()
        assert not spoken


@pytest.fixture
async def mailbox(office, simulator, account):
    """101's mailbox, whose voicemails can be left by hand."""
    simulator.permit(*HISTORY_PERMISSIONS)
    hass, entry = office.hass, office.entry
    await hass.config_entries.async_unload(entry.entry_id)
    data = {name: value for name, value in entry.data.items() if name != "token"}
    hass.config_entries.async_update_entry(entry, data=data)
    await office.set_up()
    await office.pass_time(10)
    return lambda **more: account.messages.add(account.find("101").id, **{"from_name": "John Wang", **more})


class TestAnnounceVoicemail:
    @pytest.mark.parametrize(
        ("reads", "text"), [(False, "Voicemail from John Wang for Front Desk."), (True, "Please call me back.")]
    )
    async def test_a_new_voicemail_is_announced_once_and_read_if_chosen(
        self, hass, office, mailbox, run, device, reads, text
    ):
        spoken = async_mock_service(hass, "tts", "speak")
        await run(
            "announce_voicemail",
            phone=[device("101")],
            speech="tts.voice",
            speakers=["media_player.kitchen"],
            read_transcription=reads,
        )
        mailbox(text="Please call me back.")
        await office.pass_time(5, 1)
        assert len(spoken) == (0 if reads else 1)
        await office.pass_time(60)

        assert len(spoken) == 1
        assert spoken[0].data["message"].strip().endswith(text)


class TestVoicemailLight:
    async def test_light_shows_an_unread_voicemail_while_nothing_else_is(
        self, hass, office, phones, mailbox, home, run, device
    ):
        before = color(hass, "light.ceiling_lights")
        await run(
            "busy_light",
            phone=[device("101")],
            lights=["light.ceiling_lights"],
            voicemail=[office.entity_id("101", "unread_voicemails")],
        )

        async def shows(expected):
            # As long as the light comes and goes, Home Assistant is never done.
            for _ in range(5):
                await asyncio.sleep(0.05)
                office.simulator.clock.advance(1)
            await until(lambda: color(hass, "light.ceiling_lights") == expected)

        message = mailbox()
        await shows(BLUE)

        call = phones.call_in("101")
        await shows(RED)
        call.hang_up()
        await office.shows("101", "ringing", "off")
        await shows(BLUE)

        office.account.messages.set_read(message, "Read")
        await shows(before)


@pytest.fixture
async def mobile(hass, socket_enabled):
    """A mobile device with the app, and what is pushed to it."""
    pushed = []

    async def push(request):
        pushed.append(await request.json())
        return web.json_response({}, status=201)

    application = web.Application()
    application.router.add_post("/push", push)
    async with TestServer(application) as server:
        app_data = {"push_token": "token", "push_url": str(server.make_url("/push"))}
        registration = {
            "app_data": app_data,
            "app_id": "io.robbie.HomeAssistant",
            "app_name": "Home Assistant",
            "app_version": "1",
            "device_id": "mobile",
            "device_name": "Mobile",
            "manufacturer": "Someone",
            "model": "One",
            "os_name": "OS",
            "os_version": "1",
            "supports_encryption": False,
            "user_id": "user",
            "webhook_id": "mobile_webhook",
        }
        entry = MockConfigEntry(domain="mobile_app", data=registration, title="Mobile")
        entry.add_to_hass(hass)
        await async_setup_component(hass, "mobile_app", {})
        await hass.async_block_till_done()
        (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        yield device.id, pushed


class TestMissedCall:
    async def test_missed_call_comes_with_a_button_that_calls_back(self, office, phones, run, device, mobile):
        mobile_id, pushed = mobile
        await run("missed_call", phone=[device("101")], mobile=mobile_id)
        await office.miss_a_call("101", rings=18, from_number="+14155550123", from_name="John Wang")
        await until(lambda: pushed)
        await office.settle()
        assert len(pushed) == 1
        assert pushed[0]["title"] == "Missed call"
        assert pushed[0]["message"] == f"John Wang (+1 415 555 0123) at {phones.find('101').name}, rang 18 s"
        action = {"action": "URI", "title": "Call back", "uri": "tel:+14155550123"}
        assert pushed[0]["data"]["actions"] == [action]

    async def test_a_name_that_looks_like_markup_is_none(self, office, run, device, mobile):
        mobile_id, pushed = mobile
        await run("missed_call", phone=[device("101")], mobile=mobile_id)
        await office.miss_a_call("101", from_number="+14155550123", from_name="<b>John</b>")
        await until(lambda: pushed)
        assert pushed[0]["message"].startswith("\u2039b\u203aJohn\u2039/b\u203a (+1 415 555 0123) at ")

    @pytest.mark.parametrize("options", [{"watch": ["account"], "privacy": "hidden"}])
    async def test_hidden_caller_can_not_be_called_back(self, office, run, device, mobile):
        mobile_id, pushed = mobile
        await run("missed_call", phone=[device("101")], mobile=mobile_id)
        await office.miss_a_call("101", from_number="+14155550123", from_name="John Wang")
        await until(lambda: pushed)
        assert pushed[0]["message"].startswith("an unknown caller at ")
        assert pushed[0]["data"]["actions"] == []


class TestScheduledDnd:
    CALENDAR = "calendar.work"

    @pytest.fixture
    async def follow(self, hass, run, device):
        """Let the phone follow a calendar."""

        async def follow(state="off"):
            await self.set(hass, state)
            await run("scheduled_dnd", phone=[device("101")], schedule=self.CALENDAR)

        return follow

    async def set(self, hass, state):
        hass.states.async_set(self.CALENDAR, state)
        # The automation waits, so that not everything is ever done.
        await until_quiet()

    async def pass_time(self, office):
        """Let what was set for a moment be put back."""
        for _ in range(4):
            office.simulator.clock.advance(5)
            await until_quiet()

    async def shows(self, office, dnd):
        """Wait until Do Not Disturb is so, and see that it stays so."""
        await office.shows("101", "dnd", dnd)
        await self.pass_time(office)
        assert office.shown("101", "dnd") == dnd

    async def test_dnd_follows_the_calendar(self, hass, office, follow):
        await follow()
        for _ in range(2):
            await self.set(hass, "on")
            await self.shows(office, "do_not_accept_any_calls")
            await self.set(hass, "off")
            await self.pass_time(office)
            await self.shows(office, "take_all_calls")

    async def test_afterwards_it_is_as_before(self, hass, office, phones, queue, follow):
        office.account.update_presence(phones.find("101").id, {"dndStatus": "DoNotAcceptDepartmentCalls"})
        await office.shows("101", "dnd", "do_not_accept_queue_calls")
        await follow()
        await self.set(hass, "on")
        await self.shows(office, "do_not_accept_any_calls")
        await self.set(hass, "off")
        await self.pass_time(office)
        await self.shows(office, "do_not_accept_queue_calls")

    @pytest.mark.parametrize("changed_to", ["TakeDepartmentCallsOnly", "TakeAllCalls"])
    async def test_what_was_set_by_hand_stays(self, hass, office, phones, queue, follow, changed_to):
        await follow()
        await self.set(hass, "on")
        await self.shows(office, "do_not_accept_any_calls")
        office.account.update_presence(phones.find("101").id, {"dndStatus": changed_to})
        shown = DND[changed_to]
        await self.shows(office, shown)
        for state in ("unavailable", "on", "off"):
            await self.set(hass, state)
            await self.shows(office, shown)

    async def test_dnd_that_was_on_by_hand_before_stays_on(self, hass, office, phones, follow):
        await follow()
        phones.set_dnd("101", True)
        for state in ("on", "off"):
            await self.set(hass, state)
            await self.shows(office, "do_not_accept_any_calls")

    async def test_of_several_phones_each_is_as_before(self, hass, office, phones, run, device):
        office.simulator.login(office.simulator.credentials).is_administrator = True
        await self.set(hass, "off")
        await run("scheduled_dnd", phone=[device("101"), device("102")], schedule=self.CALENDAR)
        phones.set_dnd("102", True)
        await office.shows("102", "dnd", "do_not_accept_any_calls")
        await self.set(hass, "on")
        await self.shows(office, "do_not_accept_any_calls")
        await self.set(hass, "off")
        await self.pass_time(office)
        await self.shows(office, "take_all_calls")
        assert office.shown("102", "dnd") == "do_not_accept_any_calls"

    async def test_end_while_the_calendar_was_unavailable_is_seen(self, hass, office, follow):
        await follow()
        await self.set(hass, "on")
        await self.shows(office, "do_not_accept_any_calls")
        await self.set(hass, "unavailable")
        await self.shows(office, "do_not_accept_any_calls")
        await self.set(hass, "off")
        await self.pass_time(office)
        await self.shows(office, "take_all_calls")

    async def test_begin_while_the_calendar_was_unavailable_is_seen(self, hass, office, follow):
        await follow()
        await self.set(hass, "unavailable")
        await self.set(hass, "on")
        await self.shows(office, "do_not_accept_any_calls")
        await self.set(hass, "off")
        await self.pass_time(office)
        await self.shows(office, "take_all_calls")

    async def test_event_that_follows_at_once_is_seen(self, hass, office, follow):
        await follow()
        await self.set(hass, "on")
        await self.shows(office, "do_not_accept_any_calls")
        hass.states.async_set(self.CALENDAR, "off")
        await asyncio.sleep(0)
        await self.set(hass, "on")
        await self.shows(office, "do_not_accept_any_calls")
        await self.set(hass, "off")
        await self.pass_time(office)
        await self.shows(office, "take_all_calls")

    @pytest.mark.parametrize("is_by_hand", [False, True])
    async def test_end_over_a_restart_is_made_up_for(self, hass, office, phones, follow, is_by_hand):
        if is_by_hand:
            phones.set_dnd("101", True)
        else:
            # So does a run that the restart cuts off.
            dnd = {"do_not_disturb": "do_not_accept_any_calls", "duration": {"days": 365}}
            await set_presence(hass, office, "101", **dnd)
        await self.shows(office, "do_not_accept_any_calls")
        hass.set_state(CoreState.starting)
        await follow()
        hass.set_state(CoreState.running)
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
        await until_quiet()
        await self.pass_time(office)
        await self.shows(office, "do_not_accept_any_calls" if is_by_hand else "take_all_calls")

    async def test_restart_during_the_event_is_no_beginning(self, hass, office, follow):
        hass.set_state(CoreState.starting)
        await follow("on")
        hass.set_state(CoreState.running)
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
        await self.shows(office, "take_all_calls")

    async def test_end_while_nothing_is_known_is_made_up_for(self, hass, office, follow):
        await follow()
        await self.set(hass, "on")
        await self.shows(office, "do_not_accept_any_calls")
        assert await hass.config_entries.async_unload(office.entry.entry_id)
        await self.set(hass, "off")
        assert await hass.config_entries.async_setup(office.entry.entry_id)
        await self.shows(office, "do_not_accept_any_calls")
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=1, seconds=1))
        await until_quiet()
        await self.pass_time(office)
        await self.shows(office, "take_all_calls")


class TestQueueCallWaits:
    async def test_lights_flash_only_when_nobody_takes_it(self, hass, office, phones, home, run, device):
        members = [phones.account.extensions[id_] for id_ in phones.find("200").members]
        flashes = []
        hass.bus.async_listen(
            "call_service", lambda event: flashes.append(event.data["service_data"]) if is_flash(event) else None
        )
        devices = [device(member.number) for member in members]
        await run("queue_call_waits", phone=devices, lights=["light.bed_light"], seconds=0)
        call = phones.call_in(members[0])
        await office.shows(members[0].number, "ringing", "on")
        await office.settle()
        assert not flashes, "it is no call of the queue"
        call.hang_up()
        await office.shows(members[0].number, "ringing", "off")
        call = phones.call_queue("200")
        await until(lambda: flashes)
        call.answer(call.ringing[0])

    @pytest.fixture
    async def rung_in_turn(self, hass, office, phones, home, run, device, monkeypatch):
        """A queue rings its members one after another; return them, and the list of flashes."""
        members = [phones.account.extensions[id_] for id_ in phones.find("200").members]
        monkeypatch.setattr(phones, "free_members", lambda queue: members[:1])
        flashes = []
        hass.bus.async_listen("call_service", lambda event: flashes.append(event) if is_flash(event) else None)
        devices = [device(member.number) for member in members]
        await run("queue_call_waits", phone=devices, lights=["light.bed_light"], seconds=0)
        return members, flashes

    async def stop_flashing(self, hass, flashes):
        """Let the time between two flashes be over."""
        flashes.clear()
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=3))
        await until_quiet()
        assert not flashes

    async def test_lights_flash_again_when_the_next_phone_rings(self, hass, office, phones, rung_in_turn):
        members, flashes = rung_in_turn
        call = phones.call_queue("200")
        await until(lambda: flashes)
        call.decline(members[0].id)
        await office.shows(members[0].number, "ringing", "off")
        await self.stop_flashing(hass, flashes)
        assert color(hass, "light.bed_light") == "off", "they look as before"
        call.add(members[1])
        await until(lambda: flashes)
        call.hang_up()
        await office.shows(members[1].number, "ringing", "off")
        await self.stop_flashing(hass, flashes)
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=16))
        await until(lambda: hass.states.get("automation.queue_call_waits").attributes["current"] == 0)
        assert color(hass, "light.bed_light") == "off"

    async def test_another_call_that_waits_after_the_first_flashes_too(self, hass, office, phones, rung_in_turn):
        members, flashes = rung_in_turn
        first = phones.call_queue("200")
        await until(lambda: flashes)
        first.answer(members[0].id)
        first.hang_up()
        await office.shows(members[0].number, "ringing", "off")
        await self.stop_flashing(hass, flashes)
        second = phones.call_queue("200")
        await until(lambda: flashes)
        second.hang_up()
        await hass.services.async_call("automation", "turn_off", {"entity_id": "automation.queue_call_waits"})
        await office.shows(members[0].number, "ringing", "off")


class TestDoorSign:
    async def test_sign_shows_what_the_phone_does(self, hass, office, phones, home, run, device):
        sign = "text.text"
        await run("door_sign", phone=device("101"), sign=sign)
        call = phones.call_in("101")
        call.answer()
        await until(lambda: hass.states.is_state(sign, "On the phone"))
        call.hang_up()
        await until(lambda: hass.states.is_state(sign, "Come in"))
        phones.set_dnd("101", True)
        await until(lambda: hass.states.is_state(sign, "Please do not disturb"))
        phones.set_dnd("101", False)
        await until(lambda: hass.states.is_state(sign, "Come in"))
        phones.set_status("101", "Busy")
        await until(lambda: hass.states.is_state(sign, "Busy"))
        phones.set_status("101", "Offline")
        await until(lambda: hass.states.is_state(sign, "Away"))

    async def test_call_that_is_parked_is_no_longer_on(self, hass, office, phones, home, run, device):
        sign = "text.text"
        await run("door_sign", phone=device("101"), sign=sign)
        phones.set_status("101", "Busy")
        await until(lambda: hass.states.is_state(sign, "Busy"))
        call = phones.call_in("101")
        call.answer()
        await until(lambda: hass.states.is_state(sign, "On the phone"))
        call.park(park_location(phones))
        await until(lambda: hass.states.is_state(sign, "Busy"))
        call.retrieve(phones.find("101"))
        await until(lambda: hass.states.is_state(sign, "On the phone"))

    async def test_sign_keeps_its_words_while_nothing_is_known(self, hass, office, home, run, device):
        sign = "text.text"
        before = hass.states.get(sign).state
        await run("door_sign", phone=device("101"), sign=sign)
        assert await hass.config_entries.async_unload(office.entry.entry_id)
        await hass.services.async_call("automation", "trigger", {"entity_id": "automation.door_sign"}, blocking=True)
        await hass.async_block_till_done()
        assert hass.states.is_state(sign, before)


def park_location(phones):
    return next(one for one in phones.account.extensions.values() if one.type == "ParkLocation")


def is_flash(event):
    return event.data["domain"] == "light" and "flash" in event.data["service_data"]
