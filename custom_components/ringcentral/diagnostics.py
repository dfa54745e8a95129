"""What to attach to a bug report: the state of the link, the rules' memory, counts. No names, numbers or tokens."""

from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_WEBHOOK_ID
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry

from .const import CONF_CLOUDHOOK_URL, CONF_JWT, CONF_TOKEN, CONF_VERIFICATION_TOKEN
from .coordinator import RingCentralConfigEntry

_SECRETS = {
    CONF_CLIENT_ID,
    CONF_CLIENT_SECRET,
    CONF_CLOUDHOOK_URL,
    CONF_JWT,
    CONF_TOKEN,
    CONF_VERIFICATION_TOKEN,
    CONF_WEBHOOK_ID,
}

# Fields of events and calls that hold a name or a number of a person, as RingCentral and as we spell them.
_PERSONAL = {
    "callId",
    "call_id",
    "extensionNumber",
    "from",
    "fromName",
    "from_name",
    "from_number",
    "localUri",
    "message",
    "name",
    "number",
    "onBehalfOf",
    "on_behalf_of",
    "phoneNumber",
    "queue_name",
    "remoteUri",
    "to",
    "toName",
    "to_name",
    "to_number",
    "value",
}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: RingCentralConfigEntry) -> dict[str, Any]:
    """Return the state of the link and of the pipeline."""
    return {
        "data": async_redact_data(dict(entry.data), _SECRETS),
        "options": dict(entry.options),
        **entry.runtime_data.diagnostics(),
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: RingCentralConfigEntry, device: DeviceEntry
) -> dict[str, Any]:
    """Return what is known of one extension, with its last event in full but for names and numbers."""
    coordinator = entry.runtime_data
    prefix = f"{coordinator.login_id}-"
    for _, identifier in device.identifiers:
        extension_id = identifier.removeprefix(prefix)
        if extension_id in coordinator.extensions:
            return async_redact_data(coordinator.extension_diagnostics(extension_id), _PERSONAL)
    return coordinator.diagnostics()
