"""A call that can be acted on: it rings phones, is answered, held, parked, hung up.

Sources: the flows in ``tests/payloads/flow-*`` and RingCentral's CTI tutorial of 2015 ("Call States").
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from .account import Account
from .extension import Extension
from .legs import CONNECTED, INBOUND, NO_CALL, ON_HOLD, OUTBOUND, PARKED, RINGING, Leg

STATUS_WORDS = {RINGING: "ringing", CONNECTED: "connected", ON_HOLD: "on hold", PARKED: "parked"}


class PhoneError(ValueError):
    """What a phone cannot do now; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a call did at one extension: the truth behind the events.

    ``kind`` is ringing, dialing, answered, held, resumed, parked, ended, missed or answered_elsewhere; ``at`` is in
    Unix seconds.
    """

    at: float
    extension_id: int
    session_id: str
    kind: str


@dataclass(slots=True, kw_only=True, eq=False)
class Call:
    """One call. ``legs`` are its parties on this account, by extension id; the parties outside have none."""

    account: Account
    session_id: str
    telephony_session_id: str
    party_ids: Iterator[str]
    note: Callable[[Step], None]
    from_number: str
    from_name: str | None
    to_number: str
    to_name: str | None
    queue: Extension | None = None
    legs: dict[int, Leg] = field(default_factory=dict)

    @property
    def is_over(self) -> bool:
        """Whether everybody has hung up."""
        return not any(leg.is_live for leg in self.legs.values())

    @property
    def ringing(self) -> list[int]:
        """The ids of the extensions whose phones ring, the first to ring first."""
        return self._of_status(RINGING, direction=INBOUND, with_presence=True)

    @property
    def was_answered(self) -> bool:
        """Whether somebody has ever answered it."""
        return any(leg.was_answered for leg in self.legs.values())

    # Actions

    def answer(self, extension_id: int | None = None) -> None:
        """Answer at one of the ringing extensions (default: the first); without one, the party outside answers."""
        ringing = self.ringing
        if extension_id is None and ringing:
            extension_id = ringing[0]
        if extension_id is not None and extension_id not in ringing:
            raise PhoneError(f"{self._name(extension_id)} does not ring.")
        dialing = self._of_status(RINGING, direction=OUTBOUND)
        if extension_id is None and not dialing:
            raise PhoneError("The call does not ring.")
        for answering in [*dialing, *([] if extension_id is None else [extension_id])]:
            leg = self.legs[answering]
            identifier = leg.id or self.account.identifiers.leg_id()
            self._put(answering, replace(leg, status=CONNECTED, was_answered=True, id=identifier))
        for other in self._of_status(RINGING):
            self._end(other)

    def decline(self, extension_id: int) -> None:
        """Stop one phone's ringing; with the last one the caller is gone too."""
        if extension_id not in self.ringing:
            raise PhoneError(f"{self._name(extension_id)} does not ring.")
        self._end(extension_id)
        if not self.ringing and not self.was_answered:
            self.hang_up()

    def hold(self, extension_id: int | None = None) -> None:
        """Put the call on hold at an extension (default: the one that talks)."""
        self._switch(extension_id, CONNECTED, ON_HOLD)

    def resume(self, extension_id: int | None = None) -> None:
        """Go on with the call at an extension (default: the one that holds it)."""
        self._switch(extension_id, ON_HOLD, CONNECTED)

    def park(self, location: Extension, extension_id: int | None = None) -> None:
        """Park the call at a location, from an extension (default: the one that talks or holds)."""
        if location.type != "ParkLocation":
            raise PhoneError(f"{location.number} is no park location.")
        if extension_id is None and not self._of_status(CONNECTED):
            self._switch(None, ON_HOLD, PARKED)
        else:
            self._switch(extension_id, CONNECTED, PARKED)
        self.add(location, status=PARKED)

    def retrieve(self, extension: Extension) -> None:
        """Take the parked call to an extension: the one that parked it, or another."""
        parked = self._of_status(PARKED)
        if not parked:
            raise PhoneError("The call is not parked.")
        for parker in parked:
            if parker != extension.id:
                self._end(parker)
        if extension.id in self.legs and self.legs[extension.id].is_live:
            self._put(extension.id, replace(self.legs[extension.id], status=CONNECTED))
        else:
            self.add(extension, status=CONNECTED)

    def blink(self, extension_id: int | None = None) -> None:
        """Let a ringing phone show NoCall for a moment, as happens with several devices (flow-transitional-nocall)."""
        for ringing in self.ringing if extension_id is None else [extension_id]:
            leg = self.legs[ringing]
            self.account.put_leg(ringing, replace(leg, status=NO_CALL))
            self.account.put_leg(ringing, leg)

    def hang_up(self) -> None:
        """End the call for everybody."""
        for extension_id, leg in list(self.legs.items()):
            if leg.is_live:
                self._end(extension_id)

    # Parties

    def add(self, extension: Extension, *, status: str = RINGING, direction: str = INBOUND, has_id: bool = True) -> Leg:
        """Let an extension take part."""
        identifiers = self.account.identifiers
        leg = Leg(
            session_id=self.session_id,
            telephony_session_id=self.telephony_session_id,
            party_id=next(self.party_ids),
            id=identifiers.leg_id() if has_id else None,
            direction=direction,
            status=status,
            started_at=self.account.clock.time(),
            from_number=self.from_number,
            from_name=self.from_name,
            to_number=self.to_number,
            to_name=self.to_name,
            queue_name=self.queue.name if self.queue else None,
            was_answered=status != RINGING,
            sip_tag=identifiers.text(10),
        )
        self._put(extension.id, leg)
        return leg

    def skip_party(self) -> None:
        """Give a party id to somebody outside the account."""
        next(self.party_ids)

    def _switch(self, extension_id: int | None, former: str, status: str) -> None:
        able = self._of_status(former)
        if extension_id is None and able:
            extension_id = able[0]
        if extension_id not in able:
            who = "Nobody has a" if extension_id is None else f"{self._name(extension_id)} has no"
            raise PhoneError(f"{who} call that is {STATUS_WORDS[former]}.")
        self._put(extension_id, replace(self.legs[extension_id], status=status))

    def _end(self, extension_id: int) -> None:
        self._put(extension_id, self.legs[extension_id].ended(self.account.clock.time()))

    def _put(self, extension_id: int, leg: Leg) -> None:
        former, self.legs[extension_id] = self.legs.get(extension_id), leg
        kind = self._kind(former if former is not None and former.is_live else None, leg)
        self.note(Step(self.account.clock.time(), extension_id, self.session_id, kind))
        self.account.put_leg(extension_id, leg)

    def _kind(self, former: Leg | None, leg: Leg) -> str:
        if not leg.is_live:
            if leg.was_answered or leg.direction == OUTBOUND:
                return "ended"
            return "answered_elsewhere" if self.was_answered else "missed"
        if leg.status == RINGING:
            return "dialing" if leg.direction == OUTBOUND else "ringing"
        if leg.status == CONNECTED:
            return "answered" if former is None or former.status == RINGING else "resumed"
        return "held" if leg.status == ON_HOLD else "parked"

    def _of_status(self, status: str, *, direction: str | None = None, with_presence: bool = False) -> list[int]:
        return [
            extension_id
            for extension_id, leg in self.legs.items()
            if leg.status == status
            and direction in {None, leg.direction}
            and (not with_presence or self.account.extensions[extension_id].has_presence)
        ]

    def _name(self, extension_id: int) -> str:
        extension = self.account.extensions[extension_id]
        return f"{extension.number} {extension.name}"
