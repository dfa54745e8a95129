"""How events come: by WebSocket or by webhook, as the options say and as RingCentral allows.

Both transports feed the same listener. While the webhook can't be used, the WebSocket stands in for it. What only the
user can fix ends a transport; it is tried again from time to time.
"""

import asyncio
from collections.abc import Coroutine, Sequence
import logging
from typing import Any, Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
import msgspec

from ..api.account import Subscription
from ..api.client import RingCentralClient
from ..api.counters import GatewayCounters, WebhookCounters
from ..api.errors import (
    AuthenticationError,
    PermissionMissingError,
    RingCentralError,
    UnreachableError,
    WebhookUnusableError,
)
from ..api.gateway import Gateway
from ..api.push import Transport
from ..api.verdicts import Belief
from ..api.webhook_subscription import WebhookSubscription
from ..const import CONF_HOLD_BACK, CONF_TRANSPORT, DOMAIN, TRANSPORT_AUTOMATIC, TRANSPORT_WEBHOOK, TRANSPORT_WEBSOCKET
from ..errors import PERMISSION_RETRY
from ..issues import async_report_missing_events, async_report_webhook, async_withdraw_issues
from .webhook_endpoint import WebhookEndpoint, async_forget_webhook

_LOGGER = logging.getLogger(__package__)

# Deliveries are independent requests, so they overtake each other; a socket is one ordered stream. In seconds.
_WEBHOOK_HOLD_BACK = 0.1

# A fault of our own is no reason to hurry.
_FAULT_RETRY = 60.0

# What is found missing within this time was lost before the link was made again. In seconds.
_SAME_INCIDENT = 300.0

# Events that are missing again within this time are more than an accident.
_MISSED_AGAIN = 24 * 3600.0

_GOODBYE_LIMIT = 3.0


class PushOwner(Protocol):
    """Gets what the push brings, whatever the transport. All calls come from the event loop and must not block."""

    def push_connected(self, *, recovered: bool, subscription: Subscription) -> None:
        """Handle that events come. Unless ``recovered``, some may have been lost since the last time they did."""

    def push_lost(self, error: RingCentralError) -> None:
        """Handle that no events come; called again for every attempt that fails."""

    def push_events(self, payloads: Sequence[bytes], *, replayed: bool) -> None:
        """Handle notifications; ``replayed`` ones were kept while the link was down."""

    def push_unproved(self) -> None:
        """Handle that something may have happened, of which came what can't be trusted."""

    def push_refused(self, error: AuthenticationError | PermissionMissingError) -> None:
        """Ask the user for what only the user can fix; the push is tried again from time to time."""


class Push:
    """Keeps events coming by one of two transports."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client: RingCentralClient,
        *,
        listener: PushOwner,
        filters: tuple[str, ...],
    ) -> None:
        """Prepare; :meth:`run` connects."""
        # What ended all transports, until events come again.
        self.refusal: RingCentralError | None = None
        self._hass = hass
        self._entry = entry
        self._client = client
        self._owner = listener
        self._filters = filters
        self._choice: str = entry.options.get(CONF_TRANSPORT, TRANSPORT_AUTOMATIC)
        self._transports: dict[str, Transport] = {}
        self._connected: set[str] = set()
        self._gateway_counters = GatewayCounters()
        self._webhook_counters = WebhookCounters()
        # Why the webhook is used although nobody has asked for it.
        self._websocket_refusal: PermissionMissingError | None = None
        self._missed_at = float("-inf")
        self._is_stopping = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._over: asyncio.Future[RingCentralError | None] = hass.loop.create_future()
        self._retry = asyncio.Event()

    @property
    def transport(self) -> str | None:
        """The transport that works at present, ``websocket`` or ``webhook``; ``None`` while none does."""
        return next(iter(self._connected), None)

    @property
    def hold_back(self) -> float:
        """How many seconds each event waits for earlier ones."""
        chosen: float | None = self._entry.options.get(CONF_HOLD_BACK)
        if chosen is not None:
            return chosen / 1000
        return _WEBHOOK_HOLD_BACK if TRANSPORT_WEBHOOK in self._connected else 0.0

    async def run(self) -> None:
        """Keep events coming until :meth:`stop`; what ends the transports is reported, and tried again later."""
        while not self._is_stopping:
            self._over = self._hass.loop.create_future()
            self._use(TRANSPORT_WEBHOOK if self._choice == TRANSPORT_WEBHOOK else TRANSPORT_WEBSOCKET)
            error = await self._over
            if error is None:
                return
            await self._end_transports()
            self.refusal = error
            self._retry.clear()
            if isinstance(error, AuthenticationError | PermissionMissingError):
                self._owner.push_refused(error)
            self._owner.push_lost(error)
            if isinstance(error, AuthenticationError):
                # Tries may lock the account, so that is left to whoever reads.
                await self._retry.wait()
            else:
                is_permission = isinstance(error, PermissionMissingError)
                await self._client.clock.sleep(PERMISSION_RETRY if is_permission else _FAULT_RETRY)

    async def stop(self) -> None:
        """Delete the subscriptions and close the links; within seconds."""
        self._is_stopping = True
        await self._end_transports()
        if not self._over.done():
            self._over.set_result(None)

    async def set_filters(self, filters: tuple[str, ...]) -> None:
        """Change what is subscribed to, now or at the next connection."""
        self._filters = filters
        for transport in tuple(self._transports.values()):
            await transport.set_filters(filters)

    @property
    def is_unproved(self) -> bool:
        """Whether what comes can't be trusted; it is read, and the transport says so in time."""
        return any(self._transports[kind].is_unproved for kind in self._connected)

    @callback
    def retry(self) -> None:
        """Try again what a refused login has ended, because the login works."""
        self._retry.set()

    @callback
    def replace_deaf(self) -> bool:
        """Subscribe again from scratch, because changes were found that no event has brought; return whether it does.

        If that was not enough, an issue is raised; a reload withdraws it.
        """
        self._client.verdicts.contradict(Belief.LINK_BRINGS_EVENTS)
        now = self._client.clock.monotonic()
        if now - self._missed_at < _SAME_INCIDENT:
            return False
        if now - self._missed_at < _MISSED_AGAIN:
            async_report_missing_events(self._hass, self._entry)
        self._missed_at = now
        for kind in self._connected:
            self._transports[kind].renew()
        return True

    def diagnostics(self) -> dict[str, Any]:
        """Return the transports, their counts and the verdicts on what is believed of the cloud, in plain types."""
        gateway = self._transports.get(TRANSPORT_WEBSOCKET)
        return {
            "transport": {
                "chosen": self._choice,
                "used": self.transport,
                "hold_back": self.hold_back,
                "gateway": str(gateway.state) if isinstance(gateway, Gateway) else None,
            },
            "gateway": msgspec.to_builtins(self._gateway_counters),
            "webhook": msgspec.to_builtins(self._webhook_counters),
            "verdicts": self._client.verdicts.as_dict(),
        }

    # The transports

    @callback
    def _use(self, kind: str) -> None:
        transport = self._transports[kind] = self._make(kind)
        self._start(self._follow(transport), kind)

    def _make(self, kind: str) -> Transport:
        if kind == TRANSPORT_WEBSOCKET:
            return Gateway(self._client, listener=self, filters=self._filters, counters=self._gateway_counters)
        return WebhookSubscription(
            self._client,
            WebhookEndpoint(self._hass, self._entry),
            listener=self,
            filters=self._filters,
            counters=self._webhook_counters,
        )

    async def _follow(self, transport: Transport) -> None:
        """Let a transport run; what ends it ends all, unless there is another."""
        try:
            await transport.run()
        except PermissionMissingError as error:
            self._replace_refused(transport, error)
        except RingCentralError as error:
            self._end(error)
        except Exception as error:
            _LOGGER.exception("Push has failed, polling goes on")
            self._end(UnreachableError(type(error).__name__))

    @callback
    def _replace_refused(self, transport: Transport, error: PermissionMissingError) -> None:
        """Go on without the WebSocket, which is refused for good, and without what it has subscribed to."""
        self._drop(transport.kind)
        if self._choice == TRANSPORT_WEBSOCKET:
            self._end(error)
        elif self._choice == TRANSPORT_AUTOMATIC and not self._is_stopping:
            self._websocket_refusal = error
            self._use(TRANSPORT_WEBHOOK)

    @callback
    def _drop(self, kind: str) -> None:
        """Stop a transport, if it is in use; nobody has to wait for that."""
        self._connected.discard(kind)
        transport = self._transports.pop(kind, None)
        if transport is not None and not self._is_stopping:
            self._start(transport.stop(), f"stop {kind}")

    async def _end_transports(self) -> None:
        transports, self._transports = self._transports, {}
        self._connected.clear()
        self._websocket_refusal = None
        await asyncio.gather(*(transport.stop() for transport in transports.values()))
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_GOODBYE_LIMIT)

    def _end(self, error: RingCentralError) -> None:
        if not self._over.done():
            self._over.set_result(error)

    # What the transports report

    @callback
    def push_connected(self, transport: Transport, *, recovered: bool, subscription: Subscription) -> None:
        """Let events come by this transport; the webhook makes its stand-in superfluous."""
        if self._transports.get(transport.kind) is not transport:
            return
        self.refusal = None
        self._connected.add(transport.kind)
        if transport.kind == TRANSPORT_WEBHOOK:
            async_withdraw_issues(self._hass, self._entry, "webhook")
            self._drop(TRANSPORT_WEBSOCKET)
        elif TRANSPORT_WEBHOOK not in self._transports and CONF_WEBHOOK_ID in self._entry.data:
            self._start(async_forget_webhook(self._hass, self._entry, self._client), "forget webhook")
        self._owner.push_connected(recovered=recovered, subscription=subscription)

    @callback
    def push_lost(self, transport: Transport, error: RingCentralError) -> None:
        """Report a loss unless the other transport works; let the WebSocket stand in for an unusable webhook."""
        if self._transports.get(transport.kind) is not transport:
            return
        self._connected.discard(transport.kind)
        if transport.kind == TRANSPORT_WEBHOOK and isinstance(error, WebhookUnusableError | PermissionMissingError):
            if self._websocket_refusal is not None:
                # Nobody has asked for a webhook: what helps is the permission for the WebSocket.
                self._end(self._websocket_refusal)
                return
            async_report_webhook(self._hass, self._entry, error)
            if TRANSPORT_WEBSOCKET not in self._transports:
                self._use(TRANSPORT_WEBSOCKET)
        if not self._connected:
            self._owner.push_lost(error)

    @callback
    def push_events(self, payloads: Sequence[bytes], *, replayed: bool) -> None:
        """Hand events on."""
        self._owner.push_events(payloads, replayed=replayed)

    @callback
    def push_unproved(self) -> None:
        """Hand on that something may have happened."""
        self._owner.push_unproved()

    @callback
    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = self._entry.async_create_background_task(self._hass, work, f"{DOMAIN} {name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
