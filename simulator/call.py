"""A call that can be acted on: it rings phones, is answered, held, parked, transferred, hung up.

Sources: the flows in ``tests/payloads/flow-*`` and RingCentral's CTI tutorial of 2015 ("Call States").
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from .account import Account
from .extension import Extension
from .legs import CONNECTED, INBOUND, NO_CALL, ON_HOLD, OUTBOUND, PARKED, RINGING, Identity, Leg
from .messages import DEFAULT_TEXT

STATUS_WORDS = {RINGING: "ringing", CONNECTED: "connected", ON_HOLD: "on hold", PARKED: "parked"}


class PhoneError(ValueError):
    """What a phone cannot do now; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a call did at one extension: the truth behind the events, the same in every dialect.

    ``kind`` is ringing, dialing, answered, held, resumed, parked, ended, missed or answered_elsewhere; ``at`` is in
    Unix seconds. The ids are those that the call began with, which the wire may not show.
    """

    at: float
    extension_id: int
    session_id: str
    kind: str
    telephony_session_id: str = ""
    party_id: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class Call:
    """One call. ``legs`` are its parties on this account, by party id; the parties outside have none.

    ``joined`` are calls that end with it, since a transfer or a conference has put them together.
    """

    account: Account
    session_id: str
    telephony_session_id: str
    party_ids: Iterator[str]
    record: Callable[[Step], None]
    from_number: str | None
    from_name: str | None
    to_number: str
    to_name: str | None
    queue: Extension | None = None
    legs: dict[str, Leg] = field(default_factory=dict)
    joined: list[Call] = field(default_factory=list)

    @property
    def is_over(self) -> bool:
        """Whether everybody has hung up."""
        return not any(leg.is_live or leg.rests for leg in self.legs.values())

    @property
    def ringing(self) -> list[int]:
        """The ids of the extensions whose phones ring, the first to ring first."""
        return [leg.extension_id for leg in self._of_status(RINGING, direction=INBOUND) if self._is_phone(leg)]

    @property
    def was_answered(self) -> bool:
        """Whether somebody has ever answered it."""
        return any(leg.was_answered for leg in self.legs.values())

    @property
    def rings_outside(self) -> bool:
        """Whether somebody outside the account is called and has not answered."""
        return bool(self._of_status(RINGING, direction=OUTBOUND)) and not self.ringing

    def leg_of(self, extension_id: int, *statuses: str) -> Leg | None:
        """Return an extension's live leg (of these statuses), or None."""
        legs = (leg for leg in self.legs.values() if leg.extension_id == extension_id and leg.is_live)
        return next((leg for leg in legs if not statuses or leg.status in statuses), None)

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
        answering = [leg for leg in self._of_status(RINGING, direction=INBOUND) if leg.extension_id == extension_id]
        for leg in [*dialing, *answering[:1]]:
            self._put(replace(leg, status=CONNECTED, was_answered=True))
        for other in self._of_status(RINGING):
            self._end(other)
        self._end_rests()

    def decline(self, extension_id: int) -> None:
        """Stop one phone's ringing; with the last one the caller is gone too."""
        self._end(self._ringing_leg(extension_id))
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
        for leg in parked:
            if leg.extension_id != extension.id:
                self._end(leg)
        if (own := self.leg_of(extension.id)) is not None:
            self._put(replace(own, status=CONNECTED))
        else:
            self.add(extension, status=CONNECTED)

    def transfer(self, target: Extension | str, extension_id: int | None = None) -> None:
        """Pass the call on without a word, from an extension (default: the one that talks or holds).

        The target rings in the same session; whoever is left in the call sees the target's number.
        """
        leg = self._talking(extension_id)
        if isinstance(target, Extension):
            number, name = str(target.number), target.name
        else:
            number, name = target, None
        far_number, far_name = far_party(leg)
        self._end(leg)
        for other in [one for one in self.legs.values() if one.is_live]:
            self.show_party(other, number, name)
        if isinstance(target, Extension):
            self.from_number, self.from_name = far_number, far_name
            self.to_number, self.to_name, self.queue = number, name, None
            self.add(target)

    def blink(self, extension_id: int | None = None) -> None:
        """Let a ringing phone show NoCall for a moment, as happens with several devices (flow-transitional-nocall)."""
        for leg in self._of_status(RINGING, direction=INBOUND):
            if self._is_phone(leg) and extension_id in {None, leg.extension_id}:
                self.account.put_leg(replace(leg, status=NO_CALL))
                self.account.put_leg(leg)

    def rest(self, extension_id: int | None = None) -> None:
        """Let a phone stop ringing although the caller stays; ``ring_again`` has it ring, a hang-up makes it missed.

        So RingCentral did in 2015 (flow-same-session-rings-again): a NoCall that is not final, and 6.2 s later Ringing.
        """
        leg = self._ringing_leg(extension_id)
        self.legs[leg.party_id] = leg.ended(self.account.clock.time(), is_final=False)
        self.account.put_leg(self.legs[leg.party_id])

    def ring_again(self) -> None:
        """Let the phones ring that rest; each has another leg id then."""
        resting = [leg for leg in self.legs.values() if leg.rests]
        if not resting:
            raise PhoneError("No phone has stopped ringing for a while.")
        for leg in resting:
            self._record(leg, "ended", leg.ended_at)
            again = Identity(leg.session_id, leg.telephony_session_id, next(self.party_ids))
            new_id = self.account.identifiers.leg_id()
            self._put(replace(leg, status=RINGING, ended_at=None, is_final=True, id=new_id, rings_as=again))

    def hang_up(self) -> None:
        """End the call for everybody."""
        self._end_rests()
        for leg in list(self.legs.values()):
            if leg.is_live:
                self._end(leg)
        joined, self.joined = self.joined, []
        for call in joined:
            call.hang_up()

    def go_to_voicemail(self, *, seconds: float = 12.0, text: str = DEFAULT_TEXT) -> None:
        """Let the voicemail of the phone that rings first take the call, and the caller speak for so long."""
        leg = self._ringing_leg(None)
        self.hang_up()
        self.account.messages.record(
            leg.extension_id,
            from_number=leg.from_number,
            from_name=leg.from_name,
            seconds=seconds,
            text=text,
            telephony_session_id=leg.telephony_session_id,
        )

    # Parties

    def add(
        self,
        extension: Extension,
        *,
        status: str = RINGING,
        direction: str = INBOUND,
        second: Identity | None = None,
        is_conference: bool = False,
    ) -> Leg:
        """Let an extension take part; ``second`` are the ids of the other leg of a RingOut."""
        leg = self.make_leg(extension, status=status, direction=direction, second=second, is_conference=is_conference)
        self._put(leg)
        return leg

    def make_leg(
        self,
        extension: Extension,
        *,
        status: str = RINGING,
        direction: str = INBOUND,
        second: Identity | None = None,
        is_conference: bool = False,
    ) -> Leg:
        """Return the leg of an extension that does not take part yet."""
        identifiers = self.account.identifiers
        return Leg(
            extension_id=extension.id,
            session_id=self.session_id,
            telephony_session_id=self.telephony_session_id,
            party_id=next(self.party_ids),
            id=identifiers.leg_id(),
            direction=direction,
            status=status,
            started_at=self.account.clock.time(),
            from_number=self.from_number,
            from_name=self.from_name,
            to_number=self.to_number,
            to_name=self.to_name,
            queue_name=self.queue.name if self.queue else None,
            is_conference=is_conference,
            is_at_park_location=extension.type == "ParkLocation",
            was_answered=status != RINGING,
            sip_tag=identifiers.text(10),
            second=second,
            is_connected=second is None,
        )

    def skip_party(self) -> None:
        """Give a party id to somebody outside the account."""
        next(self.party_ids)

    def show_party(self, leg: Leg, number: str | None, name: str | None, moved_to: Identity | None = None) -> None:
        """Let a leg show another party than before, after a transfer."""
        names = ("from_number", "from_name") if leg.direction == INBOUND else ("to_number", "to_name")
        shown: dict[str, str | None] = dict(zip(names, (number, name), strict=True))
        self._put(replace(leg, was_transferred=True, moved_to=moved_to or leg.moved_to, **shown))  # type: ignore[arg-type]

    def leave(self, leg: Leg) -> None:
        """Let one party leave the call; the others stay."""
        self._end(leg)

    def _talking(self, extension_id: int | None) -> Leg:
        talking = self._of_status(CONNECTED) + self._of_status(ON_HOLD)
        found = next((leg for leg in talking if extension_id in {None, leg.extension_id}), None)
        if found is None:
            who = "Nobody has a" if extension_id is None else f"{self._name(extension_id)} has no"
            raise PhoneError(f"{who} call to transfer.")
        return found

    def _ringing_leg(self, extension_id: int | None) -> Leg:
        ringing = [leg for leg in self._of_status(RINGING, direction=INBOUND) if self._is_phone(leg)]
        found = next((leg for leg in ringing if extension_id in {None, leg.extension_id}), None)
        if found is None:
            raise PhoneError(
                "No phone rings." if extension_id is None else f"{self._name(extension_id)} does not ring."
            )
        return found

    def _switch(self, extension_id: int | None, former: str, status: str) -> None:
        able = (leg for leg in self._of_status(former) if extension_id in {None, leg.extension_id})
        if (leg := next(able, None)) is None:
            who = "Nobody has a" if extension_id is None else f"{self._name(extension_id)} has no"
            raise PhoneError(f"{who} call that is {STATUS_WORDS[former]}.")
        self._put(replace(leg, status=status))

    def _end(self, leg: Leg) -> None:
        self._put(leg.ended(self.account.clock.time()))

    def _end_rests(self) -> None:
        """End for good what has stopped ringing for a while."""
        for leg in [one for one in self.legs.values() if one.rests]:
            self._record(leg, "answered_elsewhere" if self._is_taken else "missed", leg.ended_at)
            self.legs[leg.party_id] = replace(leg, is_final=True)
            self.account.put_leg(self.legs[leg.party_id])

    def _put(self, leg: Leg) -> None:
        former, self.legs[leg.party_id] = self.legs.get(leg.party_id), leg
        kind = self._kind(former if former is not None and former.is_live else None, leg)
        if kind is not None:
            self._record(leg, kind)
        self.account.put_leg(leg)

    def _record(self, leg: Leg, kind: str, at: float | None = None) -> None:
        at = self.account.clock.time() if at is None else at
        self.record(Step(at, leg.extension_id, leg.session_id, kind, leg.telephony_session_id, leg.party_id))
        self.account.call_log.step(leg, kind, at)

    def _kind(self, former: Leg | None, leg: Leg) -> str | None:
        if former is not None and former.status == leg.status:
            return None
        if not leg.is_live:
            if leg.was_answered or leg.direction == OUTBOUND:
                return "ended"
            return "answered_elsewhere" if self._is_taken else "missed"
        if leg.status == RINGING:
            return "dialing" if leg.direction == OUTBOUND else "ringing"
        if leg.status == CONNECTED:
            return "answered" if former is None or former.status == RINGING else "resumed"
        return "held" if leg.status == ON_HOLD else "parked"

    @property
    def _is_taken(self) -> bool:
        """Whether somebody who was called talks; one who has passed the call on does no longer."""
        return any(leg.direction == INBOUND and leg.was_answered and leg.is_live for leg in self.legs.values())

    def _of_status(self, status: str, *, direction: str | None = None) -> list[Leg]:
        return [leg for leg in self.legs.values() if leg.status == status and direction in {None, leg.direction}]

    def _is_phone(self, leg: Leg) -> bool:
        return self.account.extensions[leg.extension_id].has_presence

    def _name(self, extension_id: int) -> str:
        extension = self.account.extensions[extension_id]
        return f"{extension.number} {extension.name}"


def far_party(leg: Leg) -> tuple[str | None, str | None]:
    """Return number and name of whom a leg's extension talks to."""
    return (leg.from_number, leg.from_name) if leg.direction == INBOUND else (leg.to_number, leg.to_name)
