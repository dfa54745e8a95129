"""Who is notified of a notice: an index of all filters, so that an event costs only those who subscribed to it."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator

from .account import Account
from .filters import EventFilter
from .notice import Notice

# Which filters match which notice.
_FILTERS_OF_NOTICE = {
    "presence": ("presence", "account_presence", "line_presence", "favorite_presence"),
    "line": ("line_presence",),
    "park": ("presence", "line_presence"),
    "dnd": ("dnd",),
    "lines": ("lines",),
    "favorites": ("favorites",),
    "queue": ("queue",),
    "extension_list": ("extension_list",),
    "extension_info": ("extension_info",),
    "message_store": ("message_store",),
    "voicemail": ("voicemail",),
}
# Filters of the whole account.
_OF_ACCOUNT = frozenset({"account_presence", "extension_list"})
# Filters of one user that are about other extensions: those on a list of the user's.
_OF_LISTS = frozenset({"line_presence", "favorite_presence"})


class Audience[Subscriber: Hashable]:
    """All subscribers by what they have subscribed to."""

    def __init__(self, account: Account) -> None:
        """Begin with nobody."""
        self._account = account
        self._subscribed: dict[tuple[str, int | None], dict[Subscriber, EventFilter]] = defaultdict(dict)
        self._watchers: dict[tuple[str, int], set[int]] = defaultdict(set)
        self._watched: dict[tuple[str, int], set[int]] = {}

    def add(self, subscriber: Subscriber, filters: Iterable[EventFilter]) -> None:
        """Notify a subscriber of what these filters ask for."""
        for event_filter in filters:
            # Of simple and detailed presence of one resource only the detailed is delivered (guide).
            subscribed = self._subscribed[event_filter.kind.name, event_filter.extension_id]
            if subscriber not in subscribed or subscribed[subscriber].detail < event_filter.detail:
                subscribed[subscriber] = event_filter
            if event_filter.kind.name in _OF_LISTS and event_filter.extension_id is not None:
                self._learn_lists(event_filter.extension_id)

    def remove(self, subscriber: Subscriber, filters: Iterable[EventFilter]) -> None:
        """Notify a subscriber no more of what these filters asked for."""
        for event_filter in filters:
            self._subscribed[event_filter.kind.name, event_filter.extension_id].pop(subscriber, None)

    def of(self, notice: Notice) -> Iterator[tuple[Subscriber, EventFilter]]:
        """Yield who is to be notified of a notice, and by which filter."""
        subject = notice.extension_id
        if notice.kind in {"lines", "favorites"}:
            self._learn_lists(subject)
        for kind in _FILTERS_OF_NOTICE[notice.kind]:
            if kind in _OF_ACCOUNT:
                yield from self._wanting(kind, None)
            elif kind in _OF_LISTS:
                for watcher in self._watchers.get((kind, subject), ()):
                    yield from self._wanting(kind, watcher)
            else:
                yield from self._wanting(kind, subject)

    def _wanting(self, kind: str, extension_id: int | None) -> list[tuple[Subscriber, EventFilter]]:
        return list(self._subscribed.get((kind, extension_id), {}).items())

    def _learn_lists(self, watcher: int) -> None:
        """Read again whose presence a user's monitored lines and favorites show."""
        if watcher not in self._account.extensions:
            return
        lists = {
            "line_presence": self._account.monitored_lines(watcher),
            "favorite_presence": self._account.favorites(watcher),
        }
        for kind, watched in lists.items():
            for former in self._watched.get((kind, watcher), ()):
                self._watchers[kind, former].discard(watcher)
            self._watched[kind, watcher] = set(watched)
            for extension_id in watched:
                self._watchers[kind, extension_id].add(watcher)
