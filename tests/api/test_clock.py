"""The clock of the running event loop."""

import asyncio

from custom_components.ringcentral.api.clock import SystemClock, wait_for


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


async def test_an_event_that_comes_ends_the_waiting():
    clock, event = SystemClock(), asyncio.Event()
    clock.call_later(0.01, event.set)

    assert await wait_for(clock, event, 60)


async def test_waiting_for_an_event_ends_when_its_time_is_over():
    clock, event = SystemClock(), asyncio.Event()

    assert not await wait_for(clock, event, 0.01)


async def test_waiting_that_is_given_up_leaves_no_task():
    before = asyncio.all_tasks()
    waiting = asyncio.create_task(wait_for(SystemClock(), asyncio.Event(), 60))
    await asyncio.sleep(0.01)

    waiting.cancel()
    await asyncio.wait({waiting})
    await asyncio.sleep(0)

    assert asyncio.all_tasks() == before
