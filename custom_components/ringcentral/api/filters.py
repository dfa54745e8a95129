"""Event filters: build, normalise and compare.

Paths: RingCentral's guide, event filters. Presence is always asked for with its calls and with SIP data, without which
calls of monitored lines can't be told from the extension's own (reference of the active call's ``sipData``).
"""

import re
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

_ROOT = "/restapi/v1.0"
_DETAILS = "detailedTelephonyState=true&sipData=true"
_ACCOUNT = re.compile(r"(/account/)~(?=/|$)")
_EXTENSION = re.compile(r"(/extension/)~(?=/|$)")


def presence_filter(extension_id: str = "~") -> str:
    """Return the filter for the detailed presence of one extension; ``~`` is the login's own."""
    return f"{_ROOT}/account/~/extension/{extension_id}/presence?{_DETAILS}"


def account_presence_filter() -> str:
    """Return the filter for the detailed presence of every extension of the account."""
    return f"{_ROOT}/account/~/presence?{_DETAILS}"


def line_presence_filter(extension_id: str = "~") -> str:
    """Return the filter for the detailed presence of the lines that an extension monitors."""
    return f"{_ROOT}/account/~/extension/{extension_id}/presence/line/presence?{_DETAILS}"


def favorite_presence_filter(extension_id: str = "~") -> str:
    """Return the filter for the detailed presence of an extension's favourites."""
    return f"{_ROOT}/account/~/extension/{extension_id}/favorite/presence?{_DETAILS}"


def line_list_filter(extension_id: str = "~") -> str:
    """Return the filter for changes of the list of monitored lines."""
    return f"{_ROOT}/account/~/extension/{extension_id}/presence/line"


def favorite_list_filter(extension_id: str = "~") -> str:
    """Return the filter for changes of the list of favourites."""
    return f"{_ROOT}/account/~/extension/{extension_id}/favorite"


def extension_list_filter() -> str:
    """Return the filter for extensions that are added, changed or removed."""
    return f"{_ROOT}/account/~/extension"


class NormalFilter(NamedTuple):
    """A filter in the form that can be compared: with real ids, and its parameters in order."""

    path: str
    query: str


def normalise(event_filter: str, *, account_id: str, extension_id: str) -> NormalFilter:
    """Return the comparable form of a filter; RingCentral lists filters with ``~`` resolved to these ids."""
    path, _, query = event_filter.partition("?")
    path = _ACCOUNT.sub(rf"\g<1>{account_id}", path.rstrip("/"))
    path = _EXTENSION.sub(rf"\g<1>{extension_id}", path)
    return NormalFilter(path, urlencode(sorted(parse_qsl(query))))
