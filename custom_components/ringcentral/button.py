"""Buttons: read everything again, and mark an extension's missed calls as seen."""

from typing import override

from homeassistant.components.button import ButtonEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api.errors import RingCentralError
from .const import DOMAIN
from .coordinator import RingCentralConfigEntry, RingCentralCoordinator
from .entity import AccountEntity, ExtensionEntity, add_for_each_extension
from .sync.roster import WatchedExtension

# Each press reads the whole account; RingCentral allows few such reads.
PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant, entry: RingCentralConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the account's button and those of every watched extension."""
    coordinator = entry.runtime_data
    async_add_entities([ResyncButton(coordinator)])
    add_for_each_extension(
        entry,
        async_add_entities,
        lambda extension: [SeenButton(coordinator, extension)] if extension.has_presence else [],
    )


class ResyncButton(AccountEntity, ButtonEntity):
    """Reads the presence of all extensions by REST."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, coordinator: RingCentralCoordinator) -> None:
        """Make the button."""
        super().__init__(coordinator, "resync")

    @override
    async def async_press(self) -> None:
        """Read; raises ``HomeAssistantError`` if RingCentral can't be read now."""
        try:
            await self.coordinator.reader.read_all()
        except RingCentralError as error:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="resync_failed") from error


class SeenButton(ExtensionEntity, ButtonEntity):
    """Resets the missed-call count; off by default, as their sensors are."""

    _attr_entity_registry_enabled_default = False
    _attr_translation_key = "mark_missed_calls_seen"

    def __init__(self, coordinator: RingCentralCoordinator, extension: WatchedExtension) -> None:
        """Make the button of an extension."""
        super().__init__(coordinator, extension, self._attr_translation_key)

    @override
    async def async_press(self) -> None:
        """Mark them."""
        self.coordinator.missed_calls.mark_seen(self.extension_id)
