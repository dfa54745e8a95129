"""The dashboard card in a browser, beside built-in tile cards; measured by a script of its own, if Node is here.

It needs ``scripts/card build`` and ``scripts/setup demo``.
"""

import asyncio
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Iterator
import json
from pathlib import Path
import shutil
from typing import Any

from .result import INTEGRATION, Result, Scale

TILES = "tiles"
EMPTY = "empty dashboard"
BUSY = "dashboard, busy at 20 events/s"
OWN = "dashboard, busy beyond an empty one"
_SCRIPT = Path(__file__).parent / "card.mjs"
_LIMIT = 300.0
_DASHBOARDS = {"switchboard": INTEGRATION, "tiles": TILES, "empty": EMPTY}


async def measure(scale: Scale) -> list[Result]:
    """Return size and times of the card; nothing where it can't be measured."""
    node = shutil.which("node")
    if node is None or not scale.phones:
        return []
    arguments = (str(_SCRIPT), "--phones", str(scale.phones))
    process = await asyncio.create_subprocess_exec(node, *arguments, stdout=PIPE, stderr=DEVNULL)
    try:
        async with asyncio.timeout(_LIMIT):
            output, _ = await process.communicate()
    except TimeoutError:
        process.terminate()
        await process.wait()
        return []
    return list(read(json.loads(output), scale.phones)) if process.returncode == 0 else []


def read(told: dict[str, Any], phones: int) -> Iterator[Result]:
    """Yield what the script tells."""

    def result(measure_: str, unit: str, value: float, competitor: str = INTEGRATION) -> Result:
        case = f"{phones:,} phones"
        return Result(measure=measure_, case=case, size=phones, competitor=competitor, unit=unit, values=(value,))

    yield result("card, module compressed", "KiB", told["bundle"]["gzip"] / 1024)
    yield result("card, first render", "ms", told["component"]["first_render_ms"])
    yield result("card, render on event", "ms", told["component"]["event_ms"])
    dashboards = {competitor: told["frontend"][name] for name, competitor in _DASHBOARDS.items()}
    for competitor, figures in dashboards.items():
        yield result(BUSY, "%", figures["busy"] * 100, competitor)
        if competitor != EMPTY:
            yield result(OWN, "%", (figures["busy"] - dashboards[EMPTY]["busy"]) * 100, competitor)
            yield result("dashboard, until all phones show", "ms", figures["ready_ms"], competitor)
