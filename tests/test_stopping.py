"""Home Assistant stops: the integration falls silent at once, and says goodbye to RingCentral afterwards."""

import asyncio
from contextlib import suppress
import gc
import time

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, EVENT_HOMEASSISTANT_STOP, EVENT_STATE_CHANGED
from homeassistant.core import callback
import pytest

from custom_components.ringcentral.const import EVENT_CALL
from simulator.call import PhoneError
from tests.waiting import until


class Witness:
    """Sees what Home Assistant is given to record, and when."""

    def __init__(self, hass) -> None:
        self.late: list[str] = []
        self._is_stopping = False
        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, self._stop)
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._see)
        hass.bus.async_listen(EVENT_CALL, self._see)

    @callback
    def _stop(self, _) -> None:
        self._is_stopping = True

    @callback
    def _see(self, event) -> None:
        if self._is_stopping:
            self.late.append(f"{event.event_type} {event.data.get('entity_id') or event.data.get('type')}")


@pytest.fixture
def faults_of_the_loop(hass):
    """What the event loop has to complain of, as an exception that nobody has retrieved."""
    found = []
    hass.loop.set_exception_handler(lambda _, context: found.append(repr(context)))
    return found


@pytest.fixture(params=["websocket", "webhook"])
def transport(request):
    return request.param


@pytest.fixture
def options(transport):
    return {"watch": ["account"], "transport": transport}


@pytest.fixture
def address(request, transport):
    return request.getfixturevalue("public_address") if transport == "webhook" else None


async def test_stopping_in_a_storm_of_events_is_silent_and_leaves_nothing_to_do(
    hass, address, office, phones, simulator, faults_of_the_loop
):
    # The goodbye takes its time, and the office goes on meanwhile.
    simulator.faults.apply({"kind": "slow", "method": "DELETE", "seconds": 0.3})
    witness = Witness(hass)
    phones.call_in("102")
    ringing = phones.call_in("103")
    await office.shows("103", "ringing", "on")
    await office.settle()
    simulator.request_log.clear()

    async def storm(_) -> None:
        with suppress(PhoneError):  # It is answered once.
            ringing.answer()
        phones.call_in("104").hang_up()
        phones.set_dnd("105", True)
        phones.call_in("106").answer()
        await asyncio.sleep(0.1)
        simulator.gateway.close_abruptly()
        await asyncio.sleep(0.1)

    for moment in (EVENT_HOMEASSISTANT_STOP, EVENT_HOMEASSISTANT_FINAL_WRITE):
        hass.bus.async_listen_once(moment, storm)
    await hass.async_stop(force=True)
    gc.collect()
    await asyncio.sleep(0)
    assert witness.late == []
    assert faults_of_the_loop == []
    assert [one for one in simulator.request_log if "/presence" in one.path] == [], "nothing is read any more"


async def test_stopping_in_the_middle_of_a_start_ends_the_start(
    hass, address, entry, phones, simulator, faults_of_the_loop
):
    simulator.faults.apply({"kind": "slow", "path": "*/presence", "seconds": 0.5})
    witness = Witness(hass)
    starting = hass.async_create_task(hass.config_entries.async_setup(entry.entry_id))
    await until(lambda: simulator.subscriptions.by_id)
    phones.call_in("102").answer()
    began = time.monotonic()
    await hass.async_stop(force=True)
    assert time.monotonic() - began < 0.4, "nothing is waited for"
    await starting
    await asyncio.sleep(0.6)
    gc.collect()
    assert witness.late == []
    assert faults_of_the_loop == []
    assert not simulator.gateway.connections


async def test_what_was_missed_in_the_last_moment_is_kept(hass, hass_storage, office):
    await office.miss_a_call("102", from_name="John Wang")
    await hass.async_stop(force=True)
    kept = hass_storage[f"ringcentral.missed_calls.{office.entry.entry_id}"]["data"]
    assert len(kept) == 1
