"""An extension and what its user has set; which values RingCentral accepts.

Source: RingCentral's OpenAPI specification (PresenceInfoRequest, GetExtensionListInfoResponse).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import ApiError, invalid_parameter

# What an extension can do, and the permission of the user's role that each needs.
FEATURE_PERMISSIONS = {
    "ReadPresenceStatus": "ReadPresenceStatus",
    "EditPresenceStatus": "EditPresenceStatus",
    "ReadExtensions": "ReadExtensions",
    "ReadExtensionCallLog": "ReadCallLog",
    "ReadMessages": "ReadMessages",
}
FEATURES = frozenset({*FEATURE_PERMISSIONS, "HUD", "DND", "CallForwarding", "VoicemailToText"})

# These have no presence of their own, only PresenceStatus Offline (specification); as lines they show calls (clients).
LIMITED_TYPES = frozenset(
    {
        "Department",
        "Announcement",
        "Voicemail",
        "FaxUser",
        "PagingOnly",
        "SharedLinesGroup",
        "IvrMenu",
        "ApplicationExtension",
        "ParkLocation",
    }
)
_USER_TYPES = frozenset({"User", "DigitalUser", "VirtualUser", "FlexibleUser", "Limited", "Room"})

DEPARTMENT_DND = frozenset({"DoNotAcceptDepartmentCalls", "TakeDepartmentCallsOnly"})
MESSAGE_LENGTH = 75

_WORDS = {
    "userStatus": frozenset({"Offline", "Busy", "Available"}),
    "dndStatus": frozenset({"TakeAllCalls", "DoNotAcceptAnyCalls", "Unknown"}) | DEPARTMENT_DND,
    "dndStatusPersonal": frozenset({"TakeAllCalls", "DoNotAcceptAnyCalls", "Unknown"}),
    "callerIdVisibility": frozenset({"All", "None", "PermittedUsers"}),
}
_FLAGS = frozenset({"allowSeeMyPresence", "ringOnMonitoredCall", "pickUpCallsOnHold", "acceptCallQueueCalls"})
SETTABLE = frozenset({*_WORDS, *_FLAGS, "message"})


@dataclass(slots=True, kw_only=True, eq=False)
class Extension:
    """An extension of the account.

    ``direct_number`` is the number by which the outside world reaches it. ``settings`` are the presence fields that
    its user sets, by their names on the wire; ``members`` are the ids of a queue's members.
    """

    id: int
    number: str | None
    name: str
    type: str = "User"
    status: str = "Enabled"
    email: str | None = None
    hidden: bool = False
    direct_number: str | None = None
    features: set[str] = field(default_factory=lambda: set(FEATURES))
    members: tuple[int, ...] = ()
    is_in_meeting: bool = False
    settings: dict[str, Any] = field(
        default_factory=lambda: {
            "userStatus": "Available",
            "dndStatus": "TakeAllCalls",
            "allowSeeMyPresence": True,
            "ringOnMonitoredCall": False,
            "pickUpCallsOnHold": False,
        }
    )

    @property
    def has_presence(self) -> bool:
        """Whether its type has a presence of its own."""
        return self.type not in LIMITED_TYPES

    @property
    def is_user(self) -> bool:
        """Whether somebody may set its presence."""
        return self.type in _USER_TYPES


def check_settings(extension: Extension, fields: Mapping[str, Any], *, is_in_queue: bool) -> dict[str, Any]:
    """Return what of a presence update can be set, other names are ignored; raise ApiError for a bad value."""
    if not extension.is_user:
        raise ApiError(403, "CMN-403", f"Feature is not available for extension type [{extension.type}]")
    changed = {name: value for name, value in fields.items() if name in SETTABLE}
    for name, value in changed.items():
        if not _is_valid(name, value):
            raise invalid_parameter(name, str(value))
    if changed.get("dndStatus") in DEPARTMENT_DND and not is_in_queue:
        raise invalid_parameter("dndStatus", changed["dndStatus"])
    return changed


def _is_valid(name: str, value: object) -> bool:
    if name in _FLAGS:
        return isinstance(value, bool)
    if not isinstance(value, str):
        return False
    return len(value) <= MESSAGE_LENGTH if name == "message" else value in _WORDS[name]
