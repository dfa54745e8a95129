"""The switches for the settings of one's presence."""

import pytest

from tests.controls import setting, switch
from tests.marks import needs_former_call_handling

pytestmark = pytest.mark.usefixtures("entity_registry_enabled_by_default")


@pytest.mark.parametrize(
    ("key", "field"),
    [
        ("see_my_presence", "allowSeeMyPresence"),
        ("ring_on_monitored_call", "ringOnMonitoredCall"),
        ("pick_up_calls_on_hold", "pickUpCallsOnHold"),
    ],
)
async def test_each_setting_is_shown_and_can_be_switched(hass, office, key, field):
    for is_on in (not setting(office, "101", field), setting(office, "101", field)):
        await switch(hass, office, "101", f"set_{key}", "turn_on" if is_on else "turn_off")
        assert setting(office, "101", field) is is_on
        await office.shows("101", key, "on" if is_on else "off")
        assert office.shown("101", f"set_{key}") == office.shown("101", key)


@needs_former_call_handling
async def test_a_setting_that_the_account_does_not_have_is_unavailable(office):
    assert office.shown("101", "set_accept_queue_calls") == "unavailable"


class TestNewerCallHandling:
    """Accounts whose users can refuse the calls of queues alone."""

    @pytest.fixture
    def settings(self, settings):
        settings.speak(["new_call_handling"])
        return settings

    async def test_queue_calls_are_switched(self, hass, office):
        await switch(hass, office, "101", "set_accept_queue_calls", "turn_off")
        assert setting(office, "101", "acceptCallQueueCalls") is False
        await office.shows("101", "accept_queue_calls", "off")
