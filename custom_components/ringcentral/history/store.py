"""What is remembered of the call log over restarts: up to when it is known, and which ends were seen."""

from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store
import msgspec

from ..const import DOMAIN
from ..presence.privacy import Privacy, shown_party
from .joining import SeenCall

_VERSION = 1
_SAVE_DELAY = 5.0


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
        self._store: Store[dict[str, Any]] = Store(hass, _VERSION, f"{DOMAIN}.history.{entry_id}", atomic_writes=True)

    async def async_load(self, privacy: Privacy) -> None:
        """Read what was kept, without what may no longer be shown; what can't be read was never there."""
        try:
            self.known = msgspec.convert(await self._store.async_load() or {}, Known)
        except msgspec.ValidationError:
            return
        seen = self.known.seen
        self.known.seen = [
            msgspec.structs.replace(one, number=shown_party(None, one.number, privacy)[1]) for one in seen
        ]
        if self.known.seen != seen:
            await self.async_save()

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
        kept: dict[str, Any] = msgspec.to_builtins(self.known)
        return kept
