"""Subscriptions: who is notified of what, and for how long.

Sources: RingCentral's guide to notifications and its OpenAPI specification (SubscriptionInfo).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
import random
import re
from typing import Any
from urllib.parse import parse_qs
import uuid

from .account import Account
from .audience import Audience
from .clock import Clock
from .errors import ApiError, application_permission_missing, invalid_parameter, not_found
from .events import DETAILED_ONLY, Bodies, Notification, compact, spell_sent_at
from .filter_refusals import FILTER_REFUSALS, too_many_filters
from .filters import SIMPLE, EventFilter, parse_filter
from .logins import Session
from .notice import Notice
from .settings import CloudSettings
from .timestamps import timestamp

WEBSOCKET = "WebSocket"
WEBHOOK = "WebHook"


# Filters of messages: a standard user's for another mailbox is accepted, and stays silent (an experiment of 2025).
OF_MAILBOX = frozenset({"message_store", "voicemail"})


@dataclass(slots=True, kw_only=True, eq=False)
class Subscription:
    """A subscription.

    ``send`` is its way out, if it has one. While its WebSocket is connected it does not expire. Times are Unix seconds.
    """

    id: str
    session: Session
    delivery_mode: dict[str, Any]
    created_at: float
    lifetime: float
    expires_at: float
    filters: list[EventFilter] = field(default_factory=list)
    disabled_filters: list[dict[str, str]] = field(default_factory=list)
    send: Callable[[Notification], None] | None = None
    is_connected: bool = False
    blacklisted: dict[str, str] | None = None

    @property
    def transport(self) -> str:
        """``WebSocket`` or ``WebHook``."""
        transport: str = self.delivery_mode["transportType"]
        return transport

    @property
    def owner_id(self) -> int:
        """The extension id of the user who subscribed."""
        return self.session.login.extension_id


class Subscriptions:
    """The account's subscriptions."""

    def __init__(
        self,
        account: Account,
        clock: Clock,
        *,
        limit: int = 30,
        account_sequence: bool = False,
        fail_on_refusal: bool = False,
        refused_filters: Iterable[str] = (),
        settings: CloudSettings | None = None,
    ) -> None:
        """Begin with none.

        ``limit`` is per user and application. ``account_sequence`` puts ``sequence`` into the account's simple event,
        where the capture of 2023 has none. ``refused_filters`` are patterns of (resolved) filters to refuse; a refused
        filter is listed in ``disabledFilters`` if others are left, or fails the request if ``fail_on_refusal``.
        """
        self.limit = limit
        self.account_sequence = account_sequence
        self.fail_on_refusal = fail_on_refusal
        self.refused_filters = list(refused_filters)
        self._settings = settings or CloudSettings()
        self.by_id: dict[str, Subscription] = {}
        self.notified = 0
        self.on_remove: list[Callable[[Subscription], None]] = []
        self._account = account
        self._clock = clock
        self._uuid = random.SystemRandom().randrange(10**18, 8 * 10**18)
        self._audience = Audience[Subscription](account)

    # Life

    def create(
        self,
        session: Session,
        filters: Sequence[str],
        *,
        delivery_mode: dict[str, Any],
        lifetime: float,
        send: Callable[[Notification], None] | None = None,
    ) -> Subscription:
        """Subscribe; raise ApiError if that is refused."""
        accepted, disabled = self.resolve(session, filters)
        if len(self.of_user(session.user)) >= self.limit:
            raise ApiError(403, "SUB-505", "Subscriptions limit exceeded")
        now = self._clock.time()
        subscription = Subscription(
            id=str(uuid.uuid4()),
            session=session,
            delivery_mode=delivery_mode,
            created_at=now,
            lifetime=lifetime,
            expires_at=now + lifetime,
            send=send,
        )
        self.by_id[subscription.id] = subscription
        self.set_filters(subscription, accepted, disabled)
        if subscription.transport == WEBHOOK and self._settings.webhook_ends_with_session:
            session.on_end.add(lambda: self.remove(subscription))
        return subscription

    def set_filters(
        self, subscription: Subscription, accepted: list[EventFilter], disabled: list[dict[str, str]]
    ) -> None:
        """Replace a subscription's filters by resolved ones."""
        self._audience.remove(subscription, subscription.filters)
        subscription.filters, subscription.disabled_filters = accepted, disabled
        self._audience.add(subscription, accepted)

    def renew(self, subscription: Subscription, lifetime: float | None = None) -> None:
        """Begin the lifetime again; another one if it is given."""
        subscription.lifetime = lifetime or subscription.lifetime
        subscription.expires_at = self._clock.time() + subscription.lifetime

    def remove(self, subscription: Subscription) -> None:
        """End a subscription."""
        if self.by_id.pop(subscription.id, None) is None:
            return
        self._audience.remove(subscription, subscription.filters)
        subscription.send = None
        for listener in self.on_remove:
            listener(subscription)

    def of_user(self, user: tuple[str, int]) -> list[Subscription]:
        """Return the living subscriptions of a user and application, the oldest first."""
        for subscription in list(self.by_id.values()):
            if self._is_over(subscription):
                self.remove(subscription)
        return [subscription for subscription in self.by_id.values() if subscription.session.user == user]

    def get(self, subscription_id: str, user: tuple[str, int]) -> Subscription:
        """Return a living subscription of that user and application; raise ApiError (404) if there is none."""
        found = (subscription for subscription in self.of_user(user) if subscription.id == subscription_id)
        if (subscription := next(found, None)) is None:
            raise not_found("subscriptionId")
        return subscription

    def record(self, subscription: Subscription) -> dict[str, Any]:
        """Return a subscription as the API shows it (SubscriptionInfo)."""
        if subscription.is_connected:
            self.renew(subscription)
        record: dict[str, Any] = {
            "uri": f"/restapi/v1.0/subscription/{subscription.id}",
            "id": subscription.id,
            "creationTime": timestamp(subscription.created_at),
            "status": "Blacklisted" if subscription.blacklisted else "Active",
            "eventFilters": [event_filter.text for event_filter in subscription.filters],
            "expirationTime": timestamp(subscription.expires_at),
            # A moment has passed since the renewal: a day is shown as 86399 s.
            "expiresIn": max(1, int(subscription.expires_at - self._clock.time() - 0.001)),
            "deliveryMode": subscription.delivery_mode,
        }
        if subscription.disabled_filters:
            record["disabledFilters"] = subscription.disabled_filters
        if subscription.blacklisted:
            record["blacklistedData"] = subscription.blacklisted
        return record

    def _is_over(self, subscription: Subscription) -> bool:
        return not subscription.is_connected and subscription.expires_at <= self._clock.time()

    # Filters

    def resolve(self, session: Session, filters: Sequence[str]) -> tuple[list[EventFilter], list[dict[str, str]]]:
        """Return the filters to subscribe to, and the refused ones as ``disabledFilters`` lists them.

        Raise ApiError for what is no filter at all, and if none is left.
        """
        if not isinstance(filters, list) or not filters or not all(isinstance(text, str) and text for text in filters):
            raise invalid_parameter("eventFilters")
        accepted, disabled, refusals = [], [], []
        for text in dict.fromkeys(filters):
            event_filter = parse_filter(text, account_id=self._account.id, own_extension_id=session.login.extension_id)
            refusal = self._refusal(event_filter, session)
            if refusal is None:
                accepted.append(event_filter)
                continue
            refusals.append(refusal)
            disabled.append(
                {"filter": event_filter.text, "reason": refusal.word or refusal.code, "message": refusal.message}
            )
        if refusals and (self.fail_on_refusal or not accepted):
            raise refusals[0]
        if (limit := self._settings.filter_limit) is not None and len(accepted) > limit:
            raise too_many_filters()
        return accepted, [] if self._settings.hide_refused_filters else disabled

    def _refusal(self, event_filter: EventFilter, session: Session) -> ApiError | None:
        kind, extension_id = event_filter.kind, event_filter.extension_id
        if kind.permission and not session.login.application.has_permission(kind.permission):
            return application_permission_missing(kind.permission)
        if any(re.search(pattern, event_filter.text) for pattern in self.refused_filters):
            return FILTER_REFUSALS[self._settings.filter_refusal]()
        if extension_id is None or extension_id == session.login.extension_id:
            return None
        extension = self._account.extensions.get(extension_id)
        if extension is None:
            return ApiError(403, "SUB-408", "Not allowed subscribe for unknown user")
        if kind.name == "presence":
            if not self._account.has_presence_events(extension):
                return ApiError(403, "SUB-402", "Presence feature is disabled for this extension type")
            if not extension.settings["allowSeeMyPresence"]:
                return ApiError(403, "SUB-403", "User disallowed to monitor his presence")
        return None

    # Events

    def notice(self, notice: Notice) -> None:
        """Send what happened to everyone who subscribed to it."""
        bodies = Bodies(self._account, notice, account_sequence=self.account_sequence)
        for subscription, event_filter in self._audience.of(notice):
            if subscription.send is None or subscription.blacklisted or self._is_over(subscription):
                continue
            if event_filter.kind.name in OF_MAILBOX and not _may_receive(subscription, event_filter):
                continue
            if bodies.detail(event_filter) == SIMPLE and notice.changed and notice.changed <= DETAILED_ONLY:
                continue
            path = event_filter.text
            if event_filter.kind.name == "account_presence":
                # The event names the extension, not the account (capture of 2023).
                path = f"/restapi/v1.0/account/{self._account.id}/extension/{notice.extension_id}/presence"
                path += f"?{event_filter.query}" if event_filter.query else ""
            path = bodies.spell_path(path, subscription.owner_id)
            self.send(subscription, path, bodies.text(event_filter, subscription.owner_id))

    def send(self, subscription: Subscription, path: str, body: str) -> None:
        """Send an event, given the path it names and the JSON text of its body."""
        if subscription.send is None:
            return
        self._uuid += 1
        self.notified += 1
        head = compact(
            {
                "uuid": str(self._uuid),
                "event": path,
                "timestamp": spell_sent_at(self._clock.time(), self._account.settings),
                "subscriptionId": subscription.id,
                "ownerId": str(subscription.owner_id),
            }
        )
        subscription.send(Notification(str(self._uuid), f'{head[:-1]},"body":{body}}}'))


def _may_receive(subscription: Subscription, event_filter: EventFilter) -> bool:
    """Whether a mailbox is the subscriber's to know of, and its voicemails are asked for."""
    is_own = event_filter.extension_id == subscription.owner_id or subscription.session.login.is_administrator
    types = parse_qs(event_filter.query).get("type", ["VoiceMail"])
    return is_own and types == ["VoiceMail"]
