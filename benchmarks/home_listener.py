"""A Home Assistant with the integration as a program of its own, which tells when call states change."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
import gc
from types import SimpleNamespace

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, callback
from homeassistant.helpers import entity_registry as er

from .floor import extension_key
from .house import add_ringcentral, home_assistant
from .listening import Note, listen
from .process import Ask, Say, serve


@asynccontextmanager
async def integration(url: str, login: Mapping[str, str], note: Note) -> AsyncIterator[None]:
    """Note an extension whenever its call state has changed in Home Assistant."""
    async with home_assistant() as hass:
        entry = await add_ringcentral(hass, url, SimpleNamespace(**login))
        async with asyncio.timeout(10):
            while not entry.runtime_data.link.is_connected:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
        owners = {}
        for entity in entities:
            extension_id = entity.unique_id.split("-")[1]
            if extension_key(entity.unique_id, extension_id) == "call_state":
                owners[entity.entity_id] = extension_id

        @callback
        def changed(event: Event[EventStateChangedData]) -> None:
            old, new = event.data["old_state"], event.data["new_state"]
            if event.data["entity_id"] in owners and old is not None and new is not None and old.state != new.state:
                note(owners[event.data["entity_id"]])

        hass.bus.async_listen(EVENT_STATE_CHANGED, changed)
        # What a new office makes Home Assistant store comes seconds later, in the midst of the measuring.
        hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
        await hass.async_block_till_done()
        gc.collect()
        # Else the collector walks the whole office now and then, for half a second: Home Assistant's own delay.
        gc.freeze()
        yield
        await hass.config_entries.async_unload(entry.entry_id)


async def work(ask: Ask, say: Say, *, url: str, login: Mapping[str, str]) -> None:
    """Listen."""
    await listen(ask, say, lambda note: integration(url, login, note))


if __name__ == "__main__":
    serve(work)
