"""Set-up, unload, reload and removal of an entry."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from tests.office import until


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


async def test_reloading_goes_on_with_the_same_session_and_fires_no_state_but_the_return(hass, office):
    session = office.simulator.oauth.sessions[0]
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await until(lambda: office.coordinator.is_push_connected)
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


async def test_an_entry_set_up_while_the_cloud_is_away_is_tried_again(hass, entry, simulator):
    await simulator.stop()
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY


@pytest.mark.parametrize("field", ["client_secret", "jwt"])
async def test_refused_credentials_ask_the_user_to_log_in_again(hass, entry, simulator, field):
    hass.config_entries.async_update_entry(entry, data={**entry.data, field: "wrong"})
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


@pytest.mark.parametrize("permission", ["ReadPresence", "ReadAccounts"])
async def test_a_missing_permission_is_named(hass, entry, simulator, permission):
    # The permission to edit includes the one to read.
    simulator.login(simulator.credentials).application.permissions -= {permission, "EditPresence"}
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_placeholders == {"permission": permission}


async def test_a_token_refresh_is_stored_and_does_not_reload(hass, office, clock):
    coordinator = office.coordinator
    before = office.entry.data["token"]["access_token"]
    clock.advance(3400)
    await until(lambda: office.entry.data["token"]["access_token"] != before)
    assert office.coordinator is coordinator
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
    await until(lambda: office.coordinator.is_push_connected)
