"""Missed calls: how many since they were last seen, and by whom; kept over restarts."""

import asyncio
from collections.abc import Callable, Collection, Container
from datetime import datetime
from functools import partial
from hashlib import sha256
from itertools import batched
from typing import Any, Self, override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
import msgspec

from ..listeners import call_all, subscribe
from ..presence.privacy import Privacy, shown_party
from ..presence.vocabulary import Call, Transition
from ..storage import GuardedStore
from ..sync.timers import Timers

# Version 1 had everything in one file; since then that is the list of the files, one for each extension.
_VERSION = 2
_EXTENSION_VERSION = 1

# How long after the first unsaved change everything unsaved is saved. In seconds.
_SAVE_DELAY = 30.0

# Files that are read before anything else gets its turn.
_READ_AT_ONCE = 50

# Who called longer ago than that is forgotten. In seconds.
KEPT_FOR = 90 * 24 * 3600.0

_DAY = 24 * 3600.0

# What is reported of one call within this many seconds, under the same id, is the same missed call.
_SAME = 60.0

# The newest calls of an extension; the count goes on.
_MOST_CALLS = 20


class MissedCall(msgspec.Struct, frozen=True, kw_only=True):
    """A missed call as it may be shown; ``at`` in Unix seconds, ``call_id`` as events have it.

    ``outcome`` is what the call log says beyond that, as ``voicemail``; ``sessions`` are the ids of its sessions there.
    """

    at: float
    call_id: str | None = None
    name: str | None = None
    number: str | None = None
    withheld: bool = False
    ring_seconds: float | None = None
    outcome: str | None = None
    sessions: tuple[str, ...] = ()


class MissedCalls(msgspec.Struct, frozen=True):
    """The missed calls of one extension, the newest first."""

    count: int = 0
    calls: tuple[MissedCall, ...] = ()

    @property
    def last(self) -> MissedCall | None:
        """The newest missed call, seen or not."""
        return self.calls[0] if self.calls else None

    def without(self, indices: Collection[int]) -> Self:
        """Return them without some; the newest ones are those that count, the others were seen."""
        calls = tuple(call for index, call in enumerate(self.calls) if index not in indices)
        return type(self)(self.count - sum(index < self.count for index in indices), calls)


def _shown(missed: MissedCalls, privacy: Privacy, since: float) -> MissedCalls:
    """Return missed calls as they may be shown, without those of before that time."""
    calls = [call for call in missed.calls if call.at >= since]
    if privacy is not Privacy.SHOWN:
        for index, call in enumerate(calls):
            name, number = shown_party(call.name, call.number, privacy)
            withheld = call.withheld and privacy is not Privacy.HIDDEN
            calls[index] = msgspec.structs.replace(call, name=name, number=number, withheld=withheld)
    # The older ones that were only counted are as old as those that were listed.
    count = missed.count if len(calls) == len(missed.calls) else min(missed.count, len(calls))
    return MissedCalls(count, tuple(calls))


class _Index(msgspec.Struct, frozen=True):
    """Which extensions have a file."""

    extensions: frozenset[str] = frozenset()


class _IndexStore(GuardedStore[_Index]):
    """The list of the files."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        super().__init__(hass, _VERSION, f"missed_calls.{entry_id}", _Index)
        self._entry_id = entry_id

    @override
    async def _async_migrate_func(self, old_major_version: int, old_minor_version: int, old_data: Any) -> Any:
        former = msgspec.convert(old_data, dict[str, MissedCalls])
        # Written before the list of them replaces their only copy.
        for extension_id, missed in former.items():
            await _extension_store(self.hass, self._entry_id, extension_id).async_keep(missed)
        return {"extensions": sorted(former)}


def _extension_store(hass: HomeAssistant, entry_id: str, extension_id: str) -> GuardedStore[MissedCalls]:
    # Ids are numbers; what else RingCentral may come to send names no file.
    name = extension_id if extension_id.isalnum() else sha256(extension_id.encode()).hexdigest()
    return GuardedStore(hass, _EXTENSION_VERSION, f"missed_calls.{entry_id}.{name}", MissedCalls)


class MissedCallLog:
    """The missed calls of all extensions of an entry, each extension in a file of its own."""

    def __init__(self, hass: HomeAssistant, entry_id: str, now: Callable[[], float]) -> None:
        """Begin empty; :meth:`async_load` brings what was kept. ``now`` is the server's time in Unix seconds."""
        self._hass = hass
        self._entry_id = entry_id
        self._now = now
        self._privacy = Privacy.SHOWN
        self._index = _IndexStore(hass, entry_id)
        self._listed: frozenset[str] = frozenset()
        self._stores: dict[str, GuardedStore[MissedCalls]] = {}
        self._by_extension: dict[str, MissedCalls] = {}
        self._unsaved: set[str] = set()
        self._is_loaded = False
        self._cancel_save: CALLBACK_TYPE | None = None
        self._listeners: list[Callable[[str], None]] = []

    @property
    def unreadable(self) -> list[str]:
        """The names of the files that can't be read."""
        stores: list[GuardedStore[Any]] = [self._index, *self._stores.values()]
        return [store.key for store in stores if store.is_unreadable]

    async def async_load(self, privacy: Privacy) -> None:
        """Read what was kept, and forget what may no longer be shown of it."""
        self._privacy = privacy
        index = await self._index.async_read() or _Index()
        # Without the list, nobody knows which files there are.
        self._is_loaded = not self._index.is_unreadable
        self._listed = index.extensions
        for some in batched(index.extensions, _READ_AT_ONCE, strict=False):
            for extension_id, missed in zip(
                some, await asyncio.gather(*(self._store(one).async_read() for one in some)), strict=True
            ):
                if missed is not None:
                    self._by_extension[extension_id] = missed
        self.forget_old()
        await self.async_save()

    async def async_save(self) -> None:
        """Keep what is not saved yet, now."""
        if self._cancel_save is not None:
            self._cancel_save()
            self._cancel_save = None
        if not self._is_loaded:
            return
        unsaved, self._unsaved = self._unsaved, set()
        gone = {id_ for id_ in unsaved if id_ not in self._by_extension and not self._store(id_).is_unreadable}
        listed = (self._listed | unsaved) - gone
        if listed != self._listed:
            self._listed = listed
            await self._index.async_keep(_Index(listed))
        for extension_id in unsaved:
            if extension_id in gone:
                await self._stores.pop(extension_id).async_remove()
            elif (missed := self._by_extension.get(extension_id)) is not None:
                await self._store(extension_id).async_keep(missed)

    def _store(self, extension_id: str) -> GuardedStore[MissedCalls]:
        if extension_id not in self._stores:
            self._stores[extension_id] = _extension_store(self._hass, self._entry_id, extension_id)
        return self._stores[extension_id]

    def of(self, extension_id: str) -> MissedCalls:
        """Return the missed calls of an extension."""
        return self._by_extension.get(extension_id, MissedCalls())

    @callback
    def async_listen(self, listener: Callable[[str], None]) -> CALLBACK_TYPE:
        """Call the listener with the id of an extension whose missed calls have changed."""
        return subscribe(self._listeners, listener)

    @callback
    def start(self, timers: Timers) -> None:
        """Forget what is too old, now and every day."""
        self.forget_old()
        timers.set("old calls", _DAY, partial(self.start, timers))

    @callback
    def add(self, transition: Transition) -> None:
        """Count a missed call."""
        known = self.of(transition.extension_id)
        if any(
            call.call_id == transition.call.call_id and abs(call.at - transition.at) < _SAME for call in known.calls
        ):
            # A delivery of before a restart, or a replay of what is counted already.
            return
        missed = MissedCall(
            at=transition.at,
            call_id=transition.call.call_id,
            name=transition.call.caller_name,
            number=transition.call.caller_number,
            withheld=transition.call.is_withheld,
            ring_seconds=transition.ring_seconds,
            outcome=transition.outcome,
            sessions=transition.call.sessions,
        )
        # One that is learned late has its place among the others.
        calls = sorted((missed, *known.calls), key=lambda call: call.at, reverse=True)
        self._put(transition.extension_id, MissedCalls(known.count + 1, tuple(calls[:_MOST_CALLS])))

    @callback
    def retract(self, extension_id: str, call: Call) -> None:
        """Take back a call that turned out to be answered."""
        known = self.of(extension_id)
        taken_back = [index for index, one in enumerate(known.calls) if one.call_id == call.call_id]
        if taken_back:
            self._put(extension_id, known.without(taken_back))

    @callback
    def correct(self, extension_id: str, is_meant: Callable[[MissedCall], bool], outcome: str | None) -> bool:
        """Take over what the log says of a missed call: how it ended, or ``None`` if it was not missed.

        Return whether that was news.
        """
        known = self.of(extension_id)
        meant = next((call for call in known.calls if is_meant(call)), None)
        if meant is None or (outcome is not None and meant.outcome == outcome):
            return False
        index = known.calls.index(meant)
        if outcome is None:
            self._put(extension_id, known.without([index]))
        else:
            corrected = msgspec.structs.replace(meant, outcome=outcome)
            calls = (*known.calls[:index], corrected, *known.calls[index + 1 :])
            self._put(extension_id, MissedCalls(known.count, calls))
        return True

    @callback
    def mark_seen(self, extension_id: str) -> None:
        """Reset the count; the calls stay known."""
        self._put(extension_id, MissedCalls(0, self.of(extension_id).calls))

    @callback
    def keep_only(self, extension_ids: Container[str]) -> None:
        """Forget the missed calls of all other extensions."""
        for extension_id in [id_ for id_ in self._by_extension if id_ not in extension_ids]:
            del self._by_extension[extension_id]
            self._save_soon(extension_id)

    @callback
    def forget_old(self) -> None:
        """Forget who called too long ago, and what may no longer be shown."""
        since = self._now() - KEPT_FOR
        for extension_id, missed in list(self._by_extension.items()):
            kept = _shown(missed, self._privacy, since)
            if kept == MissedCalls():
                del self._by_extension[extension_id]
                self._save_soon(extension_id)
            elif kept != missed:
                self._put(extension_id, kept)

    def _put(self, extension_id: str, missed: MissedCalls) -> None:
        if missed == self.of(extension_id):
            return
        self._by_extension[extension_id] = missed
        self._save_soon(extension_id)
        call_all(self._listeners, extension_id)

    @callback
    def _save_soon(self, extension_id: str) -> None:
        self._unsaved.add(extension_id)
        if self._cancel_save is None and self._is_loaded:
            self._cancel_save = async_call_later(self._hass, _SAVE_DELAY, self._handle_save_due)

    async def _handle_save_due(self, _: datetime) -> None:
        self._cancel_save = None
        await self.async_save()


async def async_forget_missed_calls(hass: HomeAssistant, entry_id: str) -> None:
    """Forget everything, when the entry is removed."""
    index = _IndexStore(hass, entry_id)
    for extension_id in (await index.async_read() or _Index()).extensions:
        await _extension_store(hass, entry_id, extension_id).async_remove()
    await index.async_remove()
