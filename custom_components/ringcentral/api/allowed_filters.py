"""Subscribing to as many event filters as RingCentral allows.

It lists a refused filter as disabled and subscribes to the others, or it refuses the whole request, with one of several
codes; or it leaves the filter out without a word. Sources differ, so all of these are expected.
"""

from collections.abc import Awaitable, Callable
import re

import msgspec

from .account import DisabledFilter, Subscription
from .errors import PermissionMissingError, RequestRejectedError
from .filters import missing_filters
from .verdicts import Belief, Verdicts

# Refusals of a filter (guide, error codes). Which others there are is not known.
_FILTER_CODES = frozenset(
    {
        "SUB-402",
        "SUB-403",
        "SUB-404",
        "SUB-406",
        "SUB-408",
        "SUB-508",
        "CMN-101",
        "CMN-102",
        "CMN-109",
        "CMN-401",
        "CMN-403",
    }
)

# Too many subscriptions, no permission for WebSockets, what is wrong with a webhook's address (specification).
_SUBSCRIPTION_CODES = frozenset({"SUB-505", "SUB-528", *(f"SUB-{number}" for number in range(521, 528))})
_REFUSALS = frozenset({400, 403, 404})

_MOST_TRIES = 30

# The reason of a filter that RingCentral neither subscribed nor listed as disabled.
NOT_LISTED = "not listed"

type Subscribe = Callable[[tuple[str, ...]], Awaitable[Subscription]]
type _Refusal = RequestRejectedError | PermissionMissingError


async def subscribe_allowed(subscribe: Subscribe, filters: tuple[str, ...], verdicts: Verdicts) -> Subscription:
    """Subscribe to filters; where one that is refused fails the whole request, find out which and do without it.

    What was left out is listed as disabled, as where RingCentral says so by itself. Raises the refusal if nothing is
    left.
    """
    try:
        subscription = await subscribe(filters)
    except (RequestRejectedError, PermissionMissingError) as error:
        if len(filters) == 1 or not _may_be_about_a_filter(error):
            raise
        search = _Search(subscribe, verdicts, error)
        subscription = await search.subscribe(filters)
        return _with_disabled(compare_with_listed(subscription, search.allowed, verdicts), search.refused)
    return compare_with_listed(subscription, filters, verdicts)


class _Search:
    """Finds out which filters are the cause of a refused request."""

    def __init__(self, subscribe: Subscribe, verdicts: Verdicts, refusal: _Refusal) -> None:
        self.refused: dict[str, str | None] = {}
        self.allowed: tuple[str, ...] = ()
        self._subscribe = subscribe
        self._verdicts = verdicts
        self._refusal = refusal
        self._tries_left = _MOST_TRIES
        self._most_at_once = 0

    async def subscribe(self, filters: tuple[str, ...]) -> Subscription:
        """Subscribe to those that are allowed; raises the refusal if none is."""
        await self._test_halves(filters)
        self.allowed = tuple(one for one in filters if one not in self.refused)
        if not self.allowed:
            raise self._refusal
        if self._refusal.code not in _FILTER_CODES:
            self._verdicts.contradict(Belief.FILTER_REFUSED_BY_KNOWN_CODE)
        subscription = await self._try(self.allowed)
        return subscription if subscription is not None else await self._subscribe_to_most()

    async def _test_halves(self, filters: tuple[str, ...]) -> None:
        """Find the refused ones among filters that were refused together."""
        if len(filters) == 1:
            self.refused[filters[0]] = self._refusal.code
            return
        middle = len(filters) // 2
        for half in (filters[:middle], filters[middle:]):
            if self._tries_left == 0:
                # Nobody knows; what is known to be allowed counts.
                self.refused.update(dict.fromkeys(half, self._refusal.code))
                continue
            self._tries_left -= 1
            if await self._try(half) is None:
                await self._test_halves(half)

    async def _subscribe_to_most(self) -> Subscription:
        """Subscribe to as many as go together, where each alone is allowed; the first come first."""
        self._verdicts.contradict(Belief.FILTERS_ARE_UNLIMITED)
        most, too_many = self._most_at_once, len(self.allowed)
        while too_many - most > 1:
            number = (most + too_many) // 2
            if await self._try(self.allowed[:number]) is None:
                too_many = number
            else:
                most = number
        self.refused.update(dict.fromkeys(self.allowed[most:], self._refusal.code))
        self.allowed = self.allowed[:most]
        return await self._subscribe(self.allowed)

    async def _try(self, filters: tuple[str, ...]) -> Subscription | None:
        """Subscribe to some filters; return ``None`` if one of them, or their number, is refused."""
        try:
            subscription = await self._subscribe(filters)
        except (RequestRejectedError, PermissionMissingError) as error:
            if not _may_be_about_a_filter(error):
                raise
            return None
        self._most_at_once = max(self._most_at_once, len(filters))
        return subscription


def _may_be_about_a_filter(error: _Refusal) -> bool:
    if error.code in _SUBSCRIPTION_CODES:
        return False
    if isinstance(error, PermissionMissingError):
        # That to subscribe at all is "WebSocket" or "SubscriptionWebhook", spelled in several ways.
        return re.search("web[ _-]?(socket|hook)", error.permission or "", re.IGNORECASE) is None
    return error.status in _REFUSALS


def compare_with_listed(subscription: Subscription, filters: tuple[str, ...], verdicts: Verdicts) -> Subscription:
    """Return the subscription with what it lists neither as subscribed nor as disabled among the disabled filters."""
    disabled = (one.filter for one in subscription.disabled_filters or ())
    missing = missing_filters(filters, (*subscription.event_filters, *disabled))
    # A list that has none of them is one that is not understood.
    if not missing or len(missing) == len(filters):
        return subscription
    verdicts.contradict(Belief.FILTER_REFUSAL_IS_LISTED)
    return _with_disabled(subscription, dict.fromkeys(missing, NOT_LISTED))


def _with_disabled(subscription: Subscription, refused: dict[str, str | None]) -> Subscription:
    left_out = tuple(DisabledFilter(filter=one, reason=reason) for one, reason in refused.items())
    return msgspec.structs.replace(subscription, disabled_filters=(*(subscription.disabled_filters or ()), *left_out))
