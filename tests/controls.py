"""What the tests of the entities that set presence have in common."""

from datetime import datetime


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
