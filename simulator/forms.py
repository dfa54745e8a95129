"""Forms of presence: which fields RingCentral puts into an event or an answer, in which year.

Every form was seen on the wire or is documented; the samples are named beside it (``tests/payloads``). How the fields
are spelled, and what lists hold, is a matter of the settings.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .legs import NO_CALL, Leg
from .settings import CloudSettings
from .wire import active_calls

# An event lists the latest so many calls; the rest has to be read by REST (specification, totalActiveCalls).
LISTED_CALLS = 7

# No event has them (specification); some had the message in 2017.
REST_ONLY = frozenset({"message", "callerIdVisibility"})
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
    """Which fields of presence and of its calls are left out."""

    without: frozenset[str] = frozenset()
    calls_without: frozenset[str] = frozenset()


_NEW_IN_CALLS = frozenset({"queueCall", "callInfo"})
_UNKNOWN_IN_2016 = frozenset({"fromName", "toName", "sipData", "startTime", "partyId", "telephonySessionId"})

EVENT_FORMS = {
    # event-detailed-presence.doc
    "current": Form(without=_OF_2026),
    # The specification of 2026 as it stands: the simple event has two more words.
    "specified": Form(),
    # ws-server-notification-presence.captured-2022
    "2022": Form(without=_OF_2026, calls_without=_NEW_IN_CALLS),
    # event-detailed-presence.captured-2018
    "2018": Form(without=_OF_2026 | {"meetingStatus"}, calls_without=_NEW_IN_CALLS),
    # flow-missed-call.captured-2016
    "2016": Form(
        without=_OF_2026 | {"meetingStatus", "totalActiveCalls"},
        calls_without=_NEW_IN_CALLS | _UNKNOWN_IN_2016,
    ),
    # flow-*.captured-2015: telephony only
    "2015": Form(
        without=_OF_2026 | _SCALARS | {"totalActiveCalls"},
        calls_without=_NEW_IN_CALLS | _UNKNOWN_IN_2016 | {"terminationType"},
    ),
}
REST_FORMS = {
    # rest-extension-presence.captured, and the specification: no sequence, no total
    "current": Form(without=_OF_2026 | {"totalActiveCalls"}),
    # rest-extension-presence-total.captured
    "with_total": Form(without=_OF_2026 | {"meetingStatus"}),
    # rest-account-presence.captured-2019, rest-extension-presence-call.captured-2019
    "2019": Form(without=_OF_2026 | {"totalActiveCalls", "meetingStatus"}, calls_without=_NEW_IN_CALLS),
}


def event_body(
    settings: CloudSettings,
    extension_id: int,
    fields: Mapping[str, Any],
    legs: Sequence[Leg],
    *,
    changed: Collection[str],
    changed_leg: Leg | None,
    sequence: int,
) -> dict[str, Any]:
    """Return the body of an event; ``fields`` are all but the calls, ``changed`` names those that are new."""
    form = EVENT_FORMS[settings.event_form]
    left_out = form.without | (REST_ONLY - {"message"} if settings.message_in_events else REST_ONLY)
    shown = {name: value for name, value in fields.items() if name not in left_out}
    body: dict[str, Any] = {"extensionId": str(extension_id) if settings.extension_ids == "text" else extension_id}
    all_calls = active_calls(legs, settings, without=form.calls_without)
    calls, total = all_calls, len(all_calls)
    if settings.list_holds == "changed_leg" and changed_leg is not None:
        calls = active_calls([changed_leg], settings, without=form.calls_without)
    if settings.event_status == "above_empty_list":
        calls, total = [], 0
    elif settings.event_status == "no_call" and total and "telephonyStatus" in shown:
        shown |= {"telephonyStatus": NO_CALL, **idle_status(shown)}
    if settings.partial_bodies:
        shown = {name: value for name, value in shown.items() if name in changed}
    if "telephonyStatus" in shown:
        body["telephonyStatus"] = shown.pop("telephonyStatus")
    is_listed = bool(calls) or settings.empty_list_in_events
    if is_listed and (not settings.partial_bodies or "activeCalls" in changed):
        body["activeCalls"] = calls[-LISTED_CALLS:]
    if settings.sequence != "absent":
        body["sequence"] = str(sequence) if settings.sequence == "text" else sequence
    body |= shown
    if "activeCalls" in body and "totalActiveCalls" not in form.without and settings.total != "absent":
        body["totalActiveCalls"] = str(total) if settings.total == "text" else total
    return body


def rest_presence(settings: CloudSettings, fields: Mapping[str, Any], legs: Sequence[Leg]) -> dict[str, Any]:
    """Return presence as REST has it; what is empty is left out (captured replies)."""
    form = REST_FORMS[settings.rest_form]
    calls = active_calls(legs, settings, without=form.calls_without)
    shown = {name: value for name, value in fields.items() if name not in form.without and value != ""}
    if calls or settings.empty_list_in_rest:
        shown["activeCalls"] = calls
    if "totalActiveCalls" not in form.without:
        shown["totalActiveCalls"] = len(calls)
    return shown


def idle_status(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the presence status that says nothing of calls."""
    return {"presenceStatus": fields["userStatus"]} if "presenceStatus" in fields else {}
