"""Which voicemails are known over restarts: their ids and nothing of what is in them."""

from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store
import msgspec

from ..const import DOMAIN

_VERSION = 1
_SAVE_DELAY = 5.0


class KnownVoicemails(msgspec.Struct, kw_only=True):
    """``ids`` are ``None`` before the first time; ``was_granted`` is whether the login was ever permitted to read."""

    ids: set[str] | None = None
    was_granted: bool = False


class VoicemailStore:
    """Keeps that for one entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Begin without anything; :meth:`async_load` brings what was kept."""
        self.known = KnownVoicemails()
        self._store: Store[dict[str, Any]] = Store(hass, _VERSION, f"{DOMAIN}.voicemail.{entry_id}", atomic_writes=True)

    async def async_load(self) -> None:
        """Read what was kept; what can't be read was never there."""
        try:
            self.known = msgspec.convert(await self._store.async_load() or {}, KnownVoicemails)
        except msgspec.ValidationError:
            return

    @callback
    def save_soon(self) -> None:
        """Keep what there is, with what follows within seconds."""
        self._store.async_delay_save(self._as_kept, _SAVE_DELAY)

    async def async_save(self) -> None:
        """Keep what there is, now."""
        await self._store.async_save(self._as_kept())

    async def async_remove(self) -> None:
        """Forget everything, when the entry is removed."""
        await self._store.async_remove()

    def _as_kept(self) -> dict[str, Any]:
        ids = self.known.ids
        return {"ids": sorted(ids) if ids is not None else None, "was_granted": self.known.was_granted}
