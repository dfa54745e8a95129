"""Fifty reloads leave nothing behind: no task, timer, descriptor, listener, subscription or session."""

import asyncio
import gc
from pathlib import Path

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.helpers.dispatcher import DATA_DISPATCHER
import pytest

from custom_components.ringcentral.coordinator import RingCentralCoordinator
from tests.office import Office
from tests.waiting import until

_WARM_UP = 5
_RELOADS = 50


@pytest.fixture(params=["websocket", "webhook"])
def transport(request):
    return request.param


@pytest.fixture
def options(transport):
    return {"watch": ["own", "chosen"], "extensions": ["550100102016"], "transport": transport}


@pytest.fixture
def address(request, transport):
    return request.getfixturevalue("public_address") if transport == "webhook" else None


def _ours(task):
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and "custom_components/ringcentral" in code.co_filename


def counted(hass, simulator):
    """Return how much there is of everything that a reload might leave behind."""
    gc.collect()
    return {
        "tasks": sum(map(_ours, asyncio.all_tasks())),
        "timers": sum(not one.cancelled() for one in hass.loop._scheduled if "ringcentral" in repr(one._callback)),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0,
        # Registries that are to be saved wait for that event.
        "listeners": {
            name: count for name, count in hass.bus.async_listeners().items() if name != EVENT_HOMEASSISTANT_FINAL_WRITE
        },
        "signals": sum(len(receivers) for receivers in hass.data[DATA_DISPATCHER].values()),
        "coordinators": sum(isinstance(one, RingCentralCoordinator) for one in gc.get_objects()),
        "subscriptions": len(simulator.subscriptions.by_id),
        "sessions": len(simulator.oauth.sessions),
        "sockets": len(simulator.gateway.connections),
    }


async def test_many_reloads_leave_nothing_behind(hass, address, entry, simulator, phones, clock):
    office = Office(hass, entry, simulator, phones)
    await office.set_up()

    async def reload():
        assert await hass.config_entries.async_unload(entry.entry_id)
        # The budgets of a minute are for people who reload now and then.
        clock.advance(20)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await until(lambda: office.coordinator.link.is_connected)

    for _ in range(_WARM_UP):
        await reload()
    await office.settle()
    before = counted(hass, simulator)
    assert before["subscriptions"] == before["sessions"] == 1
    for _ in range(_RELOADS):
        await reload()
    await office.settle()
    await until(lambda: counted(hass, simulator)["sockets"] == before["sockets"])
    after = counted(hass, simulator)
    # The pools of connections may keep one more or less.
    assert abs(after.pop("descriptors") - before.pop("descriptors")) <= 4
    assert after == before
    await office.until_true()
    assert await hass.config_entries.async_unload(entry.entry_id)
