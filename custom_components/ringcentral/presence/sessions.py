"""What the verdict of an unanswered call has to know of the other extensions' calls."""

from collections import OrderedDict
from collections.abc import Mapping

import msgspec

from .vocabulary import Call

# This many seconds around the ringing another leg may have been answered instead.
_ANSWERED_WITHIN = 2.0

_MOST_LEGS = 16


class _Leg(msgspec.Struct, frozen=True, gc=False):
    extension_id: str
    call_id: str
    party_id: str | None
    answered_at: float | None


class Sessions:
    """The legs of recent sessions, over all watched extensions; memory is bounded."""

    def __init__(self, capacity: int = 1024) -> None:
        """Remember the last ``capacity`` sessions."""
        self._capacity = capacity
        self._legs: OrderedDict[str, list[_Leg]] = OrderedDict()
        # By the number that people dial.
        self.extensions: Mapping[str, str] = {}

    def add(self, extension_id: str, call: Call) -> None:
        """Remember an extension's leg of an inbound call, or that it was answered."""
        if call.is_outbound:
            return
        leg = _Leg(extension_id, call.call_id, call.party_id, call.answered_at)
        for session in _sessions(call):
            legs = self._legs.setdefault(session, [])
            legs[:] = [one for one in legs if (one.extension_id, one.call_id) != (extension_id, call.call_id)]
            legs.append(leg)
            del legs[:-_MOST_LEGS]
            self._legs.move_to_end(session)
        while len(self._legs) > self._capacity:
            self._legs.popitem(last=False)

    def was_answered_elsewhere(self, extension_id: str, call: Call) -> bool:
        """Return whether another leg of the call's session was answered while it rang, or within the verdict's wait."""
        since = call.ringing_at if call.ringing_at is not None else float("-inf")
        until = (call.ended_at if call.ended_at is not None else float("inf")) + _ANSWERED_WITHIN
        return any(
            leg.answered_at is not None
            and (leg.extension_id, leg.call_id) != (extension_id, call.call_id)
            and since <= leg.answered_at <= until
            for session in _sessions(call)
            for leg in self._legs.get(session, ())
        )

    def is_anothers(self, extension_id: str, call: Call) -> bool:
        """Return whether a call rang here for another extension: its number was called, or it has that very party.

        Nothing else is evidence (reference 5.3): tags and ids of legs say nothing.
        """
        called = self.extensions.get(call.to_number or "")
        if called is not None:
            return called != extension_id
        if call.party_id is None or call.telephony_session_id is None:
            return False
        legs = self._legs.get(call.telephony_session_id, ())
        return any(leg.party_id == call.party_id and leg.extension_id != extension_id for leg in legs)


def _sessions(call: Call) -> list[str]:
    return [session for session in (call.session_id, call.telephony_session_id) if session is not None]
