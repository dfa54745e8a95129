"""Sensors of an extension: presence, Do Not Disturb, the call, and who is calling."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription, SensorStateClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .calls.describe import describe_call
from .calls.missed import MissedCalls
from .calls.numbers import write_number
from .const import DOMAIN
from .coordinator import RingCentralConfigEntry, RingCentralCoordinator
from .entity import CALL_INPUTS, AccountEntity, DescribedEntity, ExtensionEntity, add_for_each_extension
from .listeners import subscribe
from .presence.vocabulary import DND_INPUTS, CallState, ExtensionState
from .sync.roster import WatchedExtension
from .words import DND, PRESENCE, translate

PARALLEL_UPDATES = 0

_IDLE = "idle"

# What the caller sensor says in words of the user's language: the frontend translates any state that has a text.
NO_CALL = "no_call"
NONE_YET = "none_yet"
WITHHELD = "withheld"

# Home Assistant's logbook has no line for a sensor of a device class that it does not know
# (homeassistant/components/logbook/helpers.py, is_sensor_continuous); who it is stands in the lines of calls.
# Each phone has one such entity: targets of triggers, conditions and actions offer it for the phone.
_CALLER_CLASS = f"{DOMAIN}__caller"
_CALL_STATES = (
    CallState.RINGING,
    CallState.DIALING,
    CallState.CONNECTED,
    CallState.ON_HOLD,
    CallState.PARKED,
)


@dataclass(frozen=True, kw_only=True)
class ExtensionSensorDescription(SensorEntityDescription):
    """How a sensor's value and attributes are found in the extension's state.

    ``inputs`` are the fields of the state that they depend on. Call queues and the like have no presence of their own:
    of them only what ``is_about_calls`` exists.
    """

    value_fn: Callable[[ExtensionState], str | int | datetime | None]
    inputs: frozenset[str] = CALL_INPUTS
    is_about_calls: bool = False
    attributes_fn: Callable[[ExtensionState], dict[str, Any]] | None = None
    # Words among its values that are translated; of an enum all are.
    words: tuple[str, ...] = ()
    # What is said of queues and the like, whose calls can't be read, before the first one.
    none_yet: str | None = None
    own_class: str | None = None


def _call_state(state: ExtensionState) -> str | None:
    if state.main_call is not None:
        return state.main_call.state if state.main_call.state in _CALL_STATES else None
    return _IDLE if state.are_calls_known else None


def _caller(state: ExtensionState) -> str | None:
    call = state.main_call
    if call is None:
        return NO_CALL if state.are_calls_known else None
    return call.caller_name or write_number(call.caller_number) or (WITHHELD if call.is_withheld else None)


def _caller_attributes(state: ExtensionState) -> dict[str, Any]:
    call = state.main_call
    return {
        "number": call.caller_number if call is not None else None,
        "number_text": write_number(call.caller_number) if call is not None else None,
        "withheld": call.is_withheld if call is not None else None,
        "direction": call.direction if call is not None else None,
        "queue": call.is_queue_call if call is not None else None,
    }


def _calls_attribute(state: ExtensionState) -> dict[str, Any]:
    return {"calls": [describe_call(call) for call in state.calls]}


SENSORS = (
    ExtensionSensorDescription(
        key="presence",
        translation_key="presence",
        inputs=frozenset({"presence_status"}),
        device_class=SensorDeviceClass.ENUM,
        options=list(PRESENCE.values()),
        value_fn=lambda state: translate(PRESENCE, state.presence_status),
    ),
    ExtensionSensorDescription(
        key="dnd",
        translation_key="dnd",
        inputs=DND_INPUTS,
        device_class=SensorDeviceClass.ENUM,
        options=list(DND.values()),
        value_fn=lambda state: translate(DND, state.effective_dnd),
    ),
    ExtensionSensorDescription(
        key="call_state",
        translation_key="call_state",
        is_about_calls=True,
        device_class=SensorDeviceClass.ENUM,
        options=[_IDLE, *_CALL_STATES],
        value_fn=_call_state,
        attributes_fn=_calls_attribute,
    ),
    ExtensionSensorDescription(
        key="caller",
        translation_key="caller",
        is_about_calls=True,
        words=(NO_CALL, NONE_YET, WITHHELD),
        none_yet=NONE_YET,
        own_class=_CALLER_CLASS,
        value_fn=_caller,
        attributes_fn=_caller_attributes,
    ),
    ExtensionSensorDescription(
        key="call_started",
        translation_key="call_started",
        is_about_calls=True,
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_registry_enabled_default=False,
        value_fn=lambda state: state.main_call.started_at if state.main_call is not None else None,
    ),
    ExtensionSensorDescription(
        key="active_calls",
        translation_key="active_calls",
        inputs=CALL_INPUTS | {"total_active_calls"},
        is_about_calls=True,
        state_class=SensorStateClass.MEASUREMENT,
        entity_registry_enabled_default=False,
        value_fn=lambda state: len(state.live_calls) if state.are_calls_known else None,
        attributes_fn=lambda state: {"reported": state.total_active_calls},
    ),
    ExtensionSensorDescription(
        key="user_status",
        translation_key="user_status",
        inputs=frozenset({"user_status"}),
        device_class=SensorDeviceClass.ENUM,
        options=list(PRESENCE.values()),
        entity_registry_enabled_default=False,
        value_fn=lambda state: translate(PRESENCE, state.user_status),
    ),
    ExtensionSensorDescription(
        key="status_message",
        translation_key="status_message",
        inputs=frozenset({"message"}),
        entity_registry_enabled_default=False,
        value_fn=lambda state: state.message,
    ),
)


@dataclass(frozen=True, kw_only=True)
class MissedCallsSensorDescription(SensorEntityDescription):
    """How a sensor's value and attributes are found in the extension's missed calls."""

    value_fn: Callable[[MissedCalls], int | datetime | None]
    attributes_fn: Callable[[MissedCalls], dict[str, Any]] | None = None


def _last_missed(missed: MissedCalls) -> datetime | None:
    return datetime.fromtimestamp(missed.last.at, UTC) if missed.last is not None else None


def _last_missed_attributes(missed: MissedCalls) -> dict[str, Any]:
    last = missed.last
    return {
        "caller_name": last.name if last is not None else None,
        "caller_number": last.number if last is not None else None,
        "number_text": write_number(last.number) if last is not None else None,
        "withheld": last.withheld if last is not None else None,
        "ring_seconds": last.ring_seconds if last is not None else None,
        "outcome": last.outcome or "missed" if last is not None else None,
    }


MISSED_CALLS_SENSORS = (
    MissedCallsSensorDescription(
        key="missed_calls",
        translation_key="missed_calls",
        entity_registry_enabled_default=False,
        value_fn=lambda missed: missed.count,
    ),
    MissedCallsSensorDescription(
        key="last_missed_call",
        translation_key="last_missed_call",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_registry_enabled_default=False,
        value_fn=_last_missed,
        attributes_fn=_last_missed_attributes,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: RingCentralConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the account's last event and the sensors of every watched extension."""
    coordinator = entry.runtime_data
    async_add_entities([LastEventSensor(coordinator)])

    def create(extension: WatchedExtension) -> Iterator[SensorEntity]:
        for kind in SENSORS:
            if extension.has_presence or kind.is_about_calls:
                yield ExtensionSensor(coordinator, extension, kind)
        if extension.has_presence:
            for missed in MISSED_CALLS_SENSORS:
                yield MissedCallsSensor(coordinator, extension, missed)
        if extension.id == coordinator.login_id and coordinator.voicemail.is_granted:
            yield UnreadVoicemailsSensor(coordinator, extension)

    add_for_each_extension(entry, async_add_entities, create)


class ExtensionSensor(DescribedEntity, SensorEntity):
    """One value of an extension."""

    entity_description: ExtensionSensorDescription
    # Calls hold names and numbers, and change with every event; the text is another spelling of the number.
    _unrecorded_attributes = frozenset({"calls", "number_text"})

    def __init__(
        self, coordinator: RingCentralCoordinator, extension: WatchedExtension, description: ExtensionSensorDescription
    ) -> None:
        """Initialize the sensor of that description."""
        self._none_yet = None if extension.has_presence else description.none_yet
        super().__init__(coordinator, extension, description)

    @property
    @override
    def device_class(self) -> str | None:  # type: ignore[override]  # sensors may have classes of their integration's own
        """The device class, which may be one of our own."""
        return self.entity_description.own_class or self.entity_description.device_class

    @override
    def _describe(self, state: ExtensionState) -> tuple[Any, dict[str, Any] | None]:
        attributes_fn = self.entity_description.attributes_fn
        value = self.entity_description.value_fn(state)
        if value is None and state.main_call is None and not state.are_calls_known:
            value = self._none_yet
        return value, attributes_fn(state) if attributes_fn is not None else None

    @override
    def _show(self, value: Any) -> None:
        self._attr_native_value = value


class MissedCallsSensor(DescribedEntity, SensorEntity):
    """What is known of an extension's missed calls."""

    entity_description: MissedCallsSensorDescription
    _unrecorded_attributes = frozenset({"number_text"})
    # It wakes when the log of missed calls has changed.
    _inputs = frozenset()

    @override
    def _describe(self, state: ExtensionState) -> tuple[Any, dict[str, Any] | None]:
        missed = self.coordinator.missed_calls.of(self.extension_id)
        attributes_fn = self.entity_description.attributes_fn
        return self.entity_description.value_fn(missed), attributes_fn(missed) if attributes_fn is not None else None

    @override
    def _show(self, value: Any) -> None:
        self._attr_native_value = value


class UnreadVoicemailsSensor(ExtensionEntity, SensorEntity):
    """How many voicemails of the login's own mailbox are unread."""

    _attr_translation_key = "unread_voicemails"
    _attr_state_class = SensorStateClass.MEASUREMENT

    def __init__(self, coordinator: RingCentralCoordinator, extension: WatchedExtension) -> None:
        """Show the mailbox as it is known."""
        super().__init__(coordinator, extension, "unread_voicemails")
        self._refresh()

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the mailbox."""
        await super().async_added_to_hass()
        self.async_on_remove(self.coordinator.voicemail.async_listen(self._handle_change))
        self._refresh()

    def _refresh(self) -> None:
        box = self.coordinator.voicemail
        self._attr_available = box.is_available
        self._attr_native_value = box.unread

    @callback
    def _handle_change(self) -> None:
        shown = (self._attr_available, self._attr_native_value)
        self._refresh()
        if shown != (self._attr_available, self._attr_native_value):
            self.async_write_ha_state()


class LastEventSensor(AccountEntity, SensorEntity):
    """When RingCentral sent the newest event that arrived."""

    _attr_device_class = SensorDeviceClass.TIMESTAMP
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_entity_registry_enabled_default = False

    def __init__(self, coordinator: RingCentralCoordinator) -> None:
        """Show the newest event so far."""
        super().__init__(coordinator, "last_event")
        self._attr_native_value = coordinator.last_event_at

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the link."""
        await super().async_added_to_hass()
        self.async_on_remove(subscribe(self.coordinator.last_event_listeners, self._handle_change))
        # Something may have come since the entity was made.
        self._attr_native_value = self.coordinator.last_event_at

    @callback
    def _handle_change(self) -> None:
        if self._attr_native_value != self.coordinator.last_event_at:
            self._attr_native_value = self.coordinator.last_event_at
            self.async_write_ha_state()
