"""Home Assistant registers a limited number of entities for an entry; a larger office gets a repair issue."""

from homeassistant.const import Platform
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import entity_platform, entity_registry as er

from .const import DOMAIN
from .coordinator import RingCentralCoordinator
from .ids import extension_unique_id
from .issues import async_report_entity_limit, async_withdraw_issues

# The last entity of each platform that every extension has switched on: where it is registered, the others are, too.
_LAST_ENTITIES = ((Platform.BINARY_SENSOR, "on_call"), (Platform.EVENT, "call"), (Platform.SENSOR, "caller"))


@callback
def async_follow_entity_limit(hass: HomeAssistant, coordinator: RingCentralCoordinator) -> CALLBACK_TYPE:
    """Report extensions whose entities were not registered, now and when the extensions change.

    The returned callable ends that.

    Registered entities are counted, not extensions, since the user may have enabled or disabled any.
    """
    entities = er.async_get(hass)

    @callback
    def is_incomplete(extension_id: str) -> bool:
        return any(
            entities.async_get_entity_id(platform, DOMAIN, extension_unique_id(coordinator.login_id, extension_id, key))
            is None
            for platform, key in _LAST_ENTITIES
        )

    @callback
    def check() -> None:
        entry = coordinator.entry
        limit = entity_platform.MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY
        missing = sum(map(is_incomplete, coordinator.extensions))
        if not missing:
            async_withdraw_issues(hass, entry, "entity_limit")
        elif entities.entities.get_enabled_count_for_config_entry_id(entry.entry_id) >= limit:
            async_report_entity_limit(hass, entry, missing=missing, watched=len(coordinator.extensions), limit=limit)

    check()
    return coordinator.watchlist.async_listen(check)
