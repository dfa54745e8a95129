"""Random office life on simulated phones, with everything that can go wrong on the way."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
import random

from simulator.call import PhoneError
from simulator.errors import ApiError


class People:
    """What people do with their phones, by chance; one step at a time.

    A ringing phone's NoCall that lasts longer than the rules wait for is an end: ``may_blink`` is for orderly networks.
    """

    def __init__(self, phones, seed: int, *, may_blink: bool = True) -> None:
        self.phones = phones
        self.account = phones.account
        self.random = random.Random(seed)
        self.may_blink = may_blink
        self.users = [one for one in self.account.extensions.values() if one.is_user and one.status == "Enabled"]

    def step(self) -> Callable[[], None]:
        """Do one thing that is possible now, or nothing; return what was tried."""
        actions = [
            (6, self.call_in),
            (2, self.call_queue),
            (2, self.call_out),
            (2, self.call_between),
            (1, self.ring_out),
            (1, self.transfer),
            (1, self.attended_transfer),
            (1, self.confer),
            (1, self.rest),
            (3, self.ring_again),
            (8, self.answer),
            (3, self.hold),
            (3, self.resume),
            (1, self.park),
            (1, self.retrieve),
            (6, self.hang_up),
            (1, self.decline),
            (2, self.change_presence),
            (1, self.restart_sequence),
            *([(1, self.blink)] if self.may_blink else []),
        ]
        weights, choices = zip(*actions, strict=True)
        (choice,) = self.random.choices(choices, weights)
        with suppress(PhoneError, ApiError, IndexError):
            choice()
        return choice

    def finish(self) -> None:
        """Let everybody hang up."""
        for call in self.phones.calls:
            call.hang_up()

    def call_in(self) -> None:
        self.phones.call_in(self.random.choice(self.users), from_name=self.random.choice(["John Wang", "", None]))

    def call_queue(self) -> None:
        self.phones.call_queue("200")

    def call_out(self) -> None:
        self.phones.call_out(self.random.choice(self.users), "+14155550199")

    def call_between(self) -> None:
        self.phones.call_between(self.random.choice(self.users), self.random.choice(self.users))

    def ring_out(self) -> None:
        ring = self.phones.ring_out(self.random.choice(self.users), "+14155550198")
        if self.random.random() < 0.5:
            ring.answer()

    def transfer(self) -> None:
        self.phones.transfer(self.random.choice(self.users), self.random.choice([*self.users, "+14155550187"]))

    def attended_transfer(self) -> None:
        self.phones.attended_transfer(self.random.choice(self.users))

    def confer(self) -> None:
        self.phones.confer(self.random.choice(self.users))

    def rest(self) -> None:
        self.call().rest()

    def ring_again(self) -> None:
        self.call().ring_again()

    def call(self):
        return self.random.choice(self.phones.calls)

    def answer(self) -> None:
        self.call().answer()

    def hold(self) -> None:
        self.call().hold()

    def resume(self) -> None:
        self.call().resume()

    def park(self) -> None:
        self.call().park(self.account.find("801"))

    def retrieve(self) -> None:
        self.call().retrieve(self.random.choice(self.users))

    def hang_up(self) -> None:
        self.call().hang_up()

    def decline(self) -> None:
        call = self.call()
        call.decline(self.random.choice(call.ringing))

    def blink(self) -> None:
        self.call().blink()

    def change_presence(self) -> None:
        user = self.random.choice(self.users)
        change = self.random.choice(
            [
                {"userStatus": self.random.choice(["Available", "Busy", "Offline"])},
                {"dndStatus": self.random.choice(["TakeAllCalls", "DoNotAcceptAnyCalls"])},
                {"ringOnMonitoredCall": self.random.random() < 0.5},
            ]
        )
        self.account.update_presence(user.id, change)

    def restart_sequence(self) -> None:
        self.account.restart_sequence(self.random.randrange(100))


class Network:
    """What happens to the events on their way, by chance."""

    def __init__(self, simulator, chance: random.Random) -> None:
        self.simulator = simulator
        self.random = chance

    def disturb(self) -> None:
        """Let something go wrong, or right again."""
        faults = self.simulator.faults
        kind = self.random.choice(
            ["clear", "reorder", "delay", "duplicate", "abrupt", "disconnect", "refuse", "half_open"]
        )
        if kind == "clear":
            faults.clear()
        elif kind == "reorder":
            faults.apply({"kind": "reorder", "window": self.random.uniform(0.1, 2.5), "for": 20})
        elif kind == "delay":
            faults.apply({"kind": "delay", "min": 0.1, "max": 1.5, "probability": 0.5, "for": 20})
        elif kind == "duplicate":
            faults.apply({"kind": "duplicate", "delay": self.random.uniform(0, 2), "for": 30})
        elif kind == "half_open":
            faults.apply({"kind": "half_open", "new": False, "for": 1})
        elif kind == "refuse":
            faults.apply({"kind": "refuse_socket", "for": self.random.uniform(1, 240)})
            self.simulator.gateway.close_abruptly()
        else:
            faults.apply({"kind": kind})


STARTS = {"ringing", "dialing", "answered"}
ENDS = {"ended", "missed", "answered_elsewhere"}


def check_story(transitions, history) -> list[str]:
    """Return what is wrong with the transitions that were reported.

    That is starts that were invented, or reported more often than they happened, and ends that lack or come twice.
    """
    true_starts = Counter((str(step.extension_id), step.session_id, step.kind) for step in history)
    of_telephony = {step.telephony_session_id: step.session_id for step in history}
    wrong = []
    started: dict[tuple[str, str], int] = {}
    for one in transitions:
        kind = str(one.kind)
        key = (one.extension_id, one.call.call_id)
        if kind in STARTS:
            # A RingOut goes by the session of its first leg; a conference has none on the wire that is its own.
            session = one.call.twin_session_id or of_telephony.get(one.call.telephony_session_id, one.call.session_id)
            # A call that nothing identifies is in question, where a status has no list, or contradicts it; which one it
            # was may be learned later.
            start = one.extension_id, session, kind
            if true_starts[start] <= 0 and session is not None:
                # An attended transfer has moved its leg to another session since.
                start = one.extension_id, one.call.call_id, kind
            true_starts[start] -= 1
            if session is not None and true_starts[start] < 0:
                wrong.append(
                    f"invented or reported twice: {kind} {one.call.call_id}; {_story(one, transitions, history)}"
                )
            started[key] = 1
        elif kind in ENDS:
            if started.get(key) == 0:
                wrong.append(f"ended twice: {kind} {one.call.call_id}; {_story(one, transitions, history)}")
            started[key] = 0
    wrong.extend(f"never ended: {key}" for key, left in started.items() if left)
    return wrong


def _story(one, transitions, history) -> str:
    reported = [
        f"{other.at:.3f} {other.kind} {other.call.call_id}{' recovered' if other.is_recovered else ''}"
        for other in transitions
        if other.extension_id == one.extension_id and abs(other.at - one.at) < 300
    ]
    happened = [
        f"{step.at:.3f} {step.kind} {step.session_id}"
        for step in history
        if str(step.extension_id) == one.extension_id and abs(step.at - one.at) < 300
    ]
    return f"reported of {one.extension_id}: {reported}; happened: {happened}"


async def live(office, seed: int, *, streams: int, disturb) -> None:
    """Let an office live through streams of calls, disturbed by chance; after each, everything has to be true."""
    reported = []
    office.coordinator.stream.async_listen(reported.append)
    clock, chance = office.simulator.clock, random.Random(f"network {seed}")

    def wrong():
        return office.differences() + check_story(reported, office.phones.history)

    for stream in range(streams):
        people = People(office.phones, seed * 1000 + stream, may_blink=not stream % 3)
        for _ in range(30):
            people.step()
            if not people.may_blink and chance.random() < 0.2:
                disturb(chance)
            if chance.random() < 0.1:
                office.hass.async_create_task(office.coordinator.reader.read_all())
            # A blink is to arrive as two events.
            await asyncio.sleep(0.001)
            clock.advance(chance.choice([0, 0.1, 1, 3]))
            await asyncio.sleep(0.001)
        people.finish()
        office.simulator.faults.clear()
        for _ in range(80):
            await office.pass_time(5)
            if office.coordinator.link.is_connected and not wrong():
                break
        found = wrong()
        assert not found, f"stream {stream}: {found}"
