"""Applications, the users who may log in to them, and the sessions that this opens.

Source: RingCentral's guide (application types, permissions, tokens) and its OpenAPI specification.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"

APPLICATION_PERMISSIONS = frozenset(
    {"ReadAccounts", "ReadPresence", "EditPresence", "ReadContacts", "WebSocket", "SubscriptionWebhook"}
)
# What an application needs for what happened before: calls and voicemail.
HISTORY_PERMISSIONS = frozenset({"ReadCallLog", "ReadMessages", "EditMessages"})
USER_PERMISSIONS = frozenset(
    {
        "ReadPresenceStatus",
        "EditPresenceStatus",
        "ReadCompanyInfo",
        "ReadExtensions",
        "ReadPersonalContacts",
        "ReadCallLog",
        "ReadMessages",
        "EditMessages",
    }
)


# The permissions that include another one.
_INSIDE = {
    "ReadPresence": {"EditPresence"},
    "ReadCallLog": {"ReadCallRecording"},
    "ReadMessages": {"EditMessages", "SMS", "InternalMessages", "Faxes"},
}


@dataclass(slots=True, kw_only=True, eq=False)
class Application:
    """An app as registered in RingCentral's developer console. Without a secret it is a public client."""

    client_id: str
    client_secret: str | None
    permissions: set[str] = field(default_factory=lambda: set(APPLICATION_PERMISSIONS))
    redirect_uris: set[str] = field(default_factory=set)
    grants: set[str] = field(default_factory=lambda: {JWT_GRANT, "authorization_code", "refresh_token"})
    issue_refresh_tokens: bool = True

    def has_permission(self, permission: str) -> bool:
        """Whether it has an application permission, by itself or inside another (specification)."""
        return not self.permissions.isdisjoint({permission, *_INSIDE.get(permission, ())})


@dataclass(slots=True, kw_only=True, eq=False)
class Login:
    """A user who may log in to an application, with a JWT credential or in the browser."""

    application: Application
    extension_id: int
    jwt: str | None = None
    permissions: set[str] = field(default_factory=lambda: set(USER_PERMISSIONS))
    is_administrator: bool = False


@dataclass(slots=True, kw_only=True, eq=False)
class Session:
    """One OAuth session: what a login opened and refreshes keep alive. All times are the clock's monotonic seconds."""

    id: str
    login: Login
    endpoint_id: str
    access_lifetime: float
    refresh_lifetime: float
    access_token: str = ""
    access_expires_at: float = 0.0
    access_used: bool = False
    refresh_token: str | None = None
    refresh_expires_at: float = 0.0
    replaced_refresh_token: str | None = None
    replaced_until: float = 0.0
    ended: bool = False
    on_end: set[Callable[[], object]] = field(default_factory=set)

    @property
    def user(self) -> tuple[str, int]:
        """The user and application whose limits this session shares."""
        return self.login.application.client_id, self.login.extension_id
