"""A stream of frames as the gateway sends them, recorded from an office that is busy all day."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from aiohttp import WSMessage, WSMsgType

from custom_components.ringcentral.api.connection import Connection
from custom_components.ringcentral.api.counters import GatewayCounters
from custom_components.ringcentral.api.heartbeats import Heartbeats
from custom_components.ringcentral.api.verdicts import Verdicts
from simulator.cloud import Simulator
from simulator.office_day import OfficeDay
from simulator.phones import Phones

from .clock import ManualClock
from .wire import frame_of

# Time passes by so many seconds from one thing that somebody does to the next, whatever the size of the office.
STEP = 0.2

_FOR_EVER = 1e9


class TimedFrame(NamedTuple):
    """A frame, and how long after the one before it comes, in seconds."""

    after: float
    data: str


def office_day(simulator: Simulator, clock: ManualClock) -> Iterator[TimedFrame]:
    """Yield what the cloud sends in the course of a day; nothing goes over the sockets of its subscribers."""
    subscribers = list(simulator.subscriptions.by_id.values())
    for one in subscribers:
        # They get the frames from the benchmark; what came this way, too, would take the news away from those.
        one.send = None
    sent: list[str] = []
    # A subscription of its own, which lasts even if the link of a subscriber is lost.
    simulator.subscriptions.create(
        subscribers[-1].session,
        [one.text for one in subscribers[-1].filters],
        delivery_mode=subscribers[-1].delivery_mode,
        lifetime=_FOR_EVER,
        send=lambda notification: sent.append(frame_of(notification)),
    )
    day = OfficeDay(Phones(simulator.account))
    last_at = clock.monotonic()
    while True:
        clock.advance(STEP)
        day.step()
        for data in sent:
            yield TimedFrame(clock.monotonic() - last_at, data)
            last_at = clock.monotonic()
        sent.clear()


class _Recorded:
    """Frames in the place of a socket; reading them costs next to nothing."""

    close_code = 1000

    def __init__(self, frames: Iterable[TimedFrame], clock: ManualClock) -> None:
        self._frames = iter(frames)
        self._clock = clock

    async def receive(self) -> WSMessage:
        """Return the next frame when its time has come."""
        frame = next(self._frames, None)
        if frame is None:
            return WSMessage(WSMsgType.CLOSED, None, None)
        self._clock.advance(frame.after)
        return WSMessage(WSMsgType.TEXT, frame.data, None)

    async def close(self) -> None:
        """Do nothing."""


def connection(frames: Iterable[TimedFrame], clock: ManualClock, coordinator: Any) -> Connection:
    """Return a gateway's connection that reads recorded frames and hands them to a coordinator."""
    return Connection(
        _Recorded(frames, clock),  # type: ignore[arg-type]
        clock=clock,
        counters=GatewayCounters(),
        heartbeats=Heartbeats(Verdicts()),
        deliver=lambda payload: coordinator.push_events((payload,), replayed=False),
        report_error=lambda _: None,
        report_unreadable=lambda: None,
    )
