"""Bare entities of this platform."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.button import ButtonEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import BareEntity, add_bare


async def async_setup_entry(
    hass: HomeAssistant, entry: Any, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add them."""
    await add_bare(hass, entry, async_add_entities, "button", BareButton)


class BareButton(BareEntity, ButtonEntity):
    """An entity that shows what it is given."""

    def show(self, value: str | None, attributes: Mapping[str, Any]) -> None:
        """Nothing is shown but when it was pressed."""
