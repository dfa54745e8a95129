"""What the entities have in common: their device, and writing their state only when it has changed."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo, async_get_device_id_by_identifier
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api.account import EXTENSION_TYPES_OF_USERS
from .api.errors import RingCentralError
from .const import MANUFACTURER
from .coordinator import RingCentralConfigEntry, RingCentralCoordinator
from .errors import as_action_error
from .ids import account_identifier, account_unique_id, extension_identifier, extension_unique_id
from .presence.vocabulary import ExtensionState
from .sync.roster import WatchedExtension, model_of

# What entities about calls depend on.
CALL_INPUTS = frozenset({"calls", "are_calls_known"})


@callback
def add_for_each_extension(
    entry: RingCentralConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    create: Callable[[WatchedExtension], Iterable[Entity]],
) -> None:
    """Add entities for each watched extension: some at set-up, others whenever they appear."""

    @callback
    def add(extensions: Iterable[WatchedExtension]) -> None:
        async_add_entities([entity for extension in extensions for entity in create(extension)])

    entry.async_on_unload(entry.runtime_data.watchlist.async_listen_new(add))


@callback
def add_for_each_user(
    entry: RingCentralConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    create: Callable[[WatchedExtension], Iterable[Entity]],
) -> None:
    """Add entities for the extensions whose presence people set."""
    add_for_each_extension(
        entry,
        async_add_entities,
        lambda extension: create(extension) if extension.type in EXTENSION_TYPES_OF_USERS else (),
    )


class AccountEntity(Entity):
    """An entity of the account's device; it follows the link to RingCentral."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, coordinator: RingCentralCoordinator, key: str) -> None:
        """Make the entity of that key, which is also its translation's."""
        self.coordinator = coordinator
        self._attr_translation_key = key
        self._attr_unique_id = account_unique_id(coordinator.login_id, key)
        self._attr_device_info = DeviceInfo(identifiers={account_identifier(coordinator.login_id)})


class ExtensionEntity(Entity):
    """An entity of one extension's device."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, coordinator: RingCentralCoordinator, extension: WatchedExtension, key: str) -> None:
        """Make the entity of that key."""
        self.coordinator = coordinator
        self.extension_id = extension.id
        self._attr_unique_id = extension_unique_id(coordinator.login_id, extension.id, key)
        self._attr_device_info = extension_device_info(coordinator, extension)


class StateEntity(ExtensionEntity):
    """An entity that shows a part of its extension's state; it wakes for that extension only."""

    # The fields of the state that it depends on; ``None`` is any.
    _inputs: frozenset[str] | None = None

    def __init__(self, coordinator: RingCentralCoordinator, extension: WatchedExtension, key: str) -> None:
        """Make the entity of that key and show the present state."""
        super().__init__(coordinator, extension, key)
        self._shown: tuple[object, ...] | None = None
        self._refresh()

    async def async_added_to_hass(self) -> None:
        """Listen to the extension."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.async_listen(self.extension_id, self._handle_change, self._inputs))
        # Something may have happened since the entity was made.
        self._refresh()

    @callback
    def _handle_change(self, state: ExtensionState | None, is_available: bool) -> None:
        if self._update(state, is_available):
            self.async_write_ha_state()

    @callback
    def _refresh(self) -> bool:
        """Take the present state over; return whether anything that this entity shows has changed."""
        state = self.coordinator.state(self.extension_id)
        return self._update(state, self.coordinator.is_available(self.extension_id))

    def _update(self, state: ExtensionState | None, is_available: bool) -> bool:
        is_available = self._is_usable(state, is_available)
        value, attributes = self._describe(state) if state is not None else (None, None)
        shown = (is_available, value, attributes)
        if shown == self._shown:
            return False
        self._shown = shown
        if self._attr_available != is_available:
            self._attr_available = is_available
        self._show(value)
        if attributes is not None:
            self._attr_extra_state_attributes = attributes
        return True

    def _is_usable(self, state: ExtensionState | None, is_available: bool) -> bool:
        """Return whether the entity is available, given whether its extension's state can be trusted."""
        return is_available

    def _describe(self, state: ExtensionState) -> tuple[Any, dict[str, Any] | None]:
        """Return the value and new attributes for a state; they must compare equal if nothing has changed."""
        raise NotImplementedError

    def _show(self, value: Any) -> None:
        """Take the value over into the entity's own attribute."""
        raise NotImplementedError


class DescribedEntity(StateEntity):
    """An entity whose description says what it shows."""

    def __init__(
        self, coordinator: RingCentralCoordinator, extension: WatchedExtension, description: EntityDescription
    ) -> None:
        """Make the entity of that description."""
        self.entity_description = description
        self._inputs = getattr(description, "inputs", self._inputs)
        super().__init__(coordinator, extension, description.key)


class ControlEntity(StateEntity):
    """An entity that sets a part of an extension's presence.

    What was chosen shows at once; the cloud's word confirms it or puts the former value back.
    """

    def __init__(self, coordinator: RingCentralCoordinator, extension: WatchedExtension, key: str) -> None:
        """Make the control of that key; only those of the login's own extension are on by default."""
        self._chosen: Any = None
        self._attr_translation_key = key
        self._attr_entity_registry_enabled_default = extension.id == coordinator.login_id
        super().__init__(coordinator, extension, key)

    @property
    def presence(self) -> ExtensionState:
        """The extension's present state."""
        return self.coordinator.state(self.extension_id) or ExtensionState()

    def _can_set(self, state: ExtensionState) -> bool:
        """Return whether this part of the presence can be set at present, as far as the state shows."""
        return True

    @override
    def _is_usable(self, state: ExtensionState | None, is_available: bool) -> bool:
        return (
            is_available
            and self.coordinator.editor.can_edit(self.extension_id)
            and self._can_set(state or ExtensionState())
        )

    @override
    def _describe(self, state: ExtensionState) -> tuple[Any, dict[str, Any] | None]:
        value = self._value(state)
        return value if self._chosen is None else self._chosen, None

    def _value(self, state: ExtensionState) -> Any:
        """Return what is set according to the state."""
        raise NotImplementedError

    async def _async_set(self, chosen: Any, fields: Mapping[str, str | bool]) -> None:
        """Set fields of the presence, named as on the wire; raises what the user can read."""
        self._chosen = chosen
        self._show_now()
        try:
            await self.coordinator.editor.async_set(self.extension_id, fields)
        except RingCentralError as error:
            raise as_action_error(error) from error
        finally:
            self._chosen = None
            self._show_now()

    @callback
    def _show_now(self) -> None:
        if self._refresh():
            self.async_write_ha_state()


def extension_device_info(coordinator: RingCentralCoordinator, extension: WatchedExtension) -> DeviceInfo:
    """Return the device of an extension, which hangs on the account's."""
    return DeviceInfo(
        identifiers={extension_identifier(coordinator.login_id, extension.id)},
        name=extension.name,
        manufacturer=MANUFACTURER,
        model=model_of(extension),
        model_id=extension.number,
        entry_type=DeviceEntryType.SERVICE,
        via_device_id=async_get_device_id_by_identifier(
            coordinator.hass,
            account_identifier(coordinator.login_id),
            config_entry_id=coordinator.entry.entry_id,
        ),
    )
