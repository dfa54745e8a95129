"""What an office costs that is quiet: the wake-ups and requests of an hour while push is healthy."""

import asyncio
from collections.abc import Callable, Iterable

from custom_components.ringcentral.const import DOMAIN
from custom_components.ringcentral.diagnostics import describe_office
from simulator.account import large_account
from simulator.clock import Clock
from simulator.cloud import Simulator
from simulator.logins import HISTORY_PERMISSIONS

from .house import add_ringcentral, home_assistant
from .result import INTEGRATION, Result, Scale

# Simulated time passes in steps; after each, what was asked and answered gets so much real time. In seconds.
_STEP = 10.0
_PAUSE = 0.05

# Time must not run past a large read, which would look like a cloud that does not answer.
_READS = frozenset(f"{DOMAIN} {name}" for name in ("proof", "read all", "read some", "roster"))


class _CountingClock:
    """The cloud's clock, as the integration gets it: counts how often that is woken."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.wake_ups = 0

    def time(self) -> float:
        """Return the present."""
        return self._clock.time()

    def monotonic(self) -> float:
        """Return a reading for durations."""
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleep, and count the awakening."""
        await self._clock.sleep(seconds)
        self.wake_ups += 1

    def call_later(self, seconds: float, action: Callable[[], None]) -> Callable[[], None]:
        """Call the action later, and count that."""

        def fire() -> None:
            self.wake_ups += 1
            action()

        return self._clock.call_later(seconds, fire)


def _is_reading() -> bool:
    return any(task.get_name() in _READS for task in asyncio.all_tasks())


async def measure(scale: Scale) -> list[Result]:
    """Return timers that fire, frames that come and requests that are sent, an hour."""
    rows = await _measure(scale, "idle", ())
    return rows + await _measure(scale, "idle with history", HISTORY_PERMISSIONS)


async def _measure(scale: Scale, what: str, permissions: Iterable[str]) -> list[Result]:
    clock = Clock()
    counting = _CountingClock(clock)
    account = large_account(clock, scale.idle_office)
    async with Simulator(account, clock=clock) as simulator, home_assistant(counting) as hass:
        simulator.permit(*permissions)
        entry = await add_ringcentral(hass, simulator.url, simulator.credentials)
        coordinator = entry.runtime_data

        def counts() -> tuple[int, int, int]:
            beats = describe_office(coordinator)["gateway"]["heartbeats"]
            return counting.wake_ups, beats, sum(simulator.requests.values())

        # What is proved after the start.
        for _ in range(3):
            clock.advance(_STEP)
            await asyncio.sleep(0.3)
        before = counts()
        end = clock.monotonic() + scale.idle_hours * 3600
        while clock.monotonic() < end:
            clock.advance(_STEP)
            await asyncio.sleep(_PAUSE)
            while _is_reading():  # noqa: ASYNC110 (no event tells of all of them)
                await asyncio.sleep(_PAUSE)
        found = [(after - former) / scale.idle_hours for former, after in zip(before, counts(), strict=True)]
        is_healthy = coordinator.link.is_connected
        await hass.config_entries.async_unload(entry.entry_id)
    if not is_healthy:
        raise RuntimeError("The push did not stay healthy")
    names = (f"{what}, timers", f"{what}, heartbeats", f"{what}, requests")
    return [
        Result(
            measure=name,
            case=f"{scale.idle_office:,} extensions",
            size=scale.idle_office,
            competitor=INTEGRATION,
            unit="an hour",
            values=(value,),
        )
        for name, value in zip(names, found, strict=True)
    ]
