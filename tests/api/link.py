"""A gateway that runs, and a listener that remembers what it was reported."""

import asyncio
from dataclasses import dataclass, field

from custom_components.ringcentral.api.account import Subscription
from custom_components.ringcentral.api.errors import RingCentralError
from custom_components.ringcentral.api.events import decode_notification
from custom_components.ringcentral.api.filters import presence_filter
from custom_components.ringcentral.api.gateway import Gateway
from custom_components.ringcentral.api.models import PresenceEvent
from simulator.clock import Clock
from tests.waiting import until

# Longer than the longest delay after the first failure, and after a link that was stable.
FIRST_DELAY = 7.6
PROMPT_DELAY = 1.6

OWN_PRESENCE = (presence_filter(),)


@dataclass
class Batch:
    """Notifications that came together."""

    payloads: list[bytes]
    replayed: bool

    @property
    def statuses(self):
        """The user statuses that the notifications have."""
        events = [decode_notification(payload) for payload in self.payloads]
        return [event.body.user_status for event in events if isinstance(event, PresenceEvent)]


@dataclass
class Listener:
    """What the gateway reported, all in order in ``log``."""

    clock: Clock
    log: list[str] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    recovered: list[bool] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)
    errors: list[RingCentralError] = field(default_factory=list)
    connected_at: float = 0.0
    disconnected_at: float = 0.0
    failing: str | None = None
    unproved: int = 0

    def push_connected(self, transport, *, recovered, subscription):
        self.log.append("connected")
        self.recovered.append(recovered)
        self.subscriptions.append(subscription)
        self.connected_at = self.clock.monotonic()
        self._fail("connected")

    def push_lost(self, transport, error):
        self.log.append("disconnected")
        self.errors.append(error)
        self.disconnected_at = self.clock.monotonic()
        self._fail("disconnected")

    def push_unproved(self):
        self.unproved += 1

    def push_events(self, payloads, *, replayed):
        self.log.append("replayed events" if replayed else "events")
        self.batches.append(Batch(list(payloads), replayed))
        self._fail("events")

    def _fail(self, reported):
        if self.failing == reported:
            raise RuntimeError("The listener has a fault of its own")

    @property
    def sequences(self):
        """The sequence numbers that came, in order; the same event by two links has the same."""
        payloads = [payload for batch in self.batches for payload in batch.payloads]
        return [event.body.sequence for event in map(decode_notification, payloads) if isinstance(event, PresenceEvent)]

    @property
    def statuses(self):
        """The user statuses that came, in order."""
        return [status for batch in self.batches for status in batch.statuses]


class Link:
    """A gateway under way; ends with the block."""

    def __init__(self, client, filters=OWN_PRESENCE):
        self.listener = Listener(client.clock)
        self.gateway = Gateway(client, listener=self.listener, filters=filters)
        self.client = client
        self.clock = client.clock
        self.task = None

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)

    def start(self):
        self.task = asyncio.create_task(self.gateway.run())

    async def come_up(self):
        """Start, and return once events flow."""
        self.start()
        await self.is_up(1)

    async def is_up(self, times):
        """Return once the gateway has reported that often that events flow."""
        await until(lambda: len(self.listener.recovered) >= times)

    async def is_down(self, times=1):
        """Return once the gateway has reported that often that none come, and waits to try again."""
        await until(lambda: len(self.listener.errors) >= times)
        await asyncio.sleep(0)

    async def come_back(self, delay=FIRST_DELAY):
        """Let the delay pass after a loss that was reported, and return once events flow again."""
        before = len(self.listener.recovered)
        self.clock.advance(delay)
        async with asyncio.timeout(60):
            while len(self.listener.recovered) == before:
                await asyncio.sleep(0.005)
                self.clock.advance(0.1)  # What was missed is waited for.

    async def hold(self, seconds=61):
        """Let the link live so long; a heartbeat into the silence is answered."""
        before = self.gateway.counters.heartbeats
        self.clock.advance(seconds)
        await until(lambda: self.gateway.counters.heartbeats == before + 1)
        await self.is_quiet()

    async def ended(self):
        """Return once the gateway has ended by itself; raises what ended it."""
        async with asyncio.timeout(60):
            await self.task

    async def is_quiet(self):
        """Return once the answer to what was sent has come: the socket has been read to its end."""
        link = self.gateway._link
        await until(lambda: link is None or not link.connection._answers)
