"""Moments as RingCentral writes them. All are given in Unix seconds."""

from datetime import UTC, datetime
from email.utils import format_datetime


def timestamp(moment: float) -> str:
    """Return a moment as events and records have it."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def spell_timestamp(moment: float, spelling: str) -> str | int:
    """Return a moment in one of the spellings ``Z``, ``offset`` and ``milliseconds``."""
    if spelling == "milliseconds":
        return round(moment * 1000)
    text = timestamp(moment)
    return text if spelling == "Z" else text.replace("Z", "+0000")


def http_date(moment: float) -> str:
    """Return a moment as the ``Date`` header has it."""
    return format_datetime(datetime.fromtimestamp(int(moment), UTC), usegmt=True)
