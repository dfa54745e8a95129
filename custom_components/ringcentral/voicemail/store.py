"""Which voicemails are known over restarts: their ids and nothing of what is in them."""

from homeassistant.core import HomeAssistant, callback
import msgspec

from ..storage import GuardedStore

_VERSION = 1


class KnownVoicemails(msgspec.Struct, kw_only=True):
    """``ids`` are ``None`` before the first time; ``was_granted`` is whether the login was ever permitted to read.

    ``gone`` are those that were deleted and may be restored, with when that was seen, in Unix seconds.
    ``untranscribed`` are those that were reported without what was said, which may follow.
    """

    ids: set[str] | None = None
    gone: dict[str, float] = {}
    untranscribed: set[str] = set()
    was_granted: bool = False


class VoicemailStore:
    """Keeps that for one entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Begin without anything; :meth:`async_load` brings what was kept."""
        self.known = KnownVoicemails()
        self._store = GuardedStore(hass, _VERSION, f"voicemail.{entry_id}", KnownVoicemails, may_change=True)

    @property
    def unreadable(self) -> list[str]:
        """The names of the files that can't be read."""
        return [self._store.key] if self._store.is_unreadable else []

    async def async_load(self) -> None:
        """Read what was kept."""
        self.known = await self._store.async_read() or KnownVoicemails()

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
