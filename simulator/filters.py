"""Event filters: the table of kinds, and reading one that a client sent.

Source: RingCentral's guide to event notifications, one page for each filter.
"""

from dataclasses import dataclass
import re
from urllib.parse import parse_qs, urlencode

from .errors import ApiError

SIMPLE, DETAILED, SIP = range(3)


@dataclass(frozen=True, slots=True)
class FilterKind:
    """A row of the table: what it is called here, how its path looks, and what an application needs for it."""

    name: str
    path: re.Pattern[str]
    permission: str | None
    has_detail: bool = False


def _kind(name: str, path: str, permission: str | None, *, has_detail: bool = False) -> FilterKind:
    places = path.replace("{a}", r"(?P<account>~|\d+)").replace("{e}", r"(?P<extension>~|\d+)")
    return FilterKind(name, re.compile(rf"/restapi/v1\.0{places}/?"), permission, has_detail)


FILTER_KINDS = (
    _kind("presence", "/account/{a}/extension/{e}/presence", "ReadPresence", has_detail=True),
    _kind("line_presence", "/account/{a}/extension/{e}/presence/line/presence", "ReadPresence", has_detail=True),
    _kind("favorite_presence", "/account/{a}/extension/{e}/favorite/presence", "ReadPresence", has_detail=True),
    _kind("lines", "/account/{a}/extension/{e}/presence/line", "ReadPresence"),
    _kind("favorites", "/account/{a}/extension/{e}/favorite", "ReadContacts"),
    _kind("account_presence", "/account/{a}/presence", "ReadAccounts", has_detail=True),
    _kind("dnd", "/account/{a}/extension/{e}/presence/dnd", "ReadAccounts"),
    _kind("queue", "/account/{a}/call-queues/{e}/presence", "ReadPresence"),
    _kind("extension_list", "/account/{a}/extension", "ReadAccounts"),
    _kind("extension_info", "/account/{a}/extension/{e}", "ReadAccounts"),
    _kind("message_store", "/account/{a}/extension/{e}/message-store", "ReadMessages"),
    _kind("voicemail", "/account/{a}/extension/{e}/voicemail", "ReadMessages"),
    _kind("reminder", "/subscription/~", None),
)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """A filter with ``~`` resolved, as subscriptions store it. ``detail`` is SIMPLE, DETAILED or SIP."""

    kind: FilterKind
    path: str
    query: str = ""
    extension_id: int | None = None
    detail: int = SIMPLE

    @property
    def text(self) -> str:
        """The filter as a subscription's reply lists it."""
        return f"{self.path}?{self.query}" if self.query else self.path


def parse_filter(text: str, *, account_id: int, own_extension_id: int) -> EventFilter:
    """Read a filter; ``~`` means the given ids. Raise ApiError (SUB-508, SUB-406) for what this account has not."""
    path, _, query = text.partition("?")
    found = ((kind, match) for kind in FILTER_KINDS if (match := kind.path.fullmatch(path)))
    kind, match = next(found, (None, None))
    if kind is None or match is None:
        raise _invalid(text)
    if kind.name == "reminder":
        if not all(seconds.isdigit() for values in parse_qs(query).values() for seconds in values):
            raise _invalid(text)
        return EventFilter(kind, path, query)
    places = match.groupdict()
    if places["account"] not in {"~", str(account_id)}:
        raise ApiError(403, "SUB-406", "Not allowed subscribe for events to extensions of other account")
    extension = places.get("extension")
    extension_id = own_extension_id if extension == "~" else int(extension) if extension else None
    path = path.rstrip("/").replace("/account/~", f"/account/{account_id}", 1)
    path = path.replace("/extension/~", f"/extension/{extension_id}", 1)
    asked = parse_qs(query)
    is_detailed = asked.get("detailedTelephonyState") == ["true"]
    has_sip = is_detailed and asked.get("sipData") == ["true"]
    if is_detailed and not kind.has_detail:
        raise _invalid(text)
    resolved = ({"detailedTelephonyState": "true"} if is_detailed else {}) | ({"sipData": "true"} if has_sip else {})
    if kind.name == "message_store":
        resolved = {name: asked[name][0] for name in ("type", "direction") if name in asked}
    return EventFilter(kind, path, urlencode(resolved), extension_id, is_detailed + has_sip)


def _invalid(text: str) -> ApiError:
    return ApiError(400, "SUB-508", f"Invalid event filters: [{text}]", parameter_name="eventFilters")
