"""Bare entities of this platform."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.select import SelectEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import BareEntity, add_bare


async def async_setup_entry(
    hass: HomeAssistant, entry: Any, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add them."""
    await add_bare(hass, entry, async_add_entities, "select", BareSelect)


class BareSelect(BareEntity, SelectEntity):
    """An entity that shows what it is given."""

    def __init__(self, extension_id: str, name: str, kind: Mapping[str, Any]) -> None:
        """Make the select."""
        super().__init__(extension_id, name, kind)
        self._attr_options = kind["options"]

    def show(self, value: str | None, attributes: Mapping[str, Any]) -> None:
        """Take a state over, without writing it."""
        self._attr_current_option = value
