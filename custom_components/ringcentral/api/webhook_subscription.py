"""The webhook subscription's life: made or adopted, checked, renewed and deleted in one place, under one lock."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
import logging
from typing import Protocol

from .account import Subscription
from .allowed_filters import subscribe_allowed
from .client import RingCentralClient
from .clock import wait_for
from .counters import WebhookCounters
from .errors import (
    AuthenticationError,
    PermissionMissingError,
    RequestRejectedError,
    RingCentralError,
    UnreachableError,
    WebhookUnusableError,
)
from .push import Backoff, PushListener, notify
from .verdicts import Belief
from .webhook_receiver import Content, Receipt, WebhookReceiver

_LOGGER = logging.getLogger(__name__)

# RingCentral's default; it is renewed when half of it is over.
LIFETIME = 7 * 24 * 3600

# RingCentral gives an address up after some ten minutes of failures, and says so only to those who ask (forum). Nobody
# is to be deaf for more than 90 s; that is one request of the 50 that a minute may have.
CHECK_INTERVAL = 60.0

# Another subscription is the guide's cure for an address that was given up (2022).
_BLACKLISTED_RETRY = 10.0

# Deliveries without our secret are not fixed by trying again soon.
_NO_TOKEN_RETRY = 6 * 3600.0

_GOODBYE_LIMIT = 3.0

BLACKLISTED = "webhook_blacklisted"
NO_TOKEN = "webhook_no_token"  # noqa: S105 (an issue's key)
REFUSED = "webhook_refused"

_ACTIVE = "Active"
_BLACKLISTED = "Blacklisted"
_WEBHOOK = "WebHook"

# Codes that find fault with the address: invalid, not HTTPS, its certificate, its answer to the handshake.
_ADDRESS_CODES = frozenset({"SUB-521", "SUB-522", "SUB-523", "SUB-524", "SUB-525"})
_TOO_MANY_SUBSCRIPTIONS = "SUB-505"

type Receive = Callable[[Mapping[str, str], Content], Awaitable[Receipt]]


class Endpoint(Protocol):
    """Where RingCentral can post to."""

    verification_token: str

    @property
    def is_closing(self) -> bool:
        """Whether the host stops, and the next start will go on with the subscription."""

    async def choose(self) -> str:
        """Return the best address that was not refused; raises :class:`WebhookUnusableError` if there is none."""

    def refuse(self, address: str, code: str | None) -> None:
        """Handle that RingCentral does not accept an address."""

    def owns(self, address: str) -> bool:
        """Return whether an address is one of ours, of the past ones too."""

    def listen(
        self, receive: Receive, deliver: Callable[[bytes], None], on_change: Callable[[], None]
    ) -> Callable[[], None]:
        """Receive requests, deliver what they bring after the answer, and say when another address may be the best.

        The returned callable ends that.
        """


class WebhookSubscription:
    """Keeps one webhook subscription alive; the twin of :class:`~.gateway.Gateway`."""

    kind = "webhook"

    def __init__(
        self,
        client: RingCentralClient,
        endpoint: Endpoint,
        *,
        listener: PushListener,
        filters: tuple[str, ...],
        counters: WebhookCounters | None = None,
    ) -> None:
        """Prepare; :meth:`run` subscribes."""
        self.counters = counters if counters is not None else WebhookCounters()
        self.subscription: Subscription | None = None
        self._client = client
        self._endpoint = endpoint
        self._clock = client.clock
        self._listener = listener
        self._filters = filters
        self._subscribed_filters: tuple[str, ...] = ()
        self._receiver = WebhookReceiver(endpoint.verification_token, self.counters)
        self._connected_at: float | None = None
        self._has_subscribed = False
        self._is_renewal_due = False
        self._is_new_session = False
        self._failed_checks = 0
        self._runner: asyncio.Task[object] | None = None
        self._is_stopping = False
        # Held while the subscription is being made, checked, changed or ended.
        self._lock = asyncio.Lock()
        self._changed = asyncio.Event()

    @property
    def is_unproved(self) -> bool:
        """Whether deliveries come without our token; after some of them the webhook is given up."""
        return self._receiver.is_unproved

    async def run(self) -> None:
        """Keep events coming until :meth:`stop`; raises :class:`AuthenticationError`, which only the user can fix."""
        self._runner = asyncio.current_task()
        backoff = Backoff()
        unlisten = self._endpoint.listen(self._receive, self._deliver, self._changed.set)
        unsubscribe = self._client.auth.on_new_session(self._check_at_once)
        try:
            while not self._is_stopping:
                self._changed.clear()
                delay = CHECK_INTERVAL
                try:
                    async with self._lock:
                        await self._reconcile()
                except RingCentralError as error:
                    connected_for = self._handle_failure(error)
                    if isinstance(error, AuthenticationError):
                        raise
                    delay = backoff.next_delay(connected_for, getattr(error, "retry_after", None))
                    _LOGGER.debug("Next attempt in %.0f s, since the webhook failed: %s", delay, error)
                await wait_for(self._clock, self._changed, delay)
        finally:
            unsubscribe()
            unlisten()

    async def stop(self) -> None:
        """Delete the subscription, which would otherwise live on for days; within seconds.

        It is left alone when the host stops: the next start adopts it, and needs no handshake before it is ready.
        """
        self._is_stopping = True
        with suppress(RingCentralError, TimeoutError):
            async with asyncio.timeout(_GOODBYE_LIMIT), self._lock:
                if self._endpoint.is_closing:
                    self.subscription, self._has_subscribed = None, False
                subscription, self.subscription = self.subscription, None
                if subscription is not None:
                    await self._client.delete_subscription(subscription.id)
                elif self._has_subscribed:
                    await self._delete(await find_subscriptions(self._client, self._endpoint.owns))
        if self._runner is not None and not self._runner.done():
            self._runner.cancel()
            await asyncio.wait({self._runner}, timeout=_GOODBYE_LIMIT)

    async def set_filters(self, filters: tuple[str, ...]) -> None:
        """Change what is subscribed to, as soon as possible."""
        self._filters = filters
        if not self._receiver.lacks_token:
            self._changed.set()

    def renew(self) -> None:
        """Make another subscription, because events seem to be missing on this one."""
        self._subscribed_filters = ()
        self._is_renewal_due = True
        self._changed.set()

    # What arrives

    async def _receive(self, headers: Mapping[str, str], content: Content) -> Receipt:
        could_be_trusted = not self._receiver.lacks_token
        before = self.counters.without_token + self._receiver.unreadable
        receipt = await self._receiver.receive(headers, content)
        if self.counters.without_token + self._receiver.unreadable > before and not self._is_stopping:
            notify(self._listener.push_unproved)
        if could_be_trusted and self._receiver.lacks_token:
            self._client.verdicts.contradict(Belief.WEBHOOK_DELIVERIES_HAVE_TOKEN)
            self._changed.set()
        return receipt

    def _deliver(self, payload: bytes) -> None:
        if not self._is_stopping:
            notify(self._listener.push_events, [payload], replayed=False)

    # The subscription

    def _check_at_once(self) -> None:
        """Check a subscription that may have ended with its OAuth session."""
        self._is_new_session = True
        self._changed.set()

    async def _reconcile(self) -> None:
        """Make the subscription at RingCentral what it should be."""
        is_news = self._connected_at is None
        if self.subscription is not None:
            self.subscription = await self._check(self.subscription)
        if self.subscription is None:
            # A new one, or one at another place, misses what happened in between.
            is_news = True
            self.subscription = await self._subscribe()
        self._receiver.expect(self.subscription.id)
        self._failed_checks = 0
        if self._connected_at is None:
            self._connected_at = self._clock.monotonic()
        if is_news:
            notify(self._listener.push_connected, self, recovered=False, subscription=self.subscription)

    async def _check(self, known: Subscription) -> Subscription | None:
        """Return the subscription as it is now, renewed if that is due; ``None`` if there has to be another."""
        found = await self._read(known)
        if found is None:
            return None
        await self._check_usable(found)
        if found.status != _ACTIVE:
            self.counters.lost += 1
            return None
        if await self._address_or_end(found) != _address_of(found) or self._filters != self._subscribed_filters:
            return None
        if found.expires_in is not None and found.expires_in < LIFETIME / 2:
            with self._expecting_handshake():
                found = await self._client.renew_subscription(found.id)
            self.counters.renewed += 1
        return found

    async def _read(self, known: Subscription) -> Subscription | None:
        is_new_session, self._is_new_session = self._is_new_session, False
        try:
            return await self._client.get_subscription(known.id)
        except RequestRejectedError as error:
            if error.status != 404:
                raise
            self.counters.lost += 1
            if is_new_session:
                self._client.verdicts.contradict(Belief.WEBHOOK_OUTLIVES_SESSION)
            return None

    async def _check_usable(self, found: Subscription) -> None:
        """Raise :class:`WebhookUnusableError` if a subscription brings nothing that can be used."""
        unusable: WebhookUnusableError | None = None
        if found.status == _BLACKLISTED:
            self.counters.blacklisted += 1
            unusable = WebhookUnusableError(
                "RingCentral stopped posting to the address", cause=BLACKLISTED, retry_after=_BLACKLISTED_RETRY
            )
        elif self._receiver.lacks_token:
            unusable = WebhookUnusableError(
                "Deliveries come without our token", cause=NO_TOKEN, retry_after=_NO_TOKEN_RETRY
            )
        if unusable is not None or found.status != _ACTIVE:
            self.subscription = None
            await self._delete([found])
        if unusable is not None:
            raise unusable

    async def _address_or_end(self, found: Subscription) -> str:
        """Return the address that is the best now; without any, the subscription is deleted."""
        try:
            return await self._endpoint.choose()
        except WebhookUnusableError:
            self.subscription = None
            await self._delete([found])
            raise

    async def _subscribe(self) -> Subscription:
        """Adopt the subscription of an earlier run or a half-done attempt, or make one; delete what is left over."""
        own = await find_subscriptions(self._client, self._endpoint.owns)
        try:
            subscription = await self._settle_address(own)
        except WebhookUnusableError:
            await self._delete(own)
            raise
        await self._delete([one for one in own if one.id != subscription.id])
        if subscription.status not in {None, _ACTIVE}:
            await self._delete([subscription])
            raise UnreachableError(f"The new subscription is {subscription.status}")
        return subscription

    async def _settle_address(self, own: list[Subscription]) -> Subscription:
        """Subscribe at the first address that RingCentral accepts."""
        while True:
            address = await self._endpoint.choose()
            try:
                return await self._subscribe_at(address, own)
            except RequestRejectedError as error:
                if error.code == _TOO_MANY_SUBSCRIPTIONS and own:
                    await self._delete(own)  # One of them may be what is too many.
                    own.clear()
                elif error.code in _ADDRESS_CODES:
                    self._endpoint.refuse(address, error.code)
                else:
                    raise WebhookUnusableError(str(error), cause=REFUSED, code=error.code) from error

    async def _subscribe_at(self, address: str, own: list[Subscription]) -> Subscription:
        """Adopt what posts to that address, or subscribe; RingCentral asks for the handshake while this waits.

        A change of the address is no change of the subscription: RingCentral ignores it (specification).
        """
        filters = self._filters
        self._has_subscribed = True
        adopted = None
        if not self._is_renewal_due:
            adopted = next((one for one in own if one.status == _ACTIVE and _address_of(one) == address), None)
        made = [adopted] if adopted is not None else []

        async def subscribe(some: tuple[str, ...]) -> Subscription:
            if made:
                return await self._change(made[0], some)
            made.append(await self._create(address, some))
            return made[0]

        with self._expecting_handshake():
            subscription = await subscribe_allowed(subscribe, filters, self._client.verdicts)
        if adopted is None:
            self.counters.created += 1
        else:
            self.counters.adopted += 1
        self._is_renewal_due = False
        self._subscribed_filters = filters
        return subscription

    async def _create(self, address: str, filters: tuple[str, ...]) -> Subscription:
        return await self._client.create_webhook_subscription(
            filters, address=address, verification_token=self._endpoint.verification_token, lifetime=LIFETIME
        )

    async def _change(self, subscription: Subscription, filters: tuple[str, ...]) -> Subscription:
        """Change a subscription's filters; raises :class:`UnreachableError` if it has just ended."""
        try:
            return await self._client.update_subscription(subscription.id, filters, lifetime=LIFETIME)
        except RequestRejectedError as error:
            if error.status == 404 and await self._read(subscription) is None:
                raise UnreachableError("The subscription has just ended") from error
            raise

    @contextmanager
    def _expecting_handshake(self) -> Iterator[None]:
        """Answer RingCentral's handshake while a request of ours may make it ask for one."""
        self._receiver.is_handshake_expected = True
        try:
            yield
        finally:
            self._receiver.is_handshake_expected = False

    async def _delete(self, subscriptions: list[Subscription]) -> None:
        for subscription in subscriptions:
            # What can't be deleted now is found again by the next attempt, or expires.
            with suppress(RingCentralError):
                await self._client.delete_subscription(subscription.id)

    def _handle_failure(self, error: RingCentralError) -> float:
        """Report a failure; return for how many seconds the link held."""
        connected_for = self._clock.monotonic() - self._connected_at if self._connected_at is not None else 0.0
        self._failed_checks += 1
        is_harmless = self.subscription is not None and self._failed_checks < 2
        if not is_harmless or isinstance(error, AuthenticationError | PermissionMissingError | WebhookUnusableError):
            self._connected_at = None
            notify(self._listener.push_lost, self, error)
        return 0.0 if is_harmless else connected_for


async def find_subscriptions(client: RingCentralClient, owns: Callable[[str], bool]) -> list[Subscription]:
    """Return the webhook subscriptions at addresses of ours."""
    return [
        subscription
        for subscription in await client.list_subscriptions()
        if (address := _address_of(subscription)) is not None and owns(address)
    ]


def _address_of(subscription: Subscription) -> str | None:
    mode = subscription.delivery_mode
    return mode.address if mode is not None and mode.transport_type == _WEBHOOK else None
