"""The newest notifications and reads, as they came, so that diagnostics can show them and `scripts/replay` repeat them.

Kept are references to what the pipeline got anyway; all work is done when somebody asks to see it.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
import json
from typing import Any

import msgspec

from ..api.errors import PayloadError
from ..api.events import decode_notification
from ..api.models import Notification, PartialPresence, Presence, PresenceEvent
from ..api.text import LONGEST_TEXT
from ..presence.order import Moment
from ..sync.roster import WatchedExtension
from .forms import TOO_LARGE, as_text
from .pseudonyms import Pseudonyms
from .redaction import CLEAR, NUMBER, TEXT, WORD, Rule, clear, rule_of

# This many notifications are kept, and at most as many reads that came between them.
KEPT = 200

# A larger notification is none of RingCentral's; only its size is kept.
_LARGEST = 64 * 1024

# The form of the document, which `scripts/replay` checks.
VERSION = 1

EXTENSION_RULE = Rule(
    fields={
        **clear("has_presence", "has_events", "is_usable", "is_readable"),
        **dict.fromkeys(("id", "number"), NUMBER),
        "name": TEXT,
        "type": WORD,
    }
)

# What may be seen of a capture's document.
CAPTURE_RULE = Rule(
    fields={
        **clear("version", "hold_back"),
        "extensions": EXTENSION_RULE,
        "entries": Rule(
            fields={
                **clear("monotonic", "server", "is_replay", "requested_at"),
                "extension_id": NUMBER,
                "presence": Rule(fields={**rule_of(PartialPresence).fields, "unreadable": CLEAR}),
                "notifications": Rule(fields={**clear("malformed"), "payload": rule_of(Notification)}),
            }
        ),
    }
)


class _Entry(msgspec.Struct, frozen=True, gc=False):
    """Something that came; ``number`` orders what has the same moment."""

    number: int
    moment: Moment


class _Arrival(_Entry, frozen=True, gc=False):
    """Notifications that came together: one, or those of a replay."""

    payloads: tuple[bytes, ...]
    is_replay: bool


class _Read(_Entry, frozen=True, gc=False):
    """What REST said of an extension; ``requested_at`` is monotonic, ``None`` where it confirmed a change."""

    extension_id: str
    presence: Presence
    requested_at: float | None


class Capture:
    """Remembers what came of late, in bounded memory: notifications, and what was read of each extension.

    Of the time before the notifications, what was read first and last of an extension is kept.
    Of reads of an idle extension that say the same, without a notification between them, the newest is kept.
    """

    def __init__(self) -> None:
        """Initialize with nothing."""
        self.pseudonyms = Pseudonyms()
        self._number = 0
        self._arrivals: deque[_Arrival] = deque()
        self._size = 0
        self._reads: deque[_Read] = deque(maxlen=KEPT)
        # Before what was read first, nothing counts in a replay.
        self._first_reads: dict[str, _Read] = {}
        self._newest_reads: dict[str, _Read] = {}
        # The number of the newest notification of each extension, as far as they were looked at.
        self._notified: dict[str, int] = {}
        self._looked_at = 0

    def add_notifications(self, payloads: Sequence[bytes], moment: Moment, *, is_replay: bool) -> None:
        """Remember notifications that have arrived together."""
        self._number += 1
        self._arrivals.append(_Arrival(self._number, moment, tuple(payloads[-KEPT:]), is_replay))
        self._size += len(self._arrivals[-1].payloads)
        while self._size > KEPT:
            self._size -= len(self._arrivals.popleft().payloads)

    def add_read(self, extension_id: str, presence: Presence, requested_at: float | None, moment: Moment) -> None:
        """Remember what was read of an extension, or was confirmed to have been set."""
        self._number += 1
        former = self._newest_reads.get(extension_id)
        newest = _Read(self._number, moment, extension_id, presence, requested_at)
        self._newest_reads[extension_id] = newest
        if requested_at is not None:
            self._first_reads.setdefault(extension_id, newest)
        if former is None:
            return
        self._look()
        notified = self._notified.get(extension_id, 0)
        is_same = presence == former.presence and not former.presence.active_calls and former.requested_at is not None
        if notified > former.number or (notified and not is_same):
            self._reads.append(former)

    def forget(self, extension_id: str) -> None:
        """Forget what was read of an extension that is no longer watched."""
        self._first_reads.pop(extension_id, None)
        self._newest_reads.pop(extension_id, None)
        self._notified.pop(extension_id, None)

    def document(
        self, extensions: Mapping[str, WatchedExtension], hold_back: float, extension_id: str | None = None
    ) -> dict[str, Any]:
        """Return what is remembered, of one extension if it is named, in plain types; holds names and numbers.

        Times are those of the two clocks, in seconds. A notification that is no JSON is the number of its bytes.
        """
        self._look()
        oldest = self._arrivals[0].number if self._arrivals else self._number
        notified = {id_ for id_, number in self._notified.items() if number >= oldest}
        chosen = notified if extension_id is None else {extension_id}
        known = (*self._first_reads.values(), *self._reads, *self._newest_reads.values())
        reads = {one.number: one for one in known if one.extension_id in chosen}
        kept: list[_Entry] = sorted((*self._arrivals, *_needed(reads.values(), oldest)), key=_number)
        entries = [_describe(entry, extension_id) for entry in kept]
        entries = [entry for entry in entries if entry.get("notifications") != []]
        texts = set(_texts(entries))
        return {
            "version": VERSION,
            "hold_back": hold_back,
            "extensions": [
                {"id": one.id, "number": one.number, "type": one.type, "is_readable": one.has_presence}
                for one in extensions.values()
                if one.id in chosen or one.number in texts
            ],
            "entries": entries,
        }

    def _look(self) -> None:
        """Look whose the notifications are that have come since."""
        for arrival in reversed(self._arrivals):
            if arrival.number <= self._looked_at:
                break
            for extension_id in filter(None, map(_extension_of, arrival.payloads)):
                self._notified[extension_id] = max(arrival.number, self._notified.get(extension_id, 0))
        self._looked_at = self._number
        if len(self._notified) > 2 * KEPT:
            oldest = self._arrivals[0].number
            self._notified = {id_: number for id_, number in self._notified.items() if number >= oldest}


def _number(entry: _Entry) -> int:
    return entry.number


def _needed(reads: Iterable[_Read], oldest: int) -> Iterable[_Read]:
    """Return the reads since the oldest notification, and of each extension the first and the last one before."""
    first: dict[str, _Read] = {}
    last: dict[str, _Read] = {}
    for one in sorted(reads, key=_number):
        if one.number < oldest:
            first.setdefault(one.extension_id, one)
            last[one.extension_id] = one
        else:
            yield one
    yield from {one.number: one for one in (*first.values(), *last.values())}.values()


def _extension_of(payload: bytes) -> str | None:
    with suppress(PayloadError):
        event = decode_notification(payload)
        return event.extension_id if isinstance(event, PresenceEvent) else None
    return None


def _describe(entry: _Entry, extension_id: str | None) -> dict[str, Any]:
    moment = {"monotonic": entry.moment.monotonic, "server": entry.moment.server}
    if isinstance(entry, _Read):
        presence = _without_nothing(msgspec.to_builtins(entry.presence))
        about = {"extension_id": entry.extension_id, "requested_at": entry.requested_at, "presence": presence}
        return moment | about
    assert isinstance(entry, _Arrival)  # noqa: S101
    notifications = [
        describe_payload(payload)
        for payload in entry.payloads
        if extension_id is None or _extension_of(payload) == extension_id
    ]
    return moment | {"is_replay": entry.is_replay, "notifications": notifications}


def uuids(document: Mapping[str, Any]) -> list[str]:
    """Return the ids of the notifications in a capture's document, those that can be read."""
    payloads = [one.get("payload") for entry in document["entries"] for one in entry.get("notifications", ())]
    found = [payload.get("uuid") for payload in payloads if isinstance(payload, dict)]
    texts = [as_text(uuid) for uuid in found if isinstance(uuid, str) or _is_whole(uuid)]
    return [text for text in texts if text.isprintable() and 0 < len(text) <= LONGEST_TEXT]


def _is_whole(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value.is_integer() and value < TOO_LARGE


def describe_payload(payload: bytes) -> dict[str, Any]:
    """Return a notification as ``payload``, in plain types; or, if it is no JSON, as ``malformed`` its size."""
    if len(payload) <= _LARGEST:
        with suppress(ValueError, RecursionError):
            return {"payload": json.loads(payload.decode(errors="replace"), parse_int=_parse_int)}
    return {"malformed": len(payload)}


def _parse_int(digits: str) -> int:
    return int(digits) if len(digits) < len(str(TOO_LARGE)) else TOO_LARGE


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nothing(inner) for name, inner in value.items() if inner is not None}
    return [_without_nothing(inner) for inner in value] if isinstance(value, list | tuple) else value


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)
    elif isinstance(value, str | int):
        yield str(value)
