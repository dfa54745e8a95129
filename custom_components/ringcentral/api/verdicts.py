"""Beliefs about RingCentral's cloud that are watched: how often it has contradicted each.

They rest on thin evidence (``docs/beliefs.md``). The client works in both readings; diagnostics show which is real.
"""

from collections import Counter
from enum import StrEnum


class Belief(StrEnum):
    """What is believed, as diagnostics name it."""

    # A request is refused because of one filter with one of the codes that the guide lists for it.
    FILTER_REFUSED_BY_KNOWN_CODE = "filter_refused_by_known_code"
    # A filter that is left out stands in disabledFilters.
    FILTER_REFUSAL_IS_LISTED = "filter_refusal_is_listed"
    FILTERS_ARE_UNLIMITED = "filters_are_unlimited"
    # The filter for the whole account brings calls.
    ACCOUNT_EVENTS_ARE_DETAILED = "account_events_are_detailed"
    # A socket whose OAuth session is over gets an Error frame.
    TOKEN_END_IS_REPORTED = "token_end_is_reported"  # noqa: S105
    SUBSCRIPTION_IS_READABLE_BY_SOCKET = "subscription_is_readable_by_socket"
    HEARTBEATS_ARE_ANSWERED = "heartbeats_are_answered"
    # A link that looks alive brings every event.
    LINK_BRINGS_EVENTS = "link_brings_events"
    WEBHOOK_DELIVERIES_HAVE_TOKEN = "webhook_deliveries_have_token"  # noqa: S105
    WEBHOOK_OUTLIVES_SESSION = "webhook_outlives_session"
    BULK_READ_IS_JSON = "bulk_read_is_json"
    # Requests within the budgets are not refused.
    BUDGETS_HOLD = "budgets_hold"
    # Status 401 comes with a code of the login.
    UNAUTHORIZED_MEANS_LOGIN = "unauthorized_means_login"


class Verdicts:
    """Counts contradictions of one login's cloud."""

    def __init__(self) -> None:
        """Initialize without any."""
        self._contradictions: Counter[Belief] = Counter()

    def contradict(self, belief: Belief) -> None:
        """Count that the cloud did something else than was believed."""
        self._contradictions[belief] += 1

    def contradictions(self, belief: Belief) -> int:
        """Return how often a belief was contradicted."""
        return self._contradictions[belief]

    def as_dict(self) -> dict[str, int]:
        """Return all watched beliefs with the contradictions seen, for diagnostics."""
        return {str(belief): self._contradictions[belief] for belief in Belief}
