"""The actions, as automations and people run them, and their examples in the documentation."""

from datetime import timedelta
from pathlib import Path
import re

from homeassistant.core import Context
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.helpers.service import async_get_all_descriptions
from homeassistant.helpers.template import Template
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol
import yaml

from custom_components.ringcentral.const import DOMAIN
from custom_components.ringcentral.markdown import escape
from tests.controls import act, device_id, set_presence, setting
from tests.marks import needs_former_call_handling
from tests.office import entry_data
from tests.waiting import until

DOCUMENTED = (Path(__file__).parent.parent / "docs" / "actions.md").read_text()
EXAMPLES = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", DOCUMENTED, re.DOTALL)]
ACTIONS = {
    "set_presence",
    "get_calls",
    "mark_missed_calls_seen",
    "resync",
    "mark_voicemail_read",
    "mark_voicemail_unread",
    "delete_voicemail",
}


async def set_busy(hass, area):
    """Make everybody in an area busy."""
    await hass.services.async_call(DOMAIN, "set_presence", {"area_id": area.id, "status": "busy"}, blocking=True)


async def wrong(hass, office, action="set_presence", *numbers, **data):
    """Run an action wrongly and return what is said about it."""
    with pytest.raises(ServiceValidationError) as caught:
        await act(hass, office, action, *(numbers or ("101",)), **data)
    return caught.value.translation_key


async def test_actions_exist_while_no_entry_is_loaded(hass):
    assert await async_setup_component(hass, DOMAIN, {})
    assert set(hass.services.async_services_for_domain(DOMAIN)) == ACTIONS
    described = (await async_get_all_descriptions(hass))[DOMAIN]
    assert set(described) == ACTIONS
    assert set(described["set_presence"]["fields"]) == {"status", "do_not_disturb", "message", "duration", "until"}
    assert all(described[action]["target"]["entity"] for action in ACTIONS - {"resync"})


class TestSetPresence:
    """What set_presence sets, and what it refuses."""

    async def test_everything_is_set_at_once(self, hass, office):
        await set_presence(
            hass, office, "101", status="busy", do_not_disturb="do_not_accept_any_calls", message="In a workshop"
        )
        assert setting(office, "101", "userStatus") == "Busy"
        assert setting(office, "101", "dndStatus") == "DoNotAcceptAnyCalls"
        assert setting(office, "101", "message") == "In a workshop"
        assert office.shown("101", "dnd") == "do_not_accept_any_calls"
        await office.shows("101", "presence", "busy")

    async def test_what_is_not_given_stays(self, hass, office):
        await set_presence(hass, office, "101", do_not_disturb="do_not_accept_any_calls")
        await set_presence(hass, office, "101", status="offline")
        assert setting(office, "101", "dndStatus") == "DoNotAcceptAnyCalls"

    async def test_several_extensions_are_set_together(self, hass, office):
        office.simulator.login(office.simulator.credentials).is_administrator = True
        await set_presence(hass, office, "101", "102", "103", status="busy")
        assert [setting(office, number, "userStatus") for number in ("101", "102", "103")] == ["Busy"] * 3

    async def test_one_that_fails_does_not_keep_the_others_from_being_set(self, hass, office, caplog):
        with pytest.raises(HomeAssistantError) as caught:
            await set_presence(hass, office, "101", "102", status="busy")
        assert setting(office, "101", "userStatus") == "Busy"
        assert caught.value.translation_key == "some_not_changed"
        assert set(caught.value.translation_placeholders) == {"failed", "total", "names"}, "nothing in another language"
        assert "was not set: " in caplog.text
        reported = caught.value.translation_placeholders
        assert (reported["failed"], reported["total"], reported["names"]) == ("1", "2", "Alice Moreau")

    async def test_each_failure_is_counted_where_two_have_the_same_name(self, hass, office):
        dr.async_get(hass).async_update_device(device_id(hass, office, "103"), name_by_user="Alice Moreau")
        with pytest.raises(HomeAssistantError) as caught:
            await set_presence(hass, office, "101", "102", "103", status="busy")
        reported = caught.value.translation_placeholders
        assert (reported["failed"], reported["total"], reported["names"]) == ("2", "3", "Alice Moreau")

    async def test_until_is_local_time(self, hass, office, clock):
        await hass.config.async_set_time_zone("America/Los_Angeles")
        end = dt_util.as_local(dt_util.utc_from_timestamp(clock.time()) + timedelta(minutes=5))
        await set_presence(hass, office, "101", status="busy", until=end.strftime("%Y-%m-%d %H:%M:%S"))
        await office.pass_time(285, step=15)
        assert setting(office, "101", "userStatus") == "Busy"
        await office.comes_true(lambda: setting(office, "101", "userStatus") == "Available", within=30)

    @pytest.mark.parametrize(
        ("data", "key"),
        [
            ({}, "nothing_to_set"),
            ({"duration": "01:00:00"}, "nothing_to_set"),
            ({"status": "busy", "duration": 60, "until": "2099-01-01 12:00:00"}, "duration_and_until"),
            ({"status": "busy", "until": "2001-01-01 12:00:00"}, "until_in_past"),
        ],
    )
    async def test_wrong_use_is_refused_with_its_reason(self, hass, office, data, key):
        assert await wrong(hass, office, **data) == key
        assert setting(office, "101", "userStatus") == "Available"

    @pytest.mark.parametrize(
        "data",
        [
            {"status": "asleep"},
            {"do_not_disturb": "off"},
            {"message": "x" * 76},
            {"duration": "-01:00:00"},
            {"until": "9999-12-31 23:59:59"},
        ],
    )
    async def test_values_that_do_not_exist_are_refused(self, hass, office, data):
        await hass.config.async_set_time_zone("America/Los_Angeles")
        with pytest.raises(vol.Invalid):
            await set_presence(hass, office, "101", **{"status": "busy", **data})

    async def test_a_user_who_hides_cannot_be_given_a_status(self, hass, office):
        office.account.update_presence(office.account.find("101").id, {"allowSeeMyPresence": False})
        await office.shows("101", "set_status", "unavailable")
        assert await wrong(hass, office, status="busy") == "presence_hidden"
        await set_presence(hass, office, "101", message="Here all the same")
        assert setting(office, "101", "message") == "Here all the same"

    async def test_a_phone_that_belongs_to_nobody_has_no_presence_to_set(self, hass, office):
        assert await wrong(hass, office, "set_presence", "301", status="busy") == "no_settable_presence"

    @pytest.mark.needs("reads")
    async def test_a_present_state_that_is_not_known_cannot_be_put_back(self, hass, office):
        # The presence of 108 is hidden from everybody.
        key = await wrong(hass, office, "set_presence", "108", do_not_disturb="take_all_calls", duration=60)
        assert key == "present_unknown"

    @pytest.mark.parametrize(
        ("numbers", "data", "key"),
        [
            (("102",), {"status": "busy"}, "change_not_allowed"),
            pytest.param(
                ("101",),
                {"do_not_disturb": "do_not_accept_queue_calls"},
                "change_refused",
                marks=needs_former_call_handling,
            ),
        ],
    )
    async def test_what_ringcentral_does_not_allow_is_reported(self, hass, office, numbers, data, key):
        with pytest.raises(HomeAssistantError) as caught:
            await set_presence(hass, office, *numbers, **data)
        assert caught.value.translation_key == key

    async def test_of_an_area_one_that_cannot_be_set_does_not_keep_the_others_from_it(self, hass, office):
        office.simulator.login(office.simulator.credentials).is_administrator = True
        area = ar.async_get(hass).async_create("Office")
        # 301 is a room: that it has no presence to be set is no failure where nobody named it.
        for number in ("101", "102", "103", "301"):
            dr.async_get(hass).async_update_device(device_id(hass, office, number), area_id=area.id)
        office.account.update_presence(office.account.find("102").id, {"allowSeeMyPresence": False})
        await office.coordinator.reader.read_all()
        with pytest.raises(HomeAssistantError) as caught:
            await hass.services.async_call(
                DOMAIN, "set_presence", {"area_id": area.id, "status": "busy"}, blocking=True
            )
        reported = caught.value.translation_placeholders
        assert (reported["failed"], reported["total"], reported["names"]) == ("1", "3", "Alice Moreau")
        assert [setting(office, number, "userStatus") for number in ("101", "103")] == ["Busy", "Busy"]

    async def test_of_an_area_without_people_nobody_is_set(self, hass, office):
        area = ar.async_get(hass).async_create("Meetings")
        dr.async_get(hass).async_update_device(device_id(hass, office, "301"), area_id=area.id)
        with pytest.raises(ServiceValidationError) as caught:
            await hass.services.async_call(
                DOMAIN, "set_presence", {"area_id": area.id, "status": "busy"}, blocking=True
            )
        assert caught.value.translation_key == "no_extension_targeted"

    async def test_of_two_logins_that_watch_a_phone_one_is_enough(self, hass, office, account):
        login = office.simulator.add_login(account.find("102").id)
        second = MockConfigEntry(
            domain=DOMAIN,
            title="Alice Moreau (102)",
            unique_id=f"{account.id}-{login.extension_id}",
            data=entry_data(office.simulator, login),
            options={"watch": ["account"]},
        )
        second.add_to_hass(hass)
        assert await hass.config_entries.async_setup(second.entry_id)
        area, own_id = ar.async_get(hass).async_create("Desk"), str(account.find("101").id)
        for entry in (office.entry, second):
            device = entry.runtime_data.watchlist.device(own_id)
            dr.async_get(hass).async_update_device(device.id, area_id=area.id)
        await set_busy(hass, area)
        assert setting(office, "101", "userStatus") == "Busy"
        await hass.config_entries.async_unload(second.entry_id)

    async def test_a_missing_permission_is_named(self, hass, office):
        office.simulator.login(office.simulator.credentials).permissions.discard("EditPresenceStatus")
        with pytest.raises(HomeAssistantError) as caught:
            await set_presence(hass, office, "101", status="busy")
        assert caught.value.translation_key == "permission_missing"
        assert caught.value.translation_placeholders == {"permission": "EditPresenceStatus"}

    @pytest.mark.parametrize("more", [{}, {"duration": 60}], ids=["for good", "for a time"])
    async def test_a_cloud_that_is_away_is_reported(self, hass, office, more):
        office.simulator.faults.apply({"kind": "status", "status": 503})
        with pytest.raises(HomeAssistantError) as caught:
            await set_presence(hass, office, "101", status="busy", **more)
        assert caught.value.translation_key == "unreachable"


class TestNewerCallHandling:
    """Accounts whose Do Not Disturb is the personal one."""

    @pytest.fixture
    def settings(self, settings):
        settings.speak(["new_call_handling"])
        return settings

    async def test_do_not_disturb_is_the_personal_one(self, hass, office):
        await set_presence(hass, office, "101", do_not_disturb="do_not_accept_any_calls", duration=60)
        assert setting(office, "101", "dndStatus") == "DoNotAcceptAnyCalls"
        await office.pass_time(50)
        await office.comes_true(lambda: setting(office, "101", "dndStatus") == "TakeAllCalls", within=60)

    async def test_it_has_two_words_only(self, hass, office):
        assert await wrong(hass, office, do_not_disturb="take_queue_calls_only") == "dnd_not_offered"


class TestGetCalls:
    """What get_calls returns."""

    @pytest.mark.needs("names")
    async def test_current_calls_are_returned_with_who_it_is(self, hass, office, phones):
        call = phones.call_in("101", from_number="+14155550123", from_name="John Wang")
        await office.shows("101", "ringing", "on")
        busy, idle = (await act(hass, office, "get_calls", "101", "102", respond=True))["extensions"]
        if busy["name"] != "Front Desk":
            busy, idle = idle, busy
        assert (busy["name"], busy["extension_number"], busy["available"]) == ("Front Desk", "101", True)
        assert [(one["state"], one["from_name"]) for one in busy["calls"]] == [("ringing", "John Wang")]
        assert idle["calls"] == []
        assert "missed_calls" not in busy
        call.hang_up()
        await office.shows("101", "ringing", "off")
        (over,) = (await act(hass, office, "get_calls", "101", respond=True))["extensions"]
        assert over["calls"] == []

    @pytest.mark.needs("names")
    async def test_missed_calls_are_returned_and_marked_as_seen(self, hass, office):
        await office.miss_a_call("101", from_number="+14155550123", from_name="John Wang")

        async def missed():
            reported = await act(hass, office, "get_calls", "101", respond=True, missed_calls=True)
            return reported["extensions"][0]["missed_calls"]

        first = await missed()
        assert first["count"] == 1
        assert first["calls"][0]["caller_name"] == "John Wang"
        assert first["calls"][0]["at"].endswith("+00:00")
        await act(hass, office, "mark_missed_calls_seen", "101")
        second = await missed()
        assert (second["count"], second["calls"]) == (0, first["calls"])

    @pytest.mark.parametrize("options", [{"watch": ["account"], "privacy": "hidden"}])
    async def test_hidden_callers_stay_hidden(self, hass, office, phones):
        phones.call_in("101", from_number="+14155550123", from_name="John Wang")
        await office.shows("101", "ringing", "on")
        reported = await act(hass, office, "get_calls", "101", respond=True, missed_calls=True)
        assert "Wang" not in str(reported)
        assert "555" not in str(reported["extensions"][0]["calls"][0]["from"])


class TestResync:
    """Reading everything again."""

    @pytest.mark.needs("reads")
    async def test_it_reads_what_no_event_reported(self, hass, office, phones, clock):
        office.simulator.faults.apply({"kind": "drop", "count": 5})
        phones.set_status("102", "Busy")
        await office.settle()
        office.simulator.faults.clear()
        clock.advance(10)
        await hass.services.async_call(DOMAIN, "resync", {"config_entry_id": office.entry.entry_id}, blocking=True)
        assert office.shown("102", "presence") == "busy"

    async def test_a_failure_is_reported(self, hass, office):
        office.simulator.faults.apply({"kind": "status", "status": 503})
        with pytest.raises(HomeAssistantError) as caught:
            await hass.services.async_call(DOMAIN, "resync", {}, blocking=True)
        assert caught.value.translation_key == "resync_failed"

    async def test_with_several_logins_one_has_to_be_chosen(self, hass, office):
        MockConfigEntry(domain=DOMAIN).add_to_hass(hass)
        with pytest.raises(ServiceValidationError):
            await hass.services.async_call(DOMAIN, "resync", {}, blocking=True)


def test_every_action_has_an_example():
    used = {
        step["action"].removeprefix("ringcentral.") for one in EXAMPLES for step in one["actions"] if "action" in step
    }
    assert used >= ACTIONS


# Those of voicemails are run where there is a mailbox.
RUN = [number for number, one in enumerate(EXAMPLES) if "voicemail" not in str(one)]


@pytest.mark.parametrize("number", RUN)
async def test_the_examples_of_the_documentation_run(hass, office, caplog, number):
    script = {"example": {"sequence": EXAMPLES[number]["actions"]}}
    assert await async_setup_component(hass, "script", {"script": script})
    assert hass.states.get("script.example").state == "off", "the example is valid"
    await hass.services.async_call("script", "example", blocking=True)
    assert "Error" not in caplog.text


async def test_an_example_does_what_it_says(hass, office):
    assert await async_setup_component(hass, "script", {"script": {"example": {"sequence": EXAMPLES[0]["actions"]}}})
    await hass.services.async_call("script", "example", blocking=True)
    await until(lambda: setting(office, "101", "dndStatus") == "DoNotAcceptAnyCalls")
    assert setting(office, "101", "message") == "In a workshop"


def test_in_the_example_of_a_notification_no_name_is_markup(hass):
    (message,) = re.findall(r"message: >-\n(.*?)```", DOCUMENTED, re.DOTALL)
    name = "[Log in](https://example.com) <b>now</b>"
    front_desk = {"missed_calls": {"calls": [{"caller_name": name}]}}
    assert Template(message, hass).async_render({"front_desk": front_desk}).strip() == escape(name)


class TestUsers:
    """Home Assistant's users may do what their permissions for the entities allow."""

    @pytest.fixture
    def acting(self, hass, office, hass_read_only_user):
        """Run an action as a user who may read everything and control nothing."""

        async def run(action, target, **data):
            context = Context(user_id=hass_read_only_user.id)
            respond = action == "get_calls"
            return await hass.services.async_call(
                DOMAIN, action, {**target, **data}, blocking=True, context=context, return_response=respond
            )

        return run

    async def test_who_may_only_read_gets_calls_and_changes_nothing(self, hass, office, acting):
        own = {"device_id": device_id(hass, office, "101")}
        assert await acting("get_calls", own)
        for action, target, data in (
            ("set_presence", own, {"status": "busy"}),
            ("mark_missed_calls_seen", own, {}),
            ("resync", {}, {}),
        ):
            with pytest.raises(Unauthorized):
                await acting(action, target, **data)
        assert setting(office, "101", "userStatus") == "Available"

    async def test_who_may_see_other_entities_only_gets_no_calls(self, hass, office, acting, hass_read_only_user):
        hass_read_only_user.mock_policy({"entities": {"entity_ids": {"light.desk": True}}})
        with pytest.raises(Unauthorized):
            await acting("get_calls", {"device_id": device_id(hass, office, "101")})

    @pytest.mark.parametrize(
        ("action", "data", "key"),
        [
            ("get_calls", {}, "call_state"),
            ("get_calls", {"missed_calls": True}, "missed_calls"),
            ("set_presence", {"status": "busy"}, "set_status"),
            ("set_presence", {"do_not_disturb": "do_not_accept_any_calls"}, "set_dnd"),
            ("set_presence", {"message": "Back at ten"}, "set_status_message"),
            ("mark_missed_calls_seen", {}, "mark_missed_calls_seen"),
        ],
    )
    async def test_an_action_asks_for_the_entity_that_shows_or_sets_that_very_thing(
        self, hass, office, acting, hass_read_only_user, action, data, key
    ):
        target = {"device_id": device_id(hass, office, "101")}
        entities = er.async_entries_for_device(er.async_get(hass), target["device_id"], include_disabled_entities=True)
        own = {one.unique_id.rpartition("-")[2]: one.entity_id for one in entities}
        others = {entity_id: True for entity_id in own.values() if entity_id != own[key]}
        hass_read_only_user.mock_policy({"entities": {"entity_ids": others}})
        with pytest.raises(Unauthorized):
            await acting(action, target, **data)
        needed = {own["call_state"]: True, own[key]: True} if action == "get_calls" else {own[key]: True}
        hass_read_only_user.mock_policy({"entities": {"entity_ids": needed}})
        await acting(action, target, **data)

    async def test_of_an_area_what_cannot_be_set_needs_no_permission(self, hass, office, acting, hass_read_only_user):
        kitchen = ar.async_get(hass).async_create("Kitchen").id
        for number in ("101", "200"):
            if office.find_entity(number, "call_state"):
                dr.async_get(hass).async_update_device(device_id(hass, office, number), area_id=kitchen)
        entity_id = office.entity_id("101", "set_status")
        hass_read_only_user.mock_policy({"entities": {"entity_ids": {entity_id: True}}})
        await acting("set_presence", {"area_id": kitchen}, status="busy")
        assert setting(office, "101", "userStatus") == "Busy"

    async def test_a_user_who_is_gone_may_nothing(self, hass, office):
        with pytest.raises(UnknownUser):
            await hass.services.async_call(
                DOMAIN,
                "set_presence",
                {"device_id": device_id(hass, office, "101"), "status": "busy"},
                blocking=True,
                context=Context(user_id="nobody"),
            )
