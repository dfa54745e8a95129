"""How soon people see a change, in each dialect of the cloud, for hours: the page on reliability has the table.

A sample is drawn by a seed; ``scripts/soak --report`` and each night try them all.
"""

from dataclasses import asdict, dataclass
import os
import random
from statistics import median

from custom_components.ringcentral.const import WATCH_CHOSEN, WATCH_OWN
from simulator.dialects import CONNECTION_DIALECTS, DIALECTS, settings_of
from tests.faults.fault import Fault, clear
from tests.faults.happenings import _USERS
from tests.faults.results import keep
from tests.seeds import first_seed

# Where others can't be read, nobody can know what is so at first.
NAMES = [*CONNECTION_DIALECTS, *(name for name, row in DIALECTS.items() if "reads" not in row.loses)]
SAMPLE = 5

# The worst that people may have to wait, and so the longest that the connection is shown while nothing comes.
_WORST = 90.0

_OPTIONS = {
    "account_filter_left_out": {},
    "five_filters_at_most": {"watch": [WATCH_OWN, WATCH_CHOSEN], "extensions": _USERS},
}


@dataclass(frozen=True, kw_only=True)
class Freshness:
    """What came of a dialect; times in simulated seconds."""

    dialect: str
    median: float
    worst: float
    off_for: float
    issues: list[str]


def row(name):
    """Return the stage of a dialect."""
    settings = settings_of(name)
    transport = "webhook" if name.startswith("webhook") else "websocket"
    return Fault(name=name, strike=clear, transport=transport, settings=settings, options=_OPTIONS.get(name, {}))


def pytest_generate_tests(metafunc):
    """Try all dialects where that is asked for, else a sample."""
    if "fault" in metafunc.fixturenames:
        is_all = os.environ.get("ALL_DIALECTS") or metafunc.config.getoption("--results")
        names = NAMES if is_all else random.Random(first_seed()).sample(NAMES, SAMPLE)
        metafunc.parametrize("fault", map(row, names), ids=names)


def test_the_page_on_reliability_names_every_dialect(reliability_page):
    rows = [line.split(" | ")[0].removeprefix("| ") for line in reliability_page.splitlines()]
    assert [one for one in rows if one in {*NAMES}] == NAMES, "write it again with scripts/soak --report"


def day(phones):
    """Do one thing after the other."""
    while True:
        call = phones.call_in("102", from_name="John Wang", from_number="+14155550123")
        yield
        call.answer()
        yield
        phones.set_dnd("105", True)
        yield
        call.hang_up()
        yield
        phones.set_status("103", "Busy")
        yield
        call = phones.call_in("106", from_name="Priya Raman", from_number="+19075550171")
        yield
        call.hang_up()
        yield
        phones.set_dnd("105", False)
        yield
        phones.set_status("103", "Available")
        yield


async def test_people_see_a_change_in_time_whatever_the_cloud_speaks(request, scene, fault):
    # Tokens end after an hour, and sockets in some dialects; words are the same at any hour.
    hours = 3 if fault.name in CONNECTION_DIALECTS else 1
    pause = 270.0 if hours == 3 else 200.0
    await scene.pass_time(60)
    scene.forget()
    delays, work = [], day(scene.phones)
    for _ in range(int(hours * 3600 / pause)):
        next(work)
        delays.append(await scene.time_until(lambda: not scene.differences(), within=_WORST))
        await scene.pass_time(pause)
    found = Freshness(
        dialect=fault.name,
        median=median(delays),
        worst=max(delays),
        off_for=scene.off_for,
        issues=sorted(scene.issues),
    )
    keep(request.config, f"dialect-{NAMES.index(fault.name):03}", asdict(found))
