"""A Home Assistant of the real core, in a folder of its own, without recorder and frontend."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
import sys
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Any

from homeassistant import auth, bootstrap, config_entries, loader
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import entity_platform

from custom_components.ringcentral.api.clock import Clock
from custom_components.ringcentral.const import DOMAIN
from custom_components.ringcentral.dialogs.login import DATA_CLOCK

# Integrations are looked for in all folders of this name on the path: the rivals' lies beside the project's.
_RIVALS = Path(__file__).parent / "rivals"


@asynccontextmanager
async def home_assistant(clock: Clock | None = None) -> AsyncIterator[HomeAssistant]:
    """Run a Home Assistant; with a clock, the integration takes its time from that."""
    if str(_RIVALS) not in sys.path:
        sys.path.append(str(_RIVALS))
    with TemporaryDirectory() as folder:
        # Home Assistant registers no more than 10,000 enabled entities for an entry: less than 5,000 extensions have.
        entity_platform.MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY = 1_000_000
        hass = HomeAssistant(folder)
        loader.async_setup(hass)
        hass.config.skip_pip = True
        hass.config_entries = config_entries.ConfigEntries(hass, {})
        await bootstrap.async_load_base_functionality(hass)
        hass.auth = await auth.auth_manager_from_config(hass, [], [])
        hass.set_state(CoreState.running)
        if clock is not None:
            hass.data[DATA_CLOCK] = clock
        try:
            yield hass
        finally:
            await hass.async_stop(force=True)


async def add_entry(
    hass: HomeAssistant, domain: str, data: Mapping[str, Any], options: Mapping[str, Any]
) -> ConfigEntry:
    """Add an entry as a dialog would at its end, and wait until it is set up; raises RuntimeError if that fails."""
    entry: ConfigEntry = ConfigEntry(
        data=dict(data),
        discovery_keys=MappingProxyType({}),
        domain=domain,
        minor_version=1,
        options=dict(options),
        source="user",
        subentries_data=None,
        title=domain,
        unique_id=domain,
        version=1,
    )
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    if entry.state is not ConfigEntryState.LOADED:
        raise RuntimeError(f"{domain} was not set up: {entry.state} {entry.reason}")
    return entry


async def add_ringcentral(hass: HomeAssistant, url: str, credentials: Any) -> ConfigEntry:
    """Watch the whole account at that address."""
    data = {
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "jwt": credentials.jwt,
        "server": url,
    }
    return await add_entry(hass, DOMAIN, data, {"watch": ["account"]})
