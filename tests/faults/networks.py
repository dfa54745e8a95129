"""The way to the cloud as a whole, and what happens to events on it."""

import socket

from aiohttp.abc import AbstractResolver
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from tests.faults.fault import Fault, apply, clear


class NameServer(AbstractResolver):
    """Finds every name on this machine, unless it is away."""

    is_away = False

    async def resolve(self, host, port=0, family=socket.AF_INET):
        if self.is_away:
            raise OSError("no name server answers")
        found = {"hostname": host, "host": "127.0.0.1", "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}
        return [found]

    async def close(self):
        pass


async def _take_cloud_away(scene) -> None:
    await scene.simulator.stop(abrupt=True)


async def _bring_cloud_back(scene) -> None:
    await scene.simulator.start()


def _lose_names(scene) -> None:
    """No name is found any more, and what was found is forgotten."""
    connector = async_get_clientsession(scene.hass).connector
    connector._resolver.is_away = True
    connector.clear_dns_cache()
    scene.simulator.gateway.close_abruptly()
    for connection in scene.simulator._runner.server.connections:
        connection.transport.abort()


async def _clear_and_reload(scene) -> None:
    clear(scene)
    assert await scene.hass.config_entries.async_reload(scene.entry.entry_id)


def _find_names(scene) -> None:
    async_get_clientsession(scene.hass).connector._resolver.is_away = False


FAULTS = [
    Fault(
        name="the cloud is away for 5 min",
        strike=_take_cloud_away,
        mend=_bring_cloud_back,
        lasts=300,
        blinds=True,
        cuts_off=True,
        heals_within=300,
        requests=30,
    ),
    Fault(
        name="names are not found for 5 min (DNS)",
        strike=_lose_names,
        mend=_find_names,
        lasts=300,
        blinds=True,
        cuts_off=True,
        by_name=True,
        heals_within=300,
        requests=30,
    ),
    Fault(
        name="events lost without a trace for 2 min",
        strike=apply({"kind": "drop"}),
        lasts=120,
        is_busy=True,
        heals_within=90,
        requests=15,
    ),
    Fault(
        name="events lost without a trace for 10 min",
        strike=apply({"kind": "drop"}),
        mend=_clear_and_reload,
        lasts=600,
        issue="missing_events",
        reloads=True,
        heals_within=90,
        requests=40,
    ),
    Fault(
        name="events of wrong types for 2 min",
        strike=apply({"kind": "malformed", "form": "wrong_types"}),
        lasts=120,
        disconnects=False,
        heals_within=70,
    ),
    Fault(
        name="broken frames for 2 min",
        strike=apply({"kind": "malformed", "form": "truncated"}),
        lasts=120,
        is_busy=True,
        heals_within=90,
        requests=15,
    ),
    Fault(
        name="each event twice",
        strike=apply({"kind": "duplicate", "delay": 2.0}),
        lasts=60,
        disconnects=False,
    ),
    Fault(
        name="events up to 2 s out of order",
        strike=apply({"kind": "reorder", "window": 2.0}),
        lasts=60,
        disconnects=False,
    ),
    Fault(
        name="late, twice, out of order, and the socket breaks",
        strike=apply(
            {"kind": "delay", "min": 0.5, "max": 5.0},
            {"kind": "duplicate", "delay": 1.0},
            {"kind": "reorder", "window": 2.0},
            {"kind": "abrupt"},
        ),
        lasts=60,
    ),
]
