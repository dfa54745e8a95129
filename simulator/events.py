"""What an event looks like on the wire: the body in the form of each filter, and the envelope around it."""

from dataclasses import dataclass
import json
from typing import Any

from .account import Account
from .filters import DETAILED, SIMPLE, EventFilter
from .notice import Notice
from .settings import CloudSettings
from .timestamps import spell_timestamp
from .wire import without_sip

# Only the simple event of an extension has these (specification, ExtensionPresenceEventBody).
_SIMPLE_ONLY = frozenset({"cxTelephonyStatus", "aggregatedTelephonyStatus"})
# What is left out of events of somebody who does not allow to be seen, beside the calls.
_PRIVATE = frozenset({"dndStatusPersonal", "acceptCallQueueCalls", "message", "callerIdVisibility"}) | _SIMPLE_ONLY
DETAILED_ONLY = frozenset({"activeCalls", "totalActiveCalls", "appearances"})
_PRESENCE_FILTERS = frozenset({"presence", "account_presence", "line_presence", "favorite_presence"})


@dataclass(frozen=True, slots=True)
class Notification:
    """An event on its way to one subscriber: its id, and the JSON text to send."""

    uuid: str
    text: str


class Bodies:
    """The bodies of one notice, each form made into JSON once, however many subscribers get it."""

    def __init__(self, account: Account, notice: Notice, *, account_sequence: bool) -> None:
        """Make no form yet."""
        self._account = account
        self._notice = notice
        self._account_sequence = account_sequence
        self._texts: dict[tuple[int, bool, bool], str] = {}

    def text(self, event_filter: EventFilter, viewer_id: int) -> str:
        """Return the JSON text of the body for that filter and the subscriber's extension."""
        kind = event_filter.kind.name
        is_presence = kind in _PRESENCE_FILTERS
        is_hidden = is_presence and self._is_hidden_from(viewer_id)
        form = (self.detail(event_filter), kind == "account_presence", is_hidden)
        if form not in self._texts:
            body = self._presence(*form, viewer_id) if is_presence else self._notice.body
            self._texts[form] = compact(body)
        return self._texts[form]

    def detail(self, event_filter: EventFilter) -> int:
        """Return how much an event of that filter says: SIMPLE, DETAILED or SIP."""
        is_account = event_filter.kind.name == "account_presence"
        return SIMPLE if is_account and not self._account.settings.account_filter_has_detail else event_filter.detail

    def spell_path(self, path: str, owner_id: int) -> str:
        """Return the path of an event as it names account and extension for a subscription's owner."""
        paths = self._account.settings.event_paths
        if paths != "ids":
            path = path.replace(f"/account/{self._account.id}", "/account/~", 1)
        if paths == "tildes":
            path = path.replace(f"/extension/{owner_id}/", "/extension/~/", 1)
        return path

    def _is_hidden_from(self, viewer_id: int) -> bool:
        subject = self._account.extensions.get(self._notice.extension_id)
        return subject is not None and subject.id != viewer_id and not subject.settings["allowSeeMyPresence"]

    def _presence(self, detail: int, is_account: bool, is_hidden: bool, viewer_id: int) -> dict[str, Any]:
        body = self._notice.body
        if is_hidden:
            seen = self._account.presence(self._notice.extension_id, detailed=True, sip=True, viewer_id=viewer_id)
            body = {
                name: value for name, value in body.items() if name not in DETAILED_ONLY | _PRIVATE | seen.keys()
            } | {name: value for name, value in seen.items() if name in body}
        left_out = (DETAILED_ONLY if detail == SIMPLE else frozenset()) | (
            _SIMPLE_ONLY if detail > SIMPLE or is_account else frozenset()
        )
        if is_account and detail == SIMPLE and not self._account_sequence:
            left_out |= {"sequence"}
        body = {name: value for name, value in body.items() if name not in left_out}
        if detail == DETAILED and "activeCalls" in body:
            body["activeCalls"] = [without_sip(call) for call in body["activeCalls"]]
        return body


def spell_sent_at(moment: float, settings: CloudSettings) -> str:
    """Return when an event was sent; it is always a text."""
    return str(spell_timestamp(moment, "Z" if settings.times == "milliseconds" else settings.times))


def compact(value: object) -> str:
    """Return JSON text without spaces, as RingCentral sends it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
