"""What is still to be sent through a socket; what cannot be sent any more is there for a recovery."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
import secrets

from aiohttp import web

from .clock import Clock
from .events import Notification


@dataclass(frozen=True, slots=True)
class _Close:
    code: int
    reason: str


class Outbox:
    """The frames of one socket, in the order in which they are sent."""

    def __init__(self, clock: Clock, websocket: web.WebSocketResponse) -> None:
        """Begin empty; ``last_sent_at`` is in the clock's monotonic seconds."""
        self.last_sent_at = clock.monotonic()
        self.is_stuck = False
        self._clock = clock
        self._websocket = websocket
        self._queue: asyncio.Queue[tuple[str | bytes | _Close, Notification | None]] = asyncio.Queue()
        self._delayed: dict[int, tuple[Callable[[], None], Notification]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits to be sent, delayed notifications apart."""
        return self._queue.empty()

    def put(self, frame: str | bytes, notification: Notification | None = None) -> None:
        """Send a frame; name the notification that it brings, if it brings one."""
        self._queue.put_nowait((frame, notification))

    def put_later(self, wait: float, frame: str | bytes, notification: Notification) -> None:
        """Send a notification's frame after that many seconds; others may overtake it."""
        key = secrets.randbits(63)

        def put() -> None:
            del self._delayed[key]
            self.put(frame, notification)

        self._delayed[key] = (self._clock.call_later(wait, put), notification)

    def close(self, code: int, reason: str) -> None:
        """Close the socket after what is still to be sent."""
        self._queue.put_nowait((_Close(code, reason), None))

    async def write(self) -> None:
        """Send whatever comes, until the socket is closed, fails, or is stuck."""
        while True:
            frame, notification = await self._queue.get()
            if self.is_stuck:
                self._queue.put_nowait((frame, notification))
                return
            try:
                if isinstance(frame, _Close):
                    await self._websocket.close(code=frame.code, message=frame.reason.encode())
                    return
                if isinstance(frame, bytes):
                    await self._websocket.send_bytes(frame)
                else:
                    await self._websocket.send_str(frame)
            except ConnectionError, RuntimeError:
                return
            self.last_sent_at = self._clock.monotonic()

    def take_unsent(self) -> list[Notification]:
        """Return the notifications that were not sent, and send them no more."""
        delayed, self._delayed = list(self._delayed.values()), {}
        for cancel, _ in delayed:
            cancel()
        unsent = [notification for _, notification in delayed]
        while not self._queue.empty():
            _, queued = self._queue.get_nowait()
            unsent += [queued] if queued else []
        return unsent
