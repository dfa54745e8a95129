"""Legs: what is true of a call at one extension; what the wire makes of it is in ``wire.py``."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
import itertools
import random

NO_CALL, RINGING, CONNECTED, ON_HOLD, PARKED = "NoCall", "Ringing", "CallConnected", "OnHold", "ParkedCall"
INBOUND, OUTBOUND = "Inbound", "Outbound"

# The status of an extension is that of the leg that matters most. The order is not documented; the documentation's
# sample with SIP data has OnHold before the Ringing of a monitored line.
PRECEDENCE = (CONNECTED, ON_HOLD, RINGING, PARKED, NO_CALL)


@dataclass(frozen=True, slots=True)
class Identity:
    """The ids by which a leg stands on the wire."""

    session_id: str
    telephony_session_id: str
    party_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One party of a call, whatever the wire makes of it. Times are Unix seconds.

    ``id`` is that of the SIP dialog. Numbers are None where they are withheld. ``is_monitored`` marks the leg of
    another line that rings here too, which nothing on the wire says. ``ended_at`` is set by the end: a NoCall without
    it may be followed by more, and so may one that is not ``is_final``: the phone rests, and may ring again.
    ``rings_as`` are the ids of a phone that has rung again, ``moved_to`` those of a leg that a transfer has moved. Of a
    RingOut, ``second`` are the ids of the leg to the other party, and ``is_connected`` says whether that has answered.
    """

    extension_id: int
    session_id: str
    telephony_session_id: str
    party_id: str
    id: str
    direction: str
    status: str
    started_at: float
    from_number: str | None
    to_number: str | None
    from_name: str | None = None
    to_name: str | None = None
    queue_name: str | None = None
    is_monitored: bool = False
    is_conference: bool = False
    is_at_park_location: bool = False
    was_answered: bool = False
    was_transferred: bool = False
    ended_at: float | None = None
    is_final: bool = True
    sip_tag: str = "-"
    rings_as: Identity | None = None
    moved_to: Identity | None = None
    second: Identity | None = None
    is_connected: bool = True

    @property
    def identity(self) -> Identity:
        """The ids that the call began with."""
        return Identity(self.session_id, self.telephony_session_id, self.party_id)

    @property
    def key(self) -> tuple[str, str]:
        """What distinguishes this leg from the extension's others."""
        return self.telephony_session_id, self.party_id

    @property
    def is_live(self) -> bool:
        """Whether it is not over; a transitional NoCall is not the end."""
        return self.ended_at is None

    @property
    def rests(self) -> bool:
        """Whether the phone has stopped ringing and may ring again."""
        return self.ended_at is not None and not self.is_final

    def ended(self, at: float, *, is_final: bool = True) -> Leg:
        """Return the leg after its end."""
        # An answered inbound call loses the called number at its end, a missed one keeps it (captures of 2015).
        is_cleared = self.direction == INBOUND and self.was_answered
        to_number = "" if is_cleared else self.to_number
        return replace(self, status=NO_CALL, ended_at=at, is_final=is_final, to_number=to_number)

    def seen_by_watcher(self, extension_id: int) -> Leg:
        """Return the leg as it rings on the phone of a user who monitors this line."""
        return replace(self, extension_id=extension_id, is_monitored=True, queue_name=None)


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
