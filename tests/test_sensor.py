"""Sensors of an extension and of the account: what they show, and what they cannot."""

import logging

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.ringcentral.const import EVENT_CALL
from custom_components.ringcentral.logbook import describe_call_event
from simulator.settings import CloudSettings
from tests.controls import seconds


def records_about(caplog, text):
    """Return what was logged above debugging that holds this text."""
    return [
        record
        for record in caplog.records
        if record.levelno > logging.DEBUG and (text in record.getMessage() or text in str(record.exc_info))
    ]


@pytest.mark.needs("names")
async def test_a_long_name_of_a_caller_is_cut_to_what_a_state_may_hold(office, phones, caplog):
    name = "John Wang " * 40
    phones.call_in("101", from_number="+14155550123", from_name=name)
    await office.shows("101", "ringing", "on")
    shown = office.shown("101", "caller")
    assert shown == name[:254] + "…"
    assert office.state("101", "call_state").attributes["calls"][0]["from_name"] == shown
    assert records_about(caplog, "John Wang") == []


async def test_a_caller_without_a_name_is_shown_by_number(office, phones):
    phones.call_in("101", from_number="+12065550184", from_name=None)
    await office.shows("101", "caller", "+1 206 555 0184")
    shown = office.state("101", "caller").attributes
    assert (shown["number"], shown["number_text"]) == (office.spelled("+12065550184"), "+1 206 555 0184")


async def test_an_extension_that_calls_is_shown_by_its_short_number(office, phones):
    phones.call_in("101", from_number="102", from_name=None)
    await office.shows("101", "caller", "102")
    assert office.state("101", "caller").attributes["number_text"] == "102"


@pytest.mark.needs("names")
async def test_a_phone_without_a_call_says_so(office, phones):
    assert office.shown("101", "caller") == "no_call"
    call = phones.call_in("101", from_name="John Wang")
    await office.shows("101", "caller", "John Wang")
    call.hang_up()
    await office.shows("101", "caller", "no_call")


class TestWithheld:
    """A cloud that says that a number is withheld."""

    @pytest.fixture
    def settings(self):
        return CloudSettings(replay_delay=0, withheld_number="anonymous")

    async def test_a_withheld_number_is_shown_as_such_everywhere(self, hass, office, phones):
        events = async_capture_events(hass, EVENT_CALL)
        call = phones.call_in("101", from_number=None, from_name=None)
        await office.shows("101", "caller", "withheld")
        shown = office.state("101", "caller").attributes
        assert (shown["number"], shown["number_text"], shown["withheld"]) == (None, None, True)
        (listed,) = office.state("101", "call_state").attributes["calls"]
        assert (listed["from"], listed["withheld"]) == (None, True)
        fired = office.state("101", "call").attributes
        assert (fired["caller_number"], fired["withheld"]) == (None, True)
        call.hang_up()
        await office.shows("101", "ringing", "off")
        await office.pass_verdict()
        log = office.coordinator.missed_calls.of(str(office.account.find("101").id))
        assert log.last.withheld
        assert [describe_call_event(one.data).split(" after")[0] for one in events] == [
            "received a call from a withheld number",
            "missed a call from a withheld number",
        ]


@pytest.mark.needs("reads")
async def test_a_word_that_nobody_knows_is_shown_as_unknown(office, phones):
    office.simulator.faults.apply({"kind": "malformed", "form": "unknown_words", "count": 1})
    phones.set_status("103", "Busy")
    await office.shows("103", "presence", "unknown")
    assert office.shown("103", "dnd") == "take_all_calls"


@pytest.mark.needs("lines")
class TestLines:
    """Lines that the login monitors: queues and park locations, of which calls alone are known."""

    @pytest.fixture
    def options(self):
        return {"watch": ["own", "lines"]}

    async def test_a_queue_of_which_nothing_is_known_yet_says_so(self, office, phones):
        assert (office.shown("200", "call_state"), office.shown("200", "caller")) == ("unknown", "none_yet")
        call = phones.call_queue("200", from_number=None, from_name=None)
        await office.shows("200", "call_state", "ringing")
        is_withheld = office.simulator.settings.withheld_word is not None
        assert office.shown("200", "caller") == ("withheld" if is_withheld else "unknown"), "somebody calls"
        call.hang_up()
        await office.shows("200", "caller", "no_call")

    @pytest.mark.needs("calls", "names")
    async def test_a_queue_shows_who_calls_it(self, office, phones):
        phones.call_queue("200", from_number="+14155550123", from_name="John Wang")
        await office.shows("200", "call_state", "ringing")
        caller = office.state("200", "caller")
        assert (caller.state, caller.attributes["number"]) == ("John Wang", office.spelled("+14155550123"))

    @pytest.mark.needs("calls", "names", "parked")
    async def test_a_parked_call_is_shown_at_its_park_location_until_it_is_fetched(self, office, phones, account):
        call = phones.call_in("102", from_name="John Wang")
        call.answer()
        call.park(account.find("801"))
        await office.shows("801", "call_state", "parked")
        assert office.shown("801", "caller") == "John Wang"
        call.retrieve(account.find("103"))
        await office.shows("801", "call_state", "idle")
        await office.shows("103", "call_state", "connected")

    @pytest.mark.usefixtures("entity_registry_enabled_by_default")
    @pytest.mark.parametrize("key", ["presence", "dnd", "user_status", "status_message"])
    async def test_a_queue_has_no_presence_of_its_own(self, office, key):
        assert office.find_entity("200", key) is None
        assert office.find_entity("102", key) is not None


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
class TestAllEntities:
    """With every entity switched on."""

    async def test_calls_are_counted_and_timed(self, office, phones, clock):
        first = phones.call_in("101")
        await office.shows("101", "active_calls", "1")
        first.answer()
        phones.call_in("101")
        await office.shows("101", "active_calls", "2")
        # The cloud's own number, which counts a call twice that is listed twice.
        times = 1 if office.simulator.settings.doubled_leg == "no" else 2
        assert office.state("101", "active_calls").attributes["reported"] == 2 * times
        assert abs(seconds(office.shown("101", "call_started")) - clock.time()) < 5

    @pytest.mark.not_in_dialect(
        "two_counters", "account_filter_without_detail", reason="other events come before, so that it shows"
    )
    async def test_user_status_and_last_event_are_shown(self, office, phones, clock):
        assert office.shown(None, "last_event") == "unknown"
        before = clock.time()
        phones.set_status("103", "Busy")
        await office.shows("103", "user_status", "busy")
        await office.settle()
        assert abs(seconds(office.shown(None, "last_event")) - before) < 5
