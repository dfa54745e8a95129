"""Home Assistant starts while nothing can be had from RingCentral: it goes on soon, and the entry comes up later."""

from datetime import timedelta
import time

from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util.dt import utcnow
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.ringcentral.sync import set_up
from simulator.clock import Clock
from simulator.settings import CloudSettings
from tests.faults.networks import NameServer
from tests.faults.results import keep
from tests.office import Office
from tests.waiting import until

# Real seconds of patience here.
_PATIENCE = 2.0


async def _silence(_hass, simulator) -> None:
    simulator.faults.apply({"kind": "silent"})


async def _refuse(_hass, simulator) -> None:
    await simulator.stop(abrupt=True)


async def _lose_names(hass, _simulator) -> None:
    connector = async_get_clientsession(hass).connector
    connector._resolver.is_away = True
    connector.clear_dns_cache()


async def _speak(_hass, simulator) -> None:
    simulator.faults.clear()


async def _accept(_hass, simulator) -> None:
    await simulator.start()


async def _find_names(hass, _simulator) -> None:
    async_get_clientsession(hass).connector._resolver.is_away = False


STARTS = {
    "the cloud accepts connections and never answers": (_silence, _speak),
    "the cloud refuses connections": (_refuse, _accept),
    "names are not found (DNS)": (_lose_names, _find_names),
}


@pytest.fixture
def clock():
    """Time as it passes: what is waited for here is the network's."""
    return Clock()


@pytest.fixture
def settings():
    return CloudSettings(replay_delay=0)


@pytest.fixture
def options():
    return {"watch": ["account"]}


@pytest.mark.parametrize("has_token", [False, True], ids=["first", "expired-token"])
@pytest.mark.parametrize("name", STARTS)
async def test_a_start_without_a_cloud_goes_on_and_is_made_up_for(
    hass, request, entry, simulator, phones, monkeypatch, name, has_token
):
    patience = set_up.SILENCE
    monkeypatch.setattr(set_up, "SILENCE", _PATIENCE)
    async_get_clientsession(hass).connector._resolver = NameServer()
    data = {**entry.data, "server": simulator.url.replace("127.0.0.1", "localhost")}
    if has_token:
        data["token"] = {"access_token": "OLD", "refresh_token": "OLD", "expires_at": 0.0, "refresh_at": 0.0}
    hass.config_entries.async_update_entry(entry, data=data)
    strike, mend = STARTS[name]
    await strike(hass, simulator)

    began = time.monotonic()
    await hass.config_entries.async_setup(entry.entry_id)
    waited = time.monotonic() - began
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert waited < 5 * _PATIENCE
    keep(
        request.config,
        f"start-{list(STARTS).index(name)}",
        {"start": name, "waited": patience if waited >= _PATIENCE else 0.0},
    )

    await mend(hass, simulator)
    async_fire_time_changed(hass, utcnow() + timedelta(minutes=2))
    await until(lambda: entry.state is ConfigEntryState.LOADED)
    office = Office(hass, entry, simulator, phones)
    await until(lambda: office.coordinator.link.is_connected)
    await office.until_true()
    assert await hass.config_entries.async_unload(entry.entry_id)


def test_the_page_on_reliability_names_every_start(reliability_page):
    for name in STARTS:
        assert f"| {name} |" in reliability_page
