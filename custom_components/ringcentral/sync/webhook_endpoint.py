"""The webhook transport: RingCentral posts events to this Home Assistant.

The subscription's life is reconciled under one lock: made or adopted, checked, renewed, moved and deleted in one place.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
import logging
import secrets
from typing import Any

from aiohttp.hdrs import METH_POST
from aiohttp.web import Request, Response
from homeassistant.components import webhook
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from ..api.allowed_filters import ask_for_what_is_allowed
from ..api.client import RingCentralClient
from ..api.clock import wait_for
from ..api.errors import (
    AuthenticationError,
    PermissionMissingError,
    RequestRejectedError,
    RingCentralError,
    UnreachableError,
    WebhookUnusableError,
)
from ..api.gateway import Backoff, GatewayListener
from ..api.models import Subscription
from ..api.webhook_receiver import WebhookCounters, WebhookReceiver
from ..const import CONF_CLOUDHOOK_URL, CONF_VERIFICATION_TOKEN, DOMAIN
from .webhook_address import REFUSED, WebhookAddresses, async_forget_cloudhook, store_fields

_LOGGER = logging.getLogger(__package__)

# RingCentral's default; it is renewed when half of it is over.
LIFETIME = 7 * 24 * 3600

# RingCentral gives an address up after some ten minutes of failures, and tells only who asks (forum).
CHECK_INTERVAL = 300.0

_GOODBYE_LIMIT = 3.0

BLACKLISTED = "webhook_blacklisted"

_ACTIVE = "Active"
_BLACKLISTED = "Blacklisted"
_WEBHOOK = "WebHook"

# Codes that find fault with the address: invalid, not HTTPS, its certificate, its answer to the handshake.
_ADDRESS_CODES = frozenset({"SUB-521", "SUB-522", "SUB-523", "SUB-524", "SUB-525"})


class Webhook:
    """Keeps one webhook subscription alive; the same from outside as :class:`~.api.gateway.Gateway`."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client: RingCentralClient,
        *,
        listener: GatewayListener,
        filters: tuple[str, ...],
    ) -> None:
        """Prepare; :meth:`run` subscribes."""
        self.counters = WebhookCounters()
        self.subscription: Subscription | None = None
        self._hass = hass
        self._entry = entry
        self._client = client
        self._clock = client.clock
        self._listener = listener
        self._filters = filters
        self._subscribed_filters: tuple[str, ...] = ()
        self._webhook_id, self._verification_token = _credentials(hass, entry)
        self._receiver = WebhookReceiver(self._verification_token, self.counters)
        self._addresses = WebhookAddresses(hass, entry, self._webhook_id)
        self._connected_at: float | None = None
        self._has_subscribed = False
        self._failed_checks = 0
        self._runner: asyncio.Task[object] | None = None
        self._is_stopping = False
        # Held while the subscription is being made, checked, changed or ended.
        self._lock = asyncio.Lock()
        self._changed = asyncio.Event()

    async def run(self) -> None:
        """Keep events coming until :meth:`stop`; raises :class:`AuthenticationError`, which only the user can mend."""
        self._runner = asyncio.current_task()
        backoff = Backoff()
        unlisten = self._listen()
        try:
            while not self._is_stopping:
                self._changed.clear()
                delay = CHECK_INTERVAL
                try:
                    async with self._lock:
                        await self._reconcile()
                except RingCentralError as error:
                    connected_for = self._note_failure(error)
                    if isinstance(error, AuthenticationError):
                        raise
                    delay = backoff.next_delay(connected_for, getattr(error, "retry_after", None))
                    _LOGGER.debug("Next attempt in %.0f s, since the webhook failed: %s", delay, error)
                await wait_for(self._clock, self._changed, delay)
        finally:
            unlisten()

    async def stop(self) -> None:
        """Delete the subscription, which would otherwise live on for days; within seconds.

        It is left alone when Home Assistant stops: the next start adopts it, and needs no handshake before it is ready.
        """
        self._is_stopping = True
        with suppress(RingCentralError, TimeoutError):
            async with asyncio.timeout(_GOODBYE_LIMIT), self._lock:
                if self._hass.is_stopping:
                    self.subscription, self._has_subscribed = None, False
                subscription, self.subscription = self.subscription, None
                if subscription is not None:
                    await self._client.delete_subscription(subscription.id)
                elif self._has_subscribed:
                    await self._delete(await find_own_subscriptions(self._client, self._entry.data))
        if self._runner is not None and not self._runner.done():
            self._runner.cancel()
            await asyncio.wait({self._runner}, timeout=_GOODBYE_LIMIT)

    async def set_filters(self, filters: tuple[str, ...]) -> None:
        """Change what is subscribed to, as soon as possible."""
        self._filters = filters
        self._changed.set()

    # What arrives

    def _listen(self) -> CALLBACK_TYPE:
        """Take what is posted to the address, and note when the address may have changed."""
        webhook.async_register(
            self._hass,
            DOMAIN,
            self._entry.title,
            self._webhook_id,
            self._receive,
            allowed_methods=[METH_POST],
        )
        stop_listening = self._addresses.async_listen(self._changed.set)

        @callback
        def unlisten() -> None:
            webhook.async_unregister(self._hass, self._webhook_id)
            stop_listening()

        return unlisten

    async def _receive(self, hass: HomeAssistant, webhook_id: str, request: Request) -> Response:
        """Answer a request; what it brought is worked on after the answer."""
        receipt = await self._receiver.receive(request.headers, request.content)
        if receipt.payload is not None:
            hass.loop.call_soon(self._deliver, receipt.payload)
        return Response(headers=dict(receipt.headers), content_type="application/json")

    @callback
    def _deliver(self, payload: bytes) -> None:
        if not self._is_stopping:
            self._tell(lambda: self._listener.gateway_events([payload], replayed=False))

    # The subscription

    async def _reconcile(self) -> None:
        """Make the subscription at RingCentral what it should be."""
        is_news = self._connected_at is None
        if self.subscription is not None:
            self.subscription = await self._check(self.subscription)
        if self.subscription is None:
            # A new one, or one at another place, misses what happened in between.
            is_news = True
            self.subscription = await self._subscribe()
        self._failed_checks = 0
        if self._connected_at is None:
            self._connected_at = self._clock.monotonic()
        if is_news:
            subscription = self.subscription
            self._tell(lambda: self._listener.gateway_connected(recovered=False, subscription=subscription))

    async def _check(self, known: Subscription) -> Subscription | None:
        """Return the subscription as it is now, renewed if that is due; ``None`` if there has to be another."""
        found = await self._read(known)
        if found is None:
            self.counters.lost += 1
            return None
        if found.status != _ACTIVE:
            self.subscription = None
            await self._delete([found])
            if found.status == _BLACKLISTED:
                self.counters.blacklisted += 1
                raise WebhookUnusableError("RingCentral stopped posting to the address", cause=BLACKLISTED)
            self.counters.lost += 1
            return None
        try:
            address = await self._addresses.choose()
        except WebhookUnusableError:
            self.subscription = None
            await self._delete([found])
            raise
        if address != _address_of(found) or self._filters != self._subscribed_filters:
            return None
        if found.expires_in is not None and found.expires_in < LIFETIME / 2:
            with self._expecting_handshake():
                found = await self._client.renew_subscription(found.id)
            self.counters.renewed += 1
        return found

    async def _read(self, known: Subscription) -> Subscription | None:
        try:
            return await self._client.get_subscription(known.id)
        except RequestRejectedError as error:
            if error.status != 404:
                raise
            return None

    async def _subscribe(self) -> Subscription:
        """Adopt the subscription of an earlier run or a half-done attempt, or make one; delete what is left over."""
        own = await find_own_subscriptions(self._client, self._entry.data)
        adopted = next((one for one in own if one.status == _ACTIVE), None)
        await self._delete([one for one in own if one is not adopted])
        try:
            subscription = await self._settle_address(adopted)
        except WebhookUnusableError:
            if adopted is not None:
                await self._delete([adopted])
            raise
        if subscription.status not in {None, _ACTIVE}:
            await self._delete([subscription])
            raise UnreachableError(f"The new subscription is {subscription.status}")
        return subscription

    async def _settle_address(self, adopted: Subscription | None) -> Subscription:
        """Subscribe at the first address that RingCentral accepts."""
        while True:
            address = await self._addresses.choose()
            try:
                return await self._subscribe_at(address, adopted)
            except RequestRejectedError as error:
                if error.status == 404:
                    raise  # What was adopted has just ended.
                if error.code not in _ADDRESS_CODES:
                    raise WebhookUnusableError(str(error), cause=REFUSED, code=error.code) from error
                self._addresses.refuse(address, error.code)

    async def _subscribe_at(self, address: str, adopted: Subscription | None) -> Subscription:
        """Subscribe, or change what is adopted; RingCentral asks for the handshake while this waits."""
        made = adopted

        async def ask(filters: tuple[str, ...]) -> Subscription:
            nonlocal made
            made = await self._create(address, filters) if made is None else await self._move(made, address, filters)
            return made

        filters = self._filters
        self._has_subscribed = True
        with self._expecting_handshake():
            subscription = await ask_for_what_is_allowed(ask, filters)
        if adopted is None:
            self.counters.created += 1
        else:
            self.counters.adopted += 1
        self._subscribed_filters = filters
        return subscription

    async def _create(self, address: str, filters: tuple[str, ...]) -> Subscription:
        return await self._client.create_webhook_subscription(
            filters, address=address, verification_token=self._verification_token, lifetime=LIFETIME
        )

    async def _move(self, subscription: Subscription, address: str, filters: tuple[str, ...]) -> Subscription:
        """Change a subscription's filters, and its address if that is another."""
        return await self._client.update_webhook_subscription(
            subscription.id,
            filters,
            lifetime=LIFETIME,
            address=None if _address_of(subscription) == address else address,
            verification_token=self._verification_token,
        )

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

    # Small parts

    def _note_failure(self, error: RingCentralError) -> float:
        """Tell the listener; return for how many seconds the link held."""
        connected_for = self._clock.monotonic() - self._connected_at if self._connected_at is not None else 0.0
        self._failed_checks += 1
        is_harmless = self.subscription is not None and self._failed_checks < 2
        if not is_harmless or isinstance(error, AuthenticationError | PermissionMissingError | WebhookUnusableError):
            self._connected_at = None
            self._tell(lambda: self._listener.gateway_disconnected(error))
        return 0.0 if is_harmless else connected_for

    def _tell(self, told: Callable[[], None]) -> None:
        """Tell the listener; a fault of its own must not end the link."""
        try:
            told()
        except Exception:
            _LOGGER.exception("The webhook's listener failed")


async def find_own_subscriptions(client: RingCentralClient, data: Mapping[str, Any]) -> list[Subscription]:
    """Return the webhook subscriptions that an entry has made: those whose address holds its secret."""
    path = webhook.async_generate_path(data[CONF_WEBHOOK_ID])
    cloudhook = data.get(CONF_CLOUDHOOK_URL)
    return [
        subscription
        for subscription in await client.list_subscriptions()
        if (address := _address_of(subscription)) is not None and (address.endswith(path) or address == cloudhook)
    ]


async def async_forget_webhook(hass: HomeAssistant, entry: ConfigEntry, client: RingCentralClient) -> None:
    """Delete what an entry's webhook has left at RingCentral and at Home Assistant's cloud."""
    data = entry.data
    if CONF_WEBHOOK_ID not in data:
        return
    with suppress(RingCentralError):  # It would expire within days.
        for subscription in await find_own_subscriptions(client, data):
            await client.delete_subscription(subscription.id)
    await async_forget_cloudhook(hass, entry)
    if hass.config_entries.async_get_entry(entry.entry_id) is entry:
        store_fields(hass, entry, dict.fromkeys((CONF_WEBHOOK_ID, CONF_VERIFICATION_TOKEN, CONF_CLOUDHOOK_URL)))


def _address_of(subscription: Subscription) -> str | None:
    mode = subscription.delivery_mode
    return mode.address if mode is not None and mode.transport_type == _WEBHOOK else None


def _credentials(hass: HomeAssistant, entry: ConfigEntry) -> tuple[str, str]:
    """Return the webhook's secret id and the secret that comes with each delivery, made once for an entry."""
    if CONF_WEBHOOK_ID not in entry.data or CONF_VERIFICATION_TOKEN not in entry.data:
        made = {CONF_WEBHOOK_ID: webhook.async_generate_id(), CONF_VERIFICATION_TOKEN: secrets.token_urlsafe(32)}
        store_fields(hass, entry, made)
    return entry.data[CONF_WEBHOOK_ID], entry.data[CONF_VERIFICATION_TOKEN]
