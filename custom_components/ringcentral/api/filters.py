"""Event filters.

Paths: RingCentral's guide, event filters. Presence is always asked for with its calls and with SIP data, whose local
address names the line that a call came in by.
"""

from collections.abc import Iterable
import re
from urllib.parse import unquote

_ROOT = "/restapi/v1.0"
_DETAILS = "detailedTelephonyState=true&sipData=true"


def presence_filter(extension_id: str = "~") -> str:
    """Return the filter for the detailed presence of one extension; ``~`` is the login's own."""
    return f"{_ROOT}/account/~/extension/{extension_id}/presence?{_DETAILS}"


def account_presence_filter() -> str:
    """Return the filter for the detailed presence of every extension of the account."""
    return f"{_ROOT}/account/~/presence?{_DETAILS}"


def line_presence_filter() -> str:
    """Return the filter for the detailed presence of the lines that the login's own extension monitors."""
    return f"{_ROOT}/account/~/extension/~/presence/line/presence?{_DETAILS}"


def favorite_presence_filter() -> str:
    """Return the filter for the detailed presence of its favorites."""
    return f"{_ROOT}/account/~/extension/~/favorite/presence?{_DETAILS}"


def line_list_filter() -> str:
    """Return the filter for changes of the list of lines that it monitors."""
    return f"{_ROOT}/account/~/extension/~/presence/line"


def favorite_list_filter() -> str:
    """Return the filter for changes of the list of its favorites."""
    return f"{_ROOT}/account/~/extension/~/favorite"


def extension_list_filter() -> str:
    """Return the filter for extensions that are added, changed or removed."""
    return f"{_ROOT}/account/~/extension"


def voicemail_filters() -> tuple[str, ...]:
    """Return the filters for changes of the login's own mailbox, and for new messages in it."""
    own = f"{_ROOT}/account/~/extension/~"
    return f"{own}/message-store?type=VoiceMail", f"{own}/voicemail"


def may_be_listed_as(asked: Iterable[str], listed: Iterable[str]) -> bool:
    """Return whether a subscription that is listed with these filters may be one that was asked for with those.

    RingCentral lists them with the ids of account and extension in the place of ``~`` (captured answers). The details
    are not compared.
    """
    asked_paths, listed_paths = ({_path(one) for one in filters} for filters in (asked, listed))
    resolved = (re.sub(r"/extension/\d+", "/extension/~", one) for one in listed_paths - asked_paths)
    return sorted(resolved) == sorted(asked_paths - listed_paths)


def missing_filters(asked: Iterable[str], listed: Iterable[str]) -> tuple[str, ...]:
    """Return the filters that were asked for and are not among those that a subscription lists, compared by path."""
    requested = {event_filter: _path(event_filter) for event_filter in asked}
    paths = {_path(one) for one in listed}
    resolved = {re.sub(r"/extension/\d+", "/extension/~", one) for one in paths - set(requested.values())}
    return tuple(event_filter for event_filter, path in requested.items() if path not in paths | resolved)


class DetailWatch:
    """Notices that a filter for detailed presence brings simple events only, which have no calls.

    No event of the filter for a whole account was ever captured in its detailed form (``docs/beliefs.md``).
    """

    # Events about a call without any call, one after another, until this is no accident.
    _ENOUGH = 3

    def __init__(self) -> None:
        """Initialize without events."""
        self._without_calls = 0

    def is_simple(self, *, has_calls: bool, is_about_call: bool) -> bool:
        """Handle an event; return whether it is clear by now that it brings no calls.

        ``has_calls``: it has a list of calls, be it empty. ``is_about_call``: its telephony status is another than
        ``NoCall``.
        """
        if has_calls:
            self._without_calls = 0
        elif is_about_call:
            self._without_calls += 1
        return self._without_calls >= self._ENOUGH


def _path(event_filter: str) -> str:
    """Return a filter's path in one spelling; it can't be about another account than the own."""
    path = unquote(event_filter.partition("?")[0]).rstrip("/")
    return re.sub(r"/account/\d+", "/account/~", path)
