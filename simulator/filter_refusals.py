"""Refusals of an event filter by the codes that sources name, for the setting ``filter_refusal``.

Sources: RingCentral's guide (error codes) and its API description of about 2019, which lists more codes for subscribing
than the guide does. How an administrator's filter is refused to another user is not on record.
"""

from collections.abc import Callable

from .errors import (
    ApiError,
    application_permission_missing,
    invalid_parameter,
    invalid_uri,
    not_found,
    user_permission_missing,
)

FILTER_REFUSALS: dict[str, Callable[[], ApiError]] = {
    "CMN-101": lambda: invalid_parameter("eventFilters"),
    "CMN-102": lambda: not_found("extensionId"),
    "CMN-109": lambda: ApiError(403, "CMN-109", "Feature not available."),
    "CMN-120": invalid_uri,
    "CMN-401": lambda: application_permission_missing("ReadAccounts"),
    "CMN-402": lambda: ApiError(403, "CMN-402", "Administrator permission required"),
    "CMN-404": lambda: ApiError(403, "CMN-404", "Current user is not allowed to perform this operation"),
    "CMN-408": lambda: user_permission_missing("ReadPresenceStatus"),
    "SUB-405": lambda: ApiError(403, "SUB-405", "Not allowed to subscribe for events of this account"),
    "SUB-407": lambda: ApiError(400, "SUB-407", "Event filters are not supported"),
    "SUB-518": lambda: ApiError(403, "SUB-518", "Subscription to this event is not allowed"),
    # A word alone, as some refusals have it.
    "InsufficientPermissions": lambda: ApiError(403, "InsufficientPermissions", "Insufficient permissions"),
}


def too_many_filters() -> ApiError:
    """Refuse a number of filters; no source has a limit, nor its code."""
    return ApiError(400, "SUB-407", "Too many event filters")
