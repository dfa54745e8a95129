"""Phones: what people do with them, which makes the account's events.

phones = Phones(account)
call = phones.call_in("101", from_name="John Wang")
call.answer()
call.hang_up()
"""

from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from . import directory
from .account import Account
from .call import Call, PhoneError, Step, far_party
from .extension import Extension
from .legs import CONNECTED, ON_HOLD, OUTBOUND, Identity, Leg
from .ring_out import RingOut

# Without an answer the voicemail takes a call after that many seconds.
RING_TIME = 30.0
# So long the capture of 2015 rests before it rings again.
RINGS_AGAIN_AFTER = 6.2
HISTORY_LENGTH = 100_000

# Who calls where nobody is named.
DEFAULT_NUMBER = directory.CALLERS[0][1]


class Phones:
    """All phones of an account. Extensions are given as such or by their number."""

    def __init__(self, account: Account) -> None:
        """Nobody calls yet."""
        self.account = account
        # What every call did where, the oldest first.
        self.history: deque[Step] = deque(maxlen=HISTORY_LENGTH)
        self._calls: list[Call] = []
        account.on_watcher = self._record_watcher

    # Calls

    @property
    def calls(self) -> list[Call]:
        """The calls that are not over, the oldest first."""
        self._calls = [call for call in self._calls if not call.is_over]
        return list(self._calls)

    def follow(self, call: Call) -> None:
        """Count a call among those of the account from now on; its first phone is about to ring."""
        self._calls = [*self.calls, call]

    def _record_watcher(self, leg: Leg) -> None:
        kind = "ringing" if leg.is_live else "ended"
        at = self.account.clock.time()
        self.history.append(Step(at, leg.extension_id, leg.session_id, kind, leg.telephony_session_id, leg.party_id))

    def calls_of(self, extension: Extension | str, *statuses: str) -> list[Call]:
        """Return an extension's calls (of these statuses), the newest first."""
        which = self.find(extension).id
        return [call for call in reversed(self.calls) if call.leg_of(which, *statuses) is not None]

    def call_in(
        self,
        extension: Extension | str,
        *,
        from_number: str | None = DEFAULT_NUMBER,
        from_name: str | None = None,
    ) -> Call:
        """Let somebody outside call an extension; None withholds the number."""
        callee = self._ready(extension)
        call = self._new(from_number, from_name, callee.direct_number or str(callee.number), callee.name)
        self.follow(call)
        call.skip_party()
        call.add(callee)
        return call

    def call_queue(
        self,
        queue: Extension | str,
        *,
        from_number: str | None = DEFAULT_NUMBER,
        from_name: str | None = None,
    ) -> Call:
        """Let somebody outside call a queue: it rings all members who take its calls and have none."""
        called = self.find(queue)
        if called.type != "Department":
            raise PhoneError(f"{called.number} {called.name} is no call queue; {self._list(self.account.queues())}")
        call = self._new(from_number, from_name, called.direct_number or str(called.number), called.name, called)
        self.follow(call)
        call.skip_party()
        call.add(called)
        for member in self.free_members(called):
            call.add(member)
        return call

    def free_members(self, queue: Extension) -> list[Extension]:
        """Return the members of a queue whose phones a call of it would ring."""
        members = [self.account.extensions[member] for member in queue.members if member in self.account.extensions]
        return [
            member
            for member in members
            if member.status == "Enabled"
            and self.account.takes_queue_calls(member)
            and not any(leg.is_live and not leg.is_monitored for leg in self.account.legs(member.id))
        ]

    def call_out(self, extension: Extension | str, to_number: str, *, to_name: str | None = None) -> Call:
        """Let an extension call somebody outside."""
        caller = self._phone(extension)
        call = self._new(caller.direct_number or str(caller.number), None, to_number, to_name)
        self.follow(call)
        call.add(caller, direction=OUTBOUND)
        return call

    def call_between(self, caller: Extension | str, callee: Extension | str) -> Call:
        """Let an extension call another, or itself."""
        calling, called = self._phone(caller), self._ready(callee)
        call = self._new(str(calling.number), calling.name, str(called.number), called.name)
        self.follow(call)
        call.add(calling, direction=OUTBOUND)
        call.add(called)
        return call

    def ring_out(self, extension: Extension | str, to_number: str, *, to_name: str | None = None) -> RingOut:
        """Let RingCentral call a user, and then the number that the user has chosen."""
        caller = self._ready(extension)
        identifiers = self.account.identifiers
        session_id = identifiers.session_id()
        telephony_session_id, party_ids = identifiers.telephony_session_id()
        far_session_id, far_party_ids = identifiers.telephony_session_id()
        call = RingOut(
            account=self.account,
            session_id=session_id,
            telephony_session_id=telephony_session_id,
            party_ids=party_ids,
            record=self.history.append,
            from_number=to_number,
            from_name=to_name,
            to_number=caller.direct_number or str(caller.number),
            to_name=None,
            # The two sessions differ by 1000 to 4000 (ringcentral-js-widgets).
            second=Identity(str(int(session_id) + 1000), far_session_id, next(far_party_ids)),
        )
        self.follow(call)
        call.start(caller)
        return call

    def transfer(self, extension: Extension | str, target: Extension | str) -> None:
        """Let an extension pass its call on to another, or to a number outside, without asking."""
        who = self.find(extension)
        call = self._calls_to_pass_on(who, 1)[0]
        call.transfer(self._ready(target) if self._is_inside(target) else str(target), who.id)

    def attended_transfer(self, extension: Extension | str) -> None:
        """Let an extension connect its two calls with each other, and leave both.

        Who was called last, or is on this account, goes on in the call that it has, with another number.
        """
        who = self.find(extension)
        last, first = self._calls_to_pass_on(who, 2)[:2]
        ours = {call: call.leg_of(who.id) for call in (first, last)}
        parties = {call: far_party(leg) for call, leg in ours.items() if leg is not None}
        for call, leg in ours.items():
            if leg is not None:
                call.leave(leg)
        for call, other in ((last, first), (first, last)):
            for leg in [one for one in call.legs.values() if one.is_live]:
                moved = Identity(first.session_id, first.telephony_session_id, next(first.party_ids))
                call.show_party(leg, *parties[other], moved_to=moved if call is last else None)
            call.joined.append(other)

    def confer(self, extension: Extension | str) -> Call:
        """Let an extension merge its two calls into a conference, which takes the place of both (conference guide)."""
        who = self.find(extension)
        calls = self._calls_to_pass_on(who, 2)[:2]
        conference = self._new(who.direct_number or str(who.number), None, "conference", "Conference")
        conference.joined = calls
        self.follow(conference)
        for call in calls:
            if (leg := call.leg_of(who.id)) is not None:
                call.leave(leg)
        conference.add(who, status=CONNECTED, direction=OUTBOUND, is_conference=True)
        return conference

    async def ring_again(
        self, call: Call, extension_id: int | None = None, *, rest_after: float = 0.0, after: float = RINGS_AGAIN_AFTER
    ) -> None:
        """Let a call's phone stop ringing (after ``rest_after`` seconds), and ring again later; see Call.rest."""
        if rest_after:
            await self.account.clock.sleep(rest_after)
        # Somebody may have answered, or the caller may be gone, before each of the two.
        with suppress(PhoneError):
            call.rest(extension_id)
        await self.account.clock.sleep(after)
        with suppress(PhoneError):
            call.ring_again()

    def _calls_to_pass_on(self, extension: Extension, count: int) -> list[Call]:
        calls = self.calls_of(extension, CONNECTED, ON_HOLD)
        if len(calls) < count:
            what = "no call" if count == 1 else "not two calls"
            raise PhoneError(f"{extension.number} {extension.name} has {what} that could be passed on.")
        return calls

    def _is_inside(self, target: Extension | str) -> bool:
        if isinstance(target, Extension):
            return True
        return any(one.number == target for one in self.account.extensions.values())

    async def ring(
        self,
        extension: Extension | str,
        *,
        from_number: str | None = DEFAULT_NUMBER,
        from_name: str | None = None,
        answer_after: float | None = None,
        hang_up_after: float | None = None,
        message: float | None = None,
    ) -> Call:
        """Let somebody outside call an extension or a queue, play the call to its end, and return it; see play."""
        called = self.find(extension)
        start = self.call_queue if called.type == "Department" else self.call_in
        call = start(called, from_number=from_number, from_name=from_name)
        await self.play(call, answer_after=answer_after, hang_up_after=hang_up_after, message=message)
        return call

    def block(self, extension: Extension | str, *, from_number: str = DEFAULT_NUMBER) -> None:
        """Let somebody call who is blocked: no phone rings, but it is written in the log."""
        call = self._new(from_number, None, str(self.find(extension).number), None)
        leg = call.make_leg(self.find(extension))
        self.account.call_log.add(leg.ended(self.account.clock.time()), "Blocked")

    async def play(
        self,
        call: Call,
        *,
        answer_after: float | None = None,
        hang_up_after: float | None = None,
        message: float | None = None,
    ) -> None:
        """Let a ringing call be answered after some seconds, and ended some after that.

        Without an answer the caller gives up after ``hang_up_after``, or the voicemail takes the call, and the caller
        leaves a ``message`` of that many seconds, if any. Without ``hang_up_after`` an answered call goes on. What is
        done by hand meanwhile is respected.
        """
        clock = self.account.clock
        if answer_after is not None:
            await clock.sleep(answer_after)
            if call.ringing:
                call.answer()
        if call.was_answered and hang_up_after is None:
            return
        await clock.sleep(RING_TIME if hang_up_after is None else hang_up_after)
        if message is not None and call.ringing:
            call.go_to_voicemail(seconds=message)
        elif hang_up_after is not None or not call.was_answered:
            call.hang_up()

    # People

    def set_status(self, extension: Extension | str, status: str) -> None:
        """Let a user set Available, Busy or Offline."""
        self.account.update_presence(self.find(extension).id, {"userStatus": status})

    def set_dnd(self, extension: Extension | str, is_on: bool) -> None:
        """Let a user switch Do Not Disturb, with the fields that RingCentral's own client sends."""
        name = "dndStatusPersonal" if self.account.settings.new_call_handling else "dndStatus"
        change = {name: "DoNotAcceptAnyCalls"} if is_on else {name: "TakeAllCalls", "userStatus": "Available"}
        self.account.update_presence(self.find(extension).id, change)

    def set_meeting(self, extension: Extension | str, is_in_meeting: bool) -> None:
        """Let a user join or leave a meeting."""
        self.account.set_meeting(self.find(extension).id, is_in_meeting)

    # Finding

    def find(self, extension: Extension | str) -> Extension:
        """Return the extension with that number; raise PhoneError with those that exist if there is none."""
        if isinstance(extension, Extension):
            return extension
        try:
            return self.account.find(extension)
        except KeyError:
            everyone = [one for one in self.account.extensions.values() if one.number is not None]
            raise PhoneError(f"There is no extension {extension}; {self._list(everyone)}") from None

    def _phone(self, extension: Extension | str) -> Extension:
        found = self.find(extension)
        if not found.has_presence or found.status != "Enabled":
            what = found.type if found.status == "Enabled" else f"{found.type}, {found.status}"
            raise PhoneError(f"{found.number} {found.name} has no phone ({what}).")
        return found

    def _ready(self, extension: Extension | str) -> Extension:
        found = self._phone(extension)
        if not self.account.takes_calls(found):
            raise PhoneError(f"{found.number} {found.name} does not take calls now (Do Not Disturb).")
        return found

    @staticmethod
    def _list(extensions: Sequence[Extension]) -> str:
        shown = ", ".join(f"{extension.number} {extension.name}" for extension in extensions[:20])
        return f"there are {shown}{' and more' if len(extensions) > 20 else ''}."

    def _new(
        self,
        from_number: str | None,
        from_name: str | None,
        to_number: str,
        to_name: str | None,
        queue: Extension | None = None,
    ) -> Call:
        telephony_session_id, party_ids = self.account.identifiers.telephony_session_id()
        return Call(
            account=self.account,
            session_id=self.account.identifiers.session_id(),
            telephony_session_id=telephony_session_id,
            party_ids=party_ids,
            record=self.history.append,
            from_number=from_number,
            from_name=from_name,
            to_number=to_number,
            to_name=to_name,
            queue=queue,
        )
