"""Bare entities of this platform."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.text import TextEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import BareEntity, add_bare


async def async_setup_entry(
    hass: HomeAssistant, entry: Any, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add them."""
    await add_bare(hass, entry, async_add_entities, "text", BareText)


class BareText(BareEntity, TextEntity):
    """An entity that shows what it is given."""

    def show(self, value: str | None, attributes: Mapping[str, Any]) -> None:
        """Take a state over, without writing it."""
        self._attr_native_value = value
