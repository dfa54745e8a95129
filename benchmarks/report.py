"""The results for readers: a table on the terminal, a file for programs, plots, and a page of the documentation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
import json
from pathlib import Path

from .goals import Verdict, judge
from .plot import Point, plot
from .result import FLOOR, INTEGRATION, Result

# File, title, measure, names of the axes
PLOTS = (
    ("event", "CPU time of an event", "CPU of an event", "extensions", "µs"),
    ("delay", "Delay that 99 of 100 events stay below", "delay, 99 in 100 below", "events a second", "ms"),
    ("set-up", "CPU time of the set-up", "set-up, CPU", "extensions", "s"),
    ("memory", "Memory of an extension", "memory of an extension", "extensions", "KiB"),
)

# Home Assistant's limit for an entry, and what the integration makes of an extension by default.
_MOST_ENTITIES = 10_000
_DEFAULT_ENTITIES = 7

# Part of an event, its share as a ratio to the floor, and what it brings.
_WHERE = (
    ("Home Assistant writes 3.7 states", "1.03", "the floor's own: each of them differs"),
    ("frame, notification and event are decoded", "0.34", "checked types from here on, in three steps of C"),
    ("the socket is read, other work of the loop", "0.16", "heartbeats and the last sign of life"),
    ("duplicates, clocks, place in the log, read again", "0.58", "the same state in whatever order events come"),
    ("legs are matched with calls, state is folded", "0.75", "a call keeps its identity, its parties and its times"),
    ("ledger", "0.21", "everything is reported once, and every start has one end"),
    (
        "entities are found and compare what they show",
        "0.50",
        "only states that differ are written: a write costs more",
    ),
    ("bus event, with its device and entity", "0.25", "automations, the logbook; the recorder listens to all events"),
    ("event entity, triggers, missed calls", "0.24", "handed on once, described once"),
    ("coordinator: capture, deadlines, counters", "0.15", "diagnostics that can be replayed"),
)

_PAGE = """\
# Performance

Written by `scripts/benchmark`; change nothing here by hand.

What an event costs does not depend on how many phones are watched: it wakes the entities of one extension, and of
these only those write whose own state has changed. Everything below was measured side by side in one run, against the
least that is possible (the *floor*) and against what else people would use. Compare the ratios: the figures themselves
are this machine's.

{plots}
## Goals

{goals}
## All figures

Medians, with the lowest and the highest of the repetitions in brackets.

{figures}
## Where the time of an event goes

Sampled at 100 extensions on a busy machine in November 2026, when an event cost 4.2 times the floor. The ratios are
parts of that.

{where}
Order, identity and reporting are 2.0 of it; without any of them an event would still cost 2.2 times the floor.

## What was compared

- **CPU of an event**: from the bytes of a WebSocket frame until all states are written. The frames are an office day
  of the simulator (calls in and out, queues, holding, parking, Do Not Disturb), fed to the gateway's own code. Nearly
  every frame changes something, as in the captures in `tests/`, where all of 29 events do.
  - *floor*: `orjson.loads`, and `async_write_ha_state` of bare entities that were told what truly changes:
    the same states with the same attributes.
  - *coordinator*: one `DataUpdateCoordinator`, which notifies every entity of every event. Six entities each.
  - *templates*: trigger-based template sensors in YAML, one trigger for all. *filtered templates*: a trigger for each
    extension, which looks at that extension's events only.
- **Delay**: from the simulator's send to the change of the call state in Home Assistant, over real sockets, in separate
  processes. *floor*: an aiohttp client that only decodes. *RingCentral's client*: the `ringcentral` package for Python.
  *bare entities*: that aiohttp client inside a Home Assistant of the same size, writing the five entities that show a
  call, and doing nothing else: no integration can be quicker. What both homes hold before the stream is kept from
  Python's garbage collector: going through so large an office stops any Home Assistant for half a second, now and then.
- **Highest rate**: frames are made beforehand and sent as fast as the socket takes them. The floor writes no states,
  which is most of what Home Assistant does with an event; *bare entities* write them.
- **Set-up** and **memory**: an empty Home Assistant gets the entry. *floor*: an integration which adds the same devices
  and entities, those that are off by default too, and does nothing else. Memory is what the process has grown by.
- **Dashboard**: `benchmarks/card.mjs` in the real frontend: one switchboard of 500 phones, beside a built-in *tile* for
  each phone's call state; the CPU time of the page's main thread, as a share of the time that passes. The *empty
  dashboard* has no card: that is what the frontend itself does with each event, mostly copying its list of all states
  for each entity that changes. It is a part of the whole that no card can avoid.
- **Idle**: an hour of simulated time without events, push healthy. Most of the requests prove, after each 50 s of
  silence, that nothing has happened: a link that looks sound may be deaf.
- **Call**: what the recorder writes of one answered call, in its own functions: 14 rows of states and 3 of events. The
  events have 1,033 bytes; they had 1,584 when they repeated what the event entity holds. The states have 1,991 bytes
  since they say whether a number is withheld and which number was called, 1,733 before.

Home Assistant is the real core, without recorder and frontend. It registers at most 10,000 enabled entities for an
entry, which {entities} extensions reach with the entities that are on by default; for larger offices this limit is
lifted here.

## Machine

{machine}
Other programs on the machine disturb the delays most, and the CPU times through its caches.

## Repeat it

```bash
scripts/benchmark                 # everything, in about ten minutes
scripts/benchmark event idle      # some of it
scripts/benchmark --write         # everything, and write this page again
```
"""


def table(results: Sequence[Result]) -> str:
    """Return all figures and goals as text."""
    return f"{_figures(results)}\n{_goals(judge(results))}"


def write(results: Sequence[Result], machine: Mapping[str, str], folder: Path) -> None:
    """Write the page and its plots into the documentation's folder."""
    images = folder / "images"
    images.mkdir(parents=True, exist_ok=True)
    shown = []
    for name, title, measure, x_name, y_name in PLOTS:
        lines = _lines(results, measure)
        if lines:
            file = images / f"performance-{name}.svg"
            file.write_text(plot(title, x_name, y_name, lines), encoding="utf-8")
            shown.append(f"![{title}](images/{file.name})\n")
    page = _PAGE.format(
        plots="\n".join([*shown, ""]),
        goals=_goals(judge(results)),
        figures=_figures(results),
        where=_rows(("Part", "× floor", "What it brings, and why it stays"), list(_WHERE)),
        entities=f"{_MOST_ENTITIES // _DEFAULT_ENTITIES:,}",
        machine=_rows(("What", "Which"), list(machine.items())),
    )
    (folder / "performance.md").write_text(page, encoding="utf-8")


def as_json(groups: Mapping[str, Sequence[Result]], machine: Mapping[str, str]) -> str:
    """Return everything for programs; ``groups`` are the results by benchmark."""
    content = {
        "machine": dict(machine),
        "results": {name: [one.as_dict() for one in results] for name, results in groups.items()},
        "goals": [verdict._asdict() for verdict in judge([one for results in groups.values() for one in results])],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def read(file: Path) -> dict[str, list[Result]]:
    """Return the results by benchmark that :func:`as_json` made."""
    kept = json.loads(file.read_text(encoding="utf-8"))["results"]
    names = [one.name for one in fields(Result)]
    return {
        name: [Result(**{key: one[key] for key in names} | {"values": tuple(one["values"])}) for one in results]
        for name, results in kept.items()
    }


def _lines(results: Sequence[Result], measure: str) -> dict[str, list[Point]]:
    lines: dict[str, list[Point]] = {}
    for one in results:
        if one.measure == measure and one.size and min(one.values) > 0:
            point = Point(one.size, min(one.values), one.median, max(one.values))
            lines.setdefault(one.competitor, []).append(point)
    return {name: line for name, line in lines.items() if len(line) > 1}


def _goals(verdicts: Sequence[Verdict]) -> str:
    rows = [(one.measure, one.case, one.goal, one.reached, "yes" if one.is_met else "**no**") for one in verdicts]
    return _rows(("Measure", "Case", "Goal", "Reached", "Met"), rows)


def _figures(results: Sequence[Result]) -> str:
    others = [one for one in dict.fromkeys(one.competitor for one in results) if one not in {INTEGRATION, FLOOR}]
    found = {(one.measure, one.case, one.competitor): one for one in results}
    rows = [
        (
            measure,
            case,
            *(_figure(found.get((measure, case, competitor))) for competitor in (INTEGRATION, FLOOR, *others)),
        )
        for measure, case in dict.fromkeys((one.measure, one.case) for one in results)
    ]
    return _rows(("Measure", "Case", "Integration", "Floor", *(name.capitalize() for name in others)), rows)


def _figure(result: Result | None) -> str:
    if result is None:
        return ""
    text = f"{_number(result.median)} {result.unit}".strip()
    if min(result.values) == max(result.values):
        return text
    return f"{text} ({_number(min(result.values))}–{_number(max(result.values))})"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def _rows(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, its columns aligned for the terminal."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]

    def line_of(cells: Sequence[str], fill: str = " ") -> Iterator[str]:
        for cell, width in zip(cells, widths, strict=True):
            yield cell.ljust(width, fill)

    rule = tuple("---" for _ in head)
    texts = [
        "| " + " | ".join(line_of(line, "-" if line is rule else " ")) + " |" for line in (lines[0], rule, *lines[1:])
    ]
    return "\n".join([*texts, ""])
