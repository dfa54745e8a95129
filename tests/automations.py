"""Automations that note when they run, and triggers that say why they do not."""

from homeassistant.core import callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.trigger import async_initialize_triggers, async_validate_trigger_config
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import async_capture_events

CAUGHT = "automation_caught"


async def automate(hass, triggers, *, conditions=()):
    """Set an automation up; return the list in which its runs appear, each with the trigger's variables."""
    automation = {
        "id": "caught",
        "alias": "Caught",
        "mode": "parallel",
        "triggers": triggers,
        "conditions": list(conditions),
        "actions": [{"event": CAUGHT, "event_data": {"trigger": "{{ trigger }}"}}],
    }
    caught = async_capture_events(hass, CAUGHT)
    assert await async_setup_component(hass, "automation", {"automation": [automation]})
    await hass.async_block_till_done()
    assert hass.states.get("automation.caught").state == "on", "the automation is valid"
    return caught


async def explain(hass, trigger):
    """Attach a trigger; return the lists of its runs and of its reasons not to run."""
    fired, reasons = [], []

    @callback
    def fire(variables, context=None):
        fired.append(variables["trigger"])

    @callback
    def decline(variables, info, context=None):
        reasons.append(info.as_dict())

    config = await async_validate_trigger_config(hass, cv.TRIGGER_SCHEMA([trigger]))
    await async_initialize_triggers(hass, config, fire, "test", "test", lambda *_: None, did_not_trigger=decline)
    return fired, reasons


def triggers(caught):
    """Return the triggers' variables of an automation's runs."""
    return [one.data["trigger"] for one in caught]


def trigger(key, target, **options):
    """Return a trigger's configuration; a text as target is a device."""
    named = {"device_id": target} if isinstance(target, str | list) else target
    return {"trigger": f"ringcentral.{key}", "target": named, "options": options}
