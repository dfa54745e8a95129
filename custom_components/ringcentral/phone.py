"""Phones as triggers and conditions see them: devices that a target names, and what stands behind each."""

from typing import Any

from homeassistant.const import ATTR_DEVICE_ID, CONF_EXCLUDE, CONF_TARGET
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import (
    area_registry as ar,
    config_validation as cv,
    device_registry as dr,
    entity_registry as er,
)
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids
import voluptuous as vol

from .const import DOMAIN
from .coordinator import RingCentralCoordinator
from .ids import extension_of, extension_unique_id

_REGISTRIES = (er.EVENT_ENTITY_REGISTRY_UPDATED, dr.EVENT_DEVICE_REGISTRY_UPDATED, ar.EVENT_AREA_REGISTRY_UPDATED)


def _names_something(target: dict[str, Any]) -> dict[str, Any]:
    if not TargetSelection(target).has_any_target:
        raise vol.Invalid("name phones by entity_id, device_id, area_id, floor_id or label_id")
    return target


TARGET_SCHEMA = {vol.Required(CONF_TARGET): vol.All(cv.TARGET_FIELDS, _names_something)}


@callback
def describe_phone(coordinator: RingCentralCoordinator, extension_id: str) -> dict[str, Any]:
    """Return whose phone it is: the device, and the extension's id, number and name as the user sees them."""
    # Asked each time: it costs a look-up in a dictionary, and names may change.
    device = coordinator.watchlist.device(extension_id)
    return {
        ATTR_DEVICE_ID: device.id if device is not None else None,
        "extension_id": extension_id,
        "extension_number": device.model_id if device is not None else None,
        "extension_name": (device.name_by_user or device.name) if device is not None else None,
    }


@callback
def find_entity(
    hass: HomeAssistant, coordinator: RingCentralCoordinator, platform: str, extension_id: str, key: str
) -> str | None:
    """Return an extension's entity, or ``None`` while it is disabled."""
    entities = er.async_get(hass)
    entity_id = entities.async_get_entity_id(
        platform, DOMAIN, extension_unique_id(coordinator.login_id, extension_id, key)
    )
    entity = entities.async_get(entity_id) if entity_id is not None else None
    return entity.entity_id if entity is not None and not entity.disabled else None


@callback
def find_device(hass: HomeAssistant, entity_id: str) -> str | None:
    """Return the device of an entity that is the integration's, else ``None``."""
    entity = er.async_get(hass).async_get(entity_id)
    return entity.device_id if entity is not None and entity.platform == DOMAIN else None


@callback
def is_phone(hass: HomeAssistant, device_id: str) -> bool:
    """Return whether a device is an extension's, whether or not its entry is loaded."""
    device = dr.async_get(hass).async_get(device_id)
    return device is not None and extension_of(device) is not None


class PhoneTarget:
    """The phones that a target names; any entity of a phone stands for it."""

    def __init__(self, hass: HomeAssistant, target: dict[str, Any]) -> None:
        """Take a validated target over."""
        self._hass = hass
        excluded = target.get(CONF_EXCLUDE)
        self._included = TargetSelection({key: ids for key, ids in target.items() if key != CONF_EXCLUDE})
        self._excluded = TargetSelection(excluded) if excluded else None
        self._known: frozenset[str] | None = None

    @property
    def device_ids(self) -> frozenset[str]:
        """The devices of the phones at present."""
        if self._known is None:
            found = self._resolve(self._included)
            if self._excluded is not None:
                found -= self._resolve(self._excluded)
            self._known = found
        return self._known

    @callback
    def async_follow(self) -> CALLBACK_TYPE:
        """Follow the registries until the returned callable is called; phones are looked up when next asked for."""

        @callback
        def forget(_: Event[Any]) -> None:
            self._known = None

        removes = [self._hass.bus.async_listen(event_type, forget) for event_type in _REGISTRIES]

        @callback
        def stop() -> None:
            for remove in removes:
                remove()

        return stop

    def _resolve(self, selection: TargetSelection) -> frozenset[str]:
        found = async_extract_referenced_entity_ids(self._hass, selection, expand_group=False)
        device_ids = set(found.referenced_devices)
        for entity_id in found.referenced | found.indirectly_referenced:
            device_id = find_device(self._hass, entity_id)
            if device_id is not None:
                device_ids.add(device_id)
        return frozenset(one for one in device_ids if is_phone(self._hass, one))
