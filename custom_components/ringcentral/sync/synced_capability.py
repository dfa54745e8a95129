"""A capability that keeps up with a list at RingCentral, and remembers over restarts what of it is known."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar, override

from homeassistant.core import CALLBACK_TYPE, callback
import msgspec

from ..api.account import Feature
from ..api.answers import Synced
from ..api.errors import PayloadError, PermissionMissingError, RequestRejectedError
from ..api.models import Event
from ..api.scopes import may_have
from ..issues import async_report_missing_permission, async_report_new_login_needed
from ..listeners import call_all, subscribe
from ..storage import KeptData
from .capability import Capability, CapabilityOwner, is_granted
from .synchronizer import Synchronizer

# Presence comes first.
AFTER_START = 5.0


class KnownData(msgspec.Struct, kw_only=True):
    """What is kept over restarts. ``was_granted`` is whether the login was ever permitted to read the list."""

    was_granted: bool = False


class SyncedCapability[DataT: KnownData](Capability, ABC):
    """What the call log and voicemail have in common; nothing is read before :meth:`start`."""

    _name: ClassVar[str]
    # Any of them lets the list be read; the first is what a user is asked for.
    _permissions: ClassVar[tuple[str, ...]]
    _feature: ClassVar[str]

    def __init__(self, owner: CapabilityOwner, store: KeptData[DataT]) -> None:
        """Initialize for a login; ``is_permitted`` is what its token's scope alone says."""
        self.is_granted = False
        self.is_permitted = False
        self._owner = owner
        self._store = store
        self._token: str | None = None
        self._is_known = False
        self._listeners: list[CALLBACK_TYPE] = []
        self._removes: list[CALLBACK_TYPE] = []
        self._sync = Synchronizer(
            self._name,
            self._read,
            timers=owner.timers,
            refused=self._refuse,
            changed=self._report,
            start_task=owner.start_task,
        )

    @property
    def filters(self) -> tuple[str, ...]:
        """The event filters that it needs: none."""
        return ()

    @property
    def is_available(self) -> bool:
        """Whether the list is known and reading works."""
        return self.is_granted and self._is_known and self._sync.is_ok

    @property
    def is_pending(self) -> bool:
        """Whether the first read is still to come."""
        return self.is_granted and not self._is_known and self._sync.is_ok

    @property
    def unreadable(self) -> list[str]:
        """The names of the files that can't be read."""
        return self._store.unreadable

    @property
    def _is_watched(self) -> bool:
        """Whether what the list is about is watched."""
        return self._owner.login_id in self._owner.extensions

    @callback
    def async_listen(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when the list has changed, or whether it can be read."""
        return subscribe(self._listeners, listener)

    @override
    async def async_prepare(self, features: Mapping[str, Feature]) -> None:
        """Learn whether the list may be read, and load what is known of it."""
        # Before it is granted: a set-up that is broken off here saves nothing over the file.
        await self._store.async_load()
        self.is_permitted = self._may_read()
        self.is_granted = self._is_watched and is_granted(self._owner, features, self._permissions, self._feature)
        if not self.is_granted and self._is_watched and self._store.known.was_granted:
            self.report_not_granted()

    @callback
    @override
    def start(self) -> None:
        """Begin to read, or wait until that is permitted."""
        self._removes.append(self._owner.client.auth.on_new_session(self._handle_new_session))
        if self.is_granted:
            self._begin()

    @abstractmethod
    def _begin(self) -> None:
        """Begin to read."""

    @callback
    @override
    def retry(self) -> None:
        """Read again if that ended with a refused login, because the login works."""
        self._sync.retry()

    @callback
    @override
    def handle_event(self, event: Event) -> None:
        """Handle an event that is not about presence: nothing needs one."""

    @override
    async def async_stop(self) -> None:
        """Keep what is known."""
        self._sync.stop()
        while self._removes:
            self._removes.pop()()
        if self.is_granted:
            await self._store.async_save()

    @abstractmethod
    async def _read(self) -> None:
        """Read what has changed, and report it."""

    async def _read_changes[RecordT](
        self, read: Callable[[str | None], Awaitable[Synced[RecordT]]]
    ) -> tuple[Sequence[RecordT], bool]:
        """Read what has changed, or after any refusal of that everything (as RingCentral's own client does).

        Return the records, and whether they are all that there are.
        """
        if self._token is not None:
            try:
                synced = await read(self._token)
            except RequestRejectedError, PayloadError:
                self._token = None
            else:
                self._token = synced.token
                return synced.records, False
        synced = await read(None)
        self._token = synced.token
        return synced.records, True

    @callback
    def report_not_granted(self) -> None:
        """Report to the user what is needed to read the list."""
        async_report_new_login_needed(self._owner.hass, self._owner.entry, self._permissions[0])

    def _may_read(self) -> bool:
        return may_have(self._owner.client.auth.token, self._permissions)

    @callback
    def _handle_new_session(self) -> None:
        """Reload the entry if the login is permitted what it was not.

        What is off for another reason stays off, however many sessions follow.
        """
        was_permitted, self.is_permitted = self.is_permitted, self._may_read()
        if self.is_permitted and not was_permitted and not self.is_granted:
            self._owner.hass.config_entries.async_schedule_reload(self._owner.entry.entry_id)

    @callback
    def _refuse(self, error: PermissionMissingError) -> None:
        self.is_granted = False
        if self._store.known.was_granted:
            self._report_refused(error, self._permissions[0])
        self._report()

    @callback
    def _report_refused(self, error: PermissionMissingError, permission: str) -> None:
        """Report what is needed for what was refused: a new login, or a right of the user's role."""
        hass, entry, error = self._owner.hass, self._owner.entry, error.named(permission)
        if error.of_app:
            async_report_new_login_needed(hass, entry, error.permission or permission)
        else:
            async_report_missing_permission(hass, entry, error, "missing_right")

    @callback
    def _report(self) -> None:
        """Notify the listeners, unless it is too late for them."""
        if not self._sync.is_stopped:
            call_all(self._listeners)

    @override
    def diagnostics(self) -> dict[str, Any]:
        """Return how it stands, in plain types."""
        return {"granted": self.is_granted, "ok": self._sync.is_ok, "reads": self._sync.count}
