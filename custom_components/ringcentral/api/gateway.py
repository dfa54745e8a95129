"""The WebSocket gateway: connect, subscribe, recover, come back after every loss.

Sources: RingCentral's guide to WebSockets and session recovery, and its own clients.
"""

import asyncio
from collections.abc import Callable, Sequence
import contextlib
from functools import partial
import logging
import random
from typing import Protocol
from urllib.parse import urlencode

from .allowed_filters import ask_for_what_is_allowed
from .client import RingCentralClient
from .clock import wait_for
from .connection import Connection, GatewayCounters, open_connection
from .errors import AuthenticationError, PermissionMissingError, RateLimitedError, RingCentralError, UnreachableError
from .frames import ConnectionDetails, ErrorBody, Wsc
from .models import GatewayToken, Subscription, parse_timestamp
from .subscriber import Subscriber

_LOGGER = logging.getLogger(__name__)

# Clients that came back every few seconds were locked out by the budget of wstoken, 5 requests a minute.
_FIRST_DELAY = 5.0
_LONGEST_DELAY = 300.0

# A link that held so long was not the trouble itself; the next attempt comes at once.
_STABLE_AFTER = 60.0
_PROMPT_DELAY = (0.5, 1.5)

# Until the gateway says otherwise (documented ConnectionDetails).
_RECOVERY_TIMEOUT = 180.0
_RECOVERY_BUFFER = 100

_TOKEN_CHECK_INTERVAL = 60.0

# A socket without a subscription looks as sound as a quiet one.
_SUBSCRIPTION_CHECK_INTERVAL = 300.0
_CLEANING_INTERVAL = 300.0

_GOODBYE_LIMIT = 3.0


class GatewayListener(Protocol):
    """Who is told what the gateway brings. All calls come from the event loop and must not block."""

    def gateway_connected(self, *, recovered: bool, subscription: Subscription) -> None:
        """Events flow. Unless ``recovered``, some may have been lost since the last time they did."""

    def gateway_disconnected(self, error: RingCentralError) -> None:
        """No events come; said again at every attempt that fails."""

    def gateway_events(self, payloads: Sequence[bytes], *, replayed: bool) -> None:
        """Take notifications; ``replayed`` ones were kept while the link was down."""


class Backoff:
    """How long to wait before the next attempt."""

    def __init__(self) -> None:
        """Begin with the shortest delay."""
        self._delay = _FIRST_DELAY

    def next_delay(self, connected_for: float, retry_after: float | None) -> float:
        """Return the seconds to wait after a link that held for so long (0 if it did not even come up)."""
        if connected_for >= _STABLE_AFTER:
            self._delay = _FIRST_DELAY
            delay = random.uniform(*_PROMPT_DELAY)  # noqa: S311
        else:
            delay = random.uniform(self._delay, 1.5 * self._delay)  # noqa: S311
            self._delay = min(2 * self._delay, _LONGEST_DELAY)
        return max(delay, retry_after or 0.0)


class Gateway:
    """Keeps one subscription alive over as many connections as it takes."""

    def __init__(
        self,
        client: RingCentralClient,
        *,
        listener: GatewayListener,
        filters: tuple[str, ...],
    ) -> None:
        """Prepare; :meth:`run` connects."""
        self.counters = GatewayCounters()
        self.subscription: Subscription | None = None
        self._client = client
        self._clock = client.clock
        self._listener = listener
        self._subscriber = Subscriber(client)
        self._filters = filters
        self._subscribed_filters: tuple[str, ...] = ()
        self._connection: Connection | None = None
        self._connected_at: float | None = None
        self._lost_at = 0.0
        self._wsc: Wsc | None = None
        self._recovery_timeout = _RECOVERY_TIMEOUT
        self._runner: asyncio.Task[object] | None = None
        self._is_stopping = False
        # Held while the subscription is being made, changed or ended.
        self._lock = asyncio.Lock()
        self._token_rejected = asyncio.Event()

    async def run(self) -> None:
        """Stay connected until :meth:`stop`.

        Raises :class:`AuthenticationError` or :class:`PermissionMissingError`, which no further attempt would mend.
        """
        self._runner = asyncio.current_task()
        backoff = Backoff()
        while not self._is_stopping:
            self._connected_at = None
            try:
                await self._stay_connected()
            except RingCentralError as error:
                connected_for = self._clock.monotonic() - self._connected_at if self._connected_at is not None else 0.0
                self._tell(self._listener.gateway_disconnected, error)
                if isinstance(error, AuthenticationError | PermissionMissingError):
                    raise
                delay = backoff.next_delay(connected_for, getattr(error, "retry_after", None))
                _LOGGER.debug("Next attempt in %.0f s, since the link failed: %s", delay, error)
            await self._clock.sleep(delay)

    async def stop(self) -> None:
        """Delete the subscription, which would otherwise live on for a day, and close the link; within seconds."""
        self._is_stopping = True
        was_said = await self._say_goodbye()
        if self._runner is not None and not self._runner.done():
            self._runner.cancel()
            await asyncio.wait({self._runner}, timeout=_GOODBYE_LIMIT)
        if not was_said:
            await self._say_goodbye()

    async def _say_goodbye(self) -> bool:
        """Delete the subscription if that can be done; tell whether it was tried, since others may hold the lock."""
        was_said = False
        with contextlib.suppress(RingCentralError, TimeoutError):
            async with asyncio.timeout(_GOODBYE_LIMIT), self._lock:
                was_said = True
                self._abandon_subscription()
                await self._subscriber.delete_leftovers(self._connection, own=None)
        return was_said

    def _abandon_subscription(self) -> None:
        if self.subscription is not None:
            self._subscriber.abandon(self.subscription.id)
            self.subscription = None

    async def set_filters(self, filters: tuple[str, ...]) -> None:
        """Change what is subscribed to, now or at the next connection."""
        async with self._lock:
            self._filters = filters
            connection = self._connection
            if connection is None or self.subscription is None or self._is_stopping:
                return
            try:
                await self._update_filters(connection, self.subscription)
            except RingCentralError as error:
                _LOGGER.debug("Changing the event filters failed, subscribing anew: %s", error)
                await connection.close()

    # One connection

    async def _stay_connected(self) -> None:
        """Connect and stay so; returns by raising what ended it."""
        token = await self._client.create_gateway_token()
        began = self._client.local_time()
        wsc = self._recoverable()
        connection = await open_connection(
            self._client.session,
            _address(token, wsc),
            clock=self._clock,
            counters=self.counters,
            deliver=self._deliver,
            report_error=self._note_error,
        )
        self._token_rejected.clear()
        tasks = [asyncio.create_task(one) for one in (connection.run(), self._keep_token())]
        try:
            details = await connection.greeting()
            if details.recovery_state is None:  # A recovered connection may be as old as its context.
                self._learn_time(details, since=began)
            self._recovery_timeout = details.recovery_timeout or _RECOVERY_TIMEOUT
            await self._resume(connection, details, was_recovery_tried=wsc is not None)
            work = (self._clean_up(connection), self._prove_subscription(connection))
            tasks += [asyncio.create_task(one) for one in work]
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in reversed(tasks):
                if task.done():
                    await task
        except UnreachableError as error:
            if error.code is not None:
                self._wsc = None  # The gateway said no to this context.
            raise
        finally:
            if self._connection is connection:
                self._connection = None
                self._lost_at = self._clock.monotonic()
                self._wsc = connection.wsc if self._wsc is not None else None
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _recoverable(self) -> Wsc | None:
        """Return the context to recover with, if that still makes sense."""
        is_late = self._clock.monotonic() - self._lost_at >= self._recovery_timeout
        return None if self.subscription is None or is_late else self._wsc

    async def _resume(self, connection: Connection, details: ConnectionDetails, *, was_recovery_tried: bool) -> None:
        """Go on with the former subscription, or make a new one on the same socket."""
        async with self._lock:
            self.counters.connections += 1
            kept: list[bytes] = []
            is_complete = details.recovery_state == "Successful" and self.subscription is not None
            if is_complete:
                self.counters.recoveries += 1
                kept = await connection.replay()
                self.counters.replayed += len(kept)
                # A full buffer may have pushed out older notifications.
                is_complete = len(kept) < (details.recovery_buffer_size or _RECOVERY_BUFFER)
            else:
                self.counters.failed_recoveries += was_recovery_tried
                self._subscribed_filters = self._filters
                subscription = await self._subscriber.subscribe(connection, self._filters)
                self._abandon_subscription()
                self.subscription = subscription
            self._connection = connection
            self._connected_at = self._clock.monotonic()
            self._wsc = connection.wsc
            assert self.subscription is not None  # noqa: S101
            self._tell(self._listener.gateway_connected, recovered=is_complete, subscription=self.subscription)
            if kept:
                self._tell(self._listener.gateway_events, kept, replayed=True)
            if self._subscribed_filters != self._filters:
                await self._update_filters(connection, self.subscription)

    async def _update_filters(self, connection: Connection, subscription: Subscription) -> None:
        filters = self._filters
        try:
            change = partial(connection.change_filters, subscription.id)
            self.subscription = subscription = await ask_for_what_is_allowed(change, filters)
        except RingCentralError:
            self._wsc = None  # The next connection subscribes anew instead of stumbling over this again.
            raise
        self._subscribed_filters = filters
        # What a new filter is about may have changed before it took effect.
        self._tell(self._listener.gateway_connected, recovered=False, subscription=subscription)

    async def _keep_token(self) -> None:
        """Refresh the access token ahead of time even if nothing else needs it: without one, events stop."""
        while True:
            token = ""
            with contextlib.suppress(UnreachableError, RateLimitedError):
                token = await self._client.auth.access_token()
            if await wait_for(self._clock, self._token_rejected, _TOKEN_CHECK_INTERVAL):
                self._wsc = None
                if token:
                    await self._client.auth.refresh(token)
                raise UnreachableError("The gateway no longer accepted the access token; events may have been lost")

    async def _clean_up(self, connection: Connection) -> None:
        """Delete what former connections left over, now and from time to time; nothing waits for it."""
        while True:
            with contextlib.suppress(RingCentralError):
                await self._subscriber.delete_leftovers(connection, own=self.subscription)
            await self._clock.sleep(_CLEANING_INTERVAL)

    async def _prove_subscription(self, connection: Connection) -> None:
        """Ask from time to time whether the subscription is still there; raises :class:`UnreachableError` if not."""
        while True:
            await self._clock.sleep(_SUBSCRIPTION_CHECK_INTERVAL)
            known = self.subscription
            if known is None:
                continue
            with contextlib.suppress(RingCentralError):
                if not await connection.has_subscription(known.id) and self.subscription is known:
                    break
        self._wsc = self.subscription = None
        raise UnreachableError("The subscription is gone; events may have been lost")

    def _note_error(self, error: ErrorBody) -> None:
        _LOGGER.debug("The gateway reported %s", error.error_code)
        if error.error_code.startswith("OAU-"):
            self._token_rejected.set()

    def _deliver(self, payload: bytes) -> None:
        self._tell(self._listener.gateway_events, [payload], replayed=False)

    def _tell[**TellP](self, told: Callable[TellP, None], *args: TellP.args, **kwargs: TellP.kwargs) -> None:
        """Tell the listener; a fault of its own must not end the link."""
        try:
            told(*args, **kwargs)
        except Exception:
            _LOGGER.exception("The gateway's listener failed")

    def _learn_time(self, details: ConnectionDetails, *, since: float) -> None:
        created = parse_timestamp(details.creation_time)
        if created is not None:
            self._client.learn_time(created.timestamp(), created.timestamp(), since=since)


async def prove_push(client: RingCentralClient, event_filter: str) -> None:
    """Subscribe and unsubscribe once, to know that it works; raises what :class:`Gateway` would stumble over."""
    token = await client.create_gateway_token()
    connection = await open_connection(
        client.session,
        _address(token, None),
        clock=client.clock,
        counters=GatewayCounters(),
        deliver=lambda _: None,
        report_error=lambda _: None,
    )
    reader = asyncio.create_task(connection.run())
    try:
        await connection.greeting()
        subscription = await connection.subscribe((event_filter,))
        await connection.unsubscribe(subscription.id)
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)


def _address(token: GatewayToken, wsc: Wsc | None) -> str:
    query = {"access_token": token.ws_access_token}
    if wsc is not None:
        query["wsc"] = wsc.token
    return f"{token.uri}{'&' if '?' in token.uri else '?'}{urlencode(query)}"
