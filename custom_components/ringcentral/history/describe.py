"""Calls of the log in plain types, and choosing among them: for answers, cards and assistants."""

from collections.abc import Iterable, Iterator, Set as AbstractSet
from itertools import islice
from typing import Any

from ..calls.numbers import write_number
from .records import LoggedCall


def describe_logged_call(call: LoggedCall) -> dict[str, Any]:
    """Return a call in plain types; ``start`` is ISO 8601 in UTC, ``duration`` in seconds."""
    return {
        "id": call.id,
        "start": call.started_at.isoformat(timespec="seconds"),
        "direction": call.direction,
        "outcome": str(call.outcome),
        "duration": call.duration,
        "caller_name": call.name,
        "caller_number": call.number,
        "number_text": write_number(call.number),
        "withheld": call.is_withheld,
        "called_name": call.called_name,
        "called_number": call.called_number,
        "queue": call.is_queue_call,
        "voicemail_id": call.voicemail_id,
    }


def choose(
    calls: Iterable[LoggedCall],
    extension_id: str,
    *,
    limit: int,
    since: float = 0.0,
    direction: str | None = None,
    outcomes: AbstractSet[str] = frozenset(),
) -> Iterator[LoggedCall]:
    """Yield the newest calls of an extension that are meant."""
    meant = (
        call
        for call in calls
        if call.extension_id == extension_id
        and call.at >= since
        and direction in (None, call.direction)
        and (not outcomes or call.outcome in outcomes)
    )
    return islice(meant, limit)
