"""Changes of status between two known values, for whoever listens."""

from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
import pytest

from custom_components.ringcentral.trigger.status_changes import SIGNAL_STATUS
from tests.marks import needs_former_call_handling


@pytest.fixture
def changes(hass, office):
    """What is reported from now on: number, status, from, to."""
    reported = []

    @callback
    def note(change):
        reported.append((change["extension_number"], change["status"], change["from"], change["to"]))

    stop = async_dispatcher_connect(hass, SIGNAL_STATUS, note)
    yield reported
    stop()


async def test_a_change_is_reported_once(office, phones, changes):
    phones.set_status("101", "Busy")
    await office.shows("101", "presence", "busy")
    await office.coordinator.reader.read_all()
    await office.settle()
    assert changes == [("101", "presence", "available", "busy")]


@needs_former_call_handling
async def test_a_word_that_says_that_nothing_is_known_is_no_change(office, phones, queue, changes):
    extension = phones.find("101")
    office.account.update_presence(extension.id, {"dndStatus": "Unknown"})
    await office.settle()
    assert office.shown("101", "dnd") == "take_all_calls"
    assert [one for one in changes if one[1] == "dnd"] == []
    office.account.update_presence(extension.id, {"dndStatus": "DoNotAcceptDepartmentCalls"})
    await office.shows("101", "dnd", "do_not_accept_queue_calls")
    assert [one for one in changes if one[1] == "dnd"] == [
        ("101", "dnd", "take_all_calls", "do_not_accept_queue_calls")
    ]


@pytest.mark.not_in_dialect("two_counters", reason="a reload forgets that the numbers mean nothing; a read follows")
async def test_an_unloaded_entry_reports_nothing_and_each_set_up_begins_again(hass, office, phones, changes):
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    phones.set_status("101", "Busy")
    await office.set_up()
    await office.shows("101", "presence", "busy")
    assert [change for change in changes if change[0] == "101"] == []
    changes.clear()
    phones.set_status("101", "Offline")
    await office.shows("101", "presence", "offline")
    assert changes == [("101", "presence", "busy", "offline")]
