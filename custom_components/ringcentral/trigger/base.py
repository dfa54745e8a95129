"""What the triggers have in common: they follow the phones of their target, and run on signals, not on entities."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar, cast, override

from homeassistant.const import ATTR_DEVICE_ID, CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers.trigger import (
    NotTriggeredInfo,
    Trigger,
    TriggerActionRunner,
    TriggerConfig,
    TriggerNotTriggeredReporter,
)
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from ..phone import TARGET_SCHEMA, PhoneTarget


class PhoneTrigger(Trigger):
    """Fires for something that happens at the targeted phones."""

    _options_schema: ClassVar[vol.Schema] = vol.Schema({})

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

    @abstractmethod
    def _listen(self) -> CALLBACK_TYPE:
        """Listen to what happens; the returned callable ends that."""

    @callback
    def _stop(self) -> None:
        """Forget what waits."""

    @callback
    def _is_targeted(self, data: Mapping[str, Any]) -> bool:
        return data[ATTR_DEVICE_ID] in self._target.device_ids

    @callback
    def _decline(
        self, data: Mapping[str, Any], reason: str, compared: Mapping[str, Any], *, context: Context | None = None
    ) -> None:
        """Report to the trace why nothing happened."""
        if self._did_not_trigger is not None:
            info = {ATTR_DEVICE_ID: data[ATTR_DEVICE_ID], **compared}
            self._did_not_trigger(NotTriggeredInfo(reason, info), context)
