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
import voluptuous as vol

from ..calls.bus import SIGNAL_CALL, SIGNAL_STOPPED_RINGING
from ..calls.describe import describe_party
from ..calls.kinds import KINDS
from ..presence.vocabulary import Call, TransitionKind
from ..targets import async_find_extension
from .calls import CallData, CallTrigger

CONF_BEHAVIOR = "behavior"
EACH_PHONE = "each_phone"
EACH_CALL = "each_call"
ALL_PHONES = "all_phones"

# How long a queue that rings one phone after another may take until the next one rings. In seconds.
_LONGEST_PAUSE = 15.0

# A phone and the id of one of its calls.
type Leg = tuple[str, str]


def _leg(data: CallData) -> Leg:
    return data[ATTR_DEVICE_ID], data["call_id"]


@callback
def _ringing_calls(hass: HomeAssistant, device_id: str) -> tuple[Call, ...]:
    phone = async_find_extension(hass, device_id)
    return phone.coordinator.ringing_calls(phone.extension.id) if phone is not None else ()


@dataclass(slots=True)
class _Ring:
    """A call that rings at one phone or, if each call counts once, at several; ``names`` identify it.

    ``elsewhere`` are legs that are not meant, at phones that are not targeted. ``cancel`` ends the wait for the
    duration, ``end_pause`` the wait for the next phone; ``is_overdue`` is a call whose duration was over in a pause.
    """

    names: frozenset[tuple[str, ...]]
    legs: dict[Leg, tuple[CallData, Context]] = field(default_factory=dict)
    elsewhere: set[Leg] = field(default_factory=set)
    cancel: CALLBACK_TYPE | None = None
    end_pause: CALLBACK_TYPE | None = None
    is_overdue: bool = False
    was_answered: bool = False


class StartedRingingTrigger(CallTrigger):
    """Fires when a call begins to ring or, with a duration, when it still rings after that."""

    _kinds = frozenset({TransitionKind.RINGING})
    _subject = KINDS[TransitionKind.RINGING].subject
    _options_schema = vol.Schema(
        {
            **KINDS[TransitionKind.RINGING].options,
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
        leg = _leg(data)
        names = self._names(data)
        for ring in list(self._rings):
            # A call that rings again at the same phone counts again, unless it was between two phones.
            if ring.end_pause is None and not self._still_ring((ring.legs.keys() | ring.elsewhere) - {leg}):
                self._drop(ring)
            elif ring.names & names:
                self._go_on(ring, leg, data, context)
                return
        ring = _Ring(names, {leg: (data, context)})
        if self._duration:
            ring.cancel = async_call_later(self._hass, self._duration, self._when_due(ring))
        if self._duration or self._is_each_call:
            self._rings.append(ring)
        if not self._duration:
            self._fire(data, context)

    @callback
    def _go_on(self, ring: _Ring, leg: Leg, data: CallData, context: Context) -> None:
        """Let a ring go on at one more phone."""
        ring.legs[leg] = data, context
        self._end_pause(ring)
        if ring.is_overdue:
            ring.is_overdue = False
            self._fire(data, context)

    def _when_due(self, ring: _Ring) -> Callable[[datetime], None]:
        @callback
        def come_due(_: datetime) -> None:
            ring.cancel = None
            if still := self._still_ring(ring.legs):
                self._fire(*ring.legs[still[0]])
            elif ring.end_pause is not None or self._still_ring(ring.elsewhere):
                ring.is_overdue = True
            else:
                self._rings.remove(ring)
                self._decline_early_stop(ring)

        return come_due

    @callback
    def _drop(self, ring: _Ring) -> None:
        self._rings.remove(ring)
        self._end_pause(ring)
        if ring.cancel is not None:
            ring.cancel()
        if ring.cancel is not None or ring.is_overdue:
            self._decline_early_stop(ring)

    @callback
    @override
    def _listen(self) -> CALLBACK_TYPE:
        removes = [super()._listen()]
        if self._is_each_call:
            removes.append(async_dispatcher_connect(self._hass, SIGNAL_CALL, self._observe))
            removes.append(async_dispatcher_connect(self._hass, SIGNAL_STOPPED_RINGING, self._handle_stopped))

        @callback
        def stop() -> None:
            for remove in removes:
                remove()

        return stop

    @callback
    def _observe(self, data: CallData, _: Context) -> None:
        """Follow where else the calls ring, and whether anybody answers them."""
        kind = data["type"]
        if kind not in (TransitionKind.RINGING, TransitionKind.ANSWERED) or data["direction"] == "outbound":
            return
        leg = _leg(data)
        for ring in self._rings_of(data):
            if kind == TransitionKind.ANSWERED:
                ring.was_answered = True
                self._pause(ring)
            elif leg not in ring.legs and not ring.was_answered:
                ring.elsewhere.add(leg)
                self._end_pause(ring)

    @callback
    def _handle_stopped(self, stopped: Sequence[CallData]) -> None:
        for data in stopped:
            for ring in self._rings_of(data):
                ring.was_answered = ring.was_answered or data["answered"]
                self._pause(ring)

    @callback
    def _pause(self, ring: _Ring) -> None:
        """Wait for the next phone if none rings any more, unless the call was answered: then it would ring again."""
        if self._still_ring(ring.legs.keys() | ring.elsewhere):
            return
        self._end_pause(ring)
        if not ring.was_answered:

            @callback
            def give_up(_: datetime) -> None:
                ring.end_pause = None
                self._drop(ring)

            ring.end_pause = async_call_later(self._hass, _LONGEST_PAUSE, give_up)
        elif ring.cancel is None:
            self._drop(ring)

    @callback
    def _end_pause(self, ring: _Ring) -> None:
        if ring.end_pause is not None:
            ring.end_pause()
            ring.end_pause = None

    @callback
    def _decline_early_stop(self, ring: _Ring) -> None:
        data, context = next(iter(ring.legs.values()))
        expected = {"expected": self._duration.total_seconds()}
        self._decline(data, "stopped_ringing_before", expected, context=context)

    @callback
    @override
    def _stop(self) -> None:
        for ring in self._rings:
            self._end_pause(ring)
            if ring.cancel is not None:
                ring.cancel()
        self._rings.clear()

    def _rings_of(self, data: CallData) -> list[_Ring]:
        names = self._names(data)
        return [ring for ring in self._rings if ring.names & names]

    def _names(self, data: CallData) -> frozenset[tuple[str, ...]]:
        if not self._is_each_call:
            return frozenset({_leg(data)})
        sessions = ((name, data[name]) for name in ("session_id", "telephony_session_id"))
        return frozenset(one for one in sessions if one[1]) or frozenset({_leg(data)})

    def _still_ring(self, legs: Collection[Leg]) -> list[Leg]:
        return [
            (device_id, call_id)
            for device_id, call_id in legs
            if any(call.call_id == call_id for call in _ringing_calls(self._hass, device_id))
        ]


class StoppedRingingTrigger(CallTrigger):
    """Fires when a phone, or every targeted phone, has no ringing call any more."""

    _subject = "a call that no longer rings at"
    _options_schema = vol.Schema(
        {
            **KINDS[TransitionKind.RINGING].options,
            vol.Optional(CONF_BEHAVIOR, default=EACH_PHONE): vol.In([EACH_PHONE, ALL_PHONES]),
        }
    )

    @callback
    @override
    def _listen(self) -> CALLBACK_TYPE:
        return async_dispatcher_connect(self._hass, SIGNAL_STOPPED_RINGING, self._handle_stopped_ringing)

    @callback
    def _handle_stopped_ringing(self, stopped: Sequence[CallData]) -> None:
        """Fire once for what has stopped ringing at one phone, however many calls it is."""
        meant = [data for data in stopped if self._is_meant(data)]
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
        return any(self._filter.mismatch(describe_party(call)) is None for call in calls)


RINGING_TRIGGERS: dict[str, type[CallTrigger]] = {
    "started_ringing": StartedRingingTrigger,
    "stopped_ringing": StoppedRingingTrigger,
}
