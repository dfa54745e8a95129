"""The phones of which an assistant may know, and what it may know of each.

Each fact is given only if an entity that shows it is exposed to the assistant.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from homeassistant.components.homeassistant import async_should_expose
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util

from ..calls.wording import name_caller, shorten
from ..const import DOMAIN
from ..coordinator import RingCentralConfigEntry, RingCentralCoordinator
from ..ids import split_unique_id
from ..presence.vocabulary import Call, ExtensionState
from ..sync.roster import WatchedExtension
from ..words import DND, PRESENCE, translate

# By which entities a fact is shown; the keys are those of the unique ids.
ON_CALL = frozenset({"on_call", "ringing", "call_state", "caller"})
CALLER = frozenset({"call_state", "caller", "call"})
PRESENCE_SHOWN = frozenset({"presence"})
DND_SHOWN = frozenset({"dnd"})
FREE = ON_CALL | PRESENCE_SHOWN | DND_SHOWN
# No other entity shows calls that were not missed once they are over.
EVERY_CALL = frozenset({"call"})
MISSED_CALLER = frozenset({"last_missed_call", "call"})
MISSED = MISSED_CALLER | {"missed_calls"}

# An answer that is read out should be short.
_MOST_CALLS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposedExtension:
    """An extension with the keys of its entities that the assistant may see, and all names it goes by."""

    coordinator: RingCentralCoordinator
    extension: WatchedExtension
    keys: frozenset[str]
    name: str
    names: tuple[str, ...]

    @property
    def state(self) -> ExtensionState:
        """What is known of it, as it may be shown."""
        return self.coordinator.state(self.extension.id) or ExtensionState()

    @property
    def is_available(self) -> bool:
        """Whether what is known can be trusted."""
        return self.coordinator.is_available(self.extension.id)

    def shows(self, keys: frozenset[str]) -> bool:
        """Return whether one of these entities is exposed."""
        return bool(self.keys & keys)


def exposed_extensions(hass: HomeAssistant, assistant: str) -> Iterator[ExposedExtension]:
    """Yield the extensions of which anything is exposed, of each login."""
    entries: Sequence[RingCentralConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    for entry in entries:
        yield from _exposed_of(hass, entry, assistant)


def _exposed_of(hass: HomeAssistant, entry: RingCentralConfigEntry, assistant: str) -> Iterator[ExposedExtension]:
    coordinator = entry.runtime_data
    keys: dict[str, set[str]] = {}
    for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        shown = split_unique_id(entity.unique_id)
        if shown is not None and not entity.disabled and async_should_expose(hass, assistant, entity.entity_id):
            keys.setdefault(shown[0], set()).add(shown[1])
    for extension_id, extension in coordinator.extensions.items():
        if extension_id in keys:
            device = coordinator.watchlist.device(extension_id)
            own = device.name_by_user if device is not None else None
            yield ExposedExtension(
                coordinator=coordinator,
                extension=extension,
                keys=frozenset(keys[extension_id]),
                name=shorten(own or extension.name),
                names=tuple(name for name in (own, extension.name, extension.number) if name),
            )


def choose_phones(shown: Sequence[ExposedExtension], keys: frozenset[str]) -> list[ExposedExtension]:
    """Return each extension once, in the same order.

    Two logins may watch the same extension: the one that knows more of what can be trusted answers.
    """
    best = sorted(shown, key=lambda one: (one.is_available, len(one.keys & keys)))
    return list({one.extension.id: one for one in (*shown, *best)}.values())


def describe_call(call: Call, one: ExposedExtension) -> dict[str, Any]:
    """Return a call, with the other party if that may be known."""
    described: dict[str, Any] = {"state": str(call.state), "direction": call.direction}
    if call.is_queue_call:
        described["queue"] = shorten(call.queue_name) or True
    if one.shows(CALLER):
        described["other_party"] = name_caller(call.caller_name, call.caller_number, is_withheld=call.is_withheld)
    return described


def describe_person(one: ExposedExtension) -> dict[str, Any]:
    """Return whether somebody is free, judged by what is exposed, and why."""
    described: dict[str, Any] = {"name": one.name}
    if not one.is_available:
        return {**described, "free": None, "reason": "RingCentral can't be reached"}
    state = one.state
    verdicts: list[bool | None] = []
    if one.shows(PRESENCE_SHOWN):
        described["presence"] = presence = translate(PRESENCE, state.presence_status)
        verdicts.append(presence == "available" if presence is not None else None)
    if one.shows(DND_SHOWN):
        described["do_not_disturb"] = dnd = translate(DND, state.effective_dnd)
        verdicts.append(dnd != "do_not_accept_any_calls" if dnd is not None else None)
    if one.shows(ON_CALL):
        described["on_the_phone"] = is_on_phone = bool(state.live_calls) if state.are_calls_known else None
        verdicts.append(not is_on_phone if is_on_phone is not None else None)
    free = False if False in verdicts else None if None in verdicts else True
    return {**described, "free": free}


def describe_missed(one: ExposedExtension) -> dict[str, Any]:
    """Return how many calls were missed, and the newest of them if their callers may be known."""
    missed = one.coordinator.missed_calls.of(one.extension.id)
    described: dict[str, Any] = {"name": one.name, "count": missed.count}
    if one.shows(MISSED_CALLER):
        described["newest"] = [
            {
                "caller": name_caller(call.name, call.number, is_withheld=call.withheld),
                "at": dt_util.as_local(datetime.fromtimestamp(call.at, UTC)).isoformat(timespec="minutes"),
            }
            for call in missed.calls[: min(missed.count, _MOST_CALLS)]
        ]
    return described
