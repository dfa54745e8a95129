"""Missed calls: counted, with who it was, and kept."""

from homeassistant.helpers.storage import Store
import pytest

from custom_components.ringcentral.const import DOMAIN
from tests.office import until

pytestmark = pytest.mark.usefixtures("entity_registry_enabled_by_default")


async def miss(office, phones, clock, name, seconds=18):
    call = phones.call_in("101", from_number="+14155550123", from_name=name)
    await office.shows("101", "ringing", "on")
    clock.advance(seconds)
    call.hang_up()
    await office.shows("101", "ringing", "off")
    clock.advance(3)
    await office.settle()


async def test_missed_calls_are_counted_and_the_last_one_is_told(office, phones, clock):
    assert office.shown("101", "missed_calls") == "0"
    assert office.shown("101", "last_missed_call") == "unknown"
    await miss(office, phones, clock, "John Wang")
    await miss(office, phones, clock, "Jane Doe")
    assert office.shown("101", "missed_calls") == "2"
    last = office.state("101", "last_missed_call")
    assert last.attributes["caller_name"] == "Jane Doe"
    assert last.attributes["caller_number"] == "+14155550123"
    assert 18 <= last.attributes["ring_seconds"] < 20
    assert office.shown("102", "missed_calls") == "0"


async def test_an_answered_call_is_none(office, phones, clock):
    call = phones.call_in("101")
    call.answer()
    await office.shows("101", "on_call", "on")
    call.hang_up()
    await office.shows("101", "on_call", "off")
    clock.advance(3)
    await office.settle()
    assert office.shown("101", "missed_calls") == "0"


async def test_they_are_kept_over_a_reload(hass, office, phones, clock):
    await miss(office, phones, clock, "John Wang")
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await until(lambda: office.coordinator.is_push_connected)
    assert office.shown("101", "missed_calls") == "1"
    assert office.state("101", "last_missed_call").attributes["caller_name"] == "John Wang"


async def test_seen_calls_are_not_counted_any_more_and_the_last_stays_known(office, phones, clock):
    await miss(office, phones, clock, "John Wang")
    log = office.coordinator.missed_calls
    own = str(office.account.find("101").id)
    log.mark_seen(own)
    assert log.of(own).count == 0
    assert log.of(own).last.name == "John Wang"


async def test_they_go_with_the_entry(hass, office, phones, clock):
    await miss(office, phones, clock, "John Wang")
    entry_id = office.entry.entry_id
    await hass.config_entries.async_remove(entry_id)
    assert await Store(hass, 1, f"{DOMAIN}.missed_calls.{entry_id}").async_load() is None
