"""Selects, switches and the text that set an extension's presence."""

import asyncio
from datetime import datetime

from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest

from simulator.account import demo_account
from tests.office import Office


async def choose(hass, office, number, key, option):
    await hass.services.async_call(
        "select", "select_option", {"entity_id": office.entity_id(number, key), "option": option}, blocking=True
    )


async def switch(hass, office, number, key, service):
    await hass.services.async_call("switch", service, {"entity_id": office.entity_id(number, key)}, blocking=True)


def setting(office, number, field):
    return office.account.find(number).settings[field]


async def test_choosing_a_status_sets_it_at_ringcentral(hass, office):
    await choose(hass, office, "101", "set_status", "busy")
    assert setting(office, "101", "userStatus") == "Busy"
    assert office.shown("101", "set_status") == "busy"
    await office.shows("101", "presence", "busy")


async def test_what_was_chosen_shows_before_ringcentral_has_answered(hass, office):
    office.simulator.faults.apply({"kind": "silent", "path": "*/presence", "method": "PUT"})
    choosing = hass.async_create_task(choose(hass, office, "101", "set_dnd", "do_not_accept_any_calls"))
    await office.shows("101", "set_dnd", "do_not_accept_any_calls")
    assert setting(office, "101", "dndStatus") == "TakeAllCalls"
    choosing.cancel()
    await asyncio.wait({choosing})
    await office.shows("101", "set_dnd", "take_all_calls")


async def test_a_refused_choice_is_put_back_and_said(hass, office, simulator):
    simulator.faults.apply({"kind": "status", "status": 400, "code": "CMN-101", "path": "*/presence", "method": "PUT"})
    with pytest.raises(HomeAssistantError) as caught:
        await choose(hass, office, "101", "set_dnd", "take_queue_calls_only")
    assert caught.value.translation_key == "change_refused"
    assert caught.value.translation_placeholders == {"code": "CMN-101"}
    assert office.shown("101", "set_dnd") == "take_all_calls"


async def test_a_choice_while_ringcentral_is_down_is_put_back_and_said(hass, office, simulator):
    simulator.faults.apply({"kind": "status", "status": 503, "path": "*/presence", "method": "PUT"})
    with pytest.raises(HomeAssistantError) as caught:
        await choose(hass, office, "101", "set_status", "busy")
    assert caught.value.translation_key == "unreachable"
    assert office.shown("101", "set_status") == "available"


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_leaving_do_not_disturb_by_a_status_brings_back_what_was_set_before(hass, office, phones, simulator):
    simulator.login(simulator.credentials).is_administrator = True
    agent = office.account.extensions[phones.find("200").members[0]]
    office.account.update_presence(agent.id, {"dndStatus": "DoNotAcceptDepartmentCalls"})
    await office.shows(agent.number, "dnd", "do_not_accept_queue_calls")
    await choose(hass, office, agent.number, "set_dnd", "do_not_accept_any_calls")
    await office.shows(agent.number, "dnd", "do_not_accept_any_calls")
    await choose(hass, office, agent.number, "set_status", "available")
    assert setting(office, agent.number, "dndStatus") == "DoNotAcceptDepartmentCalls"
    await office.shows(agent.number, "dnd", "do_not_accept_queue_calls")


async def test_a_user_who_hides_cannot_set_a_status(office):
    office.account.update_presence(office.account.find("101").id, {"allowSeeMyPresence": False})
    await office.shows("101", "set_status", "unavailable")
    assert office.shown("101", "set_dnd") == "take_all_calls"


async def test_losing_the_permission_makes_the_controls_unavailable(hass, office, simulator):
    simulator.login(simulator.credentials).permissions.discard("EditPresenceStatus")
    with pytest.raises(HomeAssistantError) as caught:
        await choose(hass, office, "101", "set_status", "busy")
    assert caught.value.translation_key == "permission_missing"
    assert caught.value.translation_placeholders == {"permission": "EditPresenceStatus"}
    assert office.shown("101", "set_status") == "unavailable"
    assert office.shown("101", "presence") == "available"


async def test_without_the_apps_permission_the_controls_are_unavailable_from_the_start(hass, entry, simulator, phones):
    simulator.login(simulator.credentials).application.permissions.discard("EditPresence")
    simulator.login(simulator.credentials).application.permissions.add("ReadPresence")
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    assert office.shown("101", "set_status") == "unavailable"
    await hass.config_entries.async_unload(entry.entry_id)


async def test_controls_are_on_by_default_for_the_own_extension_only(hass, office):
    registry = er.async_get(hass)
    for number, is_on in (("101", True), ("102", False)):
        found = registry.async_get(office.entity_id(number, "set_status"))
        assert (found.disabled_by is None) is is_on
    assert registry.async_get(office.entity_id("101", "set_see_my_presence")).disabled_by is not None


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
class TestAllEntities:
    """With every entity switched on."""

    @pytest.mark.parametrize(
        ("key", "field"),
        [
            ("see_my_presence", "allowSeeMyPresence"),
            ("ring_on_monitored_call", "ringOnMonitoredCall"),
            ("pick_up_calls_on_hold", "pickUpCallsOnHold"),
        ],
    )
    async def test_each_setting_is_shown_and_can_be_switched(self, hass, office, key, field):
        for is_on in (not setting(office, "101", field), setting(office, "101", field)):
            await switch(hass, office, "101", f"set_{key}", "turn_on" if is_on else "turn_off")
            assert setting(office, "101", field) is is_on
            await office.shows("101", key, "on" if is_on else "off")
            assert office.shown("101", f"set_{key}") == office.shown("101", key)

    async def test_a_setting_that_the_account_does_not_have_is_unavailable(self, office):
        assert office.shown("101", "set_accept_queue_calls") == "unavailable"
        assert office.shown("101", "accept_queue_calls") == "unknown"

    async def test_the_status_message_is_set(self, hass, office):
        message = {"entity_id": office.entity_id("101", "set_status_message"), "value": "Back at ten"}
        await hass.services.async_call("text", "set_value", message, blocking=True)
        assert setting(office, "101", "message") == "Back at ten"
        assert office.shown("101", "status_message") == "Back at ten"
        assert office.shown("101", "set_status_message") == "Back at ten"

    async def test_a_call_is_counted_and_timed(self, office, phones, clock):
        first = phones.call_in("101")
        await office.shows("101", "active_calls", "1")
        first.answer()
        phones.call_in("101")
        await office.shows("101", "active_calls", "2")
        assert office.state("101", "active_calls").attributes["reported"] == 2
        started = office.shown("101", "call_started")
        assert abs(_seconds(started) - clock.time()) < 5

    async def test_meeting_user_status_and_last_event_are_shown(self, office, phones, clock):
        assert office.shown(None, "last_event") == "unknown"
        phones.set_meeting("103", True)
        await office.shows("103", "meeting", "on")
        phones.set_status("103", "Busy")
        await office.shows("103", "user_status", "busy")
        assert abs(_seconds(office.shown(None, "last_event")) - clock.time()) < 5


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
class TestNewerCallHandling:
    """Accounts whose Do Not Disturb is the personal one."""

    @pytest.fixture
    def account(self, clock):
        made = demo_account(clock)
        made.has_new_call_handling = True
        return made

    async def test_the_personal_words_are_shown_and_set(self, hass, office, phones):
        assert office.shown("101", "dnd") == "take_all_calls"
        assert office.state("101", "set_dnd").attributes["options"] == ["take_all_calls", "do_not_accept_any_calls"]
        await choose(hass, office, "101", "set_dnd", "do_not_accept_any_calls")
        assert setting(office, "101", "dndStatusPersonal") == "DoNotAcceptAnyCalls"
        await office.shows("101", "dnd", "do_not_accept_any_calls")
        await choose(hass, office, "101", "set_status", "available")
        await office.shows("101", "dnd", "take_all_calls")

    async def test_queue_calls_are_switched(self, hass, office):
        await switch(hass, office, "101", "set_accept_queue_calls", "turn_off")
        assert setting(office, "101", "acceptCallQueueCalls") is False
        await office.shows("101", "accept_queue_calls", "off")


def _seconds(text):
    return datetime.fromisoformat(text).timestamp()
