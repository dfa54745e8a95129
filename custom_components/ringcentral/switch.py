"""Switches for the yes-or-no settings of an extension's presence."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import RingCentralConfigEntry, RingCentralCoordinator
from .entity import ControlEntity, add_for_each_user
from .presence.vocabulary import ExtensionState
from .settings import SETTINGS, PresenceSetting
from .sync.roster import WatchedExtension

# RingCentral allows few changes a minute.
PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant, entry: RingCentralConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the switches of every watched extension."""
    coordinator = entry.runtime_data
    add_for_each_user(
        entry,
        async_add_entities,
        lambda extension: [SettingSwitch(coordinator, extension, setting) for setting in SETTINGS],
    )


class SettingSwitch(ControlEntity, SwitchEntity):
    """Sets one of the settings."""

    _attr_entity_category = EntityCategory.CONFIG

    def __init__(
        self, coordinator: RingCentralCoordinator, extension: WatchedExtension, setting: PresenceSetting
    ) -> None:
        """Make the switch of a setting; it is off by default for everybody, since it is set once if ever."""
        self._setting = setting
        super().__init__(coordinator, extension, f"set_{setting.key}")
        self._attr_entity_registry_enabled_default = False

    @override
    def _can_set(self, state: ExtensionState) -> bool:
        # What RingCentral has never sent does not exist on this account.
        return self._setting.value_fn(state) is not None

    @override
    def _value(self, state: ExtensionState) -> bool | None:
        return self._setting.value_fn(state)

    @override
    def _show(self, value: Any) -> None:
        self._attr_is_on = value

    async def async_turn_on(self, **kwargs: Any) -> None:
        """Switch the setting on."""
        await self._async_set(True, {self._setting.field: True})

    async def async_turn_off(self, **kwargs: Any) -> None:
        """Switch the setting off."""
        await self._async_set(False, {self._setting.field: False})
