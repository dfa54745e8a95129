"""Binary sensors: ringing, on a call, in a meeting, the settings, and the link."""

from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.ringcentral.const import DOMAIN
from tests.controls import setting
from tests.marks import needs_former_call_handling


async def test_a_call_on_hold_is_still_a_call(office, phones):
    call = phones.call_in("101")
    call.answer()
    await office.shows("101", "on_call", "on")
    call.hold()
    await office.shows("101", "call_state", "on_hold")
    assert office.shown("101", "on_call") == "on"
    assert office.shown("101", "ringing") == "off"


async def test_dialling_neither_rings_nor_talks(office, phones):
    phones.call_out("101", "+14155550123")
    await office.shows("101", "call_state", "dialing")
    assert (office.shown("101", "ringing"), office.shown("101", "on_call")) == ("off", "off")


async def test_a_second_call_rings_while_the_first_goes_on(office, phones):
    phones.call_in("101").answer()
    await office.shows("101", "on_call", "on")
    phones.call_in("101")
    await office.shows("101", "ringing", "on")
    assert office.shown("101", "on_call") == "on"


@pytest.mark.needs("websocket")
async def test_the_link_is_shown(office):
    assert office.shown(None, "connection") == "on"
    office.simulator.faults.apply({"kind": "refuse_socket", "for": 20})
    office.simulator.gateway.close_abruptly()
    await office.shows(None, "connection", "off")
    await office.comes_true(lambda: office.shown(None, "connection") == "on", within=120)


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
class TestAllEntities:
    """With every entity switched on."""

    @pytest.mark.needs("reads")
    async def test_a_meeting_is_shown(self, office, phones):
        # Older forms of answers say nothing of meetings; their events do.
        is_read = office.simulator.settings.rest_form == "current"
        assert office.shown("103", "meeting") == ("off" if is_read else "unknown")
        phones.set_meeting("103", True)
        await office.shows("103", "meeting", "on")

    @pytest.mark.parametrize(
        ("key", "field"),
        [("ring_on_monitored_call", "ringOnMonitoredCall"), ("pick_up_calls_on_hold", "pickUpCallsOnHold")],
    )
    async def test_a_setting_is_shown_of_everybody(self, office, key, field):
        is_on = setting(office, "102", field)
        office.account.update_presence(office.account.find("102").id, {field: not is_on})
        await office.shows("102", key, "off" if is_on else "on")

    @needs_former_call_handling
    async def test_a_setting_that_the_account_does_not_have_is_unknown(self, office):
        assert office.shown("101", "accept_queue_calls") == "unknown"


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
@pytest.mark.needs("lines")
class TestLines:
    """Lines that the login monitors."""

    @pytest.fixture
    def options(self):
        return {"watch": ["own", "lines"]}

    async def test_of_a_queue_calls_alone_are_known(self, hass, office, account):
        start = f"{office.coordinator.login_id}-{account.find('200').id}-"
        registered = er.async_entries_for_config_entry(er.async_get(hass), office.entry.entry_id)
        keys = {
            entity.unique_id.removeprefix(start)
            for entity in registered
            if entity.platform == DOMAIN and entity.domain == "binary_sensor" and entity.unique_id.startswith(start)
        }
        assert keys == {"ringing", "on_call"}
