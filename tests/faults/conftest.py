"""The stage for each row of the matrix."""

from datetime import datetime
import os
from pathlib import Path
import random

from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers.aiohttp_client import async_get_clientsession
import pytest

from custom_components.ringcentral.api import gateway, patience, subscriber, webhook_subscription
from custom_components.ringcentral.dialogs.login import DATA_CLOCK
from custom_components.ringcentral.sync import link, push
from simulator.clock import Clock
from simulator.dialects import combined, draw
from simulator.settings import CloudSettings
from tests.faults.networks import NameServer
from tests.faults.own_clock import OwnClock
from tests.faults.scene import Scene


@pytest.fixture(scope="session")
def reliability_page():
    """What docs/reliability.md says."""
    return (Path(__file__).parents[2] / "docs" / "reliability.md").read_text()


@pytest.fixture
def clock(fault):
    """Time that passes by ``advance`` alone."""
    return Clock(start=datetime.fromisoformat(fault.start).timestamp(), speed=1e-6)


@pytest.fixture
def settings(fault):
    """The cloud of the page; with ``DIALECT_SEED`` one that speaks a random combination of dialects."""
    spoken = combined(draw(int(seed))) if (seed := os.environ.get("DIALECT_SEED")) else {}
    return CloudSettings(**{**spoken, "replay_delay": 0, **fault.settings})


@pytest.fixture
def options(fault):
    return {"watch": ["account"], "transport": fault.transport, **fault.options}


@pytest.fixture
def address(request, fault):
    """Where RingCentral finds Home Assistant, if events are to come by webhook."""
    return request.getfixturevalue("public_address") if fault.transport == "webhook" else None


@pytest.fixture
async def scene(hass, address, simulator, entry, phones, fault, clock, monkeypatch):
    """An office at work, seen by Home Assistant."""
    for module in (gateway, webhook_subscription, push):
        monkeypatch.setattr(module, "_GOODBYE_LIMIT", 1.0)  # real seconds
    monkeypatch.setattr(subscriber, "_SOCKET_LIMIT", 0.5)
    # Simulated time stands still while an entry is set up.
    monkeypatch.setattr(link, "_FIRST_ATTEMPT_LIMIT", 1.5)
    if fault.patience is not None:
        monkeypatch.setattr(patience, "REQUEST_TIMEOUT", fault.patience)
    await hass.config.async_set_time_zone(fault.time_zone)
    own_clock = hass.data[DATA_CLOCK] = OwnClock(clock)
    if fault.by_name:
        async_get_clientsession(hass).connector._resolver = NameServer()
        server = simulator.url.replace("127.0.0.1", "localhost")
        hass.config_entries.async_update_entry(entry, data={**entry.data, "server": server})
    random.seed(fault.name)  # The links draw the pauses between attempts by lot.
    stage = Scene(hass, entry, simulator, phones, own_clock)
    await stage.set_up()
    # What the user is notified of from the beginning stays.
    await stage.time_until(lambda: all(one.startswith("issue") for one in stage.wrong()), within=30)
    yield stage
    stage.close()
    if entry.state is ConfigEntryState.LOADED:
        await hass.config_entries.async_unload(entry.entry_id)
