"""Which voicemails are known over restarts: their ids and nothing of what is in them."""

from homeassistant.core import HomeAssistant
import msgspec

from ..storage import KeptData

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


class VoicemailStore(KeptData[KnownVoicemails]):
    """Keeps that for one entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Begin without anything."""
        super().__init__(hass, _VERSION, f"voicemail.{entry_id}", KnownVoicemails)
