"""How events come: by WebSocket or by webhook, as the options say and as RingCentral allows.

Both transports feed the same listener. While the webhook can't be used, the WebSocket stands in for it.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant, callback
import msgspec

from ..api.client import RingCentralClient
from ..api.connection import GatewayCounters
from ..api.errors import PermissionMissingError, RingCentralError, WebhookUnusableError
from ..api.gateway import Gateway, GatewayListener
from ..api.models import Subscription
from ..const import CONF_HOLD_BACK, CONF_TRANSPORT, DOMAIN, TRANSPORT_AUTOMATIC, TRANSPORT_WEBHOOK, TRANSPORT_WEBSOCKET
from ..issues import async_report_webhook, async_withdraw_issues
from .webhook_endpoint import Webhook, async_forget_webhook

# Deliveries are independent requests, so they overtake each other; a socket is one ordered stream. In seconds.
_WEBHOOK_HOLD_BACK = 0.1

_GOODBYE_LIMIT = 3.0


class _Link:
    """One transport's side of the push."""

    def __init__(self, push: Push, kind: str) -> None:
        """Begin without a connection."""
        self.kind = kind
        self.is_connected = False
        self._push = push

    def gateway_connected(self, *, recovered: bool, subscription: Subscription) -> None:
        """Pass it on."""
        self.is_connected = True
        self._push.link_connected(self, recovered=recovered, subscription=subscription)

    def gateway_disconnected(self, error: RingCentralError) -> None:
        """Pass it on."""
        self.is_connected = False
        self._push.link_disconnected(self, error)

    def gateway_events(self, payloads: Sequence[bytes], *, replayed: bool) -> None:
        """Pass them on."""
        self._push.listener.gateway_events(payloads, replayed=replayed)


class Push:
    """Keeps events coming by one of two transports; the same from outside as :class:`~.api.gateway.Gateway`."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client: RingCentralClient,
        *,
        listener: GatewayListener,
        filters: tuple[str, ...],
    ) -> None:
        """Prepare; :meth:`run` connects."""
        self.listener = listener
        self._hass = hass
        self._entry = entry
        self._client = client
        self._filters = filters
        self._choice: str = entry.options.get(CONF_TRANSPORT, TRANSPORT_AUTOMATIC)
        self._gateway: Gateway | None = None
        self._gateway_counters = GatewayCounters()
        self._webhook: Webhook | None = None
        self._links: dict[str, _Link] = {}
        self._refusal: PermissionMissingError | None = None
        self._is_stopping = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._over: asyncio.Future[None] = hass.loop.create_future()

    @property
    def transport(self) -> str | None:
        """The transport that works at present, ``websocket`` or ``webhook``; ``None`` while none does."""
        return next((link.kind for link in self._links.values() if link.is_connected), None)

    @property
    def hold_back(self) -> float:
        """How many seconds each event waits for earlier ones."""
        chosen: float | None = self._entry.options.get(CONF_HOLD_BACK)
        if chosen is not None:
            return chosen / 1000
        webhook = self._links.get(TRANSPORT_WEBHOOK)
        return _WEBHOOK_HOLD_BACK if webhook is not None and webhook.is_connected else 0.0

    async def run(self) -> None:
        """Keep events coming until :meth:`stop`.

        Raises :class:`AuthenticationError` or :class:`PermissionMissingError`, which no further attempt would mend.
        """
        if self._choice == TRANSPORT_WEBHOOK:
            self._use_webhook()
        else:
            self._use_gateway()
        try:
            await self._over
        except Exception:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Delete the subscriptions and close the links; within seconds."""
        self._is_stopping = True
        stops = [transport.stop() for transport in (self._webhook, self._gateway) if transport is not None]
        await asyncio.gather(*stops)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_GOODBYE_LIMIT)
        if not self._over.done():
            self._over.set_result(None)

    async def set_filters(self, filters: tuple[str, ...]) -> None:
        """Change what is subscribed to, now or at the next connection."""
        self._filters = filters
        for transport in (self._webhook, self._gateway):
            if transport is not None:
                await transport.set_filters(filters)

    def diagnostics(self) -> dict[str, Any]:
        """Return the transports and their counts, in plain types."""
        return {
            "transport": {"chosen": self._choice, "used": self.transport, "hold_back": self.hold_back},
            "gateway": msgspec.to_builtins(self._gateway_counters),
            "webhook": msgspec.to_builtins(self._webhook.counters) if self._webhook is not None else None,
        }

    # The transports

    def _use_webhook(self) -> None:
        link = self._links[TRANSPORT_WEBHOOK] = _Link(self, TRANSPORT_WEBHOOK)
        self._webhook = Webhook(self._hass, self._entry, self._client, listener=link, filters=self._filters)
        self._start(self._follow(self._webhook), "webhook")

    def _use_gateway(self) -> None:
        link = self._links[TRANSPORT_WEBSOCKET] = _Link(self, TRANSPORT_WEBSOCKET)
        self._gateway = Gateway(self._client, listener=link, filters=self._filters)
        self._gateway.counters = self._gateway_counters
        self._start(self._follow(self._gateway), "websocket")

    async def _follow(self, transport: Gateway | Webhook) -> None:
        """Let a transport run; what ends it ends all, unless there is another."""
        try:
            await transport.run()
        except PermissionMissingError as error:
            self._note_refusal(error)
        except Exception as error:  # noqa: BLE001 (a fault of our own must not end the push in silence)
            self._end(error)

    @callback
    def _note_refusal(self, error: PermissionMissingError) -> None:
        """Go on without the WebSocket, which is refused for good, and without what it has subscribed to."""
        gateway, self._gateway = self._gateway, None
        if gateway is not None and not self._is_stopping:
            self._start(gateway.stop(), "forget websocket")
        if self._choice == TRANSPORT_WEBSOCKET:
            self._end(error)
        elif self._choice == TRANSPORT_AUTOMATIC and not self._is_stopping:
            self._refusal = error
            self._use_webhook()

    def _end(self, error: Exception) -> None:
        if not self._over.done():
            self._over.set_exception(error)

    # What the transports tell

    @callback
    def link_connected(self, link: _Link, *, recovered: bool, subscription: Subscription) -> None:
        """Let events come by this transport; the webhook makes its stand-in superfluous."""
        if self._is_stopping:
            return
        if link.kind == TRANSPORT_WEBHOOK:
            async_withdraw_issues(self._hass, self._entry, "webhook")
            self._end_gateway()
        elif self._webhook is None and CONF_WEBHOOK_ID in self._entry.data:
            self._start(async_forget_webhook(self._hass, self._entry, self._client), "forget webhook")
        self.listener.gateway_connected(recovered=recovered, subscription=subscription)

    @callback
    def link_disconnected(self, link: _Link, error: RingCentralError) -> None:
        """Tell the listener, unless the other transport works; let the WebSocket stand in for an unusable webhook."""
        if self._is_stopping:
            return
        if link.kind == TRANSPORT_WEBHOOK and isinstance(error, WebhookUnusableError | PermissionMissingError):
            if self._refusal is not None:
                # Nobody has asked for a webhook: what helps is the permission for the WebSocket.
                self._end(self._refusal)
                return
            async_report_webhook(self._hass, self._entry, error)
            if self._gateway is None:
                self._use_gateway()
        if self.transport is None:
            self.listener.gateway_disconnected(error)

    @callback
    def _end_gateway(self) -> None:
        gateway, self._gateway = self._gateway, None
        if gateway is not None:
            del self._links[TRANSPORT_WEBSOCKET]
            self._start(gateway.stop(), "stop websocket")

    @callback
    def _start(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = self._entry.async_create_background_task(self._hass, work, f"{DOMAIN} {name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
