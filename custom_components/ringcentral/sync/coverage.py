"""Which event filters are asked for, which RingCentral refuses, and whose events do not come for that."""

from collections.abc import Callable, Collection, Mapping
import logging
from typing import Any

from ..api.account import Subscription
from ..const import WATCH_ACCOUNT
from .roster import Roster, choices, event_filters, uncovered_extensions

_LOGGER = logging.getLogger(__package__)


class Coverage:
    """What is subscribed to for the watched extensions."""

    def __init__(
        self,
        options: Mapping[str, Any],
        change_filters: Callable[[], None],
        other_filters: Callable[[], tuple[str, ...]],
    ) -> None:
        """Initialize; ``change_filters`` is called when other filters have to be asked for.

        ``other_filters`` returns those of what is not presence.
        """
        self._other_filters = other_filters
        self.is_account_filter_refused = False
        self.uncovered: frozenset[str] = frozenset()
        self._options = options
        self._change_filters = change_filters

    def filters(self, roster: Roster) -> tuple[str, ...]:
        """Return the event filters that bring presence, changes of the lists, and what the capabilities need."""
        filters = event_filters(self._options, roster, is_account_filter_refused=self.is_account_filter_refused)
        return filters + self._other_filters()

    def handle_subscription(self, roster: Roster, subscription: Subscription) -> None:
        """Learn from a subscription which filters were refused."""
        self._handle_refused(roster, {entry.filter for entry in subscription.disabled_filters or ()})

    def give_up_account_filter(self) -> bool:
        """Ask for the events of each extension instead of those of the account; return whether that is news."""
        if self.is_account_filter_refused or WATCH_ACCOUNT not in choices(self._options):
            return False
        _LOGGER.info("RingCentral has no detailed events for the whole account; using a filter for each extension")
        self.is_account_filter_refused = True
        self._change_filters()
        return True

    def _handle_refused(self, roster: Roster, refused: Collection[str]) -> None:
        if any("/extension" not in path for path in refused):
            self.give_up_account_filter()
        self.uncovered = uncovered_extensions(
            self._options, roster, refused, is_account_filter_refused=self.is_account_filter_refused
        )
