"""The WebSocket gateway: connect, subscribe, recover, come back after every loss.

Sources: RingCentral's guide to WebSockets and session recovery, and its own clients.
"""

import asyncio
import contextlib
from enum import StrEnum
import logging

from .account import Subscription
from .allowed_filters import compare_with_listed
from .client import RingCentralClient
from .clock import wait_for
from .counters import GatewayCounters
from .errors import (
    AuthenticationError,
    PermissionMissingError,
    RateLimitedError,
    RequestRejectedError,
    RingCentralError,
    UnreachableError,
)
from .frames import ConnectionDetails
from .heartbeats import Heartbeats
from .link import Link, Recovery, open_link
from .models import parse_timestamp
from .proof import Proof, Verdict
from .push import Backoff, PushListener, notify
from .subscriber import Subscriber

_LOGGER = logging.getLogger(__name__)

# Until the gateway says otherwise (documented ConnectionDetails).
_RECOVERY_TIMEOUT = 180.0
_RECOVERY_BUFFER = 100

_TOKEN_CHECK_INTERVAL = 60.0
_CLEANING_INTERVAL = 300.0

_GOODBYE_LIMIT = 3.0


class GatewayState(StrEnum):
    """What the gateway is doing."""

    IDLE = "idle"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    # Connected, while another link is being opened that takes its place.
    REPLACING = "replacing"
    # Between two attempts.
    WAITING = "waiting"
    STOPPED = "stopped"


class Gateway:
    """Keeps one subscription alive over as many links as it takes."""

    kind = "websocket"
    is_unproved = False

    def __init__(
        self,
        client: RingCentralClient,
        *,
        listener: PushListener,
        filters: tuple[str, ...],
        counters: GatewayCounters | None = None,
    ) -> None:
        """Prepare; :meth:`run` connects."""
        self.state = GatewayState.IDLE
        self.counters = counters if counters is not None else GatewayCounters()
        # The one in use; while there is no link, the one to be recovered or deleted.
        self.subscription: Subscription | None = None
        self._client = client
        self._clock = client.clock
        self._listener = listener
        self._subscriber = Subscriber(client)
        self._proof = Proof(client)
        self._heartbeats = Heartbeats(client.verdicts)
        self._filters = filters
        self._subscribed_filters: tuple[str, ...] = ()
        self._link: Link | None = None
        self._recovery: Recovery | None = None
        self._replacement = asyncio.Event()
        self._may_have_lost = False
        self._runner: asyncio.Task[object] | None = None
        # Held while the subscription is being made, changed or ended.
        self._lock = asyncio.Lock()

    async def run(self) -> None:
        """Stay connected until :meth:`stop`.

        Raises :class:`AuthenticationError` or :class:`PermissionMissingError`, which no further attempt would fix.
        """
        self._runner = asyncio.current_task()
        backoff = Backoff()
        unsubscribe = self._client.auth.on_new_session(self._follow_session)
        try:
            while self.state is not GatewayState.STOPPED:
                connected_at: float | None = None
                try:
                    self._enter(GatewayState.CONNECTING)
                    link = await self._open(self._recovery)
                    connected_at = self._clock.monotonic()
                    await self._stay_connected(link)
                except RingCentralError as error:
                    notify(self._listener.push_lost, self, error)
                    if isinstance(error, AuthenticationError | PermissionMissingError):
                        raise
                    connected_for = self._clock.monotonic() - connected_at if connected_at is not None else 0.0
                    delay = backoff.next_delay(connected_for, getattr(error, "retry_after", None))
                    _LOGGER.debug("Next attempt in %.0f s, since the link failed: %s", delay, error)
                self._enter(GatewayState.WAITING)
                await self._clock.sleep(delay)
        finally:
            unsubscribe()

    async def stop(self) -> None:
        """Delete the subscription, which would otherwise live on for a day, and close the link; within seconds."""
        self.state = GatewayState.STOPPED
        was_tried = await self._delete_subscription()
        if self._runner is not None and not self._runner.done():
            self._runner.cancel()
            await asyncio.wait({self._runner}, timeout=_GOODBYE_LIMIT)
        if not was_tried:
            await self._delete_subscription()

    async def set_filters(self, filters: tuple[str, ...]) -> None:
        """Change what is subscribed to, now or at the next connection."""
        async with self._lock:
            self._filters = filters
            link = self._link
            if link is None or self.subscription is None or self.state is GatewayState.STOPPED:
                return
            try:
                await self._update_filters(link, self.subscription)
            except RingCentralError as error:
                _LOGGER.debug("Changing the event filters failed, connecting again: %s", error)
                await link.connection.close()

    def renew(self) -> None:
        """Open another link with another subscription, because events seem to be missing on this one."""
        self._replace_soon(may_have_lost=True)

    # Being connected

    async def _stay_connected(self, link: Link) -> None:
        """Keep connected, by one link after the other; returns by raising what ended the last."""
        try:
            while True:
                self._enter(GatewayState.CONNECTED)
                # What was asked for before is done by this link, unless another session has begun meanwhile.
                self._replacement.clear()
                self._follow_session()
                await self._until_replacement(link)
                self._enter(GatewayState.REPLACING)
                link = await self._replace(link)
        finally:
            newest, self._link = self._link or link, None
            self._recovery = newest.recovery(self._clock.monotonic())
            for one in {link, newest}:
                await one.close()

    async def _until_replacement(self, link: Link) -> None:
        """Return when the link is to be replaced; raises what ended it."""
        replacing = asyncio.create_task(self._replacement.wait())
        await _first_of(asyncio.create_task(link.until_lost()), replacing)

    async def _replace(self, former: Link) -> Link:
        """Return another link, opened and subscribed before the former is closed; raises what ended both.

        Where the newest socket of a session wins, the former dies meanwhile.
        """
        backoff = Backoff()
        while True:
            try:
                link = await self._open(None)
                break
            except AuthenticationError, PermissionMissingError:
                raise
            except RingCentralError as error:
                delay = backoff.next_delay(0.0, getattr(error, "retry_after", None))
                _LOGGER.debug("Replacing the link failed, next attempt in %.0f s: %s", delay, error)
            pause = asyncio.create_task(self._clock.sleep(delay))
            await _first_of(asyncio.create_task(former.until_lost()), pause)
        self.counters.replacements += 1
        await former.close()
        return link

    def _replace_soon(self, *, may_have_lost: bool) -> None:
        self._may_have_lost = may_have_lost or (self._may_have_lost and self._replacement.is_set())
        self._replacement.set()

    def _follow_session(self) -> None:
        """Replace a link that belongs to a former OAuth session."""
        link, auth = self._link, self._client.auth
        # One whose token was rejected ends by itself.
        if link is not None and link.session_id != auth.session_id and not link.is_token_rejected.is_set():
            self._replace_soon(may_have_lost=auth.was_rejected)

    # Opening a link

    async def _open(self, recovery: Recovery | None) -> Link:
        """Return a link by which events come: recovered, or with a new subscription."""
        began = self._client.local_time()
        link = await open_link(
            self._client,
            recovery,
            counters=self.counters,
            heartbeats=self._heartbeats,
            deliver=self._deliver,
            # It may have been an event.
            report_unreadable=lambda: notify(self._listener.push_unproved),
        )
        try:
            link.start(self._keep_token(link))
            details = await link.connection.greeting()
            if details.recovery_state is None:  # A recovered connection may be as old as its context.
                self._learn_time(details, since=began)
            link.recovery_timeout = details.recovery_timeout or _RECOVERY_TIMEOUT
            await self._take_up(link, details, was_recovery_tried=link.is_recovering)
        except AuthenticationError as error:
            # Through the socket, this is about the token that opened it.
            await link.close()
            await self._client.auth.refresh(self._client.auth.token.access_token if self._client.auth.token else "")
            raise UnreachableError("The gateway did not accept the access token") from error
        except BaseException as error:
            if isinstance(error, UnreachableError) and error.code is not None:
                self._recovery = None  # The gateway said no to this context.
            await link.close()
            raise
        return link

    async def _take_up(self, link: Link, details: ConnectionDetails, *, was_recovery_tried: bool) -> None:
        """Go on with the former subscription, or make a new one on the link's socket."""
        async with self._lock:
            self.counters.connections += 1
            former, kept = self._link, list[bytes]()
            if details.recovery_state == "Successful" and self.subscription is not None:
                self.counters.recoveries += 1
                kept = await link.connection.replay()
                self.counters.replayed += len(kept)
                # A full buffer may have pushed out older notifications.
                is_complete = len(kept) < (details.recovery_buffer_size or _RECOVERY_BUFFER)
            else:
                self.counters.failed_recoveries += was_recovery_tried
                self._subscribed_filters = self._filters
                subscription = await self._subscriber.subscribe(link.connection, self._filters)
                self._abandon_subscription()
                self.subscription = subscription
                is_complete = former is not None and former.is_alive and not self._may_have_lost
            self._may_have_lost = False
            link.is_recoverable = True
            self._proof.restart()
            link.start(self._clean_up(link), self._prove_subscription(link))
            notify(self._listener.push_connected, self, recovered=is_complete, subscription=self.subscription)
            if kept:
                notify(self._listener.push_events, kept, replayed=True)
            if self._subscribed_filters != self._filters:
                await self._update_filters(link, self.subscription)
            self._link = link

    async def _update_filters(self, link: Link, subscription: Subscription) -> None:
        """Change the subscription's filters; where that is refused, subscribe once more on the same socket."""
        filters = self._filters
        try:
            changed = await link.connection.change_filters(subscription.id, filters)
            self.subscription = compare_with_listed(changed, filters, self._client.verdicts)
        except RequestRejectedError, PermissionMissingError:
            self.subscription = await self._subscriber.subscribe(link.connection, filters)
            self._subscriber.abandon(subscription.id)
        except RingCentralError:
            link.is_recoverable = False  # The next connection subscribes from scratch instead of repeating this.
            raise
        self._subscribed_filters = filters
        # What a new filter is about may have changed before it took effect.
        notify(self._listener.push_connected, self, recovered=False, subscription=self.subscription)

    # While a link lives

    async def _keep_token(self, link: Link) -> None:
        """Refresh the access token ahead of time even if nothing else needs it: without one, events stop."""
        while True:
            token = ""
            with contextlib.suppress(UnreachableError, RateLimitedError):
                token = await self._client.auth.access_token()
            if await wait_for(self._clock, link.is_token_rejected, _TOKEN_CHECK_INTERVAL):
                link.is_recoverable = False
                if token:
                    await self._client.auth.refresh(token)
                raise UnreachableError("The gateway no longer accepted the access token; events may have been lost")

    async def _clean_up(self, link: Link) -> None:
        """Delete what former links left over, now and from time to time; nothing waits for it."""
        while True:
            with contextlib.suppress(RingCentralError):
                await self._subscriber.delete_leftovers(link.connection, own=self.subscription)
            await self._clock.sleep(_CLEANING_INTERVAL)

    async def _prove_subscription(self, link: Link) -> None:
        """Ask into silence whether the subscription is still there; raises :class:`UnreachableError` if not."""
        proved_at = self._clock.monotonic()
        while True:
            due = max(proved_at, link.connection.last_notification_at) + self._proof.interval
            if (left := due - self._clock.monotonic()) > 0:
                await self._clock.sleep(left)
                continue
            proved_at = self._clock.monotonic()
            known = self.subscription
            if known is None or self._link is not link:
                continue
            verdict = await self._proof.check(link.connection, known.id)
            if verdict is Verdict.TOKEN_REJECTED:
                link.is_token_rejected.set()
            elif verdict is Verdict.DUBIOUS:
                self._replace_soon(may_have_lost=True)
            elif verdict is Verdict.GONE and self.subscription is known:
                break
        link.is_recoverable = False
        self.subscription = None
        raise UnreachableError("The subscription is gone; events may have been lost")

    # Small parts

    def _enter(self, state: GatewayState) -> None:
        if self.state is not GatewayState.STOPPED:
            self.state = state

    async def _delete_subscription(self) -> bool:
        """Delete the subscription if that can be done; return whether it was tried, since others may hold the lock."""
        was_tried = False
        with contextlib.suppress(RingCentralError, TimeoutError):
            async with asyncio.timeout(_GOODBYE_LIMIT), self._lock:
                was_tried = True
                self._abandon_subscription()
                connection = self._link.connection if self._link is not None else None
                await self._subscriber.delete_leftovers(connection, own=None)
        return was_tried

    def _abandon_subscription(self) -> None:
        if self.subscription is not None:
            self._subscriber.abandon(self.subscription.id)
            self.subscription = None

    def _deliver(self, payload: bytes) -> None:
        notify(self._listener.push_events, [payload], replayed=False)

    def _learn_time(self, details: ConnectionDetails, *, since: float) -> None:
        created = parse_timestamp(details.creation_time)
        if created is not None:
            self._client.learn_time(created.timestamp(), created.timestamp(), since=since)


async def _first_of(losing: asyncio.Task[None], other: asyncio.Task[object]) -> None:
    """Wait for one of two tasks; raises what the first has raised."""
    try:
        await asyncio.wait({losing, other}, return_when=asyncio.FIRST_COMPLETED)
        if losing.done():
            await losing
    finally:
        losing.cancel()
        other.cancel()
