"""Home Assistant stops: the integration falls silent at once, and says goodbye to RingCentral afterwards."""

import asyncio
from contextlib import suppress
from fnmatch import fnmatch
import gc
import time

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, EVENT_HOMEASSISTANT_STOP, EVENT_STATE_CHANGED
from homeassistant.core import callback
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.ringcentral.const import EVENT_CALL, EVENT_VOICEMAIL
from simulator.call import PhoneError
from simulator.logins import HISTORY_PERMISSIONS
from tests.waiting import until, until_quiet


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
        await until_quiet()
        simulator.gateway.close_abruptly()
        await until_quiet()

    for moment in (EVENT_HOMEASSISTANT_STOP, EVENT_HOMEASSISTANT_FINAL_WRITE):
        hass.bus.async_listen_once(moment, storm)
    await hass.async_stop(force=True)
    gc.collect()
    await asyncio.sleep(0)
    assert witness.late == []
    assert faults_of_the_loop == []
    assert [one for one in simulator.request_log if "/presence" in one.path] == [], "nothing is read any more"


async def test_stopping_in_the_middle_of_a_start_ends_the_start(
    hass, address, entry, phones, simulator, faults_of_the_loop, caplog
):
    simulator.faults.apply({"kind": "slow", "path": "*/presence", "seconds": 30})
    witness = Witness(hass)
    starting = hass.async_create_task(hass.config_entries.async_setup(entry.entry_id))
    await until(lambda: simulator.subscriptions.by_id)
    phones.call_in("102").answer()
    began = time.monotonic()
    await hass.async_stop(force=True)
    assert time.monotonic() - began < 10, "nothing is waited for"
    await starting
    # What is answered afterwards comes to nobody.
    simulator.clock.advance(30)
    await until_quiet()
    gc.collect()
    assert witness.late == []
    assert faults_of_the_loop == []
    assert "Unable to remove" not in caplog.text
    assert not simulator.gateway.connections


class TestReadingWhatWasMissed:
    """Home Assistant stops while the call log and the mailbox are being read: nothing of it is lost or too late."""

    @pytest.fixture
    def permissions(self):
        return HISTORY_PERMISSIONS

    @pytest.fixture
    def transport(self):
        return "websocket"

    @pytest.mark.parametrize("path", ["*/call-log-sync", "*/message-sync", "*/content/*"])
    async def test_what_is_read_in_the_last_moment_is_reported_after_the_next_start(
        self, hass, office, phones, simulator, clock, path, faults_of_the_loop
    ):
        await office.pass_time(70)
        assert await hass.config_entries.async_unload(office.entry.entry_id)
        simulator.settings.transcription = "at_once"
        phones.call_in("101", from_name="John Wang").go_to_voicemail(text="Call me back.")
        clock.advance(300)
        witness = Witness(hass)
        hass.bus.async_listen(EVENT_VOICEMAIL, witness._see)
        await office.set_up()
        simulator.requests.clear()
        simulator.faults.apply({"kind": "slow", "path": path, "seconds": 10})
        simulator.faults.apply({"kind": "slow", "method": "DELETE", "seconds": 60})
        clock.advance(6)
        await until(lambda: any(fnmatch(template, path) for _, template in simulator.requests))
        await until_quiet()
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
        await until_quiet()
        # The answer comes while Home Assistant says goodbye.
        clock.advance(10)
        await until_quiet()
        clock.advance(60)
        await hass.async_block_till_done()
        assert witness.late == []
        assert faults_of_the_loop == []
        simulator.faults.clear()
        await until_quiet()

        assert await hass.config_entries.async_unload(office.entry.entry_id)
        fired = [async_capture_events(hass, name) for name in (EVENT_CALL, EVENT_VOICEMAIL)]
        await office.set_up()
        await office.pass_time(70)
        assert office.coordinator.missed_calls.of(str(office.account.find("101").id)).count == 1
        news = [event.data["type"] for event in fired[path != "*/call-log-sync"]]
        assert news == (["missed"] if path == "*/call-log-sync" else ["received"])


async def test_what_was_missed_in_the_last_moment_is_kept(hass, hass_storage, office):
    await office.miss_a_call("102", from_name="John Wang")
    await hass.async_stop(force=True)
    kept = hass_storage[f"ringcentral.missed_calls.{office.entry.entry_id}"]["data"]
    assert len(kept) == 1
