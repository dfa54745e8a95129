"""Subscriptions of cards to something of every login."""

from custom_components.ringcentral.live_command import async_follow_entries
from simulator.logins import HISTORY_PERMISSIONS
from tests.waiting import until


async def test_entries_are_followed_when_they_are_loaded_again_and_no_longer_after_the_end(hass, office, simulator):
    simulator.permit(*HISTORY_PERMISSIONS)
    changed = []
    lost = []
    listen = lambda coordinator: coordinator.history.async_listen  # noqa: E731
    stop = async_follow_entries(hass, listen, changed.append, lost.append)
    first = office.coordinator.history
    first._report()
    assert changed == [office.entry]

    await hass.config_entries.async_reload(office.entry.entry_id)
    await until(lambda: office.coordinator.link.is_connected)
    assert changed == [office.entry] * 2
    assert first._listeners == []
    office.coordinator.history._report()
    assert len(changed) == 3
    assert lost == [], "a reload is over soon"

    stop()
    office.coordinator.history._report()
    await hass.config_entries.async_reload(office.entry.entry_id)
    await until(lambda: office.coordinator.link.is_connected)
    assert len(changed) == 3
