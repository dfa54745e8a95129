"""All triggers: what they are called, whom they are about, and what mistakes are said."""

import json
from pathlib import Path

from homeassistant.helpers import (
    area_registry as ar,
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
    floor_registry as fr,
    label_registry as lr,
)
from homeassistant.helpers.condition import async_get_all_descriptions as async_get_condition_descriptions
from homeassistant.helpers.entity import get_device_class
from homeassistant.helpers.service import async_get_all_descriptions
from homeassistant.helpers.trigger import (
    async_get_all_descriptions as async_get_trigger_descriptions,
    async_validate_trigger_config,
)
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.ringcentral.condition import CONDITIONS
from custom_components.ringcentral.const import DOMAIN
from custom_components.ringcentral.trigger import TRIGGERS
from tests.automations import automate, trigger, triggers
from tests.controls import device_id

INTEGRATION = Path(__file__).parents[2] / "custom_components" / "ringcentral"
ENGLISH = json.loads((INTEGRATION / "translations" / "en.json").read_text())
ICONS = json.loads((INTEGRATION / "icons.json").read_text())


@pytest.mark.parametrize(
    ("kind", "classes", "describe"),
    [
        ("trigger", TRIGGERS, async_get_trigger_descriptions),
        ("condition", CONDITIONS, async_get_condition_descriptions),
    ],
)
async def test_files_classes_texts_and_icons_name_the_same(hass, office, kind, classes, describe):
    assert await async_setup_component(hass, "automation", {})
    await hass.async_block_till_done()
    described = {
        key.removeprefix(f"{DOMAIN}."): one
        for key, one in (await describe(hass)).items()
        if key.startswith(f"{DOMAIN}.")
    }
    texts = ENGLISH[f"{kind}s"]
    assert set(described) == set(classes) == set(texts) == set(ICONS[f"{kind}s"])
    for key, description in described.items():
        assert ICONS[f"{kind}s"][key][kind].startswith("mdi:")
        assert description["target"]["entity"][0]["integration"] == DOMAIN, key
        assert set(description["fields"]) == set(texts[key].get("fields", {})), key
        schema = {str(option) for option in option_schema(classes[key])}
        assert schema - {"behavior"} == set(description["fields"]) - {"behavior"}, key
        for name, field in description["fields"].items():
            if choice := field["selector"].get("select"):
                offered = ENGLISH["selector"][choice["translation_key"]]["options"]
                assert {one["value"]: one["label"] for one in choice["options"]} == offered, name
                assert field["default"] in offered, name


async def services(hass):
    """Return how our actions are described, under the names that automations use."""
    described = await async_get_all_descriptions(hass)
    return {f"{DOMAIN}.{name}": one for name, one in described[DOMAIN].items()}


def option_schema(one):
    """Return the options that a class takes."""
    return getattr(one, "_options_schema", vol.Schema({})).schema


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
@pytest.mark.parametrize("describe", [async_get_trigger_descriptions, async_get_condition_descriptions, services])
async def test_a_target_offers_one_entity_for_each_phone(hass, office, describe):
    assert await async_setup_component(hass, "automation", {})
    await hass.async_block_till_done()
    targets = [
        one["target"]["entity"][0]
        for key, one in (await describe(hass)).items()
        if key.startswith(f"{DOMAIN}.") and one.get("target")
    ]
    assert targets
    entities = er.async_entries_for_config_entry(er.async_get(hass), office.entry.entry_id)
    phones = {one.device_id for one in entities} - {device_id(hass, office, None)}
    for target in targets:
        offered = [
            one.device_id
            for one in entities
            if one.domain in target["domain"] and get_device_class(hass, one.entity_id) in target["device_class"]
        ]
        assert sorted(offered) == sorted(phones)


# --- whom they are about -------------------------------------------------------------------------


@pytest.fixture
def places(hass, office):
    """101 in the hall, which has a floor and a label; a foreign device there; 102 elsewhere, with a label."""
    floor = fr.async_get(hass).async_create("Ground")
    label = lr.async_get(hass).async_create("Urgent")
    areas, devices = ar.async_get(hass), dr.async_get(hass)
    hall = areas.async_create("Hall", floor_id=floor.floor_id)
    devices.async_update_device(device_id(hass, office, "101"), area_id=hall.id, labels={label.label_id})
    foreign = MockConfigEntry(domain="doorbell")
    foreign.add_to_hass(hass)
    bell = devices.async_get_or_create(config_entry_id=foreign.entry_id, identifiers={("doorbell", "1")}, name="Bell")
    devices.async_update_device(bell.id, area_id=hall.id)
    er.async_get(hass).async_get_or_create(
        "event", "doorbell", "1", device_id=bell.id, config_entry=foreign, suggested_object_id="bell"
    )
    return {
        "device": {"device_id": device_id(hass, office, "101")},
        "area": {"area_id": hall.id},
        "floor": {"floor_id": floor.floor_id},
        "label": {"label_id": label.label_id},
        "entity": {"entity_id": office.entity_id("101", "caller")},
    }


@pytest.mark.parametrize("kind", ["device", "area", "floor", "label", "entity"])
async def test_a_phone_is_named_in_every_way_and_fires_once(hass, office, places, kind):
    caught = await automate(hass, trigger("call_missed", places[kind]))
    # An event of another integration in the same place.
    hass.states.async_set("event.bell", "2026-01-01T00:00:00+00:00", {"event_type": "missed"})
    await office.miss_a_call("102")
    assert caught == []
    await office.miss_a_call("101")
    assert [one["extension_number"] for one in triggers(caught)] == ["101"]


async def test_what_is_excluded_does_not_fire(hass, office, places):
    target = {"device_id": [device_id(hass, office, number) for number in ("101", "102")], "exclude": places["area"]}
    caught = await automate(hass, trigger("call_missed", target))
    await office.miss_a_call("101")
    await office.miss_a_call("102")
    assert [one["extension_number"] for one in triggers(caught)] == ["102"]


async def test_a_phone_that_moves_is_followed(hass, office, places):
    caught = await automate(hass, trigger("call_missed", places["area"]))
    devices = dr.async_get(hass)
    devices.async_update_device(device_id(hass, office, "101"), area_id=None)
    devices.async_update_device(device_id(hass, office, "102"), area_id=places["area"]["area_id"])
    await hass.async_block_till_done()
    await office.miss_a_call("101")
    await office.miss_a_call("102")
    assert [one["extension_number"] for one in triggers(caught)] == ["102"]


async def test_the_account_is_no_phone(hass, office):
    entity = er.async_get(hass).async_get(office.entity_id(None, "connection"))
    caught = await automate(hass, trigger("call_missed", entity.device_id))
    await office.miss_a_call("101")
    assert caught == []


# --- mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "target", "options", "complaint"),
    [
        ("started_ringing", {}, {}, "name phones by"),
        ("started_ringing", {"area_id": "hall"}, {"queue": "maybe"}, "queue"),
        ("started_ringing", {"area_id": "hall"}, {"behavior": "last"}, "behavior"),
        ("started_ringing", {"area_id": "hall"}, {"for": "soon"}, "for"),
        ("started_ringing", {"area_id": "hall"}, {"direction": "inbound"}, "direction"),
        ("call_missed", {"area_id": "hall"}, {"queue": "only"}, "queue"),
        ("call_answered", {"area_id": "hall"}, {"direction": "up"}, "direction"),
        ("call_ended", {"area_id": "hall"}, {"minimum_duration": -3}, "minimum_duration"),
        ("became_busy", {"area_id": "hall"}, {"for": 10}, "for"),
    ],
)
async def test_a_mistake_is_said_clearly(hass, office, key, target, options, complaint):
    with pytest.raises(vol.Invalid, match=complaint):
        await async_validate_trigger_config(hass, cv.TRIGGER_SCHEMA([trigger(key, target, **options)]))


@pytest.mark.parametrize("key", TRIGGERS)
async def test_a_target_is_all_that_is_needed(hass, office, key):
    configuration = {"trigger": f"ringcentral.{key}", "target": {"area_id": "hall"}}
    [valid] = await async_validate_trigger_config(hass, cv.TRIGGER_SCHEMA([configuration]))
    assert valid["target"] == {"area_id": ["hall"]}


async def test_a_trace_says_why_an_automation_did_not_run(hass, office, hass_ws_client):
    await automate(hass, trigger("call_missed", device_id(hass, office, "101"), caller="Ann*"))
    await office.miss_a_call("101", from_name="John Wang")
    client = await hass_ws_client()
    await client.send_json_auto_id({"type": "trace/list", "domain": "automation", "item_id": "caught"})
    [run] = (await client.receive_json())["result"]
    await client.send_json_auto_id(
        {"type": "trace/get", "domain": "automation", "item_id": "caught", "run_id": run["run_id"]}
    )
    trace = (await client.receive_json())["result"]
    assert "caller_differs" in json.dumps(trace)
