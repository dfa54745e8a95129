"""Triggers of what happens to calls; they run on the stream of call events, so they need no entity."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, cast, override

from homeassistant.const import ATTR_DEVICE_ID, CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.trigger import (
    NotTriggeredInfo,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from ..calls.bus import SIGNAL_CALL
from ..calls.filter import CALLED_OPTION, CALLER_OPTION, DIRECTION_OPTION, QUEUE_OPTION, CallFilter
from ..phone import TARGET_SCHEMA, PhoneTarget
from ..presence.vocabulary import TransitionKind

CONF_MINIMUM_DURATION = "minimum_duration"

# What happened to a call, as the signals have it.
type CallData = Mapping[str, Any]


class CallTrigger(Trigger):
    """Fires for one or several kinds of transitions of the calls of the targeted phones."""

    _kinds: ClassVar[frozenset[TransitionKind]] = frozenset()
    # What happened, for the logbook's "triggered by ...".
    _told: ClassVar[str]
    _options_schema: ClassVar[vol.Schema]

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Validate the target and the options."""
        schema = vol.Schema({**TARGET_SCHEMA, vol.Optional(CONF_OPTIONS, default=dict): cls._options_schema})
        return cast(ConfigType, schema(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take a validated configuration over."""
        super().__init__(hass, config)
        self._options = config.options or {}
        self._target = PhoneTarget(hass, config.target or {})
        self._filter = CallFilter.from_options(self._options)

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        """Run the action for what happens from now on."""
        self._run_action = run_action
        self._did_not_trigger = did_not_trigger
        removes = [self._target.async_follow(), self._listen()]

        @callback
        def detach() -> None:
            for remove in removes:
                remove()
            self._stop()

        return detach

    @callback
    def _listen(self) -> CALLBACK_TYPE:
        @callback
        def handle(data: CallData, context: Context) -> None:
            if data["type"] in self._kinds and self._is_meant(data, context):
                self._take(data, context)

        return async_dispatcher_connect(self._hass, SIGNAL_CALL, handle)

    @callback
    def _is_meant(self, data: CallData, context: Context | None = None) -> bool:
        """Tell whether it is a call at a targeted phone that the options choose; tell the trace why it is not."""
        if data[ATTR_DEVICE_ID] not in self._target.device_ids:
            return False
        if mismatch := self._filter.mismatch(data):
            self._decline(data, *mismatch, context=context)
        return mismatch is None

    @callback
    def _take(self, data: CallData, context: Context) -> None:
        """Fire for an event that fits, or say why not."""
        self._fire(data, context)

    @callback
    def _stop(self) -> None:
        """Forget what waits."""

    @callback
    def _fire(self, data: CallData, context: Context | None = None) -> None:
        self._run_action(dict(data), f"{self._told} {data['extension_name']}", context)

    @callback
    def _decline(
        self, data: CallData, reason: str, compared: Mapping[str, Any], *, context: Context | None = None
    ) -> None:
        """Tell the trace why nothing happened."""
        if self._did_not_trigger is not None:
            info = {ATTR_DEVICE_ID: data[ATTR_DEVICE_ID], "call_id": data["call_id"], **compared}
            self._did_not_trigger(NotTriggeredInfo(reason, info), context)


def make_call_trigger(kind: TransitionKind, told: str, *options: dict[vol.Marker, Any]) -> type[CallTrigger]:
    """Return the trigger of one kind of transition, with these options beside the caller's."""

    class KindTrigger(CallTrigger):
        """Fires for one kind of transition."""

        _kinds = frozenset({kind})
        _told = told
        _options_schema = vol.Schema(
            {key: check for option in (CALLER_OPTION, *options) for key, check in option.items()}
        )

    return KindTrigger


class CallEndedTrigger(CallTrigger):
    """Fires when a call has ended, if it was talked for long enough."""

    _kinds = frozenset({TransitionKind.ENDED})
    _told = "a call that ended at"
    _options_schema = vol.Schema(
        {
            **CALLER_OPTION,
            **CALLED_OPTION,
            **QUEUE_OPTION,
            **DIRECTION_OPTION,
            vol.Optional(CONF_MINIMUM_DURATION): cv.positive_time_period,
        }
    )

    @callback
    @override
    def _take(self, data: CallData, context: Context) -> None:
        wanted: timedelta = self._options.get(CONF_MINIMUM_DURATION, timedelta())
        talked = data["talk_seconds"]
        if wanted and (talked is None or talked < wanted.total_seconds()):
            compared = {"talk_seconds": talked, "wanted": wanted.total_seconds()}
            self._decline(data, "call_too_short", compared, context=context)
        else:
            self._fire(data, context)


CALL_TRIGGERS: dict[str, type[CallTrigger]] = {
    "started_dialing": make_call_trigger(TransitionKind.DIALING, "a call that is made from"),
    "call_answered": make_call_trigger(
        TransitionKind.ANSWERED, "a call that was answered at", CALLED_OPTION, QUEUE_OPTION, DIRECTION_OPTION
    ),
    "call_held": make_call_trigger(
        TransitionKind.HELD, "a call that was put on hold at", CALLED_OPTION, QUEUE_OPTION, DIRECTION_OPTION
    ),
    "call_ended": CallEndedTrigger,
    "call_missed": make_call_trigger(TransitionKind.MISSED, "a call that was missed at", CALLED_OPTION),
    "call_answered_elsewhere": make_call_trigger(
        TransitionKind.ANSWERED_ELSEWHERE, "a call that was answered elsewhere than at", CALLED_OPTION, QUEUE_OPTION
    ),
}
