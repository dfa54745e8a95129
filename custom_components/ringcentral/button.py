"""The account's button: read everything anew."""

from homeassistant.components.button import ButtonEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api.errors import RingCentralError
from .const import DOMAIN
from .coordinator import RingCentralConfigEntry, RingCentralCoordinator
from .entity import AccountEntity

# Each press reads the whole account; RingCentral allows few such reads.
PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant, entry: RingCentralConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the account's button."""
    async_add_entities([ResyncButton(entry.runtime_data)])


class ResyncButton(AccountEntity, ButtonEntity):
    """Reads the presence of all extensions by REST."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, coordinator: RingCentralCoordinator) -> None:
        """Make the button."""
        super().__init__(coordinator, "resync")

    async def async_press(self) -> None:
        """Read; raises ``HomeAssistantError`` if RingCentral can't be read now."""
        try:
            await self.coordinator.async_resync()
        except RingCentralError as error:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="resync_failed") from error
