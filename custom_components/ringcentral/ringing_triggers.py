"""Triggers of ringing: that a phone begins to ring or has rung for some time, and that it no longer rings at all."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, override

from homeassistant.const import ATTR_DEVICE_ID, CONF_FOR
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.trigger import TriggerConfig
import probatio as vol

from .call_events import describe_party
from .call_filter import CALLER_OPTION, QUEUE_OPTION
from .call_triggers import CallEvent, CallTrigger
from .presence.calls import ENDS
from .presence.legs import Call, TransitionKind
from .targets import async_find_extension

CONF_BEHAVIOR = "behavior"
EACH_PHONE = "each_phone"
EACH_CALL = "each_call"
ALL_PHONES = "all_phones"

# A phone and the id of one of its calls.
type Leg = tuple[str, str]


@callback
def _ringing_calls(hass: HomeAssistant, device_id: str) -> tuple[Call, ...]:
    phone = async_find_extension(hass, device_id)
    return phone.coordinator.ringing_calls(phone.extension.id) if phone is not None else ()


@dataclass(slots=True)
class _Ring:
    """A call that rings at one phone or, if each call counts once, at several; ``names`` tell it from other calls."""

    names: frozenset[tuple[str, ...]]
    legs: dict[Leg, CallEvent] = field(default_factory=dict)
    cancel: CALLBACK_TYPE | None = None


class StartedRingingTrigger(CallTrigger):
    """Fires when a call begins to ring or, with a duration, when it still rings after that."""

    _kinds = frozenset({TransitionKind.RINGING})
    _told = "a call that rings at"
    _options_schema = vol.Schema(
        {
            **CALLER_OPTION,
            **QUEUE_OPTION,
            vol.Optional(CONF_BEHAVIOR, default=EACH_PHONE): vol.In([EACH_PHONE, EACH_CALL]),
            vol.Optional(CONF_FOR): cv.positive_time_period,
        }
    )

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Begin without calls."""
        super().__init__(hass, config)
        self._duration: timedelta = self._options.get(CONF_FOR, timedelta())
        self._is_each_call = self._options[CONF_BEHAVIOR] == EACH_CALL
        self._rings: list[_Ring] = []

    @callback
    @override
    def _take(self, event: CallEvent) -> None:
        leg = (event.data[ATTR_DEVICE_ID], event.data["call_id"])
        names = self._names(event.data, leg)
        for ring in list(self._rings):
            # A call that rings anew at the same phone counts anew.
            if not self._still_ring(ring.legs.keys() - {leg}, with_untold=True):
                self._drop(ring)
            elif ring.names & names:
                ring.legs[leg] = event
                return
        ring = _Ring(names, {leg: event})
        if self._duration:
            ring.cancel = async_call_later(self._hass, self._duration, self._when_due(ring))
        if self._duration or self._is_each_call:
            self._rings.append(ring)
        if not self._duration:
            self._fire(event)

    def _when_due(self, ring: _Ring) -> Callable[[datetime], None]:
        @callback
        def come_due(_: datetime) -> None:
            ring.cancel = None
            if still := self._still_ring(ring.legs):
                self._fire(ring.legs[still[0]])
            else:
                self._rings.remove(ring)
                self._decline_early_stop(ring)

        return come_due

    @callback
    def _drop(self, ring: _Ring) -> None:
        self._rings.remove(ring)
        if ring.cancel is not None:
            ring.cancel()
            self._decline_early_stop(ring)

    @callback
    def _decline_early_stop(self, ring: _Ring) -> None:
        first = next(iter(ring.legs.values()))
        self._decline(first, "stopped_ringing_before", {"wanted": self._duration.total_seconds()})

    @callback
    @override
    def _stop(self) -> None:
        for ring in self._rings:
            if ring.cancel is not None:
                ring.cancel()
        self._rings.clear()

    def _names(self, data: Mapping[str, Any], leg: Leg) -> frozenset[tuple[str, ...]]:
        if not self._is_each_call:
            return frozenset({leg})
        sessions = ((name, data[name]) for name in ("session_id", "telephony_session_id"))
        return frozenset(one for one in sessions if one[1]) or frozenset({leg})

    def _still_ring(self, legs: Collection[Leg], *, with_untold: bool = False) -> list[Leg]:
        return [
            (device_id, call_id)
            for device_id, call_id in legs
            if any(
                call.call_id == call_id and (with_untold or not call.is_over)
                for call in _ringing_calls(self._hass, device_id)
            )
        ]


class StoppedRingingTrigger(CallTrigger):
    """Fires when a phone, or every targeted phone, has no ringing call any more."""

    _kinds = frozenset({TransitionKind.RINGING, TransitionKind.ANSWERED, *ENDS})
    _told = "a call that no longer rings at"
    _options_schema = vol.Schema(
        {
            **CALLER_OPTION,
            **QUEUE_OPTION,
            vol.Optional(CONF_BEHAVIOR, default=EACH_PHONE): vol.In([EACH_PHONE, ALL_PHONES]),
        }
    )

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Begin without knowing what rings."""
        super().__init__(hass, config)
        self._is_all_phones = self._options[CONF_BEHAVIOR] == ALL_PHONES
        # Of each phone the calls that rang since it was last told that none does; missing if nothing was told yet.
        self._rang: dict[str, set[str]] = {}

    @callback
    @override
    def _take(self, event: CallEvent) -> None:
        data = event.data
        device_id, call_id = data[ATTR_DEVICE_ID], data["call_id"]
        rang = self._rang.get(device_id)
        if data["type"] == TransitionKind.RINGING:
            self._rang.setdefault(device_id, set()).add(call_id)
        elif (rang is None or rang) and (_rang_until_now(data) or call_id in (rang or ())):
            self._conclude(event)

    @callback
    def _conclude(self, event: CallEvent) -> None:
        device_id = event.data[ATTR_DEVICE_ID]
        if self._rings(device_id):
            self._decline(event, "another_call_rings", {})
            return
        self._rang[device_id] = set()
        if not (self._is_all_phones and any(map(self._rings, self._target.device_ids))):
            self._fire(event)

    def _rings(self, device_id: str) -> bool:
        calls = _ringing_calls(self._hass, device_id)
        return any(self._filter.objection(describe_party(call)) is None for call in calls)


def _rang_until_now(data: Mapping[str, Any]) -> bool:
    """Tell from what happened to a call whether it rang before, though its begin may not have been heard here."""
    if data["direction"] == "outbound":
        return False
    if data["type"] == TransitionKind.ANSWERED:
        return data["ring_seconds"] is not None
    return data["answered"] is False


RINGING_TRIGGERS: dict[str, type[CallTrigger]] = {
    "started_ringing": StartedRingingTrigger,
    "stopped_ringing": StoppedRingingTrigger,
}
