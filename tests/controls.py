"""What the tests of the entities that set presence have in common."""

from datetime import datetime

from homeassistant.helpers import entity_registry as er

from custom_components.ringcentral.const import DOMAIN


async def choose(hass, office, number, key, option):
    """Choose an option of a select."""
    await hass.services.async_call(
        "select", "select_option", {"entity_id": office.entity_id(number, key), "option": option}, blocking=True
    )


async def switch(hass, office, number, key, service):
    """Turn a switch on or off."""
    await hass.services.async_call("switch", service, {"entity_id": office.entity_id(number, key)}, blocking=True)


def setting(office, number, field):
    """Return what is set at RingCentral."""
    return office.account.find(number).settings[field]


def seconds(text):
    """Return a shown time in Unix seconds."""
    return datetime.fromisoformat(text).timestamp()


def device_id(hass, office, number):
    """Return the device of an extension, by the number that people dial; None for the account's."""
    key = "call_state" if number is not None else "connection"
    return er.async_get(hass).async_get(office.entity_id(number, key)).device_id


async def act(hass, office, action, *numbers, respond=False, **data):
    """Run one of the integration's actions on extensions."""
    target = {"device_id": [device_id(hass, office, number) for number in numbers]}
    return await hass.services.async_call(DOMAIN, action, {**target, **data}, blocking=True, return_response=respond)


async def set_presence(hass, office, *numbers, **data):
    """Set presence of extensions by the action."""
    await act(hass, office, "set_presence", *numbers, **data)
