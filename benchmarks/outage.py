"""Loss and return of the link: how long one turn of the event loop takes while all entities follow.

In a program of its own for each size. The cloud's share of a turn counts as well, so the figures are upper limits; the
pauses of Python's garbage collector, which depend on everything in the process, are left out.
"""

import asyncio
from collections.abc import Callable
import gc

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant

from simulator.account import large_account
from simulator.clock import Clock
from simulator.cloud import Simulator

from .house import add_ringcentral, home_assistant
from .process import Ask, Say, program, serve
from .result import INTEGRATION, Result, Scale
from .set_up import watched_loop

# Simulated time passes in steps; each gets that much real time.
_STEP = 5.0
_PAUSE = 0.02
# Polling takes over within a minute, and is given up after several; afterwards it is tried less and less often.
_LONGEST = 3600.0


async def measure(scale: Scale) -> list[Result]:
    """Return the longest turns, in milliseconds."""
    results = []
    for size in scale.outage_sizes:
        async with program("outage", extensions=size) as worker:
            figures: dict[str, float] = await worker.answer()
        results += [
            Result(
                measure=name,
                case=f"{size:,} extensions",
                size=size,
                competitor=INTEGRATION,
                unit="ms",
                values=(value,),
            )
            for name, value in figures.items()
        ]
    return results


async def measure_office(extensions: int) -> dict[str, float]:
    """Lose the link to one office and get it back."""
    clock = Clock()
    async with (
        Simulator(large_account(clock, extensions), clock=clock) as simulator,
        home_assistant(clock) as hass,
    ):
        entry = await add_ringcentral(hass, simulator.url, simulator.credentials)
        gc.disable()
        everybody = _count(hass, STATE_UNAVAILABLE.__ne__)
        simulator.faults.apply({"kind": "reset"})
        async with watched_loop(0.0) as turns:
            simulator.faults.apply({"kind": "abrupt"})
            await _pass_time(clock, lambda: _count(hass, STATE_UNAVAILABLE.__eq__) == everybody)
        lost = max(turns)
        simulator.faults.clear()
        async with watched_loop(0.0) as turns:
            await _pass_time(clock, lambda: _count(hass, STATE_UNAVAILABLE.__ne__) == everybody)
        gc.enable()
        await hass.config_entries.async_unload(entry.entry_id)
    return {
        "loss of the link, longest turn": lost * 1000,
        "return of the link, longest turn": max(turns) * 1000,
    }


async def _pass_time(clock: Clock, is_reached: Callable[[], bool]) -> None:
    began = clock.monotonic()
    while not is_reached():
        if clock.monotonic() - began > _LONGEST:
            raise RuntimeError("The entities did not follow the link")
        clock.advance(_STEP)
        await asyncio.sleep(_PAUSE)


def _count(hass: HomeAssistant, is_meant: Callable[[str], bool]) -> int:
    """Return how many phones are in such a state: of each, one of its entities is looked at."""
    states = hass.states.async_all("binary_sensor")
    return sum(is_meant(one.state) for one in states if one.entity_id.endswith("_ringing"))


async def work(ask: Ask, say: Say, *, extensions: int) -> None:
    """Measure one office."""
    say(await measure_office(extensions))
    await ask()


if __name__ == "__main__":
    serve(work)
