"""Triggers of what happens to calls; they run on the stream of call events, so they need no entity."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, override

from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.trigger import TriggerConfig
import voluptuous as vol

from ..calls.bus import SIGNAL_CALL
from ..calls.filter import CallFilter
from ..calls.kinds import KINDS
from ..presence.vocabulary import TransitionKind
from .base import PhoneTrigger

CONF_MINIMUM_DURATION = "minimum_duration"

# What happened to a call, as the signals have it.
type CallData = Mapping[str, Any]


class CallTrigger(PhoneTrigger):
    """Fires for one or several kinds of transitions of the calls of the targeted phones."""

    _kinds: ClassVar[frozenset[TransitionKind]] = frozenset()
    # What happened, for the logbook's "triggered by ...".
    _subject: ClassVar[str]

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take a validated configuration over."""
        super().__init__(hass, config)
        self._filter = CallFilter.from_options(self._options)

    @callback
    @override
    def _listen(self) -> CALLBACK_TYPE:
        @callback
        def handle(data: CallData, context: Context) -> None:
            if data["type"] in self._kinds and self._is_meant(data, context):
                self._take(data, context)

        return async_dispatcher_connect(self._hass, SIGNAL_CALL, handle)

    @callback
    def _is_meant(self, data: CallData, context: Context | None = None) -> bool:
        """Return whether it is a call at a targeted phone that the options choose; the trace gets why it is not."""
        if not self._is_targeted(data):
            return False
        if mismatch := self._filter.mismatch(data):
            self._decline(data, *mismatch, context=context)
        return mismatch is None

    @callback
    def _take(self, data: CallData, context: Context) -> None:
        """Fire for an event that fits, or say why not."""
        self._fire(data, context)

    @callback
    def _fire(self, data: CallData, context: Context | None = None) -> None:
        self._run_action(dict(data), f"{self._subject} {data['extension_name']}", context)

    @callback
    @override
    def _decline(
        self, data: CallData, reason: str, compared: Mapping[str, Any], *, context: Context | None = None
    ) -> None:
        super()._decline(data, reason, {"call_id": data["call_id"], **compared}, context=context)


def make_call_trigger(kind: TransitionKind) -> type[CallTrigger]:
    """Return the trigger of one kind of transition, as its row in ``KINDS`` says."""

    class KindTrigger(CallTrigger):
        """Fires for one kind of transition."""

        _kinds = frozenset({kind})
        _subject = KINDS[kind].subject
        _options_schema = vol.Schema(KINDS[kind].options)

    return KindTrigger


class CallEndedTrigger(CallTrigger):
    """Fires when a call has ended, if it was talked for long enough."""

    _kinds = frozenset({TransitionKind.ENDED})
    _subject = KINDS[TransitionKind.ENDED].subject
    _options_schema = vol.Schema(
        {**KINDS[TransitionKind.ENDED].options, vol.Optional(CONF_MINIMUM_DURATION): cv.positive_time_period}
    )

    @callback
    @override
    def _take(self, data: CallData, context: Context) -> None:
        expected: timedelta = self._options.get(CONF_MINIMUM_DURATION, timedelta())
        talked = data["talk_seconds"]
        if expected and (talked is None or talked < expected.total_seconds()):
            compared = {"talk_seconds": talked, "expected": expected.total_seconds()}
            self._decline(data, "call_too_short", compared, context=context)
        else:
            self._fire(data, context)


# Those that do more than fire have classes of their own, here and in ``ringing.py``.
CALL_TRIGGERS: dict[str, type[CallTrigger]] = {
    **{row.trigger: make_call_trigger(kind) for kind, row in KINDS.items() if row.trigger is not None},
    "call_ended": CallEndedTrigger,
}
