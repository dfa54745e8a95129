"""Binary sensors: whether an extension rings or talks, and whether RingCentral's events arrive."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import RingCentralConfigEntry, RingCentralCoordinator
from .entity import CALL_INPUTS, AccountEntity, DescribedEntity, add_for_each_extension
from .presence.vocabulary import ExtensionState
from .settings import SETTINGS
from .words import MEETING, translate

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class ExtensionBinarySensorDescription(BinarySensorEntityDescription):
    """How a binary sensor's value is found in the extension's state.

    ``inputs`` are the fields of the state that it depends on. Call queues and the like have no presence of their own:
    of them only what ``is_about_calls`` exists.
    """

    value_fn: Callable[[ExtensionState], bool | None]
    inputs: frozenset[str] = CALL_INPUTS
    is_about_calls: bool = False


BINARY_SENSORS = (
    ExtensionBinarySensorDescription(
        key="ringing",
        translation_key="ringing",
        is_about_calls=True,
        value_fn=lambda state: state.is_ringing if state.are_calls_known else None,
    ),
    ExtensionBinarySensorDescription(
        key="on_call",
        translation_key="on_call",
        is_about_calls=True,
        value_fn=lambda state: state.is_on_call if state.are_calls_known else None,
    ),
    ExtensionBinarySensorDescription(
        key="meeting",
        translation_key="meeting",
        inputs=frozenset({"meeting_status"}),
        entity_registry_enabled_default=False,
        value_fn=lambda state: translate(MEETING, state.meeting_status),
    ),
    *(
        ExtensionBinarySensorDescription(
            key=setting.key,
            translation_key=setting.key,
            entity_category=EntityCategory.DIAGNOSTIC,
            entity_registry_enabled_default=False,
            inputs=setting.inputs,
            value_fn=setting.value_fn,
        )
        for setting in SETTINGS
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: RingCentralConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the account's connection and the binary sensors of every watched extension."""
    coordinator = entry.runtime_data
    async_add_entities([ConnectionSensor(coordinator)])
    add_for_each_extension(
        entry,
        async_add_entities,
        lambda extension: [
            ExtensionBinarySensor(coordinator, extension, kind)
            for kind in BINARY_SENSORS
            if extension.has_presence or kind.is_about_calls
        ],
    )


class ExtensionBinarySensor(DescribedEntity, BinarySensorEntity):
    """One yes or no of an extension."""

    entity_description: ExtensionBinarySensorDescription

    @override
    def _describe(self, state: ExtensionState) -> tuple[bool | None, dict[str, Any] | None]:
        return self.entity_description.value_fn(state), None

    @override
    def _show(self, value: Any) -> None:
        self._attr_is_on = value


class ConnectionSensor(AccountEntity, BinarySensorEntity):
    """Whether RingCentral's events reach us; without them, presence is polled."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_entity_category = EntityCategory.DIAGNOSTIC

    def __init__(self, coordinator: RingCentralCoordinator) -> None:
        """Show the link as it is."""
        super().__init__(coordinator, "connection")
        self._attr_is_on = coordinator.link.is_connected

    async def async_added_to_hass(self) -> None:
        """Listen to the link."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.link.async_listen(self._handle_change))
        self._attr_is_on = self.coordinator.link.is_connected

    @callback
    def _handle_change(self) -> None:
        if self._attr_is_on != self.coordinator.link.is_connected:
            self._attr_is_on = self.coordinator.link.is_connected
            self.async_write_ha_state()
