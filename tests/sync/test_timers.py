"""Named timers on the injected clock."""

import asyncio

import pytest

from custom_components.ringcentral.sync.timers import Timers
from simulator.clock import Clock


@pytest.fixture
def clock():
    """Time that passes by ``advance`` alone."""
    return Clock(speed=1e-6)


@pytest.fixture
async def timers(clock):
    made = Timers(clock)
    yield made
    made.cancel_all()


@pytest.fixture
def done():
    """What the timers have done, in order."""
    return []


@pytest.fixture
def pass_time(clock):
    async def passes(seconds):
        clock.advance(seconds)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    return passes


async def test_a_timer_fires_once_when_it_is_due(timers, done, pass_time):
    timers.set("read", 10, lambda: done.append("read"))
    await pass_time(9)
    assert done == []
    assert timers.is_set("read")
    await pass_time(2)
    await pass_time(20)
    assert done == ["read"]
    assert not timers.is_set("read")


async def test_setting_a_timer_again_moves_it(timers, done, pass_time):
    timers.set("read", 10, lambda: done.append("former"))
    timers.set("read", 20, lambda: done.append("new"))
    await pass_time(15)
    assert done == []
    await pass_time(10)
    assert done == ["new"]


async def test_a_timer_may_set_itself_again(timers, done, pass_time):
    def tick():
        done.append("tick")
        timers.set("tick", 10, tick)

    timers.set("tick", 10, tick)
    for _ in range(3):
        await pass_time(11)
    assert done == ["tick"] * 3
    assert timers.is_set("tick")


async def test_what_is_overdue_fires_at_once_but_not_before_set_returns(timers, done, pass_time):
    timers.set("late", -5, lambda: done.append("late"))
    assert done == []
    await pass_time(0)
    assert done == ["late"]


async def test_one_timer_is_cancelled_and_the_others_go_on(timers, done, pass_time):
    for name in ("calls", "read", "push"):
        timers.set(name, 10, lambda name=name: done.append(name))
    timers.cancel("read")
    timers.cancel("never set")
    await pass_time(11)
    assert done == ["calls", "push"]


async def test_all_timers_are_cancelled(timers, done, pass_time):
    for name in ("calls", "read"):
        timers.set(name, 10, lambda name=name: done.append(name))
    timers.cancel_all()
    await pass_time(11)
    assert done == []


async def test_after_closing_no_timer_is_set_any_more(clock):
    timers, fired = Timers(clock), []
    timers.set("early", 1, lambda: fired.append("early"))
    timers.close()
    timers.set("late", 1, lambda: fired.append("late"))
    assert not timers.is_set("late")
    clock.advance(2)
    await asyncio.sleep(0)
    assert fired == []


async def test_it_is_known_whether_a_timer_fires_early_enough(timers, done, pass_time):
    timers.set("one", 10, lambda: done.append("one"))

    assert timers.is_earlier("one", 10)
    assert not timers.is_earlier("one", 9)
    assert not timers.is_earlier("two", 100)
    await pass_time(11)
    assert not timers.is_earlier("one", 100)
