"""Selects that set an extension's status and Do Not Disturb."""

from typing import Any, override

from homeassistant.components.select import SelectEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api.models import DndStatus
from .coordinator import RingCentralConfigEntry, RingCentralCoordinator
from .entity import ControlEntity, add_for_each_user
from .presence.vocabulary import ExtensionState
from .sync.roster import WatchedExtension
from .words import DND, PERSONAL_DND, PRESENCE, translate, word_for

# RingCentral allows few changes a minute.
PARALLEL_UPDATES = 1


async def async_setup_entry(
    hass: HomeAssistant, entry: RingCentralConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the selects of every watched extension."""
    coordinator = entry.runtime_data
    add_for_each_user(
        entry,
        async_add_entities,
        lambda extension: [StatusSelect(coordinator, extension), DndSelect(coordinator, extension)],
    )


class StatusSelect(ControlEntity, SelectEntity):
    """Sets the user status; out of Do Not Disturb this brings back what was set before, as RingCentral's apps do."""

    def __init__(self, coordinator: RingCentralCoordinator, extension: WatchedExtension) -> None:
        """Make the select of an extension."""
        self._attr_options = list(PRESENCE.values())
        super().__init__(coordinator, extension, "set_status")

    @override
    def _can_set(self, state: ExtensionState) -> bool:
        # A hidden user's status cannot be changed (reference 2.1).
        return state.allow_see_my_presence is not False

    @override
    def _value(self, state: ExtensionState) -> str | None:
        return translate(PRESENCE, state.user_status)

    @override
    def _show(self, value: Any) -> None:
        self._attr_current_option = value

    async def async_select_option(self, option: str) -> None:
        """Set the status; out of Do Not Disturb, too."""
        fields: dict[str, str | bool] = {"userStatus": word_for(PRESENCE, option)}
        state = self.presence
        if state.effective_dnd == DndStatus.DO_NOT_ACCEPT_ANY_CALLS:
            fields[state.dnd_field] = self.coordinator.editor.last_open_dnd(self.extension_id)
        await self._async_set(option, fields)


class DndSelect(ControlEntity, SelectEntity):
    """Sets Do Not Disturb; accounts with the newer call handling know two words only."""

    def __init__(self, coordinator: RingCentralCoordinator, extension: WatchedExtension) -> None:
        """Make the select of an extension."""
        super().__init__(coordinator, extension, "set_dnd")

    @property
    @override
    def options(self) -> list[str]:
        """The words that this account knows."""
        return list((PERSONAL_DND if self.presence.uses_personal_dnd else DND).values())

    @override
    def _value(self, state: ExtensionState) -> str | None:
        return translate(DND, state.effective_dnd)

    @override
    def _show(self, value: Any) -> None:
        self._attr_current_option = value

    async def async_select_option(self, option: str) -> None:
        """Set Do Not Disturb."""
        await self._async_set(option, {self.presence.dnd_field: word_for(DND, option)})
