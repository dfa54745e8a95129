"""How long events are on their way."""

from collections import deque
from statistics import quantiles

# Newest events whose delay is remembered.
_KEPT = 512


class DeliveryDelays:
    """The delays of the newest events, in seconds from RingCentral's sending to our receiving."""

    def __init__(self) -> None:
        """Begin without events."""
        self._delays: deque[float] = deque(maxlen=_KEPT)

    def add(self, seconds: float) -> None:
        """Remember the delay of an event that has just arrived."""
        self._delays.append(seconds)

    def percentiles(self) -> dict[str, float] | None:
        """Return what half, nine in ten and 99 in a hundred stayed below; ``None`` without two events to compare."""
        if len(self._delays) < 2:
            return None
        cuts = quantiles(self._delays, n=100, method="inclusive")
        return {
            "events": len(self._delays),
            "p50": round(cuts[49], 3),
            "p90": round(cuts[89], 3),
            "p99": round(cuts[98], 3),
        }
