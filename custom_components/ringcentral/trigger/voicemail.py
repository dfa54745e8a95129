"""The trigger of new voicemails; it runs on what happens to them, so it needs no entity."""

from collections.abc import Mapping
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

from ..calls.filter import CALLER_OPTION, CallFilter
from ..phone import TARGET_SCHEMA, PhoneTarget
from ..voicemail.box import VoicemailKind
from ..voicemail.bus import SIGNAL_VOICEMAIL

CONF_WAIT = "wait_for_transcription"


# What the filter of calls asks for and voicemails don't have.
_OF_NO_CALL = {"direction": "inbound", "queue": False, "called_name": None, "called_number": None}


class VoicemailReceivedTrigger(Trigger):
    """Fires for a new voicemail, or if wanted once it is transcribed; or is known not to be."""

    _options_schema: ClassVar[vol.Schema] = vol.Schema(
        {**CALLER_OPTION, vol.Optional(CONF_WAIT, default=False): cv.boolean}
    )

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        """Validate the target and the options."""
        schema = vol.Schema({**TARGET_SCHEMA, vol.Optional(CONF_OPTIONS, default=dict): cls._options_schema})
        return cast(ConfigType, schema(config))

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take a validated configuration over."""
        super().__init__(hass, config)
        options = config.options or {}
        self._target = PhoneTarget(hass, config.target or {})
        self._filter = CallFilter.from_options(options)
        self._must_wait = options.get(CONF_WAIT, False)
        self._awaited: set[str] = set()

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        """Run the action for what happens from now on."""

        @callback
        def handle(data: Mapping[str, Any], context: Context) -> None:
            if data[ATTR_DEVICE_ID] not in self._target.device_ids or not self._is_due(data):
                return
            if mismatch := self._filter.mismatch({**_OF_NO_CALL, **data}):
                if did_not_trigger is not None:
                    info = {ATTR_DEVICE_ID: data[ATTR_DEVICE_ID], **mismatch[1]}
                    did_not_trigger(NotTriggeredInfo(mismatch[0], info), context)
                return
            run_action(dict(data), f"a voicemail for {data['extension_name']}", context)

        removes = [
            self._target.async_follow(),
            async_dispatcher_connect(self._hass, SIGNAL_VOICEMAIL, handle),
        ]

        @callback
        def detach() -> None:
            for remove in removes:
                remove()

        return detach

    def _is_due(self, data: Mapping[str, Any]) -> bool:
        """Return whether an event is the one to fire for: each voicemail has one."""
        voicemail_id = data["voicemail_id"]
        if data["type"] != VoicemailKind.RECEIVED:
            is_awaited = voicemail_id in self._awaited
            self._awaited.discard(voicemail_id)
            return is_awaited
        if self._must_wait and data["is_being_transcribed"]:
            self._awaited.add(voicemail_id)
            return False
        return True


VOICEMAIL_TRIGGERS: dict[str, type[Trigger]] = {"voicemail_received": VoicemailReceivedTrigger}
