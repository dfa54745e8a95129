"""The integration's conditions: what phones do now, asked of whoever follows them, so they need no entity."""

from abc import abstractmethod
from typing import ClassVar, Unpack, cast, override

from homeassistant.const import CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, HomeAssistant
from homeassistant.helpers.condition import (
    ATTR_BEHAVIOR,
    BEHAVIOR_ALL,
    BEHAVIOR_ANY,
    Condition,
    ConditionCheckParams,
    ConditionConfig,
    condition_trace_update_result,
)
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from .api.models import DndStatus, PresenceStatus
from .calls.describe import describe_party
from .calls.filter import CALLED_OPTION, CALLER_OPTION, DIRECTION_OPTION, QUEUE_OPTION, CallFilter
from .phone import TARGET_SCHEMA, PhoneTarget
from .presence.vocabulary import CallState, ExtensionState
from .targets import async_find_extension
from .words import DND, PRESENCE, translate


class PhoneCondition(Condition):
    """Holds if any or all targeted phones fit; a phone of which nothing is known now does not."""

    _options_schema: ClassVar[vol.Schema] = vol.Schema({})

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Validate the target and the options."""
        options = cls._options_schema.extend(
            {vol.Optional(ATTR_BEHAVIOR, default=BEHAVIOR_ANY): vol.In([BEHAVIOR_ANY, BEHAVIOR_ALL])}
        )
        schema = vol.Schema({**TARGET_SCHEMA, vol.Optional(CONF_OPTIONS, default=dict): options})
        return cast(ConfigType, schema(config))

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Take a validated configuration over."""
        super().__init__(hass, config)
        self._options = config.options or {}
        self._target = PhoneTarget(hass, config.target or {})
        self._stop_following: CALLBACK_TYPE | None = None

    @override
    async def _async_setup(self) -> None:
        self._stop_following = self._target.async_follow()

    @override
    def _async_unload(self) -> None:
        if self._stop_following is not None:
            self._stop_following()
            self._stop_following = None

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        """Test the phones; the trace says how each was found."""
        found = {device_id: self._check_phone(device_id) for device_id in sorted(self._target.device_ids)}
        fits = [answer == "fits" for answer in found.values()]
        is_all = self._options[ATTR_BEHAVIOR] == BEHAVIOR_ALL
        condition_trace_update_result(phones=found or "the target names no phone")
        return bool(fits) and (all(fits) if is_all else any(fits))

    def _check_phone(self, device_id: str) -> str:
        phone = async_find_extension(self._hass, device_id)
        if phone is None:
            return "its entry is not loaded"
        state = phone.coordinator.state(phone.extension.id)
        if state is None or not phone.coordinator.is_available(phone.extension.id):
            return "unavailable"
        answer = self._fits(state)
        return "unknown" if answer is None else "fits" if answer else "does not fit"

    @abstractmethod
    def _fits(self, state: ExtensionState) -> bool | None:
        """Return whether an extension's state fits, ``None`` if that is not known."""


class CallCondition(PhoneCondition):
    """Holds if a phone has a call that does one of some things, and that is meant."""

    _states: ClassVar[frozenset[CallState]]

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        """Take a validated configuration over."""
        super().__init__(hass, config)
        self._filter = CallFilter.from_options(self._options)

    @override
    def _fits(self, state: ExtensionState) -> bool | None:
        if not state.are_calls_known:
            return None
        return any(
            call.state in self._states and self._filter.mismatch(describe_party(call)) is None for call in state.calls
        )


class IsRingingCondition(CallCondition):
    """A call rings."""

    _states = frozenset({CallState.RINGING})
    _options_schema = vol.Schema({**CALLER_OPTION, **CALLED_OPTION, **QUEUE_OPTION})


class IsOnCallCondition(CallCondition):
    """A call is connected or on hold."""

    _states = frozenset({CallState.CONNECTED, CallState.ON_HOLD})
    _options_schema = vol.Schema({**CALLER_OPTION, **CALLED_OPTION, **QUEUE_OPTION, **DIRECTION_OPTION})


class HasCallOnHoldCondition(CallCondition):
    """A call is on hold."""

    _states = frozenset({CallState.ON_HOLD})
    _options_schema = vol.Schema({**CALLER_OPTION, **CALLED_OPTION, **QUEUE_OPTION, **DIRECTION_OPTION})


class IsDndCondition(PhoneCondition):
    """Do Not Disturb refuses all calls."""

    @override
    def _fits(self, state: ExtensionState) -> bool | None:
        word = translate(DND, state.effective_dnd)
        return None if word is None else word == DND[DndStatus.DO_NOT_ACCEPT_ANY_CALLS]


class PresenceCondition(PhoneCondition):
    """The presence is one of its values."""

    _value: ClassVar[PresenceStatus]

    @override
    def _fits(self, state: ExtensionState) -> bool | None:
        word = translate(PRESENCE, state.presence_status)
        return None if word is None else word == PRESENCE[self._value]


class IsAvailableCondition(PresenceCondition):
    """The presence is available."""

    _value = PresenceStatus.AVAILABLE


class IsBusyCondition(PresenceCondition):
    """The presence is busy."""

    _value = PresenceStatus.BUSY


class IsOfflineCondition(PresenceCondition):
    """The presence is offline."""

    _value = PresenceStatus.OFFLINE


class HasUnreadVoicemailCondition(PhoneCondition):
    """A voicemail of the login's own mailbox is unread; of other phones nothing is known."""

    @override
    def _check_phone(self, device_id: str) -> str:
        phone = async_find_extension(self._hass, device_id)
        if phone is None:
            return "its entry is not loaded"
        box = phone.coordinator.voicemail
        if phone.extension.id != phone.coordinator.login_id or not box.is_granted:
            return "has no mailbox"
        if not box.is_available:
            return "unavailable"
        return "fits" if box.unread else "does not fit"

    @override
    def _fits(self, state: ExtensionState) -> bool | None:
        return None


CONDITIONS: dict[str, type[Condition]] = {
    "is_ringing": IsRingingCondition,
    "is_on_call": IsOnCallCondition,
    "has_call_on_hold": HasCallOnHoldCondition,
    "is_dnd": IsDndCondition,
    "is_available": IsAvailableCondition,
    "is_busy": IsBusyCondition,
    "is_offline": IsOfflineCondition,
    "has_unread_voicemail": HasUnreadVoicemailCondition,
}


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """Return the conditions by the key that follows ``ringcentral.``."""
    return CONDITIONS
