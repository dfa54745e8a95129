"""Bare entities of this platform."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.event import EventEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import BareEntity, add_bare


async def async_setup_entry(
    hass: HomeAssistant, entry: Any, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add them."""
    await add_bare(hass, entry, async_add_entities, "event", BareEvent)


class BareEvent(BareEntity, EventEntity):
    """An entity that shows what it is given."""

    def __init__(self, extension_id: str, name: str, kind: Mapping[str, Any]) -> None:
        """Make the event entity."""
        super().__init__(extension_id, name, kind)
        self._attr_event_types = kind["event_types"]

    def show(self, value: str | None, attributes: Mapping[str, Any]) -> None:
        """Fire, without writing."""
        data = dict(attributes)
        self._trigger_event(data.pop("event_type"), data)
