"""The integration's triggers, as Home Assistant looks for them."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from .calls import CALL_TRIGGERS
from .ringing import RINGING_TRIGGERS
from .status import STATUS_TRIGGERS
from .voicemail import VOICEMAIL_TRIGGERS

TRIGGERS: dict[str, type[Trigger]] = {**CALL_TRIGGERS, **RINGING_TRIGGERS, **STATUS_TRIGGERS, **VOICEMAIL_TRIGGERS}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers by the key that follows ``ringcentral.``."""
    return TRIGGERS
