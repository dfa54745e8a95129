"""A long stretch of office life: true at each quiet moment, no larger at its end, and nothing left of it."""

import gc
import json
from pathlib import Path
import time
import tracemalloc

import pytest

from tests.chaos import check_story
from tests.soak.conftest import EXTENSIONS, HOURS, SEED

# Everything is told apart in so many parts, with a quiet moment after each.
_PARTS = 12
_WARM_UP = 4
_GROWTH = 1.05
_FAULT_EVERY = 300.0


def held() -> int:
    """Return the bytes that Python's objects hold once everything that is no longer used is freed."""
    for _ in range(3):
        gc.collect()
    return tracemalloc.get_traced_memory()[0]


@pytest.mark.xdist_group("soak")
async def test_an_office_with_faults_for_hours(hass, request, busy_office):
    office = busy_office
    print(f"Repeat this with scripts/soak --hours {HOURS:g} --extensions {EXTENSIONS} --seed {SEED}")
    began = time.monotonic()
    wrong, sizes = [], []
    tracemalloc.start()
    for part in range(_PARTS):
        await office.work(HOURS * 3600 / _PARTS, _FAULT_EVERY)
        await office.end_the_day()
        wrong += check_story(office.told, office.phones.history)
        told = len(office.told)
        # What was told is the test's own memory.
        office.told.clear()
        office.phones.history.clear()
        office.simulator.request_log.clear()
        await hass.async_block_till_done()
        sizes.append(size := held())
        print(f"part {part + 1}: {office.steps} steps, {office.faults} faults, {told} told, {size / 2**20:.1f} MB")
    tracemalloc.stop()
    counters = office.coordinator.counters
    figures = {
        "hours": HOURS,
        "extensions": EXTENSIONS,
        "seed": SEED,
        "faults": office.faults,
        "notifications": office.simulator.subscriptions.notified,
        "transitions": sum(count for name, count in counters.items() if name.startswith("transition")),
        "quiet_moments": office.quiet_moments,
        "requests": office.simulator.requests.total(),
        "memory": [round(size / 2**20, 2) for size in sizes],
    }
    print(json.dumps({**figures, "real_seconds": round(time.monotonic() - began)}))
    if folder := request.config.getoption("--results"):
        Path(folder, "soak.json").write_text(json.dumps(figures))

    assert wrong == []
    assert office.differences() == []
    (subscription,) = office.simulator.subscriptions.by_id.values()
    assert subscription.is_connected
    warm = max(sizes[:_WARM_UP])
    assert max(sizes[-3:]) <= warm * _GROWTH, sizes

    assert await hass.config_entries.async_unload(office.entry.entry_id)
    await office.is_gone()
    await office.has_unsubscribed()
