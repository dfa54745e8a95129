"""The event entities of an extension: what happens to its calls, and to the login's own voicemail."""

from collections.abc import Iterator, Mapping
from typing import Any, override

from homeassistant.components.event import EventEntity
from homeassistant.components.event.entity import EventExtraStoredData
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .calls.describe import shown_event
from .coordinator import RingCentralConfigEntry, RingCentralCoordinator
from .entity import ExtensionEntity, add_for_each_extension
from .presence.vocabulary import ExtensionState, Transition, TransitionKind
from .sync.roster import WatchedExtension
from .voicemail.box import NEWS, VoicemailKind
from .voicemail.bus import describe_voicemail, shown_voicemail_event
from .voicemail.mailbox import Voicemail

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: RingCentralConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the event entity of every watched extension."""
    coordinator = entry.runtime_data

    def create(extension: WatchedExtension) -> Iterator[EventEntity]:
        yield CallEvent(coordinator, extension)
        if extension.id == coordinator.login_id and coordinator.voicemail.is_granted:
            yield VoicemailEvent(coordinator, extension)

    add_for_each_extension(entry, async_add_entities, create)


class CallEvent(ExtensionEntity, EventEntity):
    """Fires for everything that happens to a call of an extension, each thing once."""

    _attr_translation_key = "call"
    # It is another spelling of the number.
    _unrecorded_attributes = frozenset({"number_text"})

    def __init__(self, coordinator: RingCentralCoordinator, extension: WatchedExtension) -> None:
        """Make the entity of an extension."""
        super().__init__(coordinator, extension, "call")
        self._attr_event_types = [str(kind) for kind in TransitionKind]
        self._attr_available = coordinator.is_available(extension.id)

    async def async_added_to_hass(self) -> None:
        """Listen to the extension's calls."""
        await super().async_added_to_hass()
        listen, listen_to_calls = self.coordinator.async_listen, self.coordinator.stream.async_listen_described
        self.async_on_remove(listen_to_calls(self._handle_transition, self.extension_id))
        self.async_on_remove(listen(self.extension_id, self._handle_change, frozenset()))
        # The link may have changed since the entity was made.
        self._attr_available = self.coordinator.is_available(self.extension_id)

    @override
    async def async_get_last_event_data(self) -> EventExtraStoredData | None:
        """Return the last event before a restart, without what may no longer be shown of it."""
        kept = await super().async_get_last_event_data()
        if kept is not None and kept.last_event_attributes:
            kept.last_event_attributes = shown_event(kept.last_event_attributes, self.coordinator.privacy)
        return kept

    @callback
    def _handle_transition(self, transition: Transition, described: Mapping[str, Any]) -> None:
        self._trigger_event(str(transition.kind), dict(described))
        self.async_write_ha_state()

    @callback
    def _handle_change(self, _: ExtensionState | None, is_available: bool) -> None:
        if is_available != self._attr_available:
            self._attr_available = is_available
            self.async_write_ha_state()


class VoicemailEvent(ExtensionEntity, EventEntity):
    """Fires for each voicemail that was received, and for each transcription that came later."""

    _attr_translation_key = "voicemail"
    # What a caller said is nobody's history; the other is another spelling of the number.
    _unrecorded_attributes = frozenset({"number_text", "transcription"})

    def __init__(self, coordinator: RingCentralCoordinator, extension: WatchedExtension) -> None:
        """Make the entity of the login's own extension."""
        super().__init__(coordinator, extension, "voicemail")
        self._attr_event_types = [str(kind) for kind in NEWS]
        self._attr_available = coordinator.voicemail.is_available

    async def async_added_to_hass(self) -> None:
        """Listen to the mailbox."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.voicemail.async_listen_events(self._handle_event))
        self.async_on_remove(self.coordinator.voicemail.async_listen(self._handle_change))
        self._attr_available = self.coordinator.voicemail.is_available

    @override
    async def async_get_last_event_data(self) -> EventExtraStoredData | None:
        """Return the last event before a restart, without what may no longer be shown of it."""
        kept = await super().async_get_last_event_data()
        if kept is not None and kept.last_event_attributes:
            kept.last_event_attributes = shown_voicemail_event(kept.last_event_attributes, self.coordinator.privacy)
        return kept

    @callback
    def _handle_event(self, kind: VoicemailKind, voicemail: Voicemail, is_recovered: bool) -> None:
        if kind in NEWS:
            self._attr_available = True
            self._trigger_event(str(kind), {**describe_voicemail(voicemail), "recovered": is_recovered})
            self.async_write_ha_state()

    @callback
    def _handle_change(self) -> None:
        if self._attr_available != self.coordinator.voicemail.is_available:
            self._attr_available = self.coordinator.voicemail.is_available
            self.async_write_ha_state()
