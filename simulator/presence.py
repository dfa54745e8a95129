"""What is true of an extension's presence, worked out from what its user has set and from its calls.

Sources: RingCentral's OpenAPI specification (PresenceInfoResponse) and its guide to event notifications. On an account
that ``has_new_call_handling``, dndStatusPersonal stands in the place of dndStatus.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from .extension import Extension
from .legs import CONNECTED, NO_CALL, ON_HOLD, PRECEDENCE, Leg

# What another user sees of one who does not allow it.
HIDDEN: Mapping[str, Any] = {
    "presenceStatus": "Offline",
    "telephonyStatus": NO_CALL,
    "userStatus": "Offline",
    "dndStatus": "Unknown",
    "meetingStatus": "Disconnected",
    "allowSeeMyPresence": False,
    "ringOnMonitoredCall": False,
    "pickUpCallsOnHold": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is true of an extension at a moment, whatever was told.

    ``fields`` are its presence fields by their names on the wire, the list of calls apart; ``calls`` what rings or goes
    on at its phones, the oldest first: its own calls, and those of monitored lines that ring here too.
    """

    fields: Mapping[str, Any]
    calls: tuple[Leg, ...]

    @property
    def telephony_status(self) -> str:
        """The status of the call that matters most."""
        return str(self.fields["telephonyStatus"])


def takes_calls(extension: Extension, *, has_new_call_handling: bool) -> bool:
    """Whether calls ring there at all."""
    name = "dndStatusPersonal" if has_new_call_handling else "dndStatus"
    return extension.settings.get(name) not in {"DoNotAcceptAnyCalls", "TakeDepartmentCallsOnly"}


def takes_queue_calls(extension: Extension, *, has_new_call_handling: bool) -> bool:
    """Whether calls of a queue ring there."""
    if has_new_call_handling:
        accepts = bool(extension.settings.get("acceptCallQueueCalls", True))
        return accepts and takes_calls(extension, has_new_call_handling=True)
    return extension.settings["dndStatus"] not in {"DoNotAcceptAnyCalls", "DoNotAcceptDepartmentCalls"}


def presence_fields(extension: Extension, legs: Collection[Leg], *, has_new_call_handling: bool) -> dict[str, Any]:
    """Return all presence fields, as its user and everybody who may see them finds them."""
    settings = extension.settings
    statuses = {leg.status for leg in legs}
    status = next((status for status in PRECEDENCE if status in statuses), NO_CALL)
    is_seen = settings["allowSeeMyPresence"]
    is_on_call = any(leg.status in {CONNECTED, ON_HOLD} for leg in legs if not leg.is_monitored)
    user_status = settings["userStatus"] if is_seen else "Offline"
    refuses = settings["dndStatus"] == "DoNotAcceptAnyCalls" or (
        has_new_call_handling and not takes_calls(extension, has_new_call_handling=True)
    )
    is_busy = is_on_call or extension.is_in_meeting or refuses
    fields = {
        "telephonyStatus": status,
        "activeCalls": [leg.wire() for leg in legs],
        "presenceStatus": "Busy" if is_busy and user_status != "Offline" else user_status,
        "userStatus": user_status,
        "dndStatus": "Unknown" if has_new_call_handling else settings["dndStatus"],
        "meetingStatus": "Connected" if extension.is_in_meeting else "Disconnected",
        "allowSeeMyPresence": is_seen,
        "ringOnMonitoredCall": settings["ringOnMonitoredCall"],
        "pickUpCallsOnHold": settings["pickUpCallsOnHold"],
        "totalActiveCalls": len(legs),
        # Left out while it is empty (captured replies).
        "message": settings.get("message") or None,
        "callerIdVisibility": settings.get("callerIdVisibility"),
        "cxTelephonyStatus": NO_CALL,
        "aggregatedTelephonyStatus": status,
    }
    if has_new_call_handling:
        fields["dndStatusPersonal"] = settings.get("dndStatusPersonal", "TakeAllCalls")
        fields["acceptCallQueueCalls"] = settings.get("acceptCallQueueCalls", True)
    return {name: value for name, value in fields.items() if value is not None}
