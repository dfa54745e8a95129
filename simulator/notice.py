"""A notice: something has happened in the account, before anyone's subscription gives it a form."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Notice:
    """One change.

    ``kind`` is presence, line (calls of an extension without a presence of its own), park (those of a park location),
    dnd, queue, lines, favorites, extension_list, extension_info, message_store or voicemail. ``body`` is the event's
    body with everything that the most detailed filter gets; ``changed`` names the presence fields that are new.
    """

    kind: str
    extension_id: int
    body: dict[str, Any]
    changed: frozenset[str] = frozenset()
