"""Request budgets: so many requests a minute for each usage group, user and application.

Source: RingCentral's guide "Rate limits": a sliding window of 60 s; going over it begins a penalty of 60 s which every
further request restarts. The token endpoints' group counts per user, whatever the application.
"""

from collections import deque
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from .clock import Clock
from .errors import ApiError

WINDOW = 60.0
PENALTY = 60.0
DEFAULT_LIMITS = {"light": 50, "medium": 40, "heavy": 10, "auth": 5}


@dataclass(slots=True)
class _Budget:
    requests: deque[float] = field(default_factory=deque)
    penalty_until: float = 0.0


class RateLimits:
    """Counts requests and refuses those over the limit."""

    def __init__(self, clock: Clock, limits: Mapping[str, int] | None = None) -> None:
        """Take the default limits, but the given ones for the groups they name (light, medium, heavy, auth)."""
        self.limits = {**DEFAULT_LIMITS, **{group.lower(): limit for group, limit in (limits or {}).items()}}
        self.refused = 0
        self._clock = clock
        self._budgets: dict[tuple[str, Hashable], _Budget] = {}

    def take(self, group: str, user: Hashable) -> dict[str, str]:
        """Count one request and return the headers that say what is left; raise status 429 if nothing was."""
        now = self._clock.monotonic()
        limit = self.limits[group]
        budget = self._budgets.setdefault((group, user), _Budget())
        while budget.requests and budget.requests[0] <= now - WINDOW:
            budget.requests.popleft()
        if now < budget.penalty_until or len(budget.requests) >= limit:
            self.refused += 1
            budget.penalty_until = now + PENALTY
            raise ApiError(
                429,
                "CMN-301",
                "Request rate exceeded",
                headers={"Retry-After": f"{PENALTY:.0f}", **_headers(group, limit, 0)},
            )
        budget.requests.append(now)
        return _headers(group, limit, limit - len(budget.requests))

    def clear(self) -> None:
        """Forget all requests and penalties."""
        self._budgets.clear()


def _headers(group: str, limit: int, remaining: int) -> dict[str, str]:
    return {
        "X-Rate-Limit-Group": group,
        "X-Rate-Limit-Limit": str(limit),
        "X-Rate-Limit-Remaining": str(remaining),
        "X-Rate-Limit-Window": f"{WINDOW:.0f}",
    }
