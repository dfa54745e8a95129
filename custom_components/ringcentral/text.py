"""The text that sets an extension's status message."""

from typing import Any, override

from homeassistant.components.text import TextEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import RingCentralConfigEntry, RingCentralCoordinator
from .entity import ControlEntity, add_for_each_user
from .presence.vocabulary import ExtensionState
from .sync.roster import WatchedExtension

# RingCentral allows few changes a minute.
PARALLEL_UPDATES = 1

# Specification, PresenceInfoRequest.message.
LONGEST_MESSAGE = 75


async def async_setup_entry(
    hass: HomeAssistant, entry: RingCentralConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the text of every watched extension."""
    coordinator = entry.runtime_data
    add_for_each_user(entry, async_add_entities, lambda extension: [MessageText(coordinator, extension)])


class MessageText(ControlEntity, TextEntity):
    """Sets the status message, which RingCentral has in REST only: a change elsewhere shows at the next reading."""

    _attr_native_max = LONGEST_MESSAGE

    def __init__(self, coordinator: RingCentralCoordinator, extension: WatchedExtension) -> None:
        """Make the text of an extension; it is off by default for everybody."""
        super().__init__(coordinator, extension, "set_status_message")
        self._attr_entity_registry_enabled_default = False

    @override
    def _value(self, state: ExtensionState) -> str:
        return state.message or ""

    @override
    def _show(self, value: Any) -> None:
        self._attr_native_value = value

    async def async_set_value(self, value: str) -> None:
        """Set the message; an empty text removes it."""
        await self._async_set(value, {"message": value})
