"""Legs: what one extension sees of a call, and how it is listed among the active calls.

Sources: RingCentral's OpenAPI specification (ActiveCallInfo) and captured events (``tests/payloads/event-*, flow-*``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
import itertools
import random
from typing import Any

from .timestamps import timestamp

NO_CALL, RINGING, CONNECTED, ON_HOLD, PARKED = "NoCall", "Ringing", "CallConnected", "OnHold", "ParkedCall"
INBOUND, OUTBOUND = "Inbound", "Outbound"

# The status of an extension is that of the leg that matters most. The order is not documented; the documentation's
# sample with SIP data has OnHold before the Ringing of a monitored line.
PRECEDENCE = (CONNECTED, ON_HOLD, RINGING, PARKED, NO_CALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One party of a call. Times are Unix seconds.

    ``id`` is None as long as RingCentral does not tell it (RingOut). ``is_monitored`` marks the leg of another line
    that rings here too, which nothing on the wire tells. ``ended_at`` is set by the end: a NoCall without it may be
    followed by more.
    """

    session_id: str
    telephony_session_id: str
    party_id: str
    id: str | None
    direction: str
    status: str
    started_at: float
    from_number: str
    to_number: str
    from_name: str | None = None
    to_name: str | None = None
    queue_name: str | None = None
    is_monitored: bool = False
    was_answered: bool = False
    ended_at: float | None = None
    sip_tag: str = "-"

    @property
    def key(self) -> tuple[str, str]:
        """What tells this leg from the extension's others."""
        return self.telephony_session_id, self.party_id

    @property
    def is_live(self) -> bool:
        """Whether it is not over; a transitional NoCall is not the end."""
        return self.ended_at is None

    def ended(self, at: float) -> Leg:
        """Return the leg after its end."""
        # An answered inbound call loses the called number at its end, a missed one keeps it (captures of 2015).
        is_cleared = self.direction == INBOUND and self.was_answered
        return replace(self, status=NO_CALL, ended_at=at, to_number="" if is_cleared else self.to_number)

    def seen_by_watcher(self) -> Leg:
        """Return the leg as it rings on the phone of a user who monitors this line."""
        return replace(self, is_monitored=True, queue_name=None)

    @property
    def wire_id(self) -> str | None:
        """The id as listed: an inbound leg has that of its telephony session until it is answered (capture 2018)."""
        is_own = self.id is None or self.was_answered or self.direction == OUTBOUND
        return self.id if is_own else self.telephony_session_id

    def wire(self) -> dict[str, Any]:
        """Return the active call with all that RingCentral may tell, SIP data included."""
        call = {
            "id": self.wire_id,
            "direction": self.direction,
            "queueCall": self.queue_name is not None,
            "fromName": self.from_name,
            "from": self.from_number,
            "toName": self.to_name,
            "to": self.to_number,
            "telephonyStatus": self.status,
            "sipData": self._sip_data(),
            "sessionId": self.session_id,
            "startTime": timestamp(self.started_at),
            "partyId": self.party_id,
            "telephonySessionId": self.telephony_session_id,
            "terminationType": None if self.is_live else "final",
            "callInfo": self._call_info(),
        }
        return {name: value for name, value in call.items() if value is not None}

    def _sip_data(self) -> dict[str, str]:
        if self.direction == INBOUND and not self.was_answered:
            # There is no tag of the called side yet (capture 2018; call control guide).
            tags = {"toTag": "blf", "fromTag": self.party_id}
        else:
            tags = {"toTag": self.sip_tag, "fromTag": f"192.0.2.10-5070-{self.sip_tag}"}
        theirs, ours = (self.from_number, self.to_number) if self.direction == INBOUND else (self.to_number, "")
        return {**tags, "remoteUri": f"sip:{theirs}@sip.example.com", "localUri": f"sip:{ours}@sip.example.com"}

    def _call_info(self) -> dict[str, Any] | None:
        if self.queue_name is None:
            return None
        has_name = self.from_name is not None
        caller = {
            "type": "CallerIdName" if has_name else "CallerIdNumber",
            "value": self.from_name if has_name else self.from_number,
        }
        return {"primary": {"type": "QueueName", "value": self.queue_name}, "additional": caller}


def without_sip(call: Mapping[str, Any]) -> dict[str, Any]:
    """Return an active call without its SIP data."""
    return {name: value for name, value in call.items() if name != "sipData"}


class Identifiers:
    """Makes the identifiers of calls as they look on the wire, from one seeded source."""

    def __init__(self, seed: int = 0) -> None:
        """Begin at a place that the seed decides."""
        self._random = random.Random(f"identifiers {seed}")
        self._session = self._random.randrange(10_000_000, 90_000_000)

    def session_id(self) -> str:
        """Return the next session id; they grow, and end alike."""
        self._session += self._random.randrange(3, 50)
        return f"{self._session}016"

    def telephony_session_id(self) -> tuple[str, Iterator[str]]:
        """Return a telephony session id and the party ids that go with it; the caller's comes first."""
        first, second, third = (self._random.getrandbits(bits) for bits in (36, 28, 20))
        root = f"a0d{first:09x}z1{second:07x}z{third:05x}0000"
        return f"s-{root}", (f"p-{root}-{number}" for number in itertools.count(1))

    def leg_id(self) -> str:
        """Return the id of a leg."""
        return self.text(20)

    def text(self, length: int) -> str:
        """Return some letters and digits."""
        return "".join(self._random.choices("0123456789abcdefghijklmnopqrstuv", k=length))
