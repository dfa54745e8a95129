"""What is true of an extension's presence, worked out from what its user has set and from its calls.

Sources: RingCentral's OpenAPI specification (PresenceInfoResponse), its guides to event notifications and, for the
newer call handling, to states and rules.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from .extension import Extension
from .legs import CONNECTED, NO_CALL, ON_HOLD, PRECEDENCE, Leg
from .settings import CloudSettings

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
    """What is true of an extension at a moment, whatever the wire says.

    ``fields`` are its presence fields by their names on the wire, the list of calls apart; they are the same in every
    dialect: ``dndStatus`` is what counts, whichever field says so. ``calls`` is what rings or goes on at its phones,
    the oldest first: its own calls, and those of monitored lines that ring here too. A RingOut is one call: inbound as
    long as the user's phone rings, outbound and connected once that is answered.
    """

    fields: Mapping[str, Any]
    calls: tuple[Leg, ...]

    @property
    def telephony_status(self) -> str:
        """The status of the call that matters most."""
        return str(self.fields["telephonyStatus"])


def takes_calls(extension: Extension) -> bool:
    """Whether calls ring there at all."""
    return extension.settings["dndStatus"] not in {"DoNotAcceptAnyCalls", "TakeDepartmentCallsOnly"}


def takes_queue_calls(extension: Extension) -> bool:
    """Whether calls of a queue ring there."""
    return extension.settings["dndStatus"] not in {"DoNotAcceptAnyCalls", "DoNotAcceptDepartmentCalls"}


def true_fields(extension: Extension, legs: Collection[Leg]) -> dict[str, Any]:
    """Return all presence fields but the list of calls, as its user finds them."""
    settings = extension.settings
    statuses = {leg.status for leg in legs}
    status = next((status for status in PRECEDENCE if status in statuses), NO_CALL)
    is_seen = settings["allowSeeMyPresence"]
    is_on_call = any(leg.status in {CONNECTED, ON_HOLD} for leg in legs if not leg.is_monitored)
    user_status = settings["userStatus"] if is_seen else "Offline"
    is_busy = is_on_call or extension.is_in_meeting or settings["dndStatus"] == "DoNotAcceptAnyCalls"
    return {
        "telephonyStatus": status,
        "presenceStatus": "Busy" if is_busy and user_status != "Offline" else user_status,
        "userStatus": user_status,
        "dndStatus": settings["dndStatus"],
        "meetingStatus": "Connected" if extension.is_in_meeting else "Disconnected",
        "allowSeeMyPresence": is_seen,
        "ringOnMonitoredCall": settings["ringOnMonitoredCall"],
        "pickUpCallsOnHold": settings["pickUpCallsOnHold"],
        "message": settings.get("message", ""),
        "callerIdVisibility": settings.get("callerIdVisibility", ""),
        "cxTelephonyStatus": NO_CALL,
        "aggregatedTelephonyStatus": status,
    }


def wire_fields(truth: Mapping[str, Any], extension: Extension, settings: CloudSettings) -> dict[str, Any]:
    """Return presence fields as the account's kind of call handling puts them."""
    if not settings.new_call_handling:
        return dict(truth)
    is_on = truth["dndStatus"] == "DoNotAcceptAnyCalls"
    fields = {
        **truth,
        "dndStatusPersonal": "DoNotAcceptAnyCalls" if is_on else "TakeAllCalls",
        "acceptCallQueueCalls": extension.settings.get("acceptCallQueueCalls", True),
    }
    if settings.former_dnd_status == "unknown":
        fields["dndStatus"] = "Unknown"
    elif settings.former_dnd_status == "absent":
        del fields["dndStatus"]
    return fields


def true_settings(fields: Mapping[str, Any], extension: Extension, settings: CloudSettings) -> dict[str, Any]:
    """Return which settings a presence update changes; Do Not Disturb is kept as ``dndStatus`` alone."""
    changed = dict(fields)
    personal = changed.pop("dndStatusPersonal", None)
    if not settings.new_call_handling:
        return changed
    former = changed.pop("dndStatus", None)
    if settings.dnd_put == "both" and personal is None:
        personal = former
    accepts = changed.get("acceptCallQueueCalls", extension.settings.get("acceptCallQueueCalls", True))
    is_on = extension.settings["dndStatus"] == "DoNotAcceptAnyCalls"
    if personal not in {None, "Unknown"}:
        is_on = personal == "DoNotAcceptAnyCalls"
    if is_on:
        return {**changed, "dndStatus": "DoNotAcceptAnyCalls"}
    # So the guide to user call handling has it.
    return {**changed, "dndStatus": "TakeAllCalls" if accepts else "DoNotAcceptDepartmentCalls"}
