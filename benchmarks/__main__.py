"""Measures, and shows what was measured: ``scripts/benchmark [NAME ...] [--write] [--json FILE]``."""

import argparse
import asyncio
from collections.abc import Callable
import logging
from pathlib import Path
import sys
import time

from . import card, delivery, event_cost, history, idle, machine, outage, recorder, report, set_up
from .result import SCALES, Result, Scale

BENCHMARKS = {
    "event": event_cost.measure,
    "delivery": delivery.measure,
    "set-up": set_up.measure,
    "outage": outage.measure,
    "idle": idle.measure,
    "recorder": recorder.measure,
    "history": history.measure,
    "card": card.measure,
}
_ROOT = Path(__file__).parent.parent


async def run(names: list[str], scale: Scale, keep: Callable[[str, list[Result]], None]) -> None:
    """Run the named benchmarks, one after another; ``keep`` gets the results of each that can be run here."""
    for name in names:
        began = time.monotonic()
        found = await BENCHMARKS[name](scale)
        note = f"{time.monotonic() - began:.0f} s" if found else "skipped: what it needs is missing"
        print(f"{name}: {note}", file=sys.stderr, flush=True)
        if found:
            keep(name, found)
    if "delivery" in names and delivery.SDK not in delivery.listeners():
        print("delivery: without RingCentral's client; scripts/setup benchmark installs it", file=sys.stderr)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="scripts/benchmark", description="Measures the integration and its rivals.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(BENCHMARKS)}")
    parser.add_argument("--scale", choices=SCALES, default="full", help="tiny: only to see that everything works")
    kept = _ROOT / ".cache" / "benchmark.json"
    what = "where to keep the results; those of benchmarks that are not named stay"
    parser.add_argument("--json", type=Path, default=kept, help=what)
    parser.add_argument("--write", action="store_true", help="write docs/performance.md and its plots")
    options = parser.parse_args()
    if unknown := sorted(set(options.names) - BENCHMARKS.keys()):
        parser.error(f"there is no {', '.join(unknown)}")
    logging.basicConfig(level=logging.CRITICAL)
    names = options.names or list(BENCHMARKS)
    about = machine.describe()
    groups = report.read(options.json) if options.json.exists() else {}

    def keep(name: str, results: list[Result]) -> None:
        groups[name] = results
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(report.as_json(groups, about), encoding="utf-8")

    asyncio.run(run(names, SCALES[options.scale], keep))
    print(report.table([one for name in names for one in groups.get(name, ())]))
    if options.write:
        report.write([one for name in BENCHMARKS for one in groups.get(name, ())], about, _ROOT / "docs")


if __name__ == "__main__":
    main()
