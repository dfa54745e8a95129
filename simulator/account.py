"""The account: its extensions, what is true of them, and a notice of each change.

Sources: RingCentral's guide to event notifications, its OpenAPI specification, captured events (``tests/payloads``).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from . import directory
from .call_log import CallLog
from .clock import Clock
from .extension import Extension, check_settings
from .forms import REST_ONLY, event_body, idle_status, rest_presence
from .legs import INBOUND, NO_CALL, RINGING, Identifiers, Leg
from .messages import Message, Messages
from .notice import Notice
from .presence import HIDDEN, Truth, takes_calls, takes_queue_calls, true_fields, true_settings, wire_fields
from .sequence import Sequence
from .settings import CloudSettings
from .wire import without_sip

# How long ended calls stay listed, in seconds (captures: a while), and how many of them at most.
ENDED_LISTED = 5.0
MOST_ENDED_LISTED = 3


class Account:
    """A RingCentral account. It holds the truth; whoever listens is notified of every change."""

    def __init__(self, account_id: int, clock: Clock, extensions: Iterable[Extension], *, seed: int = 0) -> None:
        """Begin without calls; the seed decides identifiers and the steps of ``sequence``."""
        self.id = account_id
        self.company: str | None = directory.COMPANY
        self.clock = clock
        self.extensions = {extension.id: extension for extension in extensions}
        self.identifiers = Identifiers(seed)
        # How events and answers look; a simulator has the account share its own.
        self.settings = CloudSettings()
        self._sequence = Sequence(seed)
        self._listeners: list[Callable[[Notice], None]] = []
        # Gets each leg that begins or ceases to ring at somebody who monitors a line.
        self.on_watcher: Callable[[Leg], None] = lambda _: None
        self._legs: dict[int, dict[tuple[str, str], Leg]] = {}
        self._lines: dict[int, list[int]] = {}
        self._watchers: dict[int, set[int]] = {}
        self._favorites: dict[int, list[int]] = {}
        self.call_log = CallLog(clock, self.settings)
        self.messages = Messages(clock, self.settings, self._notify)
        self.messages.on_message = self._link_message

    def use(self, settings: CloudSettings) -> None:
        """Let events and answers look as a simulator's settings say."""
        self.settings = self.call_log.settings = self.messages.settings = settings

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
        legs = self.legs(extension_id)
        fields = {
            name: value for name, value in true_fields(self.extensions[extension_id], legs).items() if value != ""
        }
        return Truth(fields=fields, calls=tuple(leg for leg in legs if leg.is_live))

    def visible_truth(self, extension_id: int, viewer_id: int | None = None) -> Truth:
        """Return what of the truth somebody can know who reads and receives everything that this cloud sends."""
        extension = self.extensions[extension_id]
        if viewer_id not in {None, extension_id} and not extension.settings["allowSeeMyPresence"]:
            return Truth(fields=dict(HIDDEN), calls=())
        legs = self._listed_legs(extension_id)
        fields = {name: value for name, value in true_fields(extension, legs).items() if value != ""}
        return Truth(fields=fields, calls=tuple(leg for leg in legs if leg.is_live))

    def presence(
        self,
        extension_id: int,
        *,
        detailed: bool = False,
        sip: bool = False,
        viewer_id: int | None = None,
        of_account: bool = False,
    ) -> dict[str, Any]:
        """Return presence as REST has it for a viewer (None: for everyone who may see it).

        ``of_account`` is the read of the whole account, which may differ from that of one extension.
        """
        extension = self.extensions[extension_id]
        if not extension.has_presence:
            return {"presenceStatus": "Offline"}
        if viewer_id not in {None, extension_id} and not extension.settings["allowSeeMyPresence"]:
            return dict(HIDDEN)
        shown = rest_presence(self.settings, self._fields(extension_id), self._listed_legs(extension_id))
        if of_account and self.settings.account_read_says_no_call:
            shown |= {"telephonyStatus": NO_CALL, **idle_status(shown)}
        calls = shown.pop("activeCalls", None)
        if detailed and calls is not None:
            shown["activeCalls"] = calls if sip else [without_sip(call) for call in calls]
        return shown

    def update_presence(self, extension_id: int, fields: Mapping[str, Any]) -> None:
        """Set presence as its user may; raise ApiError for a value that RingCentral does not accept."""
        extension = self.extensions[extension_id]
        is_in_queue = any(extension_id in queue.members for queue in self.queues())
        changed = check_settings(extension, fields, is_in_queue=is_in_queue)
        if not changed.get("allowSeeMyPresence", extension.settings["allowSeeMyPresence"]):
            # The status of a user who hides cannot be changed (ringcentral-embeddable, issue 542).
            changed.pop("userStatus", None)
        changed = true_settings(changed, extension, self.settings)
        accepted = self.takes_queue_calls(extension)
        with self._change(extension_id):
            extension.settings |= changed
        if self.takes_queue_calls(extension) is not accepted:
            self._report_queues(extension)

    def set_meeting(self, extension_id: int, is_in_meeting: bool) -> None:
        """Let an extension's user join or leave a meeting."""
        with self._change(extension_id):
            self.extensions[extension_id].is_in_meeting = is_in_meeting

    def takes_calls(self, extension: Extension) -> bool:
        """Whether calls ring there at all."""
        return takes_calls(extension)

    def takes_queue_calls(self, extension: Extension) -> bool:
        """Whether calls of a queue ring there."""
        return takes_queue_calls(extension)

    # Calls

    def legs(self, extension_id: int) -> tuple[Leg, ...]:
        """Return the calls that are listed for an extension, the oldest first; ended ones stay for a while."""
        return tuple(sorted(self._listed(extension_id).values(), key=lambda leg: leg.started_at))

    def put_leg(self, leg: Leg) -> None:
        """Add a call to its extension, or put it in the place of its former state."""
        with self._change(leg.extension_id, leg):
            self._listed(leg.extension_id)[leg.key] = leg
        if leg.is_monitored:
            self.on_watcher(leg)
        else:
            self._ring_watchers(leg)

    def _ring_watchers(self, leg: Leg) -> None:
        """Let a monitored line ring where its user has chosen that, and stop it where it rings."""
        for watcher_id in sorted(self._watchers.get(leg.extension_id, ())):
            listed = self._listed(watcher_id)
            known = listed.get(leg.key)
            # A transitional NoCall of the line is none of the watcher's phone.
            rings_on = leg.status == RINGING or (leg.status == NO_CALL and leg.is_live)
            if known is not None and known.is_monitored and known.is_live and not rings_on:
                self.put_leg(known.ended(self.clock.time()))
            takes_part = any(
                other.telephony_session_id == leg.telephony_session_id and (other.is_live or not other.is_monitored)
                for other in listed.values()
            )
            rings_along = self.extensions[watcher_id].settings["ringOnMonitoredCall"]
            if leg.status == RINGING and leg.direction == INBOUND and rings_along and not takes_part:
                self.put_leg(leg.seen_by_watcher(watcher_id))

    def has_presence_events(self, extension: Extension) -> bool:
        """Whether an extension's own presence can be subscribed to."""
        is_parking = extension.type == "ParkLocation" and self.settings.park_location_events
        return extension.has_presence or is_parking

    def _listed_legs(self, extension_id: int) -> tuple[Leg, ...]:
        legs = self.legs(extension_id)
        if self.settings.monitored_calls_listed:
            return legs
        return tuple(leg for leg in legs if not leg.is_monitored)

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
        self._report("lines", extension_id, {"extension": lines_now, "sequence": self.next_sequence()})

    def favorites(self, extension_id: int) -> list[int]:
        """Return a user's favorites."""
        return list(self._favorites.get(extension_id, ()))

    def set_favorites(self, extension_id: int, favorites: Iterable[int]) -> None:
        """Set a user's favorites."""
        self._favorites[extension_id] = list(favorites)
        self._report("favorites", extension_id, {"extensionId": str(extension_id)})

    def add_extension(self, extension: Extension) -> None:
        """Add an extension to the account."""
        self.extensions[extension.id] = extension
        self._report_list(extension.id, {"eventType": "Create"})

    def remove_extension(self, extension_id: int) -> None:
        """Remove an extension, and from everyone's lists."""
        del self.extensions[extension_id]
        for lists, change in ((self._lines, self.set_monitored_lines), (self._favorites, self.set_favorites)):
            for owner, members in list(lists.items()):
                if extension_id in members:
                    change(owner, [member for member in members if member != extension_id])
        self._report_list(extension_id, {"eventType": "Delete"})

    def rename_extension(self, extension_id: int, name: str) -> None:
        """Change an extension's name."""
        self.extensions[extension_id].name = name
        change = {"eventType": "Update", "hints": ["ExtensionInfo"]}
        self._report_list(extension_id, change)
        self._report("extension_info", extension_id, {"extensionId": str(extension_id), **change})

    # Notifying

    def next_sequence(self) -> int:
        """Return the next ``sequence``."""
        return self._sequence.next(has_two_counters=self.settings.sequence == "two_counters")

    def restart_sequence(self, value: int = 0) -> None:
        """Let ``sequence`` begin again, as after a restart of the server that counts it."""
        self._sequence.restart(value)

    @contextmanager
    def _change(self, extension_id: int, leg: Leg | None = None) -> Iterator[None]:
        """Notify of what differs after the work inside; ``leg`` is the call that it changes."""
        before = self._fields(extension_id)
        yield
        after = self._fields(extension_id)
        if leg is not None and leg.is_monitored and not self.settings.monitored_calls_listed:
            return
        changed = {name for name, value in after.items() if before.get(name) != value}
        if leg is not None:
            changed.add("activeCalls")
        if not changed - (REST_ONLY - ({"message"} if self.settings.message_in_events else set())):
            return
        if "dndStatus" in changed:
            self._report("dnd", extension_id, {"extensionId": str(extension_id), "dndStatus": after["dndStatus"]})
        body = event_body(
            self.settings,
            extension_id,
            after,
            self._listed_legs(extension_id),
            changed=changed,
            changed_leg=leg,
            sequence=self.next_sequence(),
        )
        extension = self.extensions[extension_id]
        kind = "presence" if extension.has_presence else "park" if self.has_presence_events(extension) else "line"
        self._report(kind, extension_id, body, frozenset(changed))

    def _fields(self, extension_id: int) -> dict[str, Any]:
        extension = self.extensions[extension_id]
        return wire_fields(true_fields(extension, self._listed_legs(extension_id)), extension, self.settings)

    def _report_queues(self, extension: Extension) -> None:
        for queue in self.queues():
            if extension.id in queue.members:
                member = {"id": str(extension.id)}
                record = {"member": member, "acceptCurrentQueueCalls": self.takes_queue_calls(extension)}
                self._report("queue", queue.id, {"records": [record]})

    def _report_list(self, extension_id: int, change: Mapping[str, Any]) -> None:
        self._report("extension_list", extension_id, {"extensions": [{"extensionId": str(extension_id), **change}]})

    def _report(
        self, kind: str, extension_id: int, body: dict[str, Any], changed: frozenset[str] = frozenset()
    ) -> None:
        self._notify(Notice(kind, extension_id, body, changed))

    def _notify(self, notice: Notice) -> None:
        for listener in list(self._listeners):
            listener(notice)

    def _link_message(self, message: Message) -> None:
        if message.telephony_session_id is not None:
            self.call_log.link_message(message.extension_id, message.telephony_session_id, message.id)


def demo_account(clock: Clock, seed: int = 0, *, has_odd_extensions: bool = False) -> Account:
    """Make a small office: eight users, a call queue, a park location, a meeting room. 101 watches the others.

    ``has_odd_extensions`` adds one of each type that is no phone.
    """
    odd = directory.odd_extensions() if has_odd_extensions else ()
    account = Account(directory.DEMO_ACCOUNT_ID, clock, [*directory.demo_extensions(), *odd], seed=seed)
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
