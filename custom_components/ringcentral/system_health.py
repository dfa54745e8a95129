"""What Settings, System, Repairs, System information shows of this integration."""

from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration, async_check_can_reach_url
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback

from .const import CONF_SERVER, DEFAULT_SERVER, DOMAIN
from .coordinator import RingCentralConfigEntry

# It answers without a login and does not count against any budget (reference 1.1).
_PROBE = "/restapi"


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register what is shown."""
    register.async_register_info(_async_info)


async def _async_info(hass: HomeAssistant) -> dict[str, Any]:
    entries: list[RingCentralConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    everything = hass.config_entries.async_entries(DOMAIN)
    servers = {entry.data.get(CONF_SERVER, DEFAULT_SERVER) for entry in everything} or {DEFAULT_SERVER}
    reached = {
        "can_reach_server" if len(servers) == 1 else f"can_reach_server {server}": async_check_can_reach_url(
            hass, f"{server}{_PROBE}"
        )
        for server in sorted(servers)
    }
    connected = [entry for entry in entries if entry.runtime_data.link.is_connected]
    failing = [entry for entry in everything if entry.state is not ConfigEntryState.LOADED]
    return {
        **reached,
        "logins": len(everything),
        "logins_not_loaded": len(failing),
        "logins_connected": len(connected),
        "extensions": sum(len(entry.runtime_data.extensions) for entry in entries),
        "events": sum(entry.runtime_data.office.counters["received"] for entry in entries),
    }
