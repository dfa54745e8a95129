"""Bare entities of this platform."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import BareEntity, add_bare


async def async_setup_entry(
    hass: HomeAssistant, entry: Any, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add them."""
    await add_bare(hass, entry, async_add_entities, "sensor", BareSensor)


class BareSensor(BareEntity, SensorEntity):
    """An entity that shows what it is given."""

    def __init__(self, extension_id: str, name: str, kind: Mapping[str, Any]) -> None:
        """Make the sensor; an enumeration if its words are known."""
        super().__init__(extension_id, name, kind)
        if kind["options"] is not None:
            self._attr_device_class = SensorDeviceClass.ENUM
            self._attr_options = kind["options"]

    def show(self, value: str | None, attributes: Mapping[str, Any]) -> None:
        """Take a state over, without writing it."""
        self._attr_native_value = value
        self._attr_extra_state_attributes = dict(attributes)
