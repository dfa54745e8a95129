"""Whether the figures of events can be relied on: their times of sending, and their sequence."""

from collections import deque

# What events and answers may differ by without being wrong, in seconds.
_TOLERANCE = 2.0

# Events that were held up together arrive together; only over a longer time does the same delay show a wrong clock.
_SHORTEST_PROOF = 5.0

_REMEMBERED = 20

# One counter that starts over falls once; this many falls among the remembered events show that there are two.
_MOST_FALLS = 5


class Skew:
    """By how many seconds the server's present, as we see it, is ahead of the times of sending.

    The server's present is learned from the ``Date`` of answers. If all events seem to be as late as each other, or
    some to come from the future, one of the clocks is wrong, and no event is late (belief 16).
    """

    def __init__(self) -> None:
        """Trust the clocks until events say otherwise."""
        self.seconds = 0.0
        self._delays: deque[tuple[float, float]] = deque(maxlen=_REMEMBERED)

    def learn(self, delay: float, now: float) -> None:
        """Learn from an event that arrived ``delay`` seconds after its time of sending; ``now`` is monotonic."""
        self._delays.append((now, delay))
        delays = [known for _, known in self._delays]
        least = min(delays)
        is_wrong = least < -_TOLERANCE or (
            least > _TOLERANCE and max(delays) - least < _TOLERANCE and now - self._delays[0][0] >= _SHORTEST_PROOF
        )
        self.seconds = least if is_wrong else 0.0


class SequenceWatch:
    """Whether one counter numbers the events, as the specification says, or several do (belief 15)."""

    def __init__(self) -> None:
        """Trust the sequence until events say otherwise."""
        self.is_trusted = True
        self._last: tuple[int, float] | None = None
        self._falls: deque[bool] = deque(maxlen=_REMEMBERED)

    def learn(self, sequence: int, sent_at: float) -> None:
        """Learn from a live event; a sequence that falls while the time of sending rises contradicts one counter."""
        if self._last is not None:
            last_sequence, last_sent_at = self._last
            has_fallen = sequence < last_sequence and sent_at > last_sent_at
            self._falls.append(has_fallen)
            if has_fallen and sum(self._falls) >= _MOST_FALLS:
                self.is_trusted = False
        self._last = sequence, sent_at
