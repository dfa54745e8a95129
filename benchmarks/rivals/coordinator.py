"""The usual way: one coordinator with all data, which notifies every entity of every change."""

from collections.abc import Mapping, Sequence
import logging
from typing import Any

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.components.sensor import SensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_component import EntityComponent
from homeassistant.helpers.update_coordinator import CoordinatorEntity, DataUpdateCoordinator
import orjson

_LOGGER = logging.getLogger(__name__)

type Bodies = dict[str, dict[str, Any]]


class _OfficeEntity(CoordinatorEntity[DataUpdateCoordinator[Bodies]]):
    """An entity that shows a field of the newest event."""

    def __init__(self, coordinator: DataUpdateCoordinator[Bodies], extension_id: str, name: str, key: str) -> None:
        super().__init__(coordinator)
        self._extension_id = extension_id
        self._key = key
        self._attr_unique_id = f"{extension_id}-{key}"
        self._attr_name = f"{name} {extension_id} {key}"

    @property
    def _field(self) -> Any:
        return self.coordinator.data.get(self._extension_id, {}).get(self._key)

    @property
    def _call(self) -> dict[str, Any]:
        calls = self.coordinator.data.get(self._extension_id, {}).get("activeCalls")
        return calls[0] if calls else {}


class _Field(_OfficeEntity, SensorEntity):
    @property
    def native_value(self) -> Any:
        return self._field


class _Caller(_OfficeEntity, SensorEntity):
    @property
    def native_value(self) -> Any:
        return self._call.get("fromName") or self._call.get("from")


class _Status(_OfficeEntity, BinarySensorEntity):
    @property
    def is_on(self) -> bool:
        return bool(self._call.get("telephonyStatus") == self._key)


class PlainOffice:
    """A Home Assistant whose entities hang on one coordinator."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin without data."""
        self._hass = hass
        self._coordinator: DataUpdateCoordinator[Bodies] = DataUpdateCoordinator(
            hass, _LOGGER, config_entry=None, name="office"
        )
        self._coordinator.data = {}

    async def add(self, extensions: Mapping[str, str]) -> None:
        """Add as many entities as change with an event."""
        coordinator = self._coordinator
        sensors = EntityComponent[SensorEntity](_LOGGER, "sensor", self._hass)
        binary_sensors = EntityComponent[BinarySensorEntity](_LOGGER, "binary_sensor", self._hass)
        for id_, name in extensions.items():
            fields = ("presenceStatus", "dndStatus", "telephonyStatus")
            await sensors.async_add_entities([_Field(coordinator, id_, name, field) for field in fields])
            await sensors.async_add_entities([_Caller(coordinator, id_, name, "caller")])
            statuses = ("Ringing", "CallConnected")
            await binary_sensors.async_add_entities([_Status(coordinator, id_, name, status) for status in statuses])

    async def feed(self, frames: Sequence[str]) -> None:
        """Take frames."""
        for frame in frames:
            body = orjson.loads(frame)[1]["body"]
            known = self._coordinator.data.get(str(body["extensionId"]), {})
            data = {**self._coordinator.data, str(body["extensionId"]): {**known, **body}}
            self._coordinator.async_set_updated_data(data)
