"""Simulated time: how far it is to what happens next."""

from simulator.clock import Clock
from tests.waiting import until_quiet


async def test_the_next_timer_can_be_moved_to_and_no_further():
    clock = Clock(speed=1e-6)
    assert clock.next_due() is None
    fired = []
    clock.call_later(5, lambda: fired.append("second"))
    cancel = clock.call_later(2, lambda: fired.append("first"))
    assert 1.9 < clock.next_due() <= 2

    clock.advance(clock.next_due())
    await until_quiet()

    assert fired == ["first"]
    cancel()
    assert 2.9 < clock.next_due() <= 3
    clock.advance(10)
    assert clock.next_due() == 0
