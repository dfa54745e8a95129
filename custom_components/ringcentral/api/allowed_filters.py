"""Subscribing to as many event filters as RingCentral allows.

It lists a refused filter as disabled and subscribes to the others, or it refuses the whole request; sources differ.
"""

from collections.abc import Awaitable, Callable, Iterator
import re

import msgspec

from .errors import PermissionMissingError, RequestRejectedError
from .models import DisabledFilter, Subscription

# Refusals of a filter, not of the subscription (guide, error codes).
_FILTER_CODES = frozenset(
    {"SUB-402", "SUB-403", "SUB-404", "SUB-406", "SUB-408", "SUB-508", "CMN-101", "CMN-102", "CMN-109", "CMN-403"}
)
_MOST_TRIES = 30


async def ask_for_what_is_allowed(
    ask: Callable[[tuple[str, ...]], Awaitable[Subscription]], filters: tuple[str, ...]
) -> Subscription:
    """Subscribe to filters; where one that is refused fails the whole request, find out which and do without it.

    What was left out is listed as disabled, as where RingCentral leaves it out by itself. Raises the refusal if nothing
    is left.
    """
    try:
        return await ask(filters)
    except (RequestRejectedError, PermissionMissingError) as error:
        if not _is_about_a_filter(error):
            raise
        refused = await _find_refused(ask, filters, iter(range(_MOST_TRIES)))
        allowed = tuple(one for one in filters if one not in refused)
        if not allowed:
            raise
        subscription = await ask(allowed)
        left_out = tuple(DisabledFilter(filter=one, reason=error.code) for one in filters if one in refused)
        return msgspec.structs.replace(
            subscription, disabled_filters=(*(subscription.disabled_filters or ()), *left_out)
        )


async def _find_refused(
    ask: Callable[[tuple[str, ...]], Awaitable[Subscription]], filters: tuple[str, ...], tries: Iterator[int]
) -> set[str]:
    """Return which filters of a refused request are the cause, by halves."""
    if len(filters) == 1:
        return set(filters)
    refused: set[str] = set()
    middle = len(filters) // 2
    for half in (filters[:middle], filters[middle:]):
        if next(tries, None) is None:
            refused.update(half)  # Nobody knows; what is known to be allowed counts.
            continue
        try:
            await ask(half)
        except (RequestRejectedError, PermissionMissingError) as error:
            if not _is_about_a_filter(error):
                raise
            refused |= await _find_refused(ask, half, tries)
    return refused


def _is_about_a_filter(error: RequestRejectedError | PermissionMissingError) -> bool:
    if isinstance(error, PermissionMissingError):
        # That to subscribe at all is "WebSocket" or "SubscriptionWebhook", spelled in several ways.
        return error.code == "CMN-401" and re.search("web(socket|hook)", error.permission or "", re.IGNORECASE) is None
    return error.code in _FILTER_CODES
