"""Presence that is set for a time, in Home Assistant, over restarts and failures."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store
import pytest

from custom_components.ringcentral.const import DOMAIN
from custom_components.ringcentral.markdown import escape
from tests.controls import choose, set_presence, setting
from tests.office import Office, find_issue
from tests.waiting import until


@pytest.fixture
async def busy_for_an_hour(hass, office):
    """Front Desk is busy for an hour."""

    async def begin(**more):
        await set_presence(hass, office, "101", status="busy", duration="01:00:00", **more)
        assert setting(office, "101", "userStatus") == "Busy"

    yield begin
    # Leaps of time cost the link; nothing may be on its way when the test ends.
    if office.entry.state is ConfigEntryState.LOADED:
        await office.comes_true(lambda: office.coordinator.link.is_connected, within=600)
        await office.settle()


async def comes_back(office, field="userStatus", value="Available"):
    """Wait for the former state; leaps of time may have cost the link, so there is time for another try."""
    await office.comes_true(lambda: setting(office, "101", field) == value, within=300, step=10)


async def kept(hass, office):
    return await Store(hass, 1, f"{DOMAIN}.temporary_presence.{office.entry.entry_id}").async_load()


async def test_the_former_state_is_put_back_when_the_time_has_passed(hass, office, busy_for_an_hour):
    await busy_for_an_hour()
    await office.pass_time(3590, step=600)
    assert setting(office, "101", "userStatus") == "Busy"
    await comes_back(office)
    await office.shows("101", "presence", "available")
    assert not await kept(hass, office)


async def test_everything_that_was_set_is_put_back(hass, office, busy_for_an_hour):
    await set_presence(hass, office, "101", message="At my desk")
    await busy_for_an_hour(do_not_disturb="do_not_accept_any_calls", message="In a workshop")
    assert setting(office, "101", "dndStatus") == "DoNotAcceptAnyCalls"
    assert setting(office, "101", "message") == "In a workshop"
    await office.pass_time(3610, step=600)
    await comes_back(office)
    assert setting(office, "101", "dndStatus") == "TakeAllCalls"
    assert setting(office, "101", "message") == "At my desk"


async def test_a_second_time_ends_with_the_original_state(hass, office, busy_for_an_hour):
    await busy_for_an_hour()
    await office.pass_time(60, step=30)
    await set_presence(hass, office, "101", status="offline", duration="02:00:00")
    await office.pass_time(3700, step=600)
    assert setting(office, "101", "userStatus") == "Offline", "the newest end counts"
    await office.pass_time(3700, step=600)
    await comes_back(office)


async def test_a_change_in_the_app_stays(office, phones, busy_for_an_hour):
    await busy_for_an_hour(do_not_disturb="do_not_accept_any_calls")
    await office.pass_time(60, step=30)
    phones.set_status("101", "Offline")
    await office.shows("101", "presence", "offline")
    await office.pass_time(3600, step=600)
    await comes_back(office, "dndStatus", "TakeAllCalls")
    assert setting(office, "101", "userStatus") == "Offline", "what was changed stays"


async def test_a_change_and_back_counts_as_a_change(office, phones, busy_for_an_hour):
    await busy_for_an_hour()
    await office.pass_time(60, step=30)
    for status, word in (("Available", "available"), ("Busy", "busy")):
        phones.set_status("101", status)
        await office.shows("101", "presence", word)
    await office.pass_time(3600, step=600)
    assert setting(office, "101", "userStatus") == "Busy"


async def test_choosing_the_same_in_home_assistant_makes_it_stay(hass, office, busy_for_an_hour):
    await busy_for_an_hour()
    await choose(hass, office, "101", "set_status", "busy")
    assert not await kept(hass, office)
    await office.pass_time(3700, step=600)
    assert setting(office, "101", "userStatus") == "Busy"


@pytest.mark.parametrize("message", ["Still here", ""], ids=["another", "none"])
async def test_a_message_that_was_changed_unheard_stays(office, busy_for_an_hour, message):
    await busy_for_an_hour(message="In a workshop")
    office.account.update_presence(office.account.find("101").id, {"message": message})
    await office.pass_time(3610, step=600)
    await comes_back(office)
    assert setting(office, "101", "message") == message


async def test_it_is_put_back_after_a_reload(hass, office, busy_for_an_hour):
    await busy_for_an_hour()
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await office.pass_time(3500, step=600)
    assert setting(office, "101", "userStatus") == "Busy"
    await office.pass_time(100, step=30)
    await comes_back(office)


async def test_it_is_put_back_at_once_when_the_time_passed_during_a_stop(hass, office, clock, busy_for_an_hour):
    await busy_for_an_hour()
    await hass.config_entries.async_unload(office.entry.entry_id)
    clock.advance(7200)
    await office.set_up()
    await until(lambda: setting(office, "101", "userStatus") == "Available")


async def test_a_change_during_a_stop_stays(hass, office, phones, clock, busy_for_an_hour):
    await busy_for_an_hour()
    await hass.config_entries.async_unload(office.entry.entry_id)
    phones.set_status("101", "Offline")
    clock.advance(7200)
    await office.set_up()
    await office.pass_time(60)
    assert setting(office, "101", "userStatus") == "Offline"
    assert not await kept(hass, office)


async def test_a_failure_is_tried_again_less_and_less_often(office, busy_for_an_hour):
    await busy_for_an_hour()
    await office.pass_time(3500, step=600)
    office.simulator.faults.apply({"kind": "status", "status": 503})
    await office.pass_time(400, step=20)
    assert setting(office, "101", "userStatus") == "Busy"
    office.simulator.faults.clear()
    await office.comes_true(lambda: setting(office, "101", "userStatus") == "Available", within=1000, step=20)


async def test_a_change_whose_answer_was_lost_is_put_back_all_the_same(hass, office):
    # A request on a connection that was in use before is sent once more by the HTTP client itself.
    office.simulator.faults.apply({"kind": "lose_answer", "method": "PUT", "count": 2})
    with pytest.raises(HomeAssistantError):
        await set_presence(hass, office, "101", status="busy", duration="00:01:00")
    assert setting(office, "101", "userStatus") == "Busy"
    await office.pass_time(50)
    await comes_back(office)


async def test_a_change_that_did_not_arrive_leaves_nothing_to_put_back(hass, office, phones):
    office.simulator.faults.apply({"kind": "status", "status": 503, "method": "PUT"})
    with pytest.raises(HomeAssistantError):
        await set_presence(hass, office, "101", status="busy", duration="01:00:00")
    await office.pass_time(15)
    phones.set_status("101", "Offline")
    await office.shows("101", "presence", "offline")
    await office.settle()
    assert not await kept(hass, office)


async def test_a_former_state_that_is_refused_is_not_tried_for_ever(hass, office, caplog):
    await set_presence(hass, office, "101", status="busy", duration="00:01:00")
    office.simulator.faults.apply({"kind": "status", "status": 400, "method": "PUT"})
    await office.pass_time(80)
    assert "RingCentral refuses the former presence" in caplog.text
    office.simulator.faults.clear()
    await office.pass_time(300, step=30)
    assert setting(office, "101", "userStatus") == "Busy"
    assert not await kept(hass, office)


async def test_an_extension_that_is_no_longer_watched_is_forgotten(hass, office):
    office.simulator.login(office.simulator.credentials).is_administrator = True
    await set_presence(hass, office, "102", status="busy", duration="00:01:00")
    options = {**office.entry.options, "watch": ["own"]}
    hass.config_entries.async_update_entry(office.entry, options=options)
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    assert await kept(hass, office)
    await office.pass_time(80)
    assert not await kept(hass, office)
    assert setting(office, "102", "userStatus") == "Busy"


async def test_nothing_is_kept_of_a_change_that_was_refused(hass, office):
    office.simulator.login(office.simulator.credentials).permissions.discard("EditPresenceStatus")
    with pytest.raises(HomeAssistantError):
        await set_presence(hass, office, "101", status="busy", duration="01:00:00")
    assert not await kept(hass, office)


async def test_nothing_is_left_when_the_entry_is_removed(hass, office, busy_for_an_hour):
    await busy_for_an_hour()
    assert await kept(hass, office)
    await hass.config_entries.async_remove(office.entry.entry_id)
    assert await kept(hass, office) is None


async def test_what_was_set_for_a_time_is_put_back_although_the_phone_was_disabled_meanwhile(hass, office, account):
    office.simulator.login(office.simulator.credentials).is_administrator = True
    account.update_presence(account.find("103").id, {"message": "At my desk"})
    await set_presence(hass, office, "103", message="In a workshop", duration={"hours": 1})
    for status in ("Disabled", "Enabled"):
        account.find("103").status = status
        account.rename_extension(account.find("103").id, account.find("103").name)
        await office.pass_time(20, 5)
    await office.pass_time(3700, step=600)
    await office.comes_true(lambda: setting(office, "103", "message") == "At my desk", within=120)


@pytest.mark.parametrize(
    ("version", "data"), [(1, {"101": "of a later version"}), (2, {})], ids=["wrong-shape", "later-version"]
)
async def test_a_file_that_cannot_be_read_is_left_as_it_is_and_presence_can_be_set(
    hass, hass_storage, entry, simulator, phones, version, data
):
    key = f"{DOMAIN}.temporary_presence.{entry.entry_id}"
    hass_storage[key] = {"version": version, "minor_version": 1, "key": key, "data": data}
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    assert find_issue(hass, entry, "unreadable_files").translation_placeholders["files"] == escape(key)
    await set_presence(hass, office, "101", status="busy", duration="01:00:00")
    assert setting(office, "101", "userStatus") == "Busy"
    assert (hass_storage[key]["version"], hass_storage[key]["data"]) == (version, data)
    await office.pass_time(3590, step=600)
    await comes_back(office)
    assert await hass.config_entries.async_unload(entry.entry_id)
