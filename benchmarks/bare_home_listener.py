"""The bare client inside a Home Assistant, writing the states of bare entities: the floor of any integration."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
import gc
from typing import Any

from .client_listener import notifications
from .floor import add_floor
from .house import home_assistant
from .listening import Note, listen
from .process import Ask, Say, serve
from .set_up import warm_up

# What the stream of calls does, as the entities show it: call state, and what has happened to the call.
_SHOWN = {
    "Ringing": ("ringing", "ringing"),
    "CallConnected": ("connected", "answered"),
    "NoCall": ("idle", "ended"),
}


@asynccontextmanager
async def bare_home(
    url: str, login: Mapping[str, str], event_filter: str, extensions: Mapping[str, str], note: Note
) -> AsyncIterator[None]:
    """Note the uuid of each event once the five entities that show a call have written their states."""
    made = await warm_up()
    async with home_assistant() as hass:
        entities = await add_floor(hass, extensions, made)

        def take(notification: Any) -> None:
            body = notification["body"]
            extension_id = str(body["extensionId"])
            state, happened = _SHOWN[body["telephonyStatus"]]
            calls = body.get("activeCalls", [])
            shown: dict[str, tuple[str | None, dict[str, Any]]] = {
                "call_state": (state, {"calls": calls}),
                "caller": (calls[0].get("fromName") if calls and state != "idle" else None, {}),
                "ringing": ("on" if state == "ringing" else "off", {}),
                "on_call": ("on" if state == "connected" else "off", {}),
                "call": (None, {"event_type": happened}),
            }
            for key, (value, attributes) in shown.items():
                entity = entities[extension_id, key]
                entity.show(value, attributes)
                entity.async_write_ha_state()
            note(notification["uuid"])

        async with notifications(url, login, event_filter, take):
            await hass.async_block_till_done()
            gc.collect()
            # Else the collector walks the whole office now and then, for half a second: Home Assistant's own delay.
            gc.freeze()
            yield


async def work(
    ask: Ask, say: Say, *, url: str, login: Mapping[str, str], event_filter: str, extensions: Mapping[str, str]
) -> None:
    """Listen."""
    await listen(ask, say, lambda note: bare_home(url, login, event_filter, extensions, note))


if __name__ == "__main__":
    serve(work)
