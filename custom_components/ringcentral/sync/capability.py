"""What a login can do beside presence: optional, by what the app and the user are permitted, and never in its way."""

from collections import deque
from collections.abc import Coroutine, Mapping
from typing import Any, Protocol

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback

from ..api.account import Feature
from ..api.client import RingCentralClient
from ..api.models import Event, MailboxEvent
from ..api.scopes import may_have
from ..calls.missed import MissedCallLog
from ..calls.stream import CallStream
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


class Capability(Protocol):
    """Something optional. While ``is_granted`` is false it costs nothing: no request, no task, no entity."""

    is_granted: bool

    @property
    def filters(self) -> tuple[str, ...]:
        """The event filters that it needs on the subscription."""

    @property
    def unreadable(self) -> list[str]:
        """The names of the files that can't be read."""

    async def async_prepare(self, features: Mapping[str, Feature]) -> None:
        """Learn whether it may be used, and load what was kept; no request is made yet, and nothing raised."""

    def start(self) -> None:
        """Begin to read and to report, after the platforms."""

    def retry(self) -> None:
        """Read again what a refused login has ended, because the login works."""

    async def async_stop(self) -> None:
        """Report nothing more, and keep what has to be kept."""

    def handle_event(self, event: Event) -> None:
        """Handle an event that is not about presence; it may be another's."""

    def diagnostics(self) -> dict[str, Any]:
        """Return its state in plain types, without personal data."""


class Capabilities(tuple[Capability, ...]):
    """All capabilities of a login, as one."""

    __slots__ = ()

    @property
    def filters(self) -> tuple[str, ...]:
        """The event filters that they need on the subscription."""
        return tuple(one for capability in self for one in capability.filters)

    @property
    def unreadable(self) -> list[str]:
        """The names of the files that can't be read."""
        return [name for capability in self for name in capability.unreadable]

    async def async_prepare(self, features: Mapping[str, Feature]) -> None:
        """Let each learn whether it may be used."""
        for capability in self:
            await capability.async_prepare(features)

    @callback
    def start(self) -> None:
        """Let each begin to read and to report."""
        for capability in self:
            capability.start()

    @callback
    def retry(self) -> None:
        """Let each read again what a refused login has ended, because the login works."""
        for capability in self:
            capability.retry()

    async def async_stop(self) -> None:
        """Let each stop."""
        for capability in self:
            await capability.async_stop()

    @callback
    def handle_events(self, events: deque[MailboxEvent]) -> None:
        """Let each handle the events that are not about presence, the oldest first, and empty the queue."""
        while events:
            event = events.popleft()
            for capability in self:
                capability.handle_event(event)


def is_granted(
    owner: CapabilityOwner, features: Mapping[str, Feature], permissions: tuple[str, ...], feature: str
) -> bool:
    """Return whether the login may use something: by the token's scope, and by what the user's extension may do.

    What the features do not name is tried.
    """
    known = features.get(feature)
    return may_have(owner.client.auth.token, permissions) and (known is None or known.available)
