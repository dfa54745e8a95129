"""The trigger of new voicemails; it runs on what happens to them, so it needs no entity."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.core import CALLBACK_TYPE, Context, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.trigger import TriggerConfig
import voluptuous as vol

from ..calls.filter import CALLER_OPTION, CallFilter
from ..voicemail.box import VoicemailKind
from ..voicemail.bus import SIGNAL_VOICEMAIL
from .base import PhoneTrigger

CONF_WAIT = "wait_for_transcription"

# What the filter of calls asks for and voicemails don't have.
_OF_NO_CALL = {"direction": "inbound", "queue": False, "called_name": None, "called_number": None}


class VoicemailReceivedTrigger(PhoneTrigger):
    """Fires for a new voicemail, or if chosen once it is transcribed; or is known not to be."""

    _options_schema = vol.Schema({**CALLER_OPTION, vol.Optional(CONF_WAIT, default=False): cv.boolean})

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        """Take a validated configuration over."""
        super().__init__(hass, config)
        self._filter = CallFilter.from_options(self._options)
        self._must_wait = self._options.get(CONF_WAIT, False)
        self._awaited: set[str] = set()

    @callback
    @override
    def _listen(self) -> CALLBACK_TYPE:
        @callback
        def handle(data: Mapping[str, Any], context: Context) -> None:
            if not self._is_targeted(data) or not self._is_due(data):
                return
            if mismatch := self._filter.mismatch({**_OF_NO_CALL, **data}):
                self._decline(data, *mismatch, context=context)
            else:
                self._run_action(dict(data), f"a voicemail for {data['extension_name']}", context)

        return async_dispatcher_connect(self._hass, SIGNAL_VOICEMAIL, handle)

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


VOICEMAIL_TRIGGERS: dict[str, type[PhoneTrigger]] = {"voicemail_received": VoicemailReceivedTrigger}
