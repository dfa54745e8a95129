"""A set-up ends in time, whatever RingCentral does."""

import asyncio
import time

from homeassistant.config_entries import ConfigEntryState
import pytest

from custom_components.ringcentral.sync import set_up
from custom_components.ringcentral.sync.reader import PresenceReader
from tests.office import Office


@pytest.fixture
def expired(hass, entry, simulator):
    """The entry has a token of yesterday."""
    token = {"access_token": "OLD", "refresh_token": "OLD-REFRESH", "expires_at": 0.0, "refresh_at": 0.0}
    hass.config_entries.async_update_entry(entry, data={**entry.data, "token": token})


@pytest.mark.parametrize("has_token", [True, False], ids=["expired-token", "no-token"])
@pytest.mark.parametrize("fault", ["silent", "reset"])
async def test_a_cloud_that_does_not_answer_holds_nothing_up(
    request, hass, entry, simulator, monkeypatch, fault, has_token
):
    monkeypatch.setattr(set_up, "SILENCE", 0.3)
    if has_token:
        request.getfixturevalue("expired")
    simulator.faults.apply({"kind": fault})
    began = time.monotonic()
    await hass.config_entries.async_setup(entry.entry_id)
    assert time.monotonic() - began < 10
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert simulator.requests.total() <= 1, "tried once"
    simulator.faults.clear()


async def test_a_good_token_whose_cloud_falls_silent_is_given_up_as_soon(hass, office, simulator, clock, monkeypatch):
    monkeypatch.setattr(set_up, "SILENCE", 0.3)
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    clock.advance(3400)  # Time to renew the token, which is good for some minutes more.
    simulator.faults.apply({"kind": "silent"})
    began = time.monotonic()
    await hass.config_entries.async_setup(office.entry.entry_id)
    assert time.monotonic() - began < 10
    assert office.entry.state is ConfigEntryState.SETUP_RETRY
    simulator.faults.clear()


async def test_a_slow_cloud_is_no_silent_one(hass, entry, simulator, monkeypatch):
    monkeypatch.setattr(set_up, "SILENCE", 2.5)
    simulator.faults.apply({"kind": "slow", "seconds": 0.5})
    began = time.monotonic()
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert time.monotonic() - began > 2.5
    simulator.faults.clear()
    assert await hass.config_entries.async_unload(entry.entry_id)


async def test_an_office_too_large_for_a_start_is_read_while_the_entry_runs(hass, entry, simulator, monkeypatch):
    monkeypatch.setattr(set_up, "LONGEST", 5.0)
    reading = asyncio.Event()
    read_all = PresenceReader.read_all

    async def wait_for_budget(reader):
        if not reading.is_set():
            reading.set()
            await asyncio.sleep(60)
        await read_all(reader)

    monkeypatch.setattr(PresenceReader, "read_all", wait_for_budget)
    office = Office(hass, entry, simulator, None)
    await office.set_up()
    assert reading.is_set()
    await office.until_true()
    assert await hass.config_entries.async_unload(entry.entry_id)
