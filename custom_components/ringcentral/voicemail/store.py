"""Which voicemails are known over restarts: their ids and nothing of what is in them."""

from homeassistant.core import HomeAssistant
import msgspec

from ..storage import KeptData
from ..sync.synced_capability import KnownData

_VERSION = 1


class KnownVoicemails(KnownData, kw_only=True):
    """``ids`` are ``None`` before the first time.

    ``gone`` are those that were deleted and may be restored, with when that was seen, in Unix seconds.
    ``untranscribed`` are those that were reported without what was said, which may follow.
    """

    ids: set[str] | None = None
    gone: dict[str, float] = msgspec.field(default_factory=dict)
    untranscribed: set[str] = msgspec.field(default_factory=set)


class VoicemailStore(KeptData[KnownVoicemails]):
    """Keeps that for one entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Begin without anything."""
        super().__init__(hass, _VERSION, f"voicemail.{entry_id}", KnownVoicemails)
