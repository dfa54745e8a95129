"""Steps of a capture as a table to read."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from .player import Document, Step

_HEADINGS = ("Time (UTC)", "Extension", "Arrived", "Shown", "Reported", "Reads asked for")
_WIDEST = 60


def render(steps: Iterable[Step], numbers: Document) -> Iterator[str]:
    """Yield the lines of the table; ``numbers`` are those of the extensions by id."""
    rows = [_HEADINGS, *(_row(step, numbers) for step in steps)]
    widths = [min(_WIDEST, max(len(cell) for cell in column)) for column in zip(*rows, strict=True)]
    rows.insert(1, tuple("-" * width for width in widths))
    for row in rows:
        yield "  ".join(_fit(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _fit(cell: str, width: int) -> str:
    return f"{cell[: width - 1]}…" if len(cell) > width else cell.ljust(width)


def _row(step: Step, numbers: Document) -> tuple[str, ...]:
    moment = datetime.fromtimestamp(step.server, UTC).isoformat(sep=" ", timespec="milliseconds")
    return (
        moment.removesuffix("+00:00"),
        str(numbers.get(step.extension) or step.extension or "-"),
        step.arrived,
        _shown(step.shown),
        ", ".join(_reported(one) for one in step.reported) or "-",
        ", ".join("now" if after == 0 else f"in {after:g} s" for after in step.reads) or "-",
    )


def _shown(shown: Document) -> str:
    if not shown:
        return "-"
    words = [shown["call_state"]]
    if shown["is_ringing"] and shown["call_state"] != "ringing":
        words.append("(and rings)")
    if shown["caller"]:
        words.append(f"with {shown['caller']}")
    if len(shown["calls"]) > 1:
        words.append(f"({len(shown['calls'])} calls)")
    return " ".join(words)


def _reported(one: Document) -> str:
    words = [one["kind"].replace("_", " ")]
    if one["kind"] == "ended":
        words.append("answered" if one["answered"] else "unanswered")
    return " ".join(words) + (" (late)" if one.get("is_recovered") else "")
