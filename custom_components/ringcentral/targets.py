"""The extensions that the target of an action stands for."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from homeassistant.auth.models import User
from homeassistant.const import CONF_EXCLUDE, Platform
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import Unauthorized, UnknownUser
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.service import async_get_device_and_config_entry
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from .const import DOMAIN
from .coordinator import RingCentralCoordinator
from .errors import as_invalid
from .ids import extension_of, extension_unique_id
from .phone import PhoneTarget, find_device
from .sync.roster import WatchedExtension


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetedExtension:
    """A watched extension with its device; ``is_named`` is false where an area, floor or label stands for it."""

    coordinator: RingCentralCoordinator
    extension: WatchedExtension
    device: dr.DeviceEntry
    is_named: bool = True

    @property
    def name(self) -> str:
        """What the user calls it."""
        return self.device.name_by_user or self.extension.name


class ShownBy(NamedTuple):
    """The entity of an extension that shows something, or sets it: by its platform and the key in its unique id."""

    platform: Platform
    key: str


CALLS = ShownBy(Platform.SENSOR, "call_state")
MISSED_CALLS = ShownBy(Platform.SENSOR, "missed_calls")
VOICEMAILS = ShownBy(Platform.SENSOR, "unread_voicemails")


async def async_targeted_extensions(
    call: ServiceCall,
    policy: str,
    shown_by: Collection[ShownBy],
    *,
    is_meant: Callable[[TargetedExtension], bool] = lambda _: True,
    nobody: str = "no_extension_targeted",
) -> list[TargetedExtension]:
    """Return the extensions that an action is for, each once, if its user has that permission for those entities.

    What the user names, a device or an entity, has to be a loaded extension's; of areas, floors and labels everything
    else is left out, and what is not meant. Raises ``Unauthorized`` and ``ServiceValidationError``, which has the key
    ``nobody`` if nothing is left.
    """
    targets = [target for target in _find_targets(call) if is_meant(target)]
    if not targets:
        raise as_invalid(nobody)
    if call.context.user_id is not None:
        user = await call.hass.auth.async_get_user(call.context.user_id)
        if user is None:
            raise UnknownUser(context=call.context, permission=policy)
        for target in targets:
            if not may_use(user, target.coordinator, target.extension.id, policy, shown_by):
                raise Unauthorized(context=call.context, permission=policy)
    return targets


def may_use(
    user: User,
    coordinator: RingCentralCoordinator,
    extension_id: str,
    policy: str,
    shown_by: Iterable[ShownBy],
) -> bool:
    """Return whether a user has a permission for those entities of a watched extension, disabled or not.

    Queues and the like have no such entity, nor what it shows; where the user has removed it, all have to be permitted.
    """
    entities = er.async_get(coordinator.hass)
    for platform, key in shown_by:
        unique_id = extension_unique_id(coordinator.login_id, extension_id, key)
        entity_id = entities.async_get_entity_id(platform, DOMAIN, unique_id)
        if entity_id is None:
            if coordinator.extensions[extension_id].has_presence and not user.permissions.access_all_entities(policy):
                return False
        elif not user.permissions.check_entity(entity_id, policy):
            return False
    return True


def _find_targets(call: ServiceCall) -> list[TargetedExtension]:
    hass = call.hass
    excluded = call.data.get(CONF_EXCLUDE)
    left_out = PhoneTarget(hass, excluded).device_ids if excluded else frozenset()
    selection = TargetSelection({key: ids for key, ids in call.data.items() if key != CONF_EXCLUDE})
    selected = async_extract_referenced_entity_ids(hass, selection, primary_entities_only=False)
    named = selection.device_ids & selected.referenced_devices
    others = selected.referenced_devices - named
    for entity_id in sorted(selected.referenced | selected.indirectly_referenced):
        device_id, is_named = find_device(hass, entity_id), entity_id in selection.entity_ids
        if device_id is not None:
            (named if is_named else others).add(device_id)
        elif is_named:
            raise as_invalid("not_an_extension", name=entity_id)
    targets = [_named_extension(hass, device_id) for device_id in sorted(named - left_out)]
    found = (async_find_extension(hass, device_id) for device_id in sorted(others - named - left_out))
    return targets + [replace(target, is_named=False) for target in found if target is not None]


def _named_extension(hass: HomeAssistant, device_id: str) -> TargetedExtension:
    device, _ = async_get_device_and_config_entry(hass, DOMAIN, device_id, include_child_devices=False)
    target = async_find_extension(hass, device_id)
    if target is None:
        raise as_invalid("not_an_extension", name=device.name_by_user or device.name or device_id)
    return target


@callback
def async_find_extension(hass: HomeAssistant, device_id: str) -> TargetedExtension | None:
    """Return the watched extension of a device, or ``None`` if there is none at present.

    It is also found while the set-up of its entry ends, which is when the first events come.
    """
    device = dr.async_get(hass).async_get(device_id)
    if not isinstance(device, dr.DeviceEntry):
        return None
    entry = hass.config_entries.async_get_entry(device.config_entry_id)
    coordinator = getattr(entry, "runtime_data", None)
    if not isinstance(coordinator, RingCentralCoordinator) or not coordinator.is_running:
        return None
    extension = coordinator.extensions.get(extension_of(device) or "")
    if extension is None:
        return None
    return TargetedExtension(coordinator=coordinator, extension=extension, device=device)
