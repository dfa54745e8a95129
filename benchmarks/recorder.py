"""What one answered call costs in Home Assistant's database: rows, and the bytes that they hold."""

import asyncio
from typing import Any

from homeassistant.components.recorder.db_schema import EventData, StateAttributes
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback

from custom_components.ringcentral.const import EVENT_CALL
from simulator.account import demo_account
from simulator.clock import Clock
from simulator.cloud import Simulator
from simulator.phones import Phones

from .house import add_ringcentral, home_assistant
from .result import INTEGRATION, Result, Scale

_PHONE = "101"

# Real seconds within which a step of the call shows, and those that its last rows take.
_LONGEST_STEP = 5.0
_REST = 0.3


class _Recorder:
    """Counts what the recorder would write of states and of calls."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Listen from now on."""
        self.states: list[int] = []
        self.events: list[int] = []
        self.shown: set[str] = set()
        self._removes = [
            hass.bus.async_listen(EVENT_STATE_CHANGED, self._state),
            hass.bus.async_listen(EVENT_CALL, self._event),
        ]

    @callback
    def _state(self, event: Event[EventStateChangedData]) -> None:
        if (new := event.data["new_state"]) is not None:
            self.shown.add(new.state)
            self.states.append(len(new.state) + len(StateAttributes.shared_attrs_bytes_from_event(event, None)))

    @callback
    def _event(self, event: Event[Any]) -> None:
        self.events.append(len(EventData.shared_data_bytes_from_event(event, None)))

    async def until_shown(self, state: str) -> None:
        """Wait until an entity shows that state, and all else has followed."""
        async with asyncio.timeout(_LONGEST_STEP):
            while state not in self.shown:  # noqa: ASYNC110 (it is set by several entities)
                await asyncio.sleep(0.01)
        await asyncio.sleep(_REST)
        self.shown.clear()

    def stop(self) -> None:
        """Listen no longer."""
        for remove in self._removes:
            remove()


async def measure(_: Scale) -> list[Result]:
    """Let one call ring, be answered and end; return the rows and bytes of states, and of the events of calls."""
    clock = Clock()
    account = demo_account(clock)
    phones = Phones(account)
    async with Simulator(account, clock=clock) as simulator, home_assistant(clock) as hass:
        entry = await add_ringcentral(hass, simulator.url, simulator.credentials)
        # What is proved after the start.
        clock.advance(30)
        await asyncio.sleep(_REST)
        recorder = _Recorder(hass)
        call = phones.call_in(_PHONE, from_number="+14155550123", from_name="John Wang")
        await recorder.until_shown("ringing")
        clock.advance(8)
        call.answer()
        await recorder.until_shown("connected")
        clock.advance(60)
        call.hang_up()
        await recorder.until_shown("idle")
        clock.advance(5)
        await asyncio.sleep(_REST)
        recorder.stop()
        await hass.config_entries.async_unload(entry.entry_id)
    figures = (
        ("call, state rows", "rows", len(recorder.states)),
        ("call, event rows", "rows", len(recorder.events)),
        ("call, bytes of states", "bytes", sum(recorder.states)),
        ("call, bytes of events", "bytes", sum(recorder.events)),
    )
    return [
        Result(measure=name, case="one call", size=1, competitor=INTEGRATION, unit=unit, values=(float(value),))
        for name, unit, value in figures
    ]
