"""Missed calls: how many since they were last seen, and by whom; kept over restarts."""

from collections.abc import Callable, Container
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.storage import Store
from homeassistant.util.signal_type import SignalType
import msgspec

from ..const import DOMAIN
from ..presence.privacy import Privacy, shown_party
from ..presence.vocabulary import Call, Transition

_VERSION = 1
_SAVE_DELAY = 5.0

# Sent with the entry's id and the extension's.
SIGNAL_MISSED_CALLS: SignalType[str, str] = SignalType(f"{DOMAIN}_missed_calls")

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


def _shown(call: MissedCall, privacy: Privacy) -> MissedCall:
    name, number = shown_party(call.name, call.number, privacy)
    return msgspec.structs.replace(call, name=name, number=number)


class MissedCallLog:
    """The missed calls of all extensions of an entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Begin empty; :meth:`async_load` brings what was kept."""
        self._store: Store[dict[str, Any]] = Store(
            hass, _VERSION, f"{DOMAIN}.missed_calls.{entry_id}", atomic_writes=True
        )
        self._by_extension: dict[str, MissedCalls] = {}
        self._is_loaded = False
        self._hass = hass
        self._entry_id = entry_id

    async def async_load(self, privacy: Privacy) -> None:
        """Read what was kept, and forget what may no longer be shown of it."""
        kept = msgspec.convert(await self._store.async_load() or {}, dict[str, MissedCalls])
        self._by_extension = {
            extension_id: MissedCalls(missed.count, tuple(_shown(call, privacy) for call in missed.calls))
            for extension_id, missed in kept.items()
        }
        self._is_loaded = True
        if self._by_extension != kept:
            await self.async_save()

    async def async_save(self) -> None:
        """Keep what there is, now; before it was loaded, that is what was kept."""
        if self._is_loaded:
            await self._store.async_save(self._as_kept())

    async def async_remove(self) -> None:
        """Forget everything, when the entry is removed."""
        await self._store.async_remove()

    def of(self, extension_id: str) -> MissedCalls:
        """Return the missed calls of an extension."""
        return self._by_extension.get(extension_id, MissedCalls())

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
        calls = tuple(one for one in known.calls if one.call_id != call.call_id)
        if len(calls) < len(known.calls):
            self._put(extension_id, MissedCalls(max(0, known.count - 1), calls))

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
        others = known.calls[:index], known.calls[index + 1 :]
        if outcome is None:
            self._put(extension_id, MissedCalls(max(0, known.count - 1), (*others[0], *others[1])))
        else:
            corrected = msgspec.structs.replace(meant, outcome=outcome)
            self._put(extension_id, MissedCalls(known.count, (*others[0], corrected, *others[1])))
        return True

    @callback
    def mark_seen(self, extension_id: str) -> None:
        """Begin to count anew; the calls stay known."""
        self._put(extension_id, MissedCalls(0, self.of(extension_id).calls))

    @callback
    def keep_only(self, extension_ids: Container[str]) -> None:
        """Forget the missed calls of all other extensions."""
        kept = {id_: missed for id_, missed in self._by_extension.items() if id_ in extension_ids}
        if len(kept) < len(self._by_extension):
            self._by_extension = kept
            self._store.async_delay_save(self._as_kept, _SAVE_DELAY)

    def _put(self, extension_id: str, missed: MissedCalls) -> None:
        self._by_extension[extension_id] = missed
        self._store.async_delay_save(self._as_kept, _SAVE_DELAY)
        async_dispatcher_send(self._hass, SIGNAL_MISSED_CALLS, self._entry_id, extension_id)

    def _as_kept(self) -> dict[str, Any]:
        kept: dict[str, Any] = msgspec.to_builtins(self._by_extension)
        return kept
