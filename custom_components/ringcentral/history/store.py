"""What is remembered of the call log over restarts: up to when it is known, and which ends were seen."""

from homeassistant.core import HomeAssistant
import msgspec

from ..presence.privacy import Privacy, shown_party
from ..storage import KeptData
from .joining import SeenCall

_VERSION = 1


class Known(msgspec.Struct, kw_only=True):
    """``until`` is when the log was last synchronized, in Unix seconds; ``None`` before the first time.

    ``was_granted`` is whether the login has ever been permitted to read it.
    """

    until: float | None = None
    seen: list[SeenCall] = []
    was_granted: bool = False


class HistoryStore(KeptData[Known]):
    """Keeps that for one entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Begin without anything."""
        super().__init__(hass, _VERSION, f"history.{entry_id}", Known)

    async def async_hide(self, privacy: Privacy) -> None:
        """Forget of what was kept whatever may no longer be shown."""
        seen = self.known.seen
        self.known.seen = [
            msgspec.structs.replace(one, number=shown_party(None, one.number, privacy)[1]) for one in seen
        ]
        if self.known.seen != seen:
            await self.async_save()
