"""Setting an office up: time, stalls of the event loop, requests, and the memory that stays.

Each time in a program of its own, after a small office has been set up there, so that everything is imported.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
import ctypes
import gc
from math import ceil
from pathlib import Path
import resource
import time
from types import SimpleNamespace

from simulator.account import large_account
from simulator.clock import Clock
from simulator.cloud import Simulator

from .floor import Kinds, add_floor, kinds
from .house import add_ringcentral, home_assistant
from .process import Ask, Say, program, serve
from .result import FLOOR, INTEGRATION, Result, Scale

# The event loop is looked at so often; doing one thing for so long is a stall. In seconds.
_LOOK = 0.002
_STALL = 0.05

_SMALL = 3
_STATM = Path("/proc/self/statm")


def _memory() -> int:
    """Return the memory in use, in bytes, without what waits to be reused."""
    gc.collect()
    if not _STATM.exists():
        # Elsewhere than on Linux, only the most that was ever in use is known.
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ctypes.CDLL(None).malloc_trim(0)
    return int(_STATM.read_text(encoding="ascii").split()[1]) * resource.getpagesize()


@asynccontextmanager
async def watched_loop(shortest: float) -> AsyncIterator[list[float]]:
    """Collect the seconds of CPU time that went by between two turns of the event loop, if more than ``shortest``.

    CPU time, since other programs' work is no stall of ours.
    """
    stalls: list[float] = []
    loop = asyncio.get_running_loop()
    looked_at = time.thread_time()

    def look() -> None:
        nonlocal looked_at
        now = time.thread_time()
        if is_watching:
            if now - looked_at > shortest:
                stalls.append(now - looked_at)
            loop.call_later(_LOOK, look)
        looked_at = now

    is_watching = True
    look()
    try:
        yield stalls
        await asyncio.sleep(2 * _LOOK)
    finally:
        is_watching = False


async def warm_up() -> Kinds:
    """Set a small office up, and one of bare entities; return what the integration made."""
    account = large_account(Clock(), _SMALL)
    async with Simulator(account) as simulator, home_assistant() as hass:
        entry = await add_ringcentral(hass, simulator.url, simulator.credentials)
        made = kinds(hass, entry)
        await add_floor(hass, {one.id: one.name for one in entry.runtime_data.extensions.values()}, made)
        await hass.config_entries.async_unload(entry.entry_id)
    return made


async def work(
    ask: Ask, say: Say, *, kind: str, url: str, login: Mapping[str, str], extensions: Mapping[str, str]
) -> None:
    """Set up once and tell the figures."""
    async with set_up(kind, url, login, extensions) as figures:
        say(figures)
        await ask()


@asynccontextmanager
async def set_up(
    kind: str, url: str, login: Mapping[str, str], extensions: Mapping[str, str]
) -> AsyncIterator[dict[str, tuple[float, str]]]:
    """Set up, and yield the figures, each with its unit, by the names of the measures."""
    made = await warm_up()
    async with home_assistant() as hass:
        before = _memory()
        began, began_cpu = time.perf_counter(), time.process_time()
        async with watched_loop(_STALL) as stalls:
            if kind == INTEGRATION:
                await add_ringcentral(hass, url, SimpleNamespace(**login))
            else:
                await add_floor(hass, extensions, made)
            wall, cpu = time.perf_counter() - began, time.process_time() - began_cpu
        used = max(0, _memory() - before)
        yield {
            "set-up, wall": (wall, "s"),
            "set-up, CPU": (cpu, "s"),
            "set-up, stalls over 50 ms": (len(stalls), ""),
            "set-up, longest stall": (max(stalls, default=0.0) * 1000, "ms"),
            "memory of an extension": (used / len(extensions) / 1024, "KiB"),
        }


async def measure(scale: Scale) -> list[Result]:
    """Return the figures of the integration and of the floor."""
    found: dict[tuple[str, int, str, str], list[float]] = defaultdict(list)
    for size in scale.set_up_sizes:
        async with program("cloud", users=size) as cloud:
            about = await cloud.answer()
            listed = about.pop("listed")
            for _ in range(scale.set_up_repeats if size < max(scale.set_up_sizes) else 1):
                for kind in (FLOOR, INTEGRATION):
                    before = await cloud.ask(do="count")
                    async with program("set_up", kind=kind, **about) as worker:
                        figures = await worker.answer()
                        requests = await cloud.ask(do="count") - before
                    if kind == INTEGRATION:
                        figures["set-up, requests"] = (requests, "")
                        # The lists are read in pages of 1,000, and hold more than the extensions that are watched.
                        figures["set-up, requests allowed"] = (4 + 2 * ceil(listed / 1000), "")
                    for name, (value, unit) in figures.items():
                        found[name, size, kind, unit].append(value)
    return [
        Result(
            measure=name,
            case=f"{size:,} extensions",
            size=size,
            competitor=kind,
            unit=unit,
            values=tuple(values),
        )
        for (name, size, kind, unit), values in found.items()
    ]


if __name__ == "__main__":
    serve(work)
