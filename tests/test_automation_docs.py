"""The document about triggers and conditions: complete, and every example is a valid automation."""

import json
from pathlib import Path
import re

from homeassistant.core import callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import async_validate_conditions_config
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.script import async_validate_actions_config
from homeassistant.helpers.trigger import async_validate_trigger_config
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest

from custom_components.ringcentral.calls.bus import SIGNAL_CALL
from custom_components.ringcentral.condition import CONDITIONS
from custom_components.ringcentral.const import DOMAIN
from custom_components.ringcentral.trigger import TRIGGERS

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "automations.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
ENGLISH = json.loads((ROOT / "custom_components" / DOMAIN / "translations" / "en.json").read_text())
KINDS = {"trigger": TRIGGERS, "condition": CONDITIONS}


def section(heading):
    _, found, rest = TEXT.partition(f"\n## {heading}\n")
    assert found, heading
    return rest.partition("\n## ")[0]


@pytest.mark.parametrize("example", EXAMPLES, ids=range(1, len(EXAMPLES) + 1))
async def test_every_example_is_a_valid_automation(hass, office, example):
    assert await async_setup_component(hass, "automation", {})
    automation = parse_yaml(example)
    assert set(automation) <= {"triggers", "conditions", "actions"}
    await async_validate_trigger_config(hass, cv.TRIGGER_SCHEMA(automation["triggers"]))
    await async_validate_conditions_config(hass, cv.CONDITIONS_SCHEMA(automation.get("conditions", [])))
    await async_validate_actions_config(hass, cv.SCRIPT_SCHEMA(automation["actions"]))


@pytest.mark.parametrize(("kind", "key"), [(kind, key) for kind, classes in KINDS.items() for key in classes])
def test_each_has_a_section_with_its_way_through_the_editor_its_options_and_an_example(kind, key):
    described = ENGLISH[f"{kind}s"][key]
    text = section(described["name"])
    way, _, rest = text.strip().partition("\n\n")
    assert f"**Add {kind} → By type → RingCentral → {described['name']} → Add target**" in " ".join(way.split())
    assert f"{kind}: {DOMAIN}.{key}\n" in rest
    schema = getattr(KINDS[kind][key], "_options_schema", None)
    listed = rest.partition("\n\n")[0]
    for option in schema.schema if schema is not None else ():
        assert f"`{option}`" in listed, option
    assert f"](#{re.sub(r'[^a-z -]', '', described['name'].lower()).replace(' ', '-')})" in TEXT


def test_what_the_way_through_the_editor_names_is_what_the_editor_shows():
    shown = {
        field["name"]
        for kind in KINDS
        for one in ENGLISH[f"{kind}s"].values()
        for field in one.get("fields", {}).values()
    }
    choices = {word for one in ENGLISH["selector"].values() for word in one["options"].values()} | {"All"}
    ways = [" ".join(way.split()) for way in re.findall(r"\nIn the editor: (.*?)\n\n", TEXT, re.DOTALL)]
    assert len(ways) == len(TRIGGERS) + len(CONDITIONS)
    for way in ways:
        for ticked in re.findall(r"tick \*\*(.*?)\*\*", way):
            assert ticked in shown, ticked
        for chosen in re.findall(r"choose \*(\w.*?)\*", way):
            assert chosen in choices, chosen


async def test_every_variable_is_described(hass, office, phones):
    sent = []
    stop = async_dispatcher_connect(hass, SIGNAL_CALL, callback(lambda data, _: sent.append(data)))
    phones.call_in("101")
    await office.shows("101", "ringing", "on")
    await office.settle()
    stop()
    assert set(sent[0]) <= set(re.findall(r"`(\w+)`", section("What triggers have in common")))
