"""Which extensions the target of an action stands for."""

from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
import pytest

from custom_components.ringcentral.const import DOMAIN
from custom_components.ringcentral.targets import async_find_extension
from tests.controls import device_id


@pytest.fixture
def targeted(hass, office):
    """The names of the extensions that a target stands for."""

    async def find(**target):
        given = {"blocking": True, "return_response": True}
        reported = await hass.services.async_call(DOMAIN, "get_calls", target, **given)
        return sorted(one["name"] for one in reported["extensions"])

    return find


@pytest.fixture
def kitchen(hass):
    """An area."""
    return ar.async_get(hass).async_create("Kitchen").id


async def test_devices_and_entities_stand_for_their_extensions_each_once(hass, office, targeted):
    assert await targeted(
        device_id=[device_id(hass, office, "101"), device_id(hass, office, "102")],
        entity_id=[office.entity_id("101", "ringing"), office.entity_id("103", "presence")],
    ) == ["Alice Moreau", "Ben Okafor", "Front Desk"]


async def test_of_an_area_everything_else_is_left_out(hass, office, targeted, kitchen):
    for number in ("101", None):
        dr.async_get(hass).async_update_device(device_id(hass, office, number), area_id=kitchen)
    er.async_get(hass).async_update_entity(office.entity_id("102", "presence"), area_id=kitchen)
    assert await targeted(area_id=kitchen) == ["Alice Moreau", "Front Desk"]


async def test_an_exception_from_an_area_is_heeded(hass, office, targeted, kitchen):
    for number in ("101", "102"):
        dr.async_get(hass).async_update_device(device_id(hass, office, number), area_id=kitchen)
    excluded = {"device_id": [device_id(hass, office, "102")]}
    assert await targeted(area_id=kitchen, exclude=excluded) == ["Front Desk"]


async def test_an_entity_that_is_excepted_stands_for_its_extension(hass, office, targeted, kitchen):
    for number in ("101", "102"):
        dr.async_get(hass).async_update_device(device_id(hass, office, number), area_id=kitchen)
    excluded = {"entity_id": [office.entity_id("102", "presence")]}
    assert await targeted(area_id=kitchen, exclude=excluded) == ["Front Desk"]


async def test_an_exception_from_what_is_named_is_heeded(hass, office, targeted):
    named = [device_id(hass, office, number) for number in ("101", "102")]
    assert await targeted(device_id=named, exclude={"device_id": named[1:]}) == ["Front Desk"]


async def test_a_name_of_the_users_own_is_shown(hass, office, targeted):
    dr.async_get(hass).async_update_device(device_id(hass, office, "101"), name_by_user="Reception")
    assert await targeted(device_id=device_id(hass, office, "101")) == ["Reception"]


async def test_an_area_without_extensions_is_refused(targeted, kitchen):
    with pytest.raises(ServiceValidationError) as caught:
        await targeted(area_id=kitchen)
    assert caught.value.translation_key == "no_extension_targeted"


async def test_what_is_named_has_to_be_an_extension(hass, office, targeted):
    hass.states.async_set("light.kitchen", "on")
    for target in ({"device_id": device_id(hass, office, None)}, {"entity_id": "light.kitchen"}):
        with pytest.raises(ServiceValidationError) as caught:
            await targeted(**target)
        assert caught.value.translation_key == "not_an_extension"


async def test_a_device_that_does_not_exist_is_refused(targeted):
    with pytest.raises(ServiceValidationError) as caught:
        await targeted(device_id="nowhere")
    assert caught.value.translation_key == "service_device_not_found"


async def test_an_entry_that_is_not_loaded_is_named(hass, office, targeted):
    target = device_id(hass, office, "101")
    entity_id = office.entity_id("101", "presence")
    await hass.config_entries.async_unload(office.entry.entry_id)
    for given in ({"device_id": target}, {"entity_id": entity_id}):
        with pytest.raises(ServiceValidationError) as caught:
            await targeted(**given)
        assert caught.value.translation_key == "service_config_entry_not_loaded"


async def test_an_extension_is_found_from_the_start_of_its_coordinator_to_the_stop(hass, office, phones):
    desk = device_id(hass, office, "101")
    found = async_find_extension(hass, desk)
    assert found.coordinator is office.coordinator
    assert found.extension.id == str(phones.find("101").id)
    assert async_find_extension(hass, "gone") is None
    # A set-up that failed leaves a coordinator that has stopped.
    await office.coordinator.async_stop()
    assert async_find_extension(hass, desk) is None
