"""Phones: what people do with them, which makes the account's events.

phones = Phones(account)
call = phones.call_in("101", from_name="John Wang")
call.answer()
call.hang_up()
"""

from collections import deque
from collections.abc import Sequence

from . import directory
from .account import Account
from .call import Call, PhoneError, Step
from .extension import Extension
from .legs import OUTBOUND, Leg

# Without an answer the voicemail takes a call after so many seconds.
RING_TIME = 30.0
HISTORY_LENGTH = 100_000

# Who calls where nobody is named.
DEFAULT_NUMBER = directory.CALLERS[0][1]


class RingOut:
    """A call that RingCentral makes for a user: first it rings the user's phone, then the other party's.

    The first leg has no id until it is answered, and the second is another session, 1000 apart (captures of 2015;
    ringcentral-js-widgets, presence-event-handling).
    """

    def __init__(self, phones: Phones, first: Call, second: Call, extension: Extension) -> None:
        """Ring the user's phone."""
        self._phones = phones
        self.first = first
        self.second = second
        self._extension = extension
        phones.follow(first)
        first.add(extension, direction=OUTBOUND, has_id=False)

    def answer(self) -> None:
        """Let the user answer, so that the other party's phone rings."""
        self.first.answer()
        self._phones.follow(self.second)
        self.second.add(self._extension, direction=OUTBOUND, has_id=False)

    def connect(self) -> None:
        """Let the other party answer."""
        self.second.answer()

    def hang_up(self) -> None:
        """End both calls."""
        self.second.hang_up()
        self.first.hang_up()


class Phones:
    """All phones of an account. Extensions are given as such or by their number."""

    def __init__(self, account: Account) -> None:
        """Nobody calls yet."""
        self.account = account
        # What every call did where, the oldest first.
        self.history: deque[Step] = deque(maxlen=HISTORY_LENGTH)
        self._calls: list[Call] = []
        account.note_watcher = self._note_watcher

    # Calls

    @property
    def calls(self) -> list[Call]:
        """The calls that are not over, the oldest first."""
        self._calls = [call for call in self._calls if not call.is_over]
        return list(self._calls)

    def follow(self, call: Call) -> None:
        """Count a call among those of the account from now on; its first phone is about to ring."""
        self._calls = [*self.calls, call]

    def _note_watcher(self, extension_id: int, leg: Leg) -> None:
        kind = "ringing" if leg.is_live else "ended"
        self.history.append(Step(self.account.clock.time(), extension_id, leg.session_id, kind))

    def calls_of(self, extension: Extension | str, *statuses: str) -> list[Call]:
        """Return an extension's calls (of these statuses), the newest first."""
        which = self.find(extension).id
        return [
            call
            for call in reversed(self.calls)
            if (leg := call.legs.get(which)) and leg.is_live and (not statuses or leg.status in statuses)
        ]

    def call_in(
        self,
        extension: Extension | str,
        *,
        from_number: str = DEFAULT_NUMBER,
        from_name: str | None = None,
    ) -> Call:
        """Let somebody outside call an extension."""
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
        from_number: str = DEFAULT_NUMBER,
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
        """Let an extension call another."""
        calling, called = self._phone(caller), self._ready(callee)
        call = self._new(str(calling.number), calling.name, str(called.number), called.name)
        self.follow(call)
        call.add(calling, direction=OUTBOUND)
        call.add(called)
        return call

    def ring_out(self, extension: Extension | str, to_number: str) -> RingOut:
        """Let RingCentral call a user, and then the number that the user wants."""
        caller = self._phone(extension)
        first = self._new(caller.direct_number or str(caller.number), None, to_number, None)
        second = self._new(caller.direct_number or str(caller.number), None, to_number, None)
        second.session_id = str(int(first.session_id) + 1000)
        return RingOut(self, first, second, caller)

    async def ring(
        self,
        extension: Extension | str,
        *,
        from_number: str = DEFAULT_NUMBER,
        from_name: str | None = None,
        answer_after: float | None = None,
        hang_up_after: float | None = None,
    ) -> Call:
        """Let somebody outside call an extension or a queue, play the call to its end, and return it; see play."""
        called = self.find(extension)
        start = self.call_queue if called.type == "Department" else self.call_in
        call = start(called, from_number=from_number, from_name=from_name)
        await self.play(call, answer_after=answer_after, hang_up_after=hang_up_after)
        return call

    async def play(self, call: Call, *, answer_after: float | None = None, hang_up_after: float | None = None) -> None:
        """Let a ringing call be answered after so many seconds, and ended so many after that.

        Without an answer the caller gives up after ``hang_up_after``, or the voicemail takes the call. Without
        ``hang_up_after`` an answered call goes on. What is done by hand meanwhile is respected.
        """
        clock = self.account.clock
        if answer_after is not None:
            await clock.sleep(answer_after)
            if call.ringing:
                call.answer()
        if call.was_answered and hang_up_after is None:
            return
        await clock.sleep(RING_TIME if hang_up_after is None else hang_up_after)
        if hang_up_after is not None or not call.was_answered:
            call.hang_up()

    # People

    def set_status(self, extension: Extension | str, status: str) -> None:
        """Let a user set Available, Busy or Offline."""
        self.account.update_presence(self.find(extension).id, {"userStatus": status})

    def set_dnd(self, extension: Extension | str, is_on: bool) -> None:
        """Let a user switch Do Not Disturb, with the fields that RingCentral's own client sends."""
        name = "dndStatusPersonal" if self.account.has_new_call_handling else "dndStatus"
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
        from_number: str,
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
            note=self.history.append,
            from_number=from_number,
            from_name=from_name,
            to_number=to_number,
            to_name=to_name,
            queue=queue,
        )
