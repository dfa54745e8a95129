"""A RingOut: RingCentral calls the user's phone, and then the other party.

Sources: ringcentral-js-widgets (presence-event-handling), the CTI tutorial of 2015. For its user it is one call out,
though the phone rings first: it rings, is answered with the user's own phone, and ends once.
"""

from dataclasses import dataclass, replace

from .call import Call, PhoneError
from .extension import Extension
from .legs import CONNECTED, OUTBOUND, Identity


@dataclass(slots=True, kw_only=True, eq=False)
class RingOut(Call):
    """The call; ``second`` are the ids of its leg to the other party."""

    second: Identity

    def start(self, extension: Extension) -> None:
        """Ring the user's phone."""
        self.add(extension, second=self.second)

    @property
    def rings_outside(self) -> bool:
        """Whether the other party is called and has not answered."""
        return any(leg.is_live and leg.was_answered and not leg.is_connected for leg in self.legs.values())

    def answer(self, extension_id: int | None = None) -> None:
        """Let the user answer, so that the other party's phone rings; after that, let the other party answer."""
        if not self.ringing:
            self.connect()
            return
        if extension_id not in {None, self.ringing[0]}:
            raise PhoneError("Only the phone of the user who calls rings.")
        leg = self._ringing_leg(extension_id)
        if leg.second is None:
            # It was passed on, to a phone that rings as for any call.
            super(RingOut, self).answer(extension_id)
            return
        to_number, to_name = leg.from_number, leg.from_name
        out = {"from_number": leg.to_number, "from_name": leg.to_name, "to_number": to_number, "to_name": to_name}
        self._put(replace(leg, status=CONNECTED, direction=OUTBOUND, was_answered=True, **out))  # type: ignore[arg-type]

    def connect(self) -> None:
        """Let the other party answer."""
        if not self.rings_outside:
            raise PhoneError("The call does not ring.")
        for leg in [one for one in self.legs.values() if one.is_live]:
            self._put(replace(leg, is_connected=True))
