"""The least that an integration with the same devices and entities has to do: the floor of what can be reached.

Nothing is computed: whoever measures sets the entities, which are ``runtime_data``, and lets them write.
"""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

from .entity import BareEntity

PLATFORMS = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.SELECT,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.TEXT,
]

# The entities by extension and key.
type BareConfigEntry = ConfigEntry[dict[tuple[str, str], BareEntity]]


async def async_setup_entry(hass: HomeAssistant, entry: BareConfigEntry) -> bool:
    """Add the entities that the entry's data name."""
    entry.runtime_data = {}
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: BareConfigEntry) -> bool:
    """Remove the entities."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
