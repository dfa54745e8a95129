"""A large office at work, and a network that fails again and again."""

import asyncio

from simulator.office_day import OfficeDay
from tests.chaos import Network
from tests.faults.scene import Scene

_QUIET_AGAIN = 20 * 60.0


class BusyOffice(Scene):
    """Plays office days with faults; its figures are for the report."""

    def __init__(self, hass, entry, simulator, phones, own_clock, *, seed) -> None:
        super().__init__(hass, entry, simulator, phones, own_clock)
        self.worker = next(one.number for one in self.account.extensions.values() if one.is_user)
        self.day = OfficeDay(phones, seed=seed)
        self.network = Network(simulator, self.day._random)
        self.faults = 0
        self.quiet_moments = 0
        self.steps = 0

    def look(self) -> None:
        """Look at nothing but what is reported; the rest is looked at in quiet moments."""
        coordinator = self.coordinator
        if coordinator is not self._listened_to:
            self._listened_to = coordinator
            coordinator.stream.async_listen(self.reported.append)

    async def work(self, seconds: float, pause: float) -> None:
        """Let the office work, with a fault about once in that many seconds."""
        worked, next_fault = 0.0, self.day._random.expovariate(1 / pause)
        while worked < seconds:
            before = self.day.now
            self.day.step()
            self.steps += 1
            # Nights pass in a moment.
            passed = min(self.day.now - before, 60.0)
            await self.run(passed)
            worked += passed
            if worked >= next_fault:
                self.network.disturb()
                self.faults += 1
                next_fault = worked + self.day._random.expovariate(1 / pause)

    async def run(self, seconds: float) -> None:
        """Let time pass from timer to timer, without waiting for quiet each time."""
        left = seconds
        while left > 1e-6:
            due = self.clock.next_due()
            ahead = min(left, left if due is None else max(due, 0.05))
            self.clock.advance(ahead)
            left -= ahead
            for _ in range(4):
                await asyncio.sleep(0)
            await asyncio.sleep(0.0005)
        self.look()

    async def come_to_rest(self) -> None:
        """Let the calls be as they are and the network be good, until everything is true."""
        self.simulator.faults.clear()
        self.keep_busy()
        await self.time_until(lambda: not self.differences() and self.coordinator.link.is_connected, _QUIET_AGAIN)
        self.rest()
        self.quiet_moments += 1

    async def end_the_day(self) -> None:
        """Let everybody hang up and all ends be reported."""
        self.end()
        await self.pass_time(30)
        await self.come_to_rest()
        # The last end may have come with what brought the rest; the verdict on it takes its time.
        await self.pass_time(5)
