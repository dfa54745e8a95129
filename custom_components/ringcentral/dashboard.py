"""The dashboard cards: JavaScript modules, of which the first is loaded by every dashboard, and loads the others.

Where dashboard resources are kept by Home Assistant, the module is one of them; where they are written in YAML, it is
an extra module of the frontend. Never both, and whatever goes wrong here, phones work without cards.
"""

import asyncio
from collections.abc import Mapping
from hashlib import sha256
import logging
from pathlib import Path
from typing import Any

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL, add_extra_js_url, remove_extra_js_url
from homeassistant.components.http import StaticPathConfig
from homeassistant.components.lovelace.const import LOVELACE_DATA
from homeassistant.components.lovelace.resources import ResourceStorageCollection
from homeassistant.core import HomeAssistant
from homeassistant.loader import async_get_integration
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN

_LOGGER = logging.getLogger(__package__)

_FILE = Path(__file__).parent / "frontend" / "ringcentral-cards.js"

# The frontend's service worker keeps whatever has "static" in its path, and ignores the query.
FOLDER = f"/{DOMAIN}_files"
PATH = f"{FOLDER}/{_FILE.name}"

# Where the module can be had, with what it holds; missing if it is not served.
DATA_URL: HassKey[str] = HassKey(f"{DOMAIN}_cards_url")

# Entries are set up side by side; each looks first, and then adds.
_DATA_LOCK: HassKey[asyncio.Lock] = HassKey(f"{DOMAIN}_cards_lock")


async def async_serve_cards(hass: HomeAssistant) -> None:
    """Serve the modules; once in a run, since a path cannot be taken back.

    The first one's address has what it holds as a query; it knows the others by names that have that.
    """
    try:
        digest = await hass.async_add_executor_job(lambda: sha256(_FILE.read_bytes()).hexdigest())
        await hass.http.async_register_static_paths([StaticPathConfig(FOLDER, str(_FILE.parent), cache_headers=True)])
    except (OSError, AttributeError, RuntimeError) as error:
        _LOGGER.warning("The dashboard cards are not available: %s", error)
        return
    integration = await async_get_integration(hass, DOMAIN)
    # Browsers keep the file for a month: what has changed needs another address.
    hass.data[DATA_URL] = f"{PATH}?v={integration.version}-{digest[:8]}"
    hass.data[_DATA_LOCK] = asyncio.Lock()


async def async_load_cards(hass: HomeAssistant) -> None:
    """Let dashboards load the module that is served now, and no other version of it."""
    if (url := hass.data.get(DATA_URL)) is None:
        return
    try:
        async with hass.data[_DATA_LOCK]:
            if (resources := _resources(hass)) is not None:
                await _put(resources, url)
            elif (modules := hass.data.get(DATA_EXTRA_MODULE_URL)) is not None and url not in modules.urls:
                add_extra_js_url(hass, url)
    except Exception:  # the lists are Home Assistant's own, and have changed before
        _LOGGER.warning("The dashboard cards could not be added to the dashboards", exc_info=True)


async def async_unload_cards(hass: HomeAssistant) -> None:
    """Let dashboards load the module no longer, because the last entry is gone."""
    if (url := hass.data.get(DATA_URL)) is None:
        return
    try:
        async with hass.data[_DATA_LOCK]:
            if (resources := _resources(hass)) is not None:
                for ours in await _find(resources):
                    await resources.async_delete_item(ours["id"])
            elif (modules := hass.data.get(DATA_EXTRA_MODULE_URL)) is not None and url in modules.urls:
                remove_extra_js_url(hass, url)
    except Exception:  # see above
        _LOGGER.warning("The dashboard cards could not be removed from the dashboards", exc_info=True)


def _resources(hass: HomeAssistant) -> ResourceStorageCollection | None:
    """Return the dashboards' resources, if they are kept by Home Assistant and not in YAML."""
    lovelace = hass.data.get(LOVELACE_DATA)
    resources = lovelace.resources if lovelace is not None else None
    return resources if isinstance(resources, ResourceStorageCollection) else None


async def _find(resources: ResourceStorageCollection) -> list[Mapping[str, Any]]:
    """Return the resources that are this module in any version."""
    # It reads the list first: adding to a list that was not read would have replaced it in older versions.
    await resources.async_get_info()
    return [one for one in resources.async_items() if one["url"].partition("?")[0] == PATH]


async def _put(resources: ResourceStorageCollection, url: str) -> None:
    resource = {"url": url, "res_type": "module"}
    found = await _find(resources)
    if not found:
        await resources.async_create_item(resource)
        return
    first, *others = found
    if first["url"] != url or first["type"] != "module":
        await resources.async_update_item(first["id"], resource)
    for duplicate in others:
        await resources.async_delete_item(duplicate["id"])
