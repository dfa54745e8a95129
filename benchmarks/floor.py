"""The floor: an integration that has the same devices and entities, and does nothing besides."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .house import add_entry


class Kinds(NamedTuple):
    """The kinds of entities that the integration makes for the login's own extension, and for each other one."""

    own: list[dict[str, Any]]
    others: list[dict[str, Any]]


def kinds(hass: HomeAssistant, entry: ConfigEntry) -> Kinds:
    """Return what the integration made in an instance; at least two extensions must be watched."""
    own, other, *_ = entry.runtime_data.extensions
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)

    def of(extension_id: str) -> list[dict[str, Any]]:
        found = []
        for entity in entities:
            if (key := extension_key(entity.unique_id, extension_id)) is not None:
                known = entity.capabilities or {}
                found.append(
                    {
                        "platform": entity.domain,
                        "key": key,
                        "is_enabled": entity.disabled_by is None,
                        "options": known.get("options"),
                        "event_types": known.get("event_types"),
                    }
                )
        return found

    return Kinds(of(own), of(other))


def extension_key(unique_id: str, extension_id: str) -> str | None:
    """Return the key of an entity of an extension, from its unique id; ``None`` if it belongs to another."""
    _, _, rest = unique_id.partition("-")
    owner, _, key = rest.partition("-")
    return key if owner == extension_id and key else None


async def add_floor(hass: HomeAssistant, extensions: Mapping[str, str], kinds_made: Kinds) -> Any:
    """Add bare entities for extensions, given by id and name, the own first; return them by extension and key."""
    data = {"extensions": dict(extensions), **kinds_made._asdict()}
    return (await add_entry(hass, "bare", data, {})).runtime_data
