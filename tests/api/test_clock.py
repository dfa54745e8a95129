"""The clock of the running event loop."""

import asyncio

from custom_components.ringcentral.api.clock import SystemClock


async def test_sleep_is_over_after_its_time_and_not_before():
    clock = SystemClock()
    began = clock.monotonic()

    await clock.sleep(0.02)

    assert clock.monotonic() - began >= 0.02


async def test_action_is_called_once_when_its_time_comes():
    clock, called = SystemClock(), []

    clock.call_later(0.02, lambda: called.append("later"))
    clock.call_later(0.01, lambda: called.append("sooner"))
    await clock.sleep(0.03)

    assert called == ["sooner", "later"]


async def test_cancelled_action_is_never_called():
    clock, called = SystemClock(), []

    clock.call_later(0.01, lambda: called.append("cancelled"))()
    await clock.sleep(0.02)

    assert called == []


async def test_time_passes_as_on_the_wall():
    clock = SystemClock()
    began = clock.time()

    await asyncio.sleep(0.01)

    assert clock.time() > began > 1_700_000_000
