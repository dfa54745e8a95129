"""Subscribing through the REST API: WebHook subscriptions by HTTP, WebSocket subscriptions through their socket.

Source: RingCentral's OpenAPI specification and its guides to WebSockets and webhooks.
"""

from typing import Any

from .errors import ApiError, application_permission_missing, invalid_parameter, invalid_uri
from .logins import Session
from .rest import Operation, Request, Socket, operation
from .settings import CloudSettings
from .subscriptions import WEBHOOK, WEBSOCKET, Subscription, Subscriptions
from .webhook import Webhooks

WEBSOCKET_LIFETIME = 86400
WEBHOOK_LIFETIME = 604800
WEBHOOK_LIFETIME_MAX = 315360000


class SubscriptionResources:
    """Subscriptions of the user and application that asks."""

    def __init__(self, subscriptions: Subscriptions, webhooks: Webhooks, settings: CloudSettings) -> None:
        """Show these subscriptions."""
        self._settings = settings
        self._subscriptions = subscriptions
        self._webhooks = webhooks

    def operations(self) -> list[Operation]:
        """Return the rows for the table."""
        every = "/restapi/v1.0/subscription"
        one = f"{every}/{{subscriptionId}}"
        return [
            operation("POST", every, self.create, group="medium"),
            operation("GET", every, self.list_all, group="light"),
            operation("GET", one, self.read, group="light"),
            operation("PUT", one, self.update, group="medium"),
            operation("DELETE", one, self.delete, group="medium"),
            operation("POST", f"{one}/renew", self.renew, group="light"),
        ]

    async def create(self, request: Request) -> dict[str, Any]:
        """Subscribe by WebSocket, where the request came through one, or by WebHook."""
        body = _object(request.body)
        delivery_mode = _object(body.get("deliveryMode"))
        transport = delivery_mode.get("transportType")
        if transport == WEBSOCKET and request.socket is not None:
            subscription = self._create_websocket(request.session, request.socket, body)
        elif transport == WEBHOOK:
            subscription = await self._create_webhook(request, body, delivery_mode)
        else:
            raise invalid_parameter("deliveryMode.transportType", str(transport))
        return self._subscriptions.record(subscription)

    def _create_websocket(self, session: Session, socket: Socket, body: dict[str, Any]) -> Subscription:
        if not session.login.application.has_permission("WebSocket"):
            message = "In order to subscribe, application needs to have [SubscriptionWebSocket] permission"
            raise ApiError(403, "SUB-528", message)
        # One subscription a connection: another request replaces it, once it is known to be good.
        self._subscriptions.resolve(session, body.get("eventFilters", []))
        if socket.subscription is not None:
            self._subscriptions.remove(socket.subscription)
        socket.subscription = self._subscriptions.create(
            session,
            body.get("eventFilters", []),
            delivery_mode={"transportType": WEBSOCKET, "encryption": False},
            lifetime=WEBSOCKET_LIFETIME,
            send=socket.notify,
        )
        socket.subscription.is_connected = True
        return socket.subscription

    async def _create_webhook(
        self, request: Request, body: dict[str, Any], delivery_mode: dict[str, Any]
    ) -> Subscription:
        session = request.session
        if not session.login.application.has_permission("SubscriptionWebhook"):
            raise application_permission_missing("SubscriptionWebhook")
        self._subscriptions.resolve(session, body.get("eventFilters", []))
        address = delivery_mode.get("address")
        await self._webhooks.validate(address)
        subscription = self._subscriptions.create(
            session,
            body.get("eventFilters", []),
            delivery_mode={"transportType": WEBHOOK, "encryption": False, "address": address},
            lifetime=_lifetime(body),
        )
        self._webhooks.attach(subscription, delivery_mode.get("verificationToken"))
        return subscription

    def list_all(self, request: Request) -> dict[str, Any]:
        """List the user's subscriptions with this application."""
        owned = self._subscriptions.of_user(request.session.user)
        records = [self._subscriptions.record(subscription) for subscription in owned]
        return {"uri": f"{request.base_url}/restapi/v1.0/subscription", "records": records}

    def read(self, request: Request) -> dict[str, Any]:
        """Read one subscription."""
        if request.socket is not None and not self._settings.socket_reads_subscriptions:
            raise invalid_uri()
        return self._subscriptions.record(self._find(request))

    async def update(self, request: Request) -> dict[str, Any]:
        """Renew a subscription, and change its filters if they are given; all else is ignored (specification)."""
        subscription = self._find(request)
        body = _object(request.body or {})
        is_websocket = subscription.transport == WEBSOCKET
        if is_websocket and (request.socket is None or request.socket.subscription is not subscription):
            raise invalid_parameter("subscriptionId", subscription.id)
        if (filters := body.get("eventFilters")) is not None:
            resolved = self._subscriptions.resolve(request.session, filters)
            self._subscriptions.set_filters(subscription, *resolved)
        if not is_websocket:
            address = body.get("deliveryMode", {}).get("address")
            if address and self._settings.webhook_moves:
                await self._webhooks.validate(address)
                subscription.delivery_mode["address"] = address
            self._subscriptions.renew(subscription, _lifetime(body))
            self._webhooks.remind(subscription)
        return self._subscriptions.record(subscription)

    def renew(self, request: Request) -> dict[str, Any]:
        """Begin the lifetime again, with its original length."""
        subscription = self._find(request)
        self._subscriptions.renew(subscription)
        if subscription.transport == WEBHOOK:
            self._webhooks.remind(subscription)
        return self._subscriptions.record(subscription)

    def delete(self, request: Request) -> None:
        """End a subscription."""
        self._subscriptions.remove(self._find(request))

    def _find(self, request: Request) -> Subscription:
        return self._subscriptions.get(request.places["subscriptionId"], request.session.user)


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ApiError(400, "CMN-104", "Cannot parse request")
    return value


def _lifetime(body: dict[str, Any]) -> float:
    seconds = body.get("expiresIn", WEBHOOK_LIFETIME)
    if not isinstance(seconds, int) or seconds < 1:
        raise invalid_parameter("expiresIn", str(seconds))
    return min(seconds, WEBHOOK_LIFETIME_MAX)
