"""Moments as RingCentral writes them. All are given in Unix seconds."""

from datetime import UTC, datetime
from email.utils import format_datetime


def timestamp(moment: float) -> str:
    """Return a moment as events and records have it."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def http_date(moment: float) -> str:
    """Return a moment as the ``Date`` header has it."""
    return format_datetime(datetime.fromtimestamp(int(moment), UTC), usegmt=True)
