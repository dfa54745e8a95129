"""A long stretch of office life: true at each quiet moment, no larger at its end, and nothing left of it."""

import json
import time

import pytest

from tests.chaos import check_story
from tests.faults.results import keep
from tests.soak.conftest import DIALECTS, EXTENSIONS, HOURS, SEED
from tests.soak.memory import held, process_size
from tests.waiting import until

# Everything is kept apart in this many parts, with a quiet moment after each.
_PARTS = 12
# What is remembered of calls and notifications is full by then, whatever got lost in faults.
_WARM_UP = 10
_GROWTH = 1.05
_FAULT_EVERY = 300.0


@pytest.mark.xdist_group("soak")
async def test_an_office_with_faults_for_hours(hass, request, busy_office):
    office = busy_office
    print(f"Repeat this with scripts/soak --hours {HOURS:g} --extensions {EXTENSIONS} --seed {SEED}")
    print(f"Dialects: {', '.join(DIALECTS) or 'none'}")
    began = time.monotonic()
    wrong, sizes, processes = [], [], []
    for part in range(_PARTS):
        await office.work(HOURS * 3600 / _PARTS, _FAULT_EVERY)
        await office.end_the_day()
        wrong += check_story(office.reported, office.phones.history)
        reported = len(office.reported)
        # What was reported is the test's own memory.
        office.reported.clear()
        office.phones.history.clear()
        office.simulator.request_log.clear()
        await hass.async_block_till_done()
        sizes.append(held(office.coordinator))
        processes.append(process_size())
        sizes_now = f"{sizes[-1]:,} bytes held, {processes[-1]:,} in the process"
        print(f"part {part + 1}: {office.steps} steps, {office.faults} faults, {reported} reported, {sizes_now}")
    counters = office.coordinator.office.counters
    figures = {
        "hours": HOURS,
        "extensions": EXTENSIONS,
        "seed": SEED,
        "faults": office.faults,
        "notifications": office.simulator.subscriptions.notified,
        "transitions": sum(count for name, count in counters.items() if name.startswith("transition")),
        "quiet_moments": office.quiet_moments,
        "requests": office.simulator.requests.total(),
    }
    print(json.dumps({**figures, "real_seconds": round(time.monotonic() - began)}))
    keep(request.config, "soak", figures | {"held": sizes, "process": processes, "warm_up": _WARM_UP})

    assert wrong == []
    assert office.differences() == []
    # Another may be left, unconnected, where a socket broke in the moment of subscribing; RingCentral ends it in a day.
    subscriptions = office.simulator.subscriptions.by_id
    (used,) = [one.id for one in subscriptions.values() if one.is_connected]
    for measured in (sizes, processes):
        assert max(measured[_WARM_UP:]) <= max(measured[:_WARM_UP]) * _GROWTH, measured

    assert await hass.config_entries.async_unload(office.entry.entry_id)
    await office.is_gone()
    await until(lambda: used not in subscriptions)
