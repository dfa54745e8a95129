"""What the system information shows."""

import asyncio

from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import get_system_health_info

from custom_components.ringcentral.const import DOMAIN


async def test_it_shows_logins_links_and_events(hass, office, phones):
    assert await async_setup_component(hass, "system_health", {})
    phones.call_in("101")
    await office.shows("101", "ringing", "on")
    reported = await get_system_health_info(hass, DOMAIN)
    reported = {name: await value if asyncio.iscoroutine(value) else value for name, value in reported.items()}
    assert reported == {
        "can_reach_server": "ok",
        "logins": 1,
        "logins_not_loaded": 0,
        "logins_connected": 1,
        "extensions": len(office.coordinator.extensions),
        "events": office.coordinator.office.counters["received"],
    }
