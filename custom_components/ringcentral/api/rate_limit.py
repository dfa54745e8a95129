"""Request budgets per RingCentral usage group.

RingCentral counts requests of one user and app in a sliding window. Every request during the penalty of a 429 restarts
that penalty (guide, rate limits), so during one nothing is sent at all.
"""

from collections import deque
from collections.abc import Mapping
from enum import StrEnum

from .clock import Clock
from .errors import RateLimitedError

_WINDOW = 60.0

# A header's limit or window beyond these is a mistake, not a budget.
_LARGEST_LIMIT = 100_000
_LARGEST_WINDOW = 3600.0

# Somebody may be waiting for a login in front of a dialog.
_LOGIN_PATIENCE = 5.0


class UsageGroup(StrEnum):
    """Kinds of requests that share a budget."""

    LIGHT = "light"
    MEDIUM = "medium"
    HEAVY = "heavy"
    AUTH = "auth"


# Requests in a window, unless RingCentral says otherwise (guide, rate limits).
_LIMITS = {UsageGroup.LIGHT: 50, UsageGroup.MEDIUM: 40, UsageGroup.HEAVY: 10, UsageGroup.AUTH: 5}


class _Budget:
    """The requests of one group in the last window."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.window = _WINDOW
        self.silent_until = float("-inf")
        self.sent: deque[float] = deque()

    def free_at(self, now: float, *, is_patient: bool = False) -> float:
        """Return when a request may be sent; a patient one leaves half of the budget to others."""
        while self.sent and self.sent[0] <= now - self.window:
            self.sent.popleft()
        limit = max(1, self.limit // 2) if is_patient else self.limit
        return now if len(self.sent) < limit else self.sent[-limit] + self.window


class RateLimits:
    """The budgets of one login. Share one object among all that use that login."""

    def __init__(self, clock: Clock) -> None:
        """Initialize with full budgets."""
        self._clock = clock
        self._budgets = {group: _Budget(limit) for group, limit in _LIMITS.items()}

    async def acquire(self, group: UsageGroup, *, is_patient: bool = False) -> None:
        """Take one request from a budget, waiting for it if need be; a patient one waits behind all others.

        Raises :class:`RateLimitedError` during a penalty, with the seconds that are left of it, and where a login would
        have to wait for more than some seconds.
        """
        budget = self._budgets[group]
        while True:
            now = self._clock.monotonic()
            if now < budget.silent_until:
                raise RateLimitedError(
                    f"RingCentral's {group} requests are in a penalty", retry_after=budget.silent_until - now
                )
            free_at = budget.free_at(now, is_patient=is_patient)
            if free_at <= now:
                budget.sent.append(now)
                return
            if group is UsageGroup.AUTH and free_at - now > _LOGIN_PATIENCE:
                raise RateLimitedError("Too many logins in a minute", retry_after=free_at - now)
            await self._clock.sleep(free_at - now)

    def remaining(self) -> dict[str, int]:
        """Return how many requests each group has left now; 0 during a penalty."""
        now = self._clock.monotonic()
        left = {}
        for group, budget in self._budgets.items():
            budget.free_at(now)
            left[str(group)] = 0 if now < budget.silent_until else max(0, budget.limit - len(budget.sent))
        return left

    def penalize(self, group: UsageGroup, seconds: float) -> None:
        """Send nothing of that group for that many seconds, because of a 429."""
        budget = self._budgets[group]
        budget.silent_until = max(budget.silent_until, self._clock.monotonic() + seconds)

    def learn(self, group: UsageGroup, headers: Mapping[str, str]) -> None:
        """Take over what the headers of an answer say; others may use the same budget, and it differs per app."""
        if headers.get("X-Rate-Limit-Group", group).lower() != group:
            return
        budget = self._budgets[group]
        limit = _number(headers.get("X-Rate-Limit-Limit"))
        remaining = _number(headers.get("X-Rate-Limit-Remaining"))
        window = _number(headers.get("X-Rate-Limit-Window"))
        if limit and limit <= _LARGEST_LIMIT:
            budget.limit = limit
        if window and window <= _LARGEST_WINDOW:
            budget.window = float(window)
        if remaining is not None:
            now = self._clock.monotonic()
            budget.free_at(now)
            budget.sent.extend([now] * (budget.limit - remaining - len(budget.sent)))


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else None
