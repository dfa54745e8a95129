"""Forms of presence: what of the truth RingCentral puts into an event or an answer, in which year.

Every form was seen on the wire or is documented; the samples are named beside it (``tests/payloads``).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# An event lists the latest so many calls; the rest has to be read by REST (specification, totalActiveCalls).
LISTED_CALLS = 7

# Told by REST only: no event has them (specification).
_REST_ONLY = frozenset({"message", "callerIdVisibility"})
# In the specification since 2026, in no capture.
_OF_2026 = frozenset({"cxTelephonyStatus", "aggregatedTelephonyStatus"})
_SCALARS = frozenset({"presenceStatus", "userStatus", "dndStatus", "meetingStatus", "allowSeeMyPresence"}) | {
    "ringOnMonitoredCall",
    "pickUpCallsOnHold",
    "dndStatusPersonal",
    "acceptCallQueueCalls",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How presence is told. ``without`` and ``calls_without`` name the fields that are left out."""

    without: frozenset[str] = frozenset()
    calls_without: frozenset[str] = frozenset()
    # Whether only what changed is told, the list of calls apart.
    changed_only: bool = False
    # Whether a list of no calls is told as an empty list, or left out as RingCentral's own fixture has it.
    has_empty_list: bool = False
    # Whether a change of status tells the list of calls again, which it does not change.
    repeats_list: bool = True
    string_extension_id: bool = False
    plain_numbers: bool = False

    def body(
        self, extension_id: int, truth: Mapping[str, Any], changed: Collection[str], sequence: int
    ) -> dict[str, Any]:
        """Return the body of an event; ``truth`` has all fields, ``changed`` names those that are news."""
        body: dict[str, Any] = {"extensionId": str(extension_id) if self.string_extension_id else extension_id}
        told = {name: value for name, value in truth.items() if name not in self.without | _REST_ONLY}
        calls = told.pop("activeCalls", None)
        total = told.pop("totalActiveCalls", None)
        if self.changed_only:
            told = {name: value for name, value in told.items() if name in changed}
        if "telephonyStatus" in told:
            body["telephonyStatus"] = told.pop("telephonyStatus")
        is_listed = calls is not None and (calls or self.has_empty_list)
        if is_listed and (self.repeats_list or "activeCalls" in changed):
            body["activeCalls"] = self.calls(calls[-LISTED_CALLS:])
        body |= {"sequence": sequence, **told}
        if total is not None and "activeCalls" in body:
            body["totalActiveCalls"] = total
        return body

    def calls(self, calls: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return active calls in this form."""
        return [
            {name: self._number(name, value) for name, value in call.items() if name not in self.calls_without}
            for call in calls
        ]

    def _number(self, name: str, value: Any) -> Any:
        return value.removeprefix("+") if self.plain_numbers and name in {"from", "to"} else value


_NEW_IN_CALLS = frozenset({"queueCall", "callInfo"})

# event-detailed-presence.doc, with the extension id as a number as in all captures
CURRENT = Form(without=_OF_2026)
# The specification of 2026 as it stands: extension ids are strings, and the simple event has two more words.
SPECIFIED = Form(string_extension_id=True)
# ws-server-notification-presence.captured-2022
OF_2022 = Form(without=_OF_2026, calls_without=_NEW_IN_CALLS)
# event-detailed-presence.captured-2018
OF_2018 = Form(without=_OF_2026 | {"meetingStatus"}, calls_without=_NEW_IN_CALLS)
# flow-*.captured-2015: telephony only
OF_2015 = Form(
    without=_OF_2026 | _SCALARS | {"totalActiveCalls"},
    calls_without=_NEW_IN_CALLS
    | {"fromName", "toName", "sipData", "startTime", "partyId", "telephonySessionId", "terminationType"},
    plain_numbers=True,
)
# event-detailed-status-partial.composed
PARTIAL = Form(without=_OF_2026, changed_only=True, repeats_list=False)

# The specification allows a list without calls as well.
WITH_EMPTY_LIST = Form(without=_OF_2026, has_empty_list=True)

EVENT_FORMS = {
    "current": CURRENT,
    "specified": SPECIFIED,
    "2022": OF_2022,
    "2018": OF_2018,
    "2015": OF_2015,
    "partial": PARTIAL,
    "empty_list": WITH_EMPTY_LIST,
}

# rest-extension-presence.captured, and the specification: no sequence, no total.
REST = Form(without=_OF_2026 | {"totalActiveCalls"})
# rest-extension-presence-total.captured
REST_WITH_TOTAL = Form(without=_OF_2026 | {"meetingStatus"})
