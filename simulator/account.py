"""The account: its extensions, what is true of them, and a notice of each change.

Sources: RingCentral's guide to event notifications, its OpenAPI specification, captured events (``tests/payloads``).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
import random
from typing import Any

from . import directory
from .clock import Clock
from .extension import Extension, check_settings
from .forms import CURRENT, REST, Form
from .legs import INBOUND, RINGING, Identifiers, Leg, without_sip
from .notice import Notice
from .presence import HIDDEN, Truth, presence_fields, takes_calls, takes_queue_calls

# Ended calls stay listed so many seconds (captures: a while), and no more than so many of them.
ENDED_LISTED = 5.0
MOST_ENDED_LISTED = 3


class Account:
    """A RingCentral account. It holds the truth; whoever listens is told of every change."""

    def __init__(self, account_id: int, clock: Clock, extensions: Iterable[Extension], *, seed: int = 0) -> None:
        """Begin without calls; the seed decides identifiers and the steps of ``sequence``."""
        self.id = account_id
        self.clock = clock
        self.extensions = {extension.id: extension for extension in extensions}
        self.identifiers = Identifiers(seed)
        # How events and answers look from now on; see the forms.
        self.form: Form = CURRENT
        self.rest_form: Form = REST
        # Whether the account has the newer call handling, with dndStatusPersonal instead of dndStatus.
        self.has_new_call_handling = False
        self._random = random.Random(f"account {seed}")
        self._sequence = self._random.randrange(1_000, 400_000)
        self._listeners: list[Callable[[Notice], None]] = []
        # Gets each leg that begins or ceases to ring at somebody who monitors a line, with that extension's id.
        self.note_watcher: Callable[[int, Leg], None] = lambda *_: None
        self._legs: dict[int, dict[tuple[str, str], Leg]] = {}
        self._lines: dict[int, list[int]] = {}
        self._watchers: dict[int, set[int]] = {}
        self._favorites: dict[int, list[int]] = {}

    def listen(self, listener: Callable[[Notice], None]) -> Callable[[], None]:
        """Call the listener with each notice; the returned callable ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def find(self, number: str) -> Extension:
        """Return the extension with that number; raise KeyError if there is none."""
        for extension in self.extensions.values():
            if extension.number == number:
                return extension
        raise KeyError(number)

    def users(self) -> list[Extension]:
        """Return the people who can be called."""
        return [one for one in self.extensions.values() if one.type == "User" and one.status == "Enabled"]

    # Presence

    def truth(self, extension_id: int) -> Truth:
        """Return what is true of an extension now."""
        fields = {name: value for name, value in self._fields(extension_id).items() if name != "activeCalls"}
        return Truth(fields=fields, calls=tuple(leg for leg in self.legs(extension_id) if leg.is_live))

    def presence(
        self, extension_id: int, *, detailed: bool = False, sip: bool = False, viewer_id: int | None = None
    ) -> dict[str, Any]:
        """Return presence as REST tells it to a viewer (None: to everyone who may see it)."""
        extension = self.extensions[extension_id]
        if not extension.has_presence:
            return {"presenceStatus": "Offline"}
        if viewer_id not in {None, extension_id} and not extension.settings["allowSeeMyPresence"]:
            return dict(HIDDEN)
        form = self.rest_form
        told = {name: value for name, value in self._fields(extension_id).items() if name not in form.without}
        calls = form.calls(told.pop("activeCalls"))
        if detailed:
            told["activeCalls"] = calls if sip else [without_sip(call) for call in calls]
        return told

    def update_presence(self, extension_id: int, fields: Mapping[str, Any]) -> None:
        """Set presence as its user may; raise ApiError for a value that RingCentral does not accept."""
        extension = self.extensions[extension_id]
        is_in_queue = any(extension_id in queue.members for queue in self.queues())
        wanted = check_settings(extension, fields, is_in_queue=is_in_queue)
        if not wanted.get("allowSeeMyPresence", extension.settings["allowSeeMyPresence"]):
            # The status of a user who hides cannot be changed (ringcentral-embeddable, issue 542).
            wanted.pop("userStatus", None)
        accepted = self.takes_queue_calls(extension)
        with self._change(extension_id):
            extension.settings |= wanted
        if self.takes_queue_calls(extension) is not accepted:
            self._tell_queues(extension)

    def set_meeting(self, extension_id: int, is_in_meeting: bool) -> None:
        """Let an extension's user join or leave a meeting."""
        with self._change(extension_id):
            self.extensions[extension_id].is_in_meeting = is_in_meeting

    def takes_calls(self, extension: Extension) -> bool:
        """Whether calls ring there at all."""
        return takes_calls(extension, has_new_call_handling=self.has_new_call_handling)

    def takes_queue_calls(self, extension: Extension) -> bool:
        """Whether calls of a queue ring there."""
        return takes_queue_calls(extension, has_new_call_handling=self.has_new_call_handling)

    # Calls

    def legs(self, extension_id: int) -> tuple[Leg, ...]:
        """Return the calls that are listed for an extension, the oldest first; ended ones stay for a while."""
        return tuple(sorted(self._listed(extension_id).values(), key=lambda leg: leg.started_at))

    def put_leg(self, extension_id: int, leg: Leg) -> None:
        """Add a call to an extension, or put it in the place of its former state."""
        with self._change(extension_id, {"activeCalls"}):
            self._listed(extension_id)[leg.key] = leg
        if leg.is_monitored:
            self.note_watcher(extension_id, leg)
        else:
            self._ring_watchers(extension_id, leg)

    def _ring_watchers(self, extension_id: int, leg: Leg) -> None:
        """Let a monitored line ring where that is wanted, and stop it where it rings."""
        for watcher_id in sorted(self._watchers.get(extension_id, ())):
            listed = self._listed(watcher_id)
            known = listed.get(leg.key)
            if known is not None and known.is_monitored and known.is_live and leg.status != RINGING:
                self.put_leg(watcher_id, known.ended(self.clock.time()))
            takes_part = any(other.telephony_session_id == leg.telephony_session_id for other in listed.values())
            wants = self.extensions[watcher_id].settings["ringOnMonitoredCall"]
            if leg.status == RINGING and leg.direction == INBOUND and wants and not takes_part:
                self.put_leg(watcher_id, leg.seen_by_watcher())

    def _listed(self, extension_id: int) -> dict[tuple[str, str], Leg]:
        legs = self._legs.setdefault(extension_id, {})
        if any(not leg.is_live for leg in legs.values()):
            earliest = self.clock.time() - ENDED_LISTED
            ended = sorted((leg.ended_at, key) for key, leg in legs.items() if leg.ended_at is not None)
            for place, (ended_at, key) in enumerate(reversed(ended)):
                if ended_at < earliest or place >= MOST_ENDED_LISTED:
                    del legs[key]
        return legs

    # Lists

    def queues(self) -> list[Extension]:
        """Return the call queues."""
        return [extension for extension in self.extensions.values() if extension.type == "Department"]

    def park_locations(self) -> list[Extension]:
        """Return the places where calls can be parked."""
        return [extension for extension in self.extensions.values() if extension.type == "ParkLocation"]

    def monitored_lines(self, extension_id: int) -> list[int]:
        """Return whose lines a user monitors."""
        return list(self._lines.get(extension_id, ()))

    def set_monitored_lines(self, extension_id: int, monitored: Iterable[int]) -> None:
        """Set whose lines a user monitors."""
        self._lines[extension_id] = list(monitored)
        self._watchers = {}
        for watcher, lines in self._lines.items():
            for line in lines:
                self._watchers.setdefault(line, set()).add(watcher)
        lines_now = [{"id": str(line)} for line in self._lines[extension_id]]
        self._tell("lines", extension_id, {"extension": lines_now, "sequence": self.next_sequence()})

    def favorites(self, extension_id: int) -> list[int]:
        """Return a user's favourites."""
        return list(self._favorites.get(extension_id, ()))

    def set_favorites(self, extension_id: int, favorites: Iterable[int]) -> None:
        """Set a user's favourites."""
        self._favorites[extension_id] = list(favorites)
        self._tell("favorites", extension_id, {"extensionId": str(extension_id)})

    def add_extension(self, extension: Extension) -> None:
        """Add an extension to the account."""
        self.extensions[extension.id] = extension
        self._tell_list(extension.id, {"eventType": "Create"})

    def remove_extension(self, extension_id: int) -> None:
        """Remove an extension, and from everyone's lists."""
        del self.extensions[extension_id]
        for lists, change in ((self._lines, self.set_monitored_lines), (self._favorites, self.set_favorites)):
            for owner, members in list(lists.items()):
                if extension_id in members:
                    change(owner, [member for member in members if member != extension_id])
        self._tell_list(extension_id, {"eventType": "Delete"})

    def rename_extension(self, extension_id: int, name: str) -> None:
        """Change an extension's name."""
        self.extensions[extension_id].name = name
        change = {"eventType": "Update", "hints": ["ExtensionInfo"]}
        self._tell_list(extension_id, change)
        self._tell("extension_info", extension_id, {"extensionId": str(extension_id), **change})

    # Telling

    def next_sequence(self) -> int:
        """Return the next ``sequence``; the account shares it with traffic that nobody here hears of."""
        self._sequence += self._random.randrange(1, 40)
        return self._sequence

    def restart_sequence(self, value: int = 0) -> None:
        """Let ``sequence`` begin anew, as after a restart of the server that counts it."""
        self._sequence = value

    @contextmanager
    def _change(self, extension_id: int, changed: Collection[str] = ()) -> Iterator[None]:
        """Tell what differs after the work inside; ``changed`` counts as different."""
        before = self._fields(extension_id)
        yield
        after = self._fields(extension_id)
        differing = {name for name, value in after.items() if name != "activeCalls" and before.get(name) != value}
        names = frozenset(differing | set(changed))
        if not names - {"message", "callerIdVisibility"}:
            return
        if "dndStatus" in names:
            dnd = {"extensionId": str(extension_id), "dndStatus": after["dndStatus"]}
            self._tell("dnd", extension_id, dnd)
        body = self.form.body(extension_id, after, names, self.next_sequence())
        kind = "presence" if self.extensions[extension_id].has_presence else "line"
        self._tell(kind, extension_id, body, names)

    def _fields(self, extension_id: int) -> dict[str, Any]:
        extension, legs = self.extensions[extension_id], self.legs(extension_id)
        return presence_fields(extension, legs, has_new_call_handling=self.has_new_call_handling)

    def _tell_queues(self, extension: Extension) -> None:
        for queue in self.queues():
            if extension.id in queue.members:
                member = {"id": str(extension.id)}
                record = {"member": member, "acceptCurrentQueueCalls": self.takes_queue_calls(extension)}
                self._tell("queue", queue.id, {"records": [record]})

    def _tell_list(self, extension_id: int, change: Mapping[str, Any]) -> None:
        self._tell("extension_list", extension_id, {"extensions": [{"extensionId": str(extension_id), **change}]})

    def _tell(self, kind: str, extension_id: int, body: dict[str, Any], changed: frozenset[str] = frozenset()) -> None:
        notice = Notice(kind, extension_id, body, changed)
        for listener in list(self._listeners):
            listener(notice)


def demo_account(clock: Clock, seed: int = 0) -> Account:
    """Make a small office: eight users, a call queue, a park location, a meeting room. 101 watches the others."""
    account = Account(directory.DEMO_ACCOUNT_ID, clock, directory.demo_extensions(), seed=seed)
    front_desk = account.find("101").id
    watched = ("102", "103", "104", "105", "106", "107", "200", "801")
    account.set_monitored_lines(front_desk, [account.find(number).id for number in watched])
    account.set_favorites(front_desk, [account.find(number).id for number in ("102", "103", "106")])
    account.update_presence(account.find("108").id, {"allowSeeMyPresence": False})
    account.update_presence(account.find("103").id, {"message": "Back on Monday"})
    return account


def large_account(clock: Clock, users: int = 1000, seed: int = 0) -> Account:
    """Make a company of that many users, with a call queue for every fifty of them and some odd extensions."""
    account = Account(directory.LARGE_ACCOUNT_ID, clock, directory.large_extensions(users, seed), seed=seed)
    first, *others = [extension.id for extension in account.extensions.values() if extension.is_user]
    account.set_monitored_lines(first, others[:20])
    account.set_favorites(first, others[:5])
    return account
