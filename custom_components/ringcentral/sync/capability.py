"""What a login can do beside presence: optional, by what the app and the user are permitted, and never in its way."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from ..api.client import RingCentralClient
from ..api.errors import PermissionMissingError
from ..api.models import Event, Feature
from ..api.scopes import may_have
from ..calls.missed import MissedCallLog
from ..calls.stream import CallStream
from ..issues import async_report_missing_permission, async_report_new_login_needed
from ..presence.privacy import Privacy
from .link import Link
from .roster import WatchedExtension
from .timers import Timers


class CapabilityOwner(Protocol):
    """Whose capability it is."""

    hass: HomeAssistant
    entry: ConfigEntry[Any]
    client: RingCentralClient
    privacy: Privacy
    timers: Timers
    link: Link
    stream: CallStream
    missed_calls: MissedCallLog

    @property
    def login_id(self) -> str:
        """Id of the login's extension."""

    @property
    def extensions(self) -> Mapping[str, WatchedExtension]:
        """The watched extensions by id."""

    def start_task(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do something in the background."""

    def missed_calls_changed(self, extension_id: str) -> None:
        """Handle that the missed calls of an extension were corrected."""


class Capability(Protocol):
    """Something optional. While ``is_granted`` is false it costs nothing: no request, no task, no entity."""

    is_granted: bool

    @property
    def filters(self) -> tuple[str, ...]:
        """The event filters that it needs on the subscription."""

    async def async_prepare(self, features: Mapping[str, Feature]) -> None:
        """Learn whether it may be used, and load what was kept; no request is made yet, and nothing raised."""

    def start(self) -> None:
        """Begin to read and to report, after the platforms."""

    async def async_stop(self) -> None:
        """Report nothing more, and keep what has to be kept."""

    def handle_event(self, event: Event) -> None:
        """Handle an event that is not about presence; it may be another's."""

    def diagnostics(self) -> dict[str, Any]:
        """Return its state in plain types, without personal data."""


def is_granted(
    owner: CapabilityOwner, features: Mapping[str, Feature], permissions: tuple[str, ...], feature: str
) -> bool:
    """Return whether the login may use something: by the token's scope, and by what the user's extension may do.

    What the features do not name is tried.
    """
    known = features.get(feature)
    return may_have(owner.client.auth.token, permissions) and (known is None or known.available)


def report_lost(owner: CapabilityOwner, error: PermissionMissingError, permission: str) -> None:
    """Tell the user what is needed to use something that was refused: a new login, or a right of the user's role."""
    if error.of_app:
        async_report_new_login_needed(owner.hass, owner.entry, error.permission or permission)
    else:
        async_report_missing_permission(owner.hass, owner.entry, error, "missing_right")


def listen_for_new_scope(
    owner: CapabilityOwner, capability: Capability, permissions: tuple[str, ...], reload: Callable[[], None]
) -> Callable[[], None]:
    """Reload the entry when a new session of the login is permitted what the former was not."""

    def check() -> None:
        if not capability.is_granted and may_have(owner.client.auth.token, permissions):
            reload()

    return owner.client.auth.on_new_session(check)
