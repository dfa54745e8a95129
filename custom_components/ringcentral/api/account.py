"""Records of what the login finds at RingCentral beside presence: extensions, features, subscriptions and tokens."""

import msgspec

from .models import AnyId, Identifier, PhoneNumber, Record, Text, Word

# Types of extensions that are people: only their presence can be set (specification, updateUserPresenceStatus).
EXTENSION_TYPES_OF_USERS = frozenset({"User", "DigitalUser", "VirtualUser", "FlexibleUser", "Limited"})

# Types that are phones (reference 2.3). New words appear, and most of them are none, so this lists what is.
EXTENSION_TYPES_OF_PHONES = EXTENSION_TYPES_OF_USERS | {"Room"}

# REST says `Offline` of it, but events of its own say who is parked (reference 5.3, SDK maintainer's test).
PARK_LOCATION = "ParkLocation"


class AccountReference(Record, frozen=True, kw_only=True):
    """The account that an extension belongs to."""

    id: AnyId


class Extension(Record, frozen=True, kw_only=True):
    """An extension of the account (specification, GetExtensionListInfoResponse).

    ``extension_number`` is absent while the status is ``Unassigned``.
    """

    id: AnyId
    extension_number: PhoneNumber | None = None
    name: Text | None = None
    type: Word | None = None
    status: Word | None = None
    account: AccountReference | None = None


class Company(Record, frozen=True, kw_only=True):
    """What the account is called (specification, GetAccountBusinessAddressResource)."""

    company: Text | None = None


class Feature(Record, frozen=True, kw_only=True):
    """Whether a feature is available to the login extension (specification, FeatureInfo)."""

    id: Identifier
    available: bool = False


class Favorite(Record, frozen=True, kw_only=True):
    """A favorite contact; ``extension_id`` is set if it is an extension."""

    id: AnyId | None = None
    extension_id: AnyId | None = None
    account_id: AnyId | None = None
    contact_id: AnyId | None = None


class LineExtension(Record, frozen=True, kw_only=True):
    """The extension behind a monitored line."""

    id: AnyId
    extension_number: PhoneNumber | None = None
    type: Word | None = None
    name: Text | None = None


class PresenceLine(Record, frozen=True, kw_only=True):
    """A monitored line (absent from today's specification; field names from RingCentral's own client)."""

    id: AnyId | None = None
    extension: LineExtension | None = None


class DisabledFilter(Record, frozen=True, kw_only=True):
    """An event filter that was silently not subscribed (specification, DisabledFilterInfo)."""

    filter: str
    reason: str | None = None
    message: str | None = None


class Blacklisted(Record, frozen=True, kw_only=True):
    """Why and when deliveries to a webhook were stopped."""

    reason: str | None = None
    blacklisted_at: str | None = None


class DeliveryMode(Record, frozen=True, kw_only=True):
    """How a subscription's notifications travel."""

    transport_type: str | None = None
    address: str | None = None


class Subscription(Record, frozen=True, kw_only=True):
    """A subscription as RingCentral keeps it (specification, SubscriptionInfo)."""

    id: str
    status: str | None = None
    event_filters: tuple[str, ...] = ()
    disabled_filters: tuple[DisabledFilter, ...] | None = None
    creation_time: str | None = None
    expiration_time: str | None = None
    expires_in: int | None = None
    delivery_mode: DeliveryMode | None = None
    blacklisted_data: Blacklisted | None = None


class TokenReply(msgspec.Struct, frozen=True):
    """What the token endpoint answers (specification, TokenInfo); lifetimes are seconds."""

    access_token: str
    expires_in: float
    refresh_token: str | None = None
    refresh_token_expires_in: float | None = None
    scope: str = ""
    owner_id: int | str | None = None
    session_id: str | None = None
    endpoint_id: str | None = None


class GatewayToken(msgspec.Struct, frozen=True):
    """A pass for one connection to the WebSocket gateway, and where that is; it is valid for ``expires_in`` seconds."""

    uri: str
    ws_access_token: str
    expires_in: float | None = None


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens of one OAuth session (specification, TokenInfo), with the moments of expiry instead of lifetimes.

    Moments are this machine's Unix seconds. From ``refresh_at`` on a new one should be fetched. ``refresh_token`` is
    ``None`` where the app does not issue any.
    """

    access_token: str
    expires_at: float
    refresh_at: float
    refresh_token: str | None = None
    refresh_expires_at: float | None = None
    scope: str = ""
    owner_id: str | None = None
    session_id: str | None = None
    endpoint_id: str | None = None
