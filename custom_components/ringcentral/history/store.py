"""What is remembered of the call log over restarts: up to when it is known, and which ends were seen."""

from homeassistant.core import HomeAssistant
import msgspec

from ..presence.privacy import Privacy, shown_party
from ..storage import KeptData
from ..sync.synced_capability import KnownData
from .joining import SeenCall

_VERSION = 1


class Known(KnownData, kw_only=True):
    """``until`` is when the log was last synchronized, in Unix seconds; ``None`` before the first time."""

    until: float | None = None
    seen: list[SeenCall] = msgspec.field(default_factory=list)

    def hide(self, privacy: Privacy) -> bool:
        """Remove what may no longer be shown; return whether there was any."""
        before = self.seen
        self.seen = [msgspec.structs.replace(one, number=shown_party(None, one.number, privacy)[1]) for one in before]
        return self.seen != before


class HistoryStore(KeptData[Known]):
    """Keeps that for one entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Begin without anything."""
        super().__init__(hass, _VERSION, f"history.{entry_id}", Known)
