"""The integration's triggers, as Home Assistant looks for them."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.trigger import Trigger

from .call_triggers import CALL_TRIGGERS
from .ringing_triggers import RINGING_TRIGGERS
from .status_triggers import STATUS_TRIGGERS

TRIGGERS: dict[str, type[Trigger]] = {**RINGING_TRIGGERS, **CALL_TRIGGERS, **STATUS_TRIGGERS}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """Return the triggers by the key that follows ``ringcentral.``."""
    return TRIGGERS
