"""Set-up, unload, reload and removal of an entry."""

from datetime import timedelta
import time

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.util.dt import utcnow
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.ringcentral import async_remove_config_entry_device
from custom_components.ringcentral.api import gateway, subscriber
from custom_components.ringcentral.const import DOMAIN
from custom_components.ringcentral.dialogs import login
from custom_components.ringcentral.issues import async_report_missing_events
from custom_components.ringcentral.sync import link
from custom_components.ringcentral.sync.reader import PresenceReader
from simulator.logins import HISTORY_PERMISSIONS
from tests.office import Office, find_issue
from tests.waiting import until


async def test_every_extension_of_the_account_becomes_a_device_under_the_account(hass, office):
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), office.entry.entry_id)
    account = next(device for device in devices if device.model == "Account")
    phones = {device.name: device for device in devices if device is not account}
    assert set(phones) == {
        extension.name
        for extension in office.account.extensions.values()
        if extension.has_presence and extension.status == "Enabled"
    }
    desk = phones["Front Desk"]
    assert (desk.model, desk.model_id, desk.manufacturer) == ("User extension", "101", "RingCentral")
    assert {device.via_device_id for device in phones.values()} == {account.id}


async def test_all_entities_show_the_truth_after_set_up(office):
    assert office.differences() == []
    assert office.shown(None, "connection") == "on"


async def test_unloading_deletes_the_subscription_and_keeps_the_session(hass, office):
    simulator = office.simulator
    assert len(simulator.subscriptions.by_id) == 1
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    assert office.entry.state is ConfigEntryState.NOT_LOADED
    assert simulator.subscriptions.by_id == {}
    assert len(simulator.oauth.sessions) == 1
    assert office.entry.data["token"]["access_token"] == simulator.oauth.sessions[0].access_token


async def test_reloading_goes_on_with_the_same_session(hass, office):
    session = office.simulator.oauth.sessions[0]
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await until(lambda: office.coordinator.link.is_connected)
    assert office.simulator.oauth.sessions == [session]
    assert len(office.simulator.subscriptions.by_id) == 1
    await office.until_true()


async def test_removal_leaves_nothing_behind_here_or_at_ringcentral(hass, office):
    entry_id = office.entry.entry_id
    await hass.config_entries.async_remove(entry_id)
    await hass.async_block_till_done()
    assert office.simulator.subscriptions.by_id == {}
    assert office.simulator.oauth.sessions == []
    assert dr.async_entries_for_config_entry(dr.async_get(hass), entry_id) == []
    assert er.async_entries_for_config_entry(er.async_get(hass), entry_id) == []


async def test_removal_takes_files_of_all_kinds_and_every_issue_with_it(hass, hass_storage, entry, simulator, phones):
    simulator.permit(*HISTORY_PERMISSIONS)
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    await office.pass_time(10)
    own_id = str(office.account.find("101").id)
    await office.coordinator.editor.async_set(own_id, {"userStatus": "Busy"}, until=simulator.clock.time() + 3600)
    phones.call_in("101").go_to_voicemail()
    await office.pass_time(120)
    office.coordinator.history.report_not_granted()
    assert await hass.config_entries.async_unload(entry.entry_id)
    kinds = {key.split(".")[1] for key in hass_storage if entry.entry_id in key}
    assert kinds == {"history", "missed_calls", "temporary_presence", "voicemail"}
    async_report_missing_events(hass, entry)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert [key for key in hass_storage if entry.entry_id in key] == []
    assert [id_ for domain, id_ in ir.async_get(hass).issues if domain == DOMAIN] == []


async def test_an_entry_set_up_while_the_cloud_is_away_is_tried_again(hass, entry, simulator):
    await simulator.stop()
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY


async def test_removing_an_entry_whose_cloud_is_silent_takes_seconds(hass, office, simulator, monkeypatch):
    monkeypatch.setattr(gateway, "_GOODBYE_LIMIT", 0.2)
    monkeypatch.setattr(subscriber, "_SOCKET_LIMIT", 0.1)
    monkeypatch.setattr(login, "_GOODBYE_PATIENCE", 0.3)
    simulator.faults.apply({"kind": "silent"})
    simulator.faults.apply({"kind": "half_open"})
    began = time.monotonic()
    await hass.config_entries.async_remove(office.entry.entry_id)
    assert time.monotonic() - began < 10
    simulator.faults.clear()


@pytest.mark.parametrize("field", ["client_secret", "jwt"])
async def test_refused_credentials_ask_the_user_to_log_in_again(hass, entry, field):
    hass.config_entries.async_update_entry(entry, data={**entry.data, field: "wrong"})
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


@pytest.mark.parametrize(
    ("permission", "label"), [("ReadPresence", "Read Presence"), ("ReadAccounts", "Read Accounts")]
)
async def test_a_missing_permission_is_named(hass, entry, simulator, permission, label):
    # The permission to edit includes the one to read.
    simulator.login(simulator.credentials).application.permissions -= {permission, "EditPresence"}
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_placeholders == {"permission": label}


async def test_a_token_refresh_is_stored_and_does_not_reload(office, clock):
    running = office.coordinator
    before = office.entry.data["token"]["access_token"]
    clock.advance(3400)
    await until(lambda: office.entry.data["token"]["access_token"] != before)
    assert office.coordinator is running
    assert office.entry.state is ConfigEntryState.LOADED


async def test_the_device_of_an_unwatched_extension_is_removed_with_the_choice(hass, office):
    own = office.simulator.credentials.extension_id
    hass.config_entries.async_update_entry(office.entry, options={"watch": ["own"]})
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), office.entry.entry_id)
    assert {identifier for device in devices for _, identifier in device.identifiers} == {
        f"{own}-account",
        f"{own}-{own}",
    }
    await until(lambda: office.coordinator.link.is_connected)


async def test_when_home_assistant_stops_its_subscription_is_deleted(hass, office):
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    await until(lambda: office.simulator.subscriptions.by_id == {})
    assert len(office.simulator.oauth.sessions) == 1


async def leaves_no_subscription(entry, simulator, state):
    """Prove that a set-up that has got as far as its link has cleared up behind it."""
    assert entry.state is state
    assert simulator.gateway.accepted == 1
    await until(lambda: not simulator.gateway.connections)
    assert simulator.subscriptions.by_id == {}


async def test_a_first_read_that_fails_leaves_no_subscription(hass, entry, simulator):
    simulator.faults.apply({"kind": "status", "status": 503, "path": "*/presence"})
    await hass.config_entries.async_setup(entry.entry_id)
    await leaves_no_subscription(entry, simulator, ConfigEntryState.SETUP_RETRY)


async def test_a_fault_of_our_own_in_the_first_read_leaves_no_subscription(hass, entry, simulator, monkeypatch):
    monkeypatch.setattr(PresenceReader, "read_all", lambda _: 1 / 0)
    await hass.config_entries.async_setup(entry.entry_id)
    await leaves_no_subscription(entry, simulator, ConfigEntryState.SETUP_ERROR)


async def test_a_platform_that_fails_leaves_no_subscription(hass, entry, simulator, monkeypatch):
    async def fail(*_):
        raise ZeroDivisionError("a fault of a platform")

    monkeypatch.setattr(hass.config_entries, "async_forward_entry_setups", fail)
    await hass.config_entries.async_setup(entry.entry_id)
    await leaves_no_subscription(entry, simulator, ConfigEntryState.SETUP_ERROR)


async def test_a_user_may_remove_the_devices_of_an_entry_that_is_not_loaded(hass, office):
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), office.entry.entry_id)
    watched = next(device for device in devices if device.model != "Account")
    assert not await async_remove_config_entry_device(hass, office.entry, watched)
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    assert await async_remove_config_entry_device(hass, office.entry, watched)


async def test_a_permission_that_is_missing_at_set_up_is_a_repair_until_it_is_there(hass, entry, simulator):
    permissions = simulator.login(simulator.credentials).application.permissions
    missing = permissions & {"ReadPresence", "EditPresence"}
    permissions -= missing
    await hass.config_entries.async_setup(entry.entry_id)
    assert find_issue(hass, entry, "missing_permission").translation_placeholders["permission"] == "Read Presence"
    permissions |= missing
    async_fire_time_changed(hass, utcnow() + timedelta(minutes=16))
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    assert find_issue(hass, entry, "missing_permission") is None
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_a_token_endpoint_that_asks_for_patience_does_not_hold_up_the_set_up(hass, office, simulator, clock):
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    clock.advance(3700)
    simulator.faults.apply({"kind": "status", "status": 503, "retry_after": 600, "path": "*/oauth/token"})
    await hass.config_entries.async_setup(office.entry.entry_id)
    assert office.entry.state is ConfigEntryState.SETUP_RETRY
    assert simulator.requests["POST", "/restapi/oauth/token"] == 2


async def test_a_penalty_goes_on_over_a_reload(hass, office, simulator):
    simulator.faults.apply(
        {"kind": "status", "status": 429, "code": "CMN-301", "retry_after": 60, "path": "*/presence", "count": 1}
    )
    with pytest.raises(HomeAssistantError):
        await hass.services.async_call(
            "button", "press", {"entity_id": office.entity_id(None, "resync")}, blocking=True
        )
    simulator.request_log.clear()
    await hass.config_entries.async_reload(office.entry.entry_id)
    assert simulator.request_log, "the reload has asked for other things"
    assert not [one.path for one in simulator.request_log if one.path.endswith("/presence")]
    assert office.entry.state is ConfigEntryState.SETUP_RETRY


async def test_reloading_often_does_not_go_over_the_budget_of_logins(hass, office, simulator):
    for _ in range(6):
        await hass.config_entries.async_reload(office.entry.entry_id)
    assert simulator.limits.refused == 0
    assert not [one for one in simulator.request_log if one.status == 429]


async def test_unloading_in_the_middle_of_subscribing_leaves_no_subscription(
    hass, entry, simulator, clock, monkeypatch
):
    monkeypatch.setattr(link, "_FIRST_ATTEMPT_LIMIT", 0.1)
    simulator.faults.apply({"kind": "slow", "path": "*/subscription*", "seconds": 5, "count": 1})
    assert await hass.config_entries.async_setup(entry.entry_id)
    unloading = hass.async_create_task(hass.config_entries.async_unload(entry.entry_id))
    await until(lambda: entry.state is ConfigEntryState.UNLOAD_IN_PROGRESS or unloading.done())
    clock.advance(5)
    assert await unloading
    await until(lambda: not simulator.gateway.connections)
    assert simulator.subscriptions.by_id == {}


@pytest.mark.parametrize("permission", ["WebSocket", "ReadPresence"])
async def test_an_entry_that_never_worked_leaves_no_repair_when_it_is_removed(hass, entry, simulator, permission):
    simulator.login(simulator.credentials).application.permissions -= {permission, "EditPresence"}
    simulator.faults.apply({"kind": "status", "status": 503, "path": "*/presence"})
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert [issue_id for domain, issue_id in ir.async_get(hass).issues if domain == DOMAIN] == []
