"""What is remembered of the call log over restarts: up to when it is known, and which ends were seen."""

from homeassistant.core import HomeAssistant, callback
import msgspec

from ..presence.privacy import Privacy, shown_party
from ..storage import GuardedStore
from .joining import SeenCall

_VERSION = 1


class Known(msgspec.Struct, kw_only=True):
    """``until`` is when the log was last synchronized, in Unix seconds; ``None`` before the first time.

    ``was_granted`` is whether the login has ever been permitted to read it.
    """

    until: float | None = None
    seen: list[SeenCall] = []
    was_granted: bool = False


class HistoryStore:
    """Keeps that for one entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Begin without anything; :meth:`async_load` brings what was kept."""
        self.known = Known()
        self._store = GuardedStore(hass, _VERSION, f"history.{entry_id}", Known, may_change=True)

    @property
    def unreadable(self) -> list[str]:
        """The names of the files that can't be read."""
        return [self._store.key] if self._store.is_unreadable else []

    async def async_load(self, privacy: Privacy) -> None:
        """Read what was kept, without what may no longer be shown."""
        self.known = await self._store.async_read() or Known()
        seen = self.known.seen
        self.known.seen = [
            msgspec.structs.replace(one, number=shown_party(None, one.number, privacy)[1]) for one in seen
        ]
        if self.known.seen != seen:
            await self.async_save()

    @callback
    def save_soon(self) -> None:
        """Keep what there is, with what follows within seconds."""
        self._store.keep_soon(self.known)

    async def async_save(self) -> None:
        """Keep what there is, now."""
        await self._store.async_keep(self.known)

    async def async_remove(self) -> None:
        """Forget everything, when the entry is removed."""
        await self._store.async_remove()
