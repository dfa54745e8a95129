"""The simulated cloud as a program of its own, which lets its phones ring at a given rate."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
import json
import time

from simulator.account import Account, large_account
from simulator.clock import Clock
from simulator.cloud import Simulator
from simulator.events import Notification
from simulator.phones import Phones
from simulator.subscriptions import Subscription

from .process import Ask, Say, serve
from .wire import frame_of, on_the_wire

type Send = Callable[[Notification], None]

# The first users' lines are monitored by others, so that one step of theirs makes several events.
_WATCHED = 25


class CallSteps:
    """One call after another at the phones of an office: each step is one event and changes that phone's call state."""

    def __init__(self, account: Account) -> None:
        """Begin without calls."""
        self._phones = Phones(account)
        users = [one for one in account.extensions.values() if one.is_user and one.status == "Enabled"]
        self._users = cycle(users[_WATCHED:] or users)
        self._steps = self._play()

    def step(self) -> None:
        """Do the next thing."""
        next(self._steps)

    def _play(self) -> Iterator[None]:
        while True:
            call = self._phones.call_in(next(self._users), from_name="Kim Park")
            yield
            call.answer()
            yield
            call.hang_up()
            yield


@contextmanager
def _alone(simulator: Simulator, turn: int) -> Iterator[tuple[Subscription, Send]]:
    """Let only one subscriber hear what happens, by the order in which they came; yield it with its way out."""
    subscriptions = list(simulator.subscriptions.by_id.values())
    sends = [subscription.send for subscription in subscriptions]
    send = sends[turn]
    if send is None:
        raise RuntimeError("Nobody listens")
    for subscription in subscriptions:
        subscription.send = None
    try:
        yield subscriptions[turn], send
    finally:
        for subscription, former in zip(subscriptions, sends, strict=True):
            subscription.send = former


async def stream(
    simulator: Simulator, steps: CallSteps, turn: int, rate: float, events: int
) -> list[tuple[str, str, float]]:
    """Send events at a rate; return of each its uuid, its extension, and when it was sent (monotonic)."""
    sent: list[tuple[Notification, float]] = []

    with _alone(simulator, turn) as (subscription, send):

        def note(notification: Notification) -> None:
            sent.append((notification, time.monotonic()))
            send(notification)

        subscription.send = note
        began = time.monotonic()
        for number in range(events):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            steps.step()
    return [(one.uuid, _subject(one), sent_at) for one, sent_at in sent]


async def flood(simulator: Simulator, steps: CallSteps, turn: int, events: int) -> tuple[float, list[tuple[str, str]]]:
    """Send events as fast as the socket takes them, made beforehand; return when that began, and what was sent.

    The frames are written to the socket as they would be one by one, but in large pieces: the sender must not be what
    limits the receiver.
    """
    made: list[Notification] = []
    with _alone(simulator, turn) as (subscription, _):
        subscription.send = made.append
        for _ in range(events):
            steps.step()
    (connection,) = (one for one in simulator.gateway.connections if one.subscription is subscription)
    transport = connection._request.transport  # noqa: SLF001
    if transport is None:
        raise RuntimeError("The socket is closed")
    data = b"".join(on_the_wire(frame_of(notification)) for notification in made)
    began = time.monotonic()
    transport.write(data)
    return began, [(one.uuid, _subject(one)) for one in made]


def _subject(notification: Notification) -> str:
    return str(json.loads(notification.text)["body"]["extensionId"])


async def work(ask: Ask, say: Say, *, users: int) -> None:
    """Run a cloud of so many users until there are no more questions."""
    account = large_account(Clock(), users)
    # A repetition logs in anew each time, so there is no budget for log-ins.
    async with Simulator(account, limits={"auth": 1000}) as simulator:
        steps = CallSteps(account)
        login = simulator.credentials
        say(
            {
                "url": simulator.url,
                "listed": len(account.extensions),
                "login": {name: getattr(login, name) for name in ("client_id", "client_secret", "jwt")},
                "extensions": {
                    str(one.id): one.name
                    for one in account.extensions.values()
                    if one.has_presence and one.status == "Enabled"
                },
            }
        )
        while (question := await ask()) is not None:
            match question["do"]:
                case "stream":
                    say(await stream(simulator, steps, question["turn"], question["rate"], question["events"]))
                case "flood":
                    say(await flood(simulator, steps, question["turn"], question["events"]))
                case "count":
                    # Opening the socket is no request of the API.
                    say(sum(count for (_, path), count in simulator.requests.items() if path != "/ws"))


if __name__ == "__main__":
    serve(work)
