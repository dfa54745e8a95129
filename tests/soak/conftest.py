"""How long, how large, from which seed: SOAK_HOURS, SOAK_EXTENSIONS and SOAK_SEED; scripts/soak sets them.

Hours are those in which the office works. With ``DIALECT_SEED`` the cloud speaks a random combination of dialects.
"""

from datetime import datetime
import os
import random

import pytest

from custom_components.ringcentral.dialogs.login import DATA_CLOCK
from simulator.account import large_account
from simulator.clock import Clock
from simulator.dialects import combined, draw
from simulator.settings import CloudSettings
from tests.faults.own_clock import OwnClock
from tests.soak.office import BusyOffice

HOURS = float(os.environ.get("SOAK_HOURS", "10"))
EXTENSIONS = int(os.environ.get("SOAK_EXTENSIONS", "20"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
DIALECTS = draw(int(seed)) if (seed := os.environ.get("DIALECT_SEED")) else ()


@pytest.fixture
def clock():
    return Clock(start=datetime.fromisoformat("2026-06-15T08:00:00+00:00").timestamp(), speed=1e-6)


@pytest.fixture
def settings():
    return CloudSettings(**{**combined(DIALECTS), "replay_delay": 0})


@pytest.fixture
def account(clock):
    return large_account(clock, users=EXTENSIONS, seed=SEED)


@pytest.fixture
async def busy_office(hass, entry, simulator, phones, clock):
    random.seed(SEED)
    own_clock = hass.data[DATA_CLOCK] = OwnClock(clock)
    office = BusyOffice(hass, entry, simulator, phones, own_clock, seed=SEED)
    await office.set_up()
    yield office
    office.close()
