"""The documents about triggers and conditions: complete, and every example is a valid automation."""

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

DOCS = Path(__file__).parent.parent / "docs"
TEXTS = {name: (DOCS / f"{name}.md").read_text() for name in ("triggers", "conditions")}
EXAMPLES = [
    pytest.param(example, id=f"{name} {number}")
    for name, text in TEXTS.items()
    for number, example in enumerate(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL), 1)
]


@pytest.mark.parametrize("example", EXAMPLES)
async def test_every_example_is_a_valid_automation(hass, office, example):
    assert await async_setup_component(hass, "automation", {})
    automation = parse_yaml(example)
    assert set(automation) <= {"triggers", "conditions", "actions"}
    await async_validate_trigger_config(hass, cv.TRIGGER_SCHEMA(automation["triggers"]))
    await async_validate_conditions_config(hass, cv.CONDITIONS_SCHEMA(automation.get("conditions", [])))
    await async_validate_actions_config(hass, cv.SCRIPT_SCHEMA(automation["actions"]))


@pytest.mark.parametrize(
    ("name", "kind", "classes"), [("triggers", "trigger", TRIGGERS), ("conditions", "condition", CONDITIONS)]
)
def test_every_one_has_an_example_and_its_options_are_told(name, kind, classes):
    shown = {key for text in TEXTS.values() for key in re.findall(rf"{kind}: {DOMAIN}\.(\w+)", text)}
    assert shown == set(classes)
    for one in classes.values():
        schema = getattr(one, "_options_schema", None)
        for option in schema.schema if schema is not None else ():
            assert f"`{option}`" in TEXTS[name]


async def test_every_variable_is_told(hass, office, phones):
    sent = []
    stop = async_dispatcher_connect(hass, SIGNAL_CALL, callback(lambda data, _: sent.append(data)))
    phones.call_in("101")
    await office.shows("101", "ringing", "on")
    await office.settle()
    stop()
    section = TEXTS["triggers"].partition("## What they have in common")[2].partition("\n## ")[0]
    assert set(sent[0]) <= set(re.findall(r"`(\w+)`", section))
