"""Event filters.

Paths: RingCentral's guide, event filters. Presence is always asked for with its calls and with SIP data, whose local
address names the line that a call came in by.
"""

from collections.abc import Iterable
import re

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
    """Return the filter for the detailed presence of its favourites."""
    return f"{_ROOT}/account/~/extension/~/favorite/presence?{_DETAILS}"


def line_list_filter() -> str:
    """Return the filter for changes of the list of lines that it monitors."""
    return f"{_ROOT}/account/~/extension/~/presence/line"


def favorite_list_filter() -> str:
    """Return the filter for changes of the list of its favourites."""
    return f"{_ROOT}/account/~/extension/~/favorite"


def extension_list_filter() -> str:
    """Return the filter for extensions that are added, changed or removed."""
    return f"{_ROOT}/account/~/extension"


def may_be_listed_as(asked: Iterable[str], listed: Iterable[str]) -> bool:
    """Tell whether a subscription that is listed with these filters may be one that was asked for with those.

    RingCentral lists them with the ids of account and extension in the place of ``~`` (captured answers). The details
    are not compared.
    """
    asked_paths, listed_paths = ({_path(one) for one in filters} for filters in (asked, listed))
    resolved = (re.sub(r"/extension/\d+", "/extension/~", one) for one in listed_paths - asked_paths)
    return sorted(resolved) == sorted(asked_paths - listed_paths)


def _path(event_filter: str) -> str:
    """Return a filter's path; it can't be about another account than the own."""
    return re.sub(r"/account/\d+", "/account/~", event_filter.partition("?")[0])
