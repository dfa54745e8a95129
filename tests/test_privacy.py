"""How much of callers is shown in Home Assistant, as the options say."""

import pytest


class TestShown:
    """As things are by default."""

    async def test_names_and_numbers_are_shown(self, office, phones):
        phones.call_in("101", from_number="+14155550123", from_name="John Wang")
        await office.shows("101", "caller", "John Wang")
        assert office.state("101", "caller").attributes["number"] == "+14155550123"


class TestMasked:
    """With numbers masked."""

    @pytest.fixture
    def options(self):
        return {"watch": ["account"], "privacy": "masked"}

    async def test_the_name_is_shown_and_no_number(self, office, phones):
        seen = []
        office.coordinator.stream.async_listen(seen.append)
        phones.call_in("101", from_number="+14155550123", from_name="John Wang")
        await office.shows("101", "caller", "John Wang")
        assert office.state("101", "caller").attributes["number"] == "…23"
        assert "555" not in str(office.state("101", "call_state").attributes)
        assert seen[0].call.from_number == "…23"

    async def test_a_number_in_the_place_of_a_name_is_masked(self, office, phones):
        phones.call_in("101", from_number="+14155550123", from_name="+1 415 555 0123")
        await office.shows("101", "caller", "…23")

    async def test_a_caller_without_a_name_is_the_masked_number(self, office, phones):
        phones.call_in("101", from_number="+14155550199")
        await office.shows("101", "caller", "…99")


class TestHidden:
    """With callers hidden."""

    @pytest.fixture
    def options(self):
        return {"watch": ["account"], "privacy": "hidden"}

    async def test_a_call_shows_without_anybody(self, office, phones):
        seen = []
        office.coordinator.stream.async_listen(seen.append)
        phones.call_in("101", from_number="+14155550123", from_name="John Wang")
        await office.shows("101", "ringing", "on")
        assert office.shown("101", "caller") == "unknown"
        shown = str([state.as_dict() for state in office.hass.states.async_all()])
        assert "John Wang" not in shown
        assert "4155550123" not in shown
        assert seen[0].call.from_name is None

    async def test_calls_that_ring_and_what_is_reported_of_an_extension_that_goes_name_nobody(self, office, phones):
        seen = []
        office.coordinator.stream.async_listen(seen.append)
        phones.call_in("103", from_number="+14155550123", from_name="John Wang")
        await office.shows("103", "ringing", "on")
        extension_id = phones.find("103").id
        ringing = office.coordinator.ringing_calls(str(extension_id))
        office.account.remove_extension(extension_id)
        await office.comes_true(lambda: len(seen) == 2, within=30, step=1)
        assert [call.from_name for call in (*ringing, *(one.call for one in seen))] == [None] * 3
