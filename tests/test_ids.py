"""The ids of devices and entities in the registries: what is built is read back."""

from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.ringcentral.ids import (
    account_identifier,
    account_unique_id,
    extension_identifier,
    extension_of,
    extension_unique_id,
    split_unique_id,
)


async def test_the_devices_of_an_office_name_their_extensions(hass, office):
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), office.entry.entry_id)
    login_id = office.coordinator.login_id
    by_identifier = {identifier: extension_of(device) for device in devices for identifier in device.identifiers}
    assert by_identifier == {
        account_identifier(login_id): None,
        **{extension_identifier(login_id, one): one for one in office.coordinator.extensions},
    }


async def test_the_device_of_another_integration_is_no_extensions(hass, office):
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=office.entry.entry_id, identifiers={("elsewhere", "101-102")}, name="Lamp"
    )
    assert extension_of(device) is None


async def test_the_entities_of_an_office_name_their_extensions_and_keys(hass, office):
    login_id = office.coordinator.login_id
    entities = er.async_entries_for_config_entry(er.async_get(hass), office.entry.entry_id)
    of_account = {one.unique_id for one in entities if split_unique_id(one.unique_id) is None}
    assert of_account == {account_unique_id(login_id, key) for key in ("connection", "last_event", "resync")}
    of_extensions = {one.unique_id for one in entities} - of_account
    assert {extension_unique_id(login_id, *split_unique_id(one)) for one in of_extensions} == of_extensions


@pytest.mark.parametrize("identifier", [("bond",), ("bond", "hub", "1")], ids=["one part", "three parts"])
async def test_the_devices_of_others_may_be_named_in_any_way(hass, office, identifier):
    device = dr.async_get(hass).async_get_or_create(config_entry_id=office.entry.entry_id, identifiers={identifier})
    assert extension_of(device) is None
