"""Webhooks: validating an address, delivering notifications to it, giving up on it.

Sources: RingCentral's guide (creating webhooks, troubleshooting), its staff in the forum on blacklisting, and the
captured request headers in ``tests/payloads/webhook-notification-headers.doc.json``.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qs, urlsplit
import uuid

import aiohttp

from .clock import Clock
from .errors import ApiError
from .events import Notification, compact
from .faults import Faults
from .settings import CloudSettings
from .subscriptions import Subscription, Subscriptions
from .tasks import Tasks
from .timestamps import timestamp

_HANDSHAKE_SIZE = 1024
_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "UTF-8",
    "Content-Type": "application/json; charset=UTF-8",
    "User-Agent": "RingCentral-Webhook/8.3",
}


@dataclass(slots=True, eq=False)
class Webhook:
    """Delivery to one address."""

    subscription: Subscription
    verification_token: str | None
    slots: asyncio.Semaphore
    failed: int = 0
    failing_since: float | None = None
    timers: dict[str, Callable[[], None]] = field(default_factory=dict)


class Webhooks:
    """Delivers the notifications of WebHook subscriptions."""

    def __init__(self, *, clock: Clock, subscriptions: Subscriptions, faults: Faults, settings: CloudSettings) -> None:
        """Begin without any."""
        self.by_subscription: dict[str, Webhook] = {}
        self._clock = clock
        self._subscriptions = subscriptions
        self._faults = faults
        self._settings = settings
        self._client: aiohttp.ClientSession | None = None
        self._tasks = Tasks()
        subscriptions.on_remove.append(self._detach)

    # Addresses

    async def validate(self, address: object) -> None:
        """Check an address by the handshake; raise ApiError if it fails."""
        parts = urlsplit(address if isinstance(address, str) else "")
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise _refusal("SUB-522", "WebHook address is not valid")
        if parts.scheme != "https" and self._settings.require_https and not _is_this_machine(parts.hostname):
            raise _refusal("SUB-523", "HTTPS is required for WebHook address")
        token = str(uuid.uuid4())
        try:
            async with self._post(parts.geturl(), {**_HEADERS, "Validation-Token": token}, b"") as response:
                body = await response.read()
                size = len(body) + sum(len(name) + len(value) + 4 for name, value in response.raw_headers)
                is_good = (
                    response.status == 200
                    and response.headers.get("Validation-Token") == token
                    and response.content_type == "application/json"
                    and size <= _HANDSHAKE_SIZE
                )
        except aiohttp.ClientConnectorCertificateError:
            raise _refusal("SUB-524", "HTTPS certificate is not valid") from None
        except aiohttp.ClientError, TimeoutError:
            is_good = False
        if not is_good:
            raise _refusal("SUB-525", "WebHook responded with incorrect HTTP status or without the validation token")

    def attach(self, subscription: Subscription, verification_token: str | None) -> None:
        """Deliver a subscription's notifications from now on."""
        slots = asyncio.Semaphore(self._settings.webhook_concurrency)
        webhook = Webhook(subscription, verification_token, slots)
        self.by_subscription[subscription.id] = webhook
        subscription.send = lambda notification: self._send(webhook, notification)
        self.remind(subscription)

    def _detach(self, subscription: Subscription) -> None:
        if webhook := self.by_subscription.pop(subscription.id, None):
            for cancel in webhook.timers.values():
                cancel()

    # Reminders

    def remind(self, subscription: Subscription) -> None:
        """Set the timers of the reminders that a subscription asked for."""
        webhook = self.by_subscription.get(subscription.id)
        if webhook is None:
            return
        for path in webhook.timers.keys() - {"recheck"}:
            webhook.timers.pop(path)()
        for event_filter in subscription.filters:
            if event_filter.kind.name == "reminder":
                asked = {name: float(values[0]) for name, values in parse_qs(event_filter.query).items()}
                interval = asked.get("interval", 0.0)
                threshold = asked.get("threshold", 0.0)
                left = subscription.expires_at - self._clock.time()
                self._remind_later(webhook, event_filter.text, max(0.0, left - threshold), interval)

    def _remind_later(self, webhook: Webhook, path: str, wait: float, interval: float) -> None:
        def remind() -> None:
            left = webhook.subscription.expires_at - self._clock.time()
            if left <= 0:
                return
            self._subscriptions.send(webhook.subscription, path, compact({"expiresIn": int(left)}))
            if interval > 0:
                self._remind_later(webhook, path, interval, interval)

        if cancel := webhook.timers.pop(path, None):
            cancel()
        webhook.timers[path] = self._clock.call_later(wait, remind)

    # Delivery

    def _send(self, webhook: Webhook, notification: Notification) -> None:
        for wait, body in self._faults.shape(notification.text):
            payload = body.encode() if isinstance(body, str) else body
            self._tasks.start(self._deliver(webhook, wait, payload))

    async def _deliver(self, webhook: Webhook, wait: float, payload: bytes) -> None:
        if wait > 0:
            await self._clock.sleep(wait)
        async with webhook.slots:
            subscription = webhook.subscription
            if subscription.blacklisted or subscription.send is None:
                return
            reason = await self._try(webhook, payload)
        if reason is None:
            webhook.failing_since = None
            return
        webhook.failed += 1
        now = self._clock.monotonic()
        webhook.failing_since = webhook.failing_since if webhook.failing_since is not None else now
        if now - webhook.failing_since >= self._settings.blacklist_after and not subscription.blacklisted:
            self.blacklist(subscription, reason)

    async def _try(self, webhook: Webhook, payload: bytes) -> str | None:
        """Deliver once; return why it failed, None if it did not."""
        headers = dict(_HEADERS)
        if webhook.verification_token and self._settings.sends_verification_token:
            headers[self._settings.verification_header] = webhook.verification_token
        try:
            async with self._post(webhook.subscription.delivery_mode["address"], headers, payload) as response:
                await response.read()
                return None if response.status == 200 else f"HTTP status {response.status}"
        except TimeoutError:
            return "I/O operation is failed. Details: [Read timed out]"
        except aiohttp.ClientError as error:
            return f"I/O operation is failed. Details: [{error}]"

    def blacklist(self, subscription: Subscription, reason: str) -> None:
        """Stop delivering to an address that fails."""
        subscription.blacklisted = {"reason": reason, "blacklistedAt": timestamp(self._clock.time())}
        webhook = self.by_subscription[subscription.id]
        if (recheck := self._settings.blacklist_recheck) is not None:
            webhook.timers["recheck"] = self._clock.call_later(
                recheck, lambda: self._tasks.start(self._recheck(webhook))
            )

    async def _recheck(self, webhook: Webhook) -> None:
        subscription = webhook.subscription
        try:
            await self.validate(subscription.delivery_mode["address"])
        except ApiError as error:
            if subscription.blacklisted:
                self.blacklist(subscription, error.message)
            return
        subscription.blacklisted = None
        webhook.failing_since = None

    def _post(self, address: str, headers: dict[str, str], payload: bytes) -> Any:
        if self._client is None:
            timeout = aiohttp.ClientTimeout(total=self._settings.webhook_timeout)
            self._client = aiohttp.ClientSession(timeout=timeout)
        return self._client.post(address, data=payload, headers=headers, allow_redirects=False)

    def start(self) -> None:
        """Set the timers again after a stop."""
        for webhook in self.by_subscription.values():
            self.remind(webhook.subscription)

    async def stop(self) -> None:
        """End all deliveries and timers."""
        for webhook in self.by_subscription.values():
            for cancel in webhook.timers.values():
                cancel()
        await self._tasks.stop()
        if self._client is not None:
            await self._client.close()
            self._client = None


def _refusal(code: str, message: str) -> ApiError:
    return ApiError(400, code, message, parameter_name="deliveryMode.address")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
