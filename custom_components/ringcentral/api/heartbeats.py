"""Whether the other end of a socket still answers: by heartbeats, or by protocol pings where those prove nothing.

RingCentral's guide and its own clients send heartbeats, and a capture of 2021 has an answer; none of the clients checks
it. So a gateway that leaves them unanswered must not be taken for a dead one for ever.
"""

from .verdicts import Belief, Verdicts

# After this many sockets in a row that died of an unanswered heartbeat, pings decide.
_MUTE_SOCKETS = 2


class Heartbeats:
    """What is known of a gateway's heartbeats; shared by all its sockets."""

    def __init__(self, verdicts: Verdicts) -> None:
        """Initialize with trust in heartbeats."""
        self._verdicts = verdicts
        self._mute_sockets = 0

    @property
    def must_be_answered(self) -> bool:
        """Whether a heartbeat without an answer means that the link is dead."""
        return self._mute_sockets < _MUTE_SOCKETS

    def answered(self) -> None:
        """Trust heartbeats (again)."""
        self._mute_sockets = 0

    def died(self) -> None:
        """Handle that a socket was given up because no answer came."""
        self._mute_sockets += 1
        if self._mute_sockets == _MUTE_SOCKETS:
            self._verdicts.contradict(Belief.HEARTBEATS_ARE_ANSWERED)
