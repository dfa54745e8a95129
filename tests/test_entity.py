"""What the entities have in common: whose they are, when they are available, and how they set presence."""

import asyncio
from typing import ClassVar

from homeassistant.const import EntityCategory
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest

from custom_components.ringcentral.binary_sensor import BINARY_SENSORS
from custom_components.ringcentral.presence.vocabulary import Call, CallState, ExtensionState
from custom_components.ringcentral.sensor import SENSORS
from simulator.extension import Extension
from tests.controls import choose, setting
from tests.office import Office


async def test_the_entities_of_an_extension_belong_to_its_device(hass, office):
    registry = er.async_get(hass)
    own = {registry.async_get(office.entity_id("102", key)).device_id for key in ("presence", "ringing", "call")}
    (device,) = own
    assert dr.async_get(hass).async_get(device).name == "Alice Moreau"


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_what_is_set_every_day_is_an_ordinary_control_and_what_is_set_once_is_configuration(hass, office):
    registry = er.async_get(hass)

    def category(key):
        return registry.async_get(office.entity_id("101", key)).entity_category

    # Dashboards that Home Assistant makes leave out what has a category.
    assert [category(key) for key in ("set_status", "set_dnd", "set_status_message")] == [None, None, None]
    assert category("set_ring_on_monitored_call") is EntityCategory.CONFIG


async def test_an_extension_that_appears_gets_its_entities_and_one_that_comes_back_gets_them_again(office):
    newcomer = Extension(id=550100199016, number="109", name="Henry Adams")
    for _ in range(2):
        office.account.add_extension(newcomer)
        await office.comes_true(lambda: str(newcomer.id) in office.coordinator.extensions, within=60)
        await office.shows("109", "presence", "available")
        office.account.remove_extension(newcomer.id)
        await office.comes_true(lambda: str(newcomer.id) not in office.coordinator.extensions, within=60)


async def test_entities_are_unavailable_only_while_neither_events_nor_reads_come(office):
    await office.simulator.stop(abrupt=True)
    await office.shows(None, "connection", "off")
    assert office.shown("102", "presence") == "available"
    await office.comes_true(lambda: office.shown("102", "presence") == "unavailable", within=120)
    await office.simulator.start()
    await office.comes_true(lambda: office.shown("102", "presence") == "available", within=600)


class RecordingState(ExtensionState, frozen=True):
    """A state that remembers which of its fields were read."""

    read: ClassVar[set[str]] = set()

    def __getattribute__(self, name):
        if name in ExtensionState.__struct_fields__:
            RecordingState.read.add(name)
        return super().__getattribute__(name)


RINGING = (Call(call_id="c", state=CallState.RINGING),)
STATES = (
    {},
    {"are_calls_known": True},
    {"calls": RINGING, "known": RINGING, "are_calls_known": True},
    {"dnd_status": "Unknown", "dnd_status_personal": "TakeAllCalls"},
)


@pytest.mark.parametrize("description", [*SENSORS, *BINARY_SENSORS], ids=lambda one: one.key)
def test_an_entity_wakes_for_the_fields_that_it_shows_and_no_others(description):
    RecordingState.read.clear()
    for fields in STATES:
        state = RecordingState(**fields)
        description.value_fn(state)
        if attributes_fn := getattr(description, "attributes_fn", None):
            attributes_fn(state)
    assert description.inputs >= RecordingState.read
    # Once only this changes, with the first list.
    assert description.inputs - {"are_calls_known"} <= RecordingState.read


# Controls


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


async def test_losing_the_permission_makes_the_controls_unavailable(hass, office, simulator):
    simulator.login(simulator.credentials).permissions.discard("EditPresenceStatus")
    with pytest.raises(HomeAssistantError) as caught:
        await choose(hass, office, "101", "set_status", "busy")
    assert caught.value.translation_key == "permission_missing"
    assert caught.value.translation_placeholders == {"permission": "EditPresenceStatus"}
    assert office.shown("101", "set_status") == "unavailable"
    assert office.shown("101", "presence") == "available"


async def test_a_scope_that_is_missing_denies_the_controls_only_after_a_refusal(hass, entry, simulator, phones):
    simulator.login(simulator.credentials).application.permissions.discard("EditPresence")
    simulator.login(simulator.credentials).application.permissions.add("ReadPresence")
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    assert office.shown("101", "set_status") == "available"
    with pytest.raises(HomeAssistantError):
        await choose(hass, office, "101", "set_status", "busy")
    assert office.shown("101", "set_status") == "unavailable"
    await hass.config_entries.async_unload(entry.entry_id)


async def test_controls_are_on_by_default_for_the_own_extension_only(hass, office):
    registry = er.async_get(hass)
    for number, is_on in (("101", True), ("102", False)):
        found = registry.async_get(office.entity_id(number, "set_status"))
        assert (found.disabled_by is None) is is_on
    assert registry.async_get(office.entity_id("101", "set_see_my_presence")).disabled_by is not None
