"""One link: an open socket, the subscription on it, and what goes on as long as it lives."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
import logging
from typing import Any, NamedTuple
from urllib.parse import urlencode

from .account import GatewayToken
from .client import RingCentralClient
from .connection import Connection, open_connection
from .counters import GatewayCounters
from .errors import UnreachableError
from .frames import ErrorBody, Wsc
from .heartbeats import Heartbeats

_LOGGER = logging.getLogger(__name__)


class Recovery(NamedTuple):
    """What a lost link can be recovered with: within ``timeout`` seconds, in the same OAuth session."""

    wsc: Wsc
    session_id: str | None
    lost_at: float
    timeout: float

    def is_usable(self, now: float, session_id: str | None) -> bool:
        """Return whether RingCentral may still accept it."""
        return now - self.lost_at < self.timeout and session_id == self.session_id


class Link:
    """An open socket with its subscription.

    It belongs to the OAuth session that asked for its pass: when that session ends, the gateway stops sending, and some
    say without a word (demo of RingCentral's SDK maintainer, 2026).
    """

    def __init__(self, connection: Connection, session_id: str | None, is_token_rejected: asyncio.Event) -> None:
        """Initialize with an open socket, which is read from now on."""
        self.connection = connection
        self.session_id = session_id
        self.is_token_rejected = is_token_rejected
        # Whether the socket was opened with the context of a former one.
        self.is_recovering = False
        self.recovery_timeout = 0.0
        # False once the gateway would refuse the context, or what it holds is of no use.
        self.is_recoverable = False
        self._tasks: list[asyncio.Task[None]] = [asyncio.create_task(connection.run())]

    @property
    def is_alive(self) -> bool:
        """Return whether nothing of it has ended."""
        return not any(task.done() for task in self._tasks)

    def start(self, *works: Coroutine[Any, Any, None]) -> None:
        """Do something as long as the link lives; what raises ends it."""
        self._tasks += [asyncio.create_task(work) for work in works]

    async def until_lost(self) -> None:
        """Wait; raises what ended the link."""
        await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in reversed(self._tasks):
            if task.done():
                await task
        raise UnreachableError("The link has ended")

    def recovery(self, now: float) -> Recovery | None:
        """Return what the link can be recovered with, if it was lost now."""
        wsc = self.connection.wsc
        if not self.is_recoverable or wsc is None:
            return None
        return Recovery(wsc, self.session_id, now, self.recovery_timeout)

    async def close(self) -> None:
        """Close the socket and end all that goes on."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


async def open_link(
    client: RingCentralClient,
    recovery: Recovery | None,
    *,
    counters: GatewayCounters,
    heartbeats: Heartbeats,
    deliver: Callable[[bytes], None],
    report_unreadable: Callable[[], None],
) -> Link:
    """Return a link whose socket is open, with the context to recover if that may still be accepted.

    The greeting is still to come. Raises :class:`UnreachableError` and what :class:`RingCentralClient` raises.
    """
    token = await client.create_gateway_token()
    session_id = client.auth.session_id
    if recovery is not None and not recovery.is_usable(client.clock.monotonic(), session_id):
        recovery = None
    is_token_rejected = asyncio.Event()
    connection = await open_connection(
        client.session,
        _address(token, recovery.wsc if recovery is not None else None),
        clock=client.clock,
        counters=counters,
        heartbeats=heartbeats,
        deliver=deliver,
        report_error=partial(_handle_error_frame, is_token_rejected),
        report_unreadable=report_unreadable,
    )
    link = Link(connection, session_id, is_token_rejected)
    link.is_recovering = recovery is not None
    return link


def _handle_error_frame(is_token_rejected: asyncio.Event, error: ErrorBody) -> None:
    _LOGGER.debug("The gateway reported %s", error.error_code)
    if error.error_code.startswith("OAU-"):
        is_token_rejected.set()


def _address(token: GatewayToken, wsc: Wsc | None) -> str:
    query = {"access_token": token.ws_access_token}
    if wsc is not None:
        query["wsc"] = wsc.token
    return f"{token.uri}{'&' if '?' in token.uri else '?'}{urlencode(query)}"
