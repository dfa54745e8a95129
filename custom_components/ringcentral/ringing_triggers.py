"""Triggers of ringing: that a phone begins to ring or has rung for some time, and that it no longer rings at all."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import override

from homeassistant.const import ATTR_DEVICE_ID, CONF_FOR
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.trigger import TriggerConfig
import probatio as vol

from .call_events import SIGNAL_SILENCE, describe_party
from .call_filter import CALLER_OPTION, QUEUE_OPTION
from .call_triggers import CallData, CallTrigger
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
    legs: dict[Leg, tuple[CallData, Context]] = field(default_factory=dict)
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
    def _take(self, data: CallData, context: Context) -> None:
        leg = (data[ATTR_DEVICE_ID], data["call_id"])
        names = self._names(data, leg)
        for ring in list(self._rings):
            # A call that rings anew at the same phone counts anew.
            if not self._still_ring(ring.legs.keys() - {leg}):
                self._drop(ring)
            elif ring.names & names:
                ring.legs[leg] = data, context
                return
        ring = _Ring(names, {leg: (data, context)})
        if self._duration:
            ring.cancel = async_call_later(self._hass, self._duration, self._when_due(ring))
        if self._duration or self._is_each_call:
            self._rings.append(ring)
        if not self._duration:
            self._fire(data, context)

    def _when_due(self, ring: _Ring) -> Callable[[datetime], None]:
        @callback
        def come_due(_: datetime) -> None:
            ring.cancel = None
            if still := self._still_ring(ring.legs):
                self._fire(*ring.legs[still[0]])
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
        data, context = next(iter(ring.legs.values()))
        wanted = {"wanted": self._duration.total_seconds()}
        self._decline(data, "stopped_ringing_before", wanted, context=context)

    @callback
    @override
    def _stop(self) -> None:
        for ring in self._rings:
            if ring.cancel is not None:
                ring.cancel()
        self._rings.clear()

    def _names(self, data: CallData, leg: Leg) -> frozenset[tuple[str, ...]]:
        if not self._is_each_call:
            return frozenset({leg})
        sessions = ((name, data[name]) for name in ("session_id", "telephony_session_id"))
        return frozenset(one for one in sessions if one[1]) or frozenset({leg})

    def _still_ring(self, legs: Collection[Leg]) -> list[Leg]:
        return [
            (device_id, call_id)
            for device_id, call_id in legs
            if any(call.call_id == call_id for call in _ringing_calls(self._hass, device_id))
        ]


class StoppedRingingTrigger(CallTrigger):
    """Fires when a phone, or every targeted phone, has no ringing call any more."""

    _told = "a call that no longer rings at"
    _options_schema = vol.Schema(
        {
            **CALLER_OPTION,
            **QUEUE_OPTION,
            vol.Optional(CONF_BEHAVIOR, default=EACH_PHONE): vol.In([EACH_PHONE, ALL_PHONES]),
        }
    )

    @callback
    @override
    def _listen(self) -> CALLBACK_TYPE:
        return async_dispatcher_connect(self._hass, SIGNAL_SILENCE, self._conclude)

    @callback
    def _conclude(self, silent: Sequence[CallData]) -> None:
        """Fire once for what has stopped ringing at one phone, however many calls it is."""
        meant = [data for data in silent if self._is_meant(data)]
        if not meant:
            return
        last = meant[-1]
        is_all_phones = self._options[CONF_BEHAVIOR] == ALL_PHONES
        phones = self._target.device_ids if is_all_phones else {last[ATTR_DEVICE_ID]}
        if any(map(self._rings, phones)):
            self._decline(last, "another_call_rings", {})
        else:
            self._fire(last)

    def _rings(self, device_id: str) -> bool:
        calls = _ringing_calls(self._hass, device_id)
        return any(self._filter.objection(describe_party(call)) is None for call in calls)


RINGING_TRIGGERS: dict[str, type[CallTrigger]] = {
    "started_ringing": StartedRingingTrigger,
    "stopped_ringing": StoppedRingingTrigger,
}
