"""An office day that plays for ever: calls in and out, the queue, lunch, meetings, at a chosen speed.

Everything follows from the seed and the office's own time, so a day can be repeated, and played without waiting.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
import heapq
import itertools
import random

from . import directory
from .call import Call, PhoneError
from .errors import ApiError
from .extension import Extension
from .phones import Phones

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
OPENS, CLOSES = 8.5 * HOUR, 17.5 * HOUR
# An office of eight has something to do about this often, in seconds; a larger one is busier in proportion.
PAUSE = 45.0
USUAL_USERS = 8

type Action = Callable[[], object]


class OfficeDay:
    """Plays days on the phones of an account, one after another; nights pass in no time."""

    def __init__(self, phones: Phones, *, seed: int = 0, speed: float = 1.0, messages: float = 0.0) -> None:
        """Begin in the morning of the first day, without playing yet.

        ``speed`` of the office's seconds pass in one second of the account's clock. Rare calls are RingOuts, those that
        are passed on or merged, that ring again, and those to oneself. ``messages`` is the share of callers who leave
        one where nobody answers.
        """
        self._messages = messages
        # Chance of its own, so that the calls of a day are the same with and without messages.
        self._message_chance = random.Random(f"messages {seed}")
        self.phones = phones
        # Seconds since midnight before the first day.
        self.now = OPENS
        self._random = random.Random(f"office day {seed}")
        self._speed = speed
        self._order = itertools.count()
        self._agenda: list[tuple[float, int, Action]] = []
        self._task: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._anchored_now, self._anchored_at = self.now, 0.0
        self._plan_day(0)

    # Playing

    @property
    def speed(self) -> float:
        """The office's seconds in a second of the account's clock."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        if speed <= 0:
            raise ValueError("The speed of the office day must be above zero.")
        if self.is_playing:
            self.now = max(self.now, min(self._present(), self._agenda[0][0]))
            self._anchor()
        self._speed = speed
        self._wake.set()

    @property
    def is_playing(self) -> bool:
        """Whether it has been started."""
        return self._task is not None and not self._task.done()

    @property
    def time_of_day(self) -> str:
        """The office's time, as on a clock on the wall."""
        now = min(self._present(), self._agenda[0][0]) if self.is_playing else self.now
        minutes = int(now % DAY // MINUTE)
        return f"{minutes // 60:02}:{minutes % 60:02}"

    def start(self) -> None:
        """Play on, in the background."""
        if not self.is_playing:
            self._task = asyncio.get_running_loop().create_task(self.run())

    async def stop(self) -> None:
        """Stop playing; calls stay as they are."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def run(self) -> None:
        """Play for ever."""
        self._anchor()
        clock = self.phones.account.clock
        while True:
            time = self._agenda[0][0]
            if time // DAY > self.now // DAY:
                self.now = max(self.now, time - MINUTE)
                self._anchor()
            left = (time - self._anchored_now) / self._speed - (clock.monotonic() - self._anchored_at)
            cancel = clock.call_later(max(0.0, left), self._wake.set)
            try:
                await self._wake.wait()
            finally:
                cancel()
                self._wake.clear()
            if self._present() >= time:
                self.step()

    def step(self) -> float:
        """Do what is next, without waiting; return the office's time then."""
        self.now, _, action = heapq.heappop(self._agenda)
        # People at the real office may have done something else with the phone meanwhile.
        with suppress(PhoneError, ApiError):
            action()
        return self.now

    def play_until(self, time: float) -> None:
        """Do everything up to a time of the office, without waiting."""
        while self._agenda[0][0] <= time:
            self.step()

    def _anchor(self) -> None:
        """Count the office's time from now on the account's clock."""
        self._anchored_now, self._anchored_at = self.now, self.phones.account.clock.monotonic()

    def _present(self) -> float:
        """Return the office's time at this moment, while it plays."""
        return self._anchored_now + (self.phones.account.clock.monotonic() - self._anchored_at) * self._speed

    def _at(self, time: float, action: Action) -> None:
        heapq.heappush(self._agenda, (time, next(self._order), action))

    def _after(self, seconds: float, action: Action) -> None:
        self._at(self.now + seconds, action)

    # The day

    def _plan_day(self, day: int) -> None:
        midnight = day * DAY
        for user in self.phones.account.users():
            self._plan_lunch(midnight, user)
            if self._random.random() < 0.3:
                self._plan_meeting(midnight, user)
        self._at(midnight + CLOSES, self._close)
        self._at(midnight + DAY + OPENS, lambda: self._plan_day(day + 1))
        self._at(max(self.now, midnight + OPENS), self._call)

    def _plan_lunch(self, midnight: float, user: Extension) -> None:
        begin = midnight + self._random.uniform(11.75, 13.0) * HOUR
        self._at(begin, lambda: self.phones.set_dnd(user, True))
        self._at(begin + self._random.uniform(25, 45) * MINUTE, lambda: self.phones.set_dnd(user, False))

    def _plan_meeting(self, midnight: float, user: Extension) -> None:
        begin = midnight + self._random.choice((9.5, 10.5, 14.0, 15.0, 16.0)) * HOUR
        self._at(begin, lambda: self.phones.set_meeting(user, True))
        self._at(begin + self._random.uniform(20, 50) * MINUTE, lambda: self.phones.set_meeting(user, False))

    def _close(self) -> None:
        for call in self.phones.calls:
            call.hang_up()
        for user in self.phones.account.users():
            self.phones.set_meeting(user, False)

    def _call(self) -> None:
        """Let somebody call somebody, and think of the next call."""
        users = self.phones.account.users()
        pause = PAUSE * USUAL_USERS / max(1, len(users))
        if self.now % DAY + pause < CLOSES - 10 * MINUTE:
            self._after(self._random.expovariate(1 / pause), self._call)
        kinds = {self._outside_call: 5, self._queue_call: 3, self._outbound_call: 3, self._internal_call: 2}
        kinds |= {self._parked_call: 1}
        kinds |= {self._ring_out: 1, self._rare_call: 2}
        (begin,) = self._random.choices(list(kinds), list(kinds.values()))
        begin()

    def _outside_call(self) -> None:
        user, (name, number) = self._user(), self._random.choice(directory.CALLERS)
        is_withheld = self._random.random() < 0.1
        caller = {"from_number": None} if is_withheld else {"from_number": number, "from_name": name}
        call = self.phones.call_in(user, **caller)
        if self._random.random() < 0.25:
            self._after(self._random.uniform(12, 30), lambda: self._give_up(call))
        else:
            self._converse(call)

    def _give_up(self, call: Call) -> None:
        """Let a caller hang up, or speak to the voicemail."""
        if call.ringing and self._message_chance.random() < self._messages:
            call.go_to_voicemail(seconds=self._message_chance.uniform(4, 40))
        else:
            call.hang_up()

    def _user(self) -> Extension:
        return self._random.choice(self.phones.account.users())

    def _queue_call(self) -> None:
        name, number = self._random.choice(directory.CALLERS)
        queues = self.phones.account.queues()
        if not queues:
            return
        call = self.phones.call_queue(self._random.choice(queues), from_number=number, from_name=name)
        ringing = call.ringing
        if not ringing or self._random.random() < 0.1:
            self._after(self._random.uniform(20, 60), call.hang_up)
            return
        member = self._random.choice(ringing)
        self._converse(call, lambda: call.answer(member))

    def _outbound_call(self) -> None:
        name, number = self._random.choice(directory.CALLERS)
        self._converse(self.phones.call_out(self._user(), number, to_name=name))

    def _internal_call(self) -> None:
        caller, callee = self._random.sample(self.phones.account.users(), 2)
        self._converse(self.phones.call_between(caller, callee))

    def _parked_call(self) -> None:
        locations = self.phones.account.park_locations()
        users = self.phones.account.users()
        name, number = self._random.choice(directory.CALLERS)
        call = self.phones.call_in(self._random.choice(users), from_number=number, from_name=name)
        retriever = self._random.choice(users)
        self._after(6, call.answer)
        if locations:
            self._after(40, lambda: call.park(locations[0]))
            self._after(75, lambda: call.retrieve(retriever))
        self._after(200, call.hang_up)

    def _ring_out(self) -> None:
        _, number = self._random.choice(directory.CALLERS)
        call = self.phones.ring_out(self._user(), number)
        self._after(5, call.answer)
        self._after(12, call.connect)
        self._after(self._random.uniform(60, 240), call.hang_up)

    def _rare_call(self) -> None:
        rare = (self._transferred_call, self._consulted_call, self._conference, self._call_that_rests, self._self_call)
        self._random.choice(rare)()

    def _transferred_call(self) -> None:
        user, target = self._random.sample(self.phones.account.users(), 2)
        name, number = self._random.choice(directory.CALLERS)
        call = self.phones.call_in(user, from_number=number, from_name=name)
        self._after(6, call.answer)
        self._after(25, lambda: call.transfer(target, user.id))
        if self._random.random() < 0.7:
            self._after(34, call.answer)
        self._after(self._random.uniform(60, 180), call.hang_up)

    def _consulted_call(self) -> None:
        """Have a call connected with a colleague after a word with that one."""
        self._two_calls(self.phones.attended_transfer)

    def _conference(self) -> None:
        self._two_calls(self.phones.confer)

    def _two_calls(self, join: Callable[[Extension], object]) -> None:
        user, colleague = self._random.sample(self.phones.account.users(), 2)
        name, number = self._random.choice(directory.CALLERS)
        first = self.phones.call_in(user, from_number=number, from_name=name)
        self._after(6, first.answer)
        self._after(20, first.hold)

        def consult() -> None:
            second = self.phones.call_between(user, colleague)
            self._after(5, second.answer)
            self._after(15, lambda: join(user))
            self._after(100, second.hang_up)

        self._after(22, consult)
        self._after(self._random.uniform(60, 180), first.hang_up)
        self._after(200, lambda: self._hang_up_all(user))

    def _hang_up_all(self, user: Extension) -> None:
        for call in self.phones.calls_of(user):
            call.hang_up()

    def _call_that_rests(self) -> None:
        """Let a phone stop ringing, and ring again (flow-same-session-rings-again)."""
        name, number = self._random.choice(directory.CALLERS)
        call = self.phones.call_in(self._user(), from_number=number, from_name=name)
        self._after(19.5, call.rest)
        self._after(25.7, call.ring_again)
        if self._random.random() < 0.7:
            self._after(31.6, call.answer)
        self._after(self._random.uniform(45, 120), call.hang_up)

    def _self_call(self) -> None:
        user = self._user()
        self._converse(self.phones.call_between(user, user))

    def _converse(self, call: Call, answer: Action | None = None) -> None:
        """Have a call answered, perhaps put on hold for a while, and ended."""
        answered = self._random.uniform(4, 18)
        length = self._random.uniform(30, 300)
        self._after(answered, answer or call.answer)
        if self._random.random() < 0.3:
            self._after(answered + length * 0.4, call.hold)
            self._after(answered + length * 0.7, call.resume)
        self._after(answered + length, call.hang_up)
