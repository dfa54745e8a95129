"""What users would write without an integration: sensors of templates, triggered by RingCentral's events.

The frames reach them as events of Home Assistant's bus. The usual form has one trigger for all; the careful form has a
trigger for each extension, which looks at the events of that extension only.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import orjson

_EVENT = "ringcentral_presence"
_BODY = "trigger.event.data.body"


def _sensors(extension_id: str, *, is_filtered: bool) -> dict[str, list[dict[str, Any]]]:
    def state(value: str) -> str:
        if is_filtered:
            return f"{{{{ {value} }}}}"
        return f"{{{{ {value} if {_BODY}.extensionId | string == '{extension_id}' else this.state }}}}"

    sensors = {
        "presence": f"{_BODY}.presenceStatus | default(this.state)",
        "dnd": f"{_BODY}.dndStatus | default(this.state)",
        "call_state": f"{_BODY}.telephonyStatus | default(this.state)",
        "caller": f"({_BODY}.activeCalls | default([{{}}], true))[0].fromName | default('')",
    }
    statuses = {"ringing": "Ringing", "on_call": "CallConnected"}
    binary_sensors = {key: f"{_BODY}.telephonyStatus | default('') == '{word}'" for key, word in statuses.items()}
    return {
        platform: [
            {"name": f"{extension_id} {key}", "unique_id": f"{extension_id}-{key}", "state": state(value)}
            for key, value in kinds.items()
        ]
        for platform, kinds in (("sensor", sensors), ("binary_sensor", binary_sensors))
    }


async def add_templates(
    hass: HomeAssistant, extensions: Mapping[str, str], *, is_filtered: bool
) -> Callable[[Sequence[str]], Awaitable[None]]:
    """Set the sensors up; return what lets them take frames."""
    blocks: list[dict[str, Any]] = []
    for extension_id in extensions:
        trigger: dict[str, Any] = {"trigger": "event", "event_type": _EVENT}
        if is_filtered:
            trigger["event_data"] = {"extension": extension_id}
        blocks.append({"triggers": [trigger], **_sensors(extension_id, is_filtered=is_filtered)})
    if not is_filtered:
        blocks = [
            {
                "triggers": blocks[0]["triggers"],
                **{
                    platform: [one for block in blocks for one in block[platform]]
                    for platform in ("sensor", "binary_sensor")
                },
            }
        ]
    if not await async_setup_component(hass, "template", {"template": blocks}):
        raise RuntimeError("The templates were not set up")
    await hass.async_block_till_done()

    async def feed(frames: Sequence[str]) -> None:
        for frame in frames:
            body = orjson.loads(frame)[1]["body"]
            hass.bus.async_fire(_EVENT, {"extension": str(body["extensionId"]), "body": body})
            await asyncio.sleep(0)
        await hass.async_block_till_done()

    return feed
