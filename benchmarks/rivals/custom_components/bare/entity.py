"""What the bare entities have in common."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback


class BareEntity(Entity):
    """An entity that shows what it is given."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, extension_id: str, name: str, kind: Mapping[str, Any]) -> None:
        """Make the entity of that extension and kind."""
        key = kind["key"]
        self._attr_unique_id = f"{extension_id}-{key}"
        self._attr_name = key
        self._attr_entity_registry_enabled_default = kind["is_enabled"]
        self._attr_device_info = DeviceInfo(identifiers={("bare", extension_id)}, name=name)

    def show(self, value: str | None, attributes: Mapping[str, Any]) -> None:
        """Take a state over, without writing it."""
        raise NotImplementedError


async def add_bare(
    hass: HomeAssistant,
    entry: Any,
    async_add_entities: AddConfigEntryEntitiesCallback,
    platform: str,
    entity_type: type[BareEntity],
) -> None:
    """Add the entities of one platform."""
    own, *_ = entry.data["extensions"]
    made = {
        (id_, kind["key"]): entity_type(id_, name, kind)
        for id_, name in entry.data["extensions"].items()
        for kind in entry.data["own" if id_ == own else "others"]
        if kind["platform"] == platform
    }
    entry.runtime_data.update(made)
    async_add_entities(made.values())
