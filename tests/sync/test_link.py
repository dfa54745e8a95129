"""The link as the office sees it: what is read when events come, cease and come back, and what users get to know."""

import logging

import pytest

from custom_components.ringcentral.diagnostics import describe_office
from simulator.settings import CloudSettings
from tests.office import Office, find_issue
from tests.waiting import until

LISTS = "GET", "/restapi/v1.0/account/{accountId}/extension"


def counters(office):
    return office.coordinator.office.counters


def logged(caplog):
    """Return what the link has logged."""
    return [one.getMessage() for one in caplog.records if one.name == "custom_components.ringcentral.sync"]


def reads(office):
    """Return how many requests for presence have been made."""
    return describe_office(office.coordinator)["counters"]["reads"]


async def test_what_listens_to_the_link_is_called_when_it_breaks_and_when_it_is_back(office):
    states = []
    leave = office.coordinator.link.async_listen(lambda: states.append(office.coordinator.link.is_connected))
    office.simulator.gateway.close_abruptly()
    await office.shows(None, "connection", "off")
    await office.comes_true(lambda: office.shown(None, "connection") == "on", within=60, step=1)
    assert states == [False, True]
    leave()
    office.simulator.gateway.close_abruptly()
    await office.shows(None, "connection", "off")
    assert states == [False, True]


async def test_each_loss_and_each_return_is_logged_and_counted_once(office, caplog):
    caplog.set_level(logging.INFO)
    await office.pass_time(61, 61)
    office.simulator.faults.apply({"kind": "refuse_socket", "count": 2})
    office.simulator.gateway.close_abruptly()
    await office.shows(None, "connection", "off")
    await office.comes_true(lambda: office.shown(None, "connection") == "on", within=60, step=1)
    assert [message.split(",")[0] for message in logged(caplog)] == [
        "Connection to RingCentral lost",
        "Connected to RingCentral again",
    ]
    assert (counters(office)["disconnected"], counters(office)["recovered"]) == (1, 1)


async def test_after_a_recovery_everything_is_read_once_more_in_a_while(office):
    await office.pass_time(61, 61)
    before = reads(office)
    office.simulator.gateway.close_abruptly()
    await office.shows(None, "connection", "off")
    await office.comes_true(lambda: office.shown(None, "connection") == "on", within=4, step=0.5)
    assert counters(office)["recovered"] == 1
    await office.pass_time(4, 1)
    assert reads(office) == before
    await office.comes_true(lambda: reads(office) > before, within=10, step=1)


async def test_after_a_loss_for_good_everything_is_read_at_once_and_again_since_rest_may_lag(office):
    await office.lose_for_good()
    await office.comes_true(lambda: office.shown(None, "connection") == "on", within=60, step=1)
    assert counters(office)["connected"] == 2
    assert counters(office)["recovered"] == 0
    await office.settle()
    first = reads(office)
    await office.pass_time(4, 1)
    assert reads(office) == first
    await office.comes_true(lambda: reads(office) > first, within=10, step=1)


async def test_a_fresh_set_up_is_proved_by_a_second_read_and_a_second_look_at_the_lists(hass, entry, simulator, phones):
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    assert simulator.requests[LISTS] == 1
    first = reads(office)
    await office.pass_time(4, 1)
    assert reads(office) == first
    await office.pass_time(6, 1)
    assert reads(office) == first + 1
    assert simulator.requests[LISTS] == 2
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("fails_first", ["the link", "reading"])
async def test_when_neither_events_nor_reads_come_that_is_logged_once_and_so_is_the_end_of_it(
    office, caplog, fails_first
):
    caplog.set_level(logging.INFO)
    await office.pass_time(61, 61)
    office.simulator.faults.apply({"kind": "refuse_socket"})
    office.simulator.faults.apply({"kind": "status", "status": 503, "path": "*/presence*"})
    if fails_first == "reading":
        await office.comes_true(lambda: not office.coordinator.reader.is_ok, within=1000, step=30)
    office.simulator.gateway.close_abruptly()
    await office.shows(None, "connection", "off")
    await office.comes_true(lambda: office.shown("102", "presence") == "unavailable", within=120)
    await office.pass_time(200, 20)
    office.simulator.faults.clear("status")
    await office.comes_true(lambda: office.shown("102", "presence") == "available", within=600)
    await office.settle()
    about = [message for message in logged(caplog) if message.startswith("RingCentral is ")]
    assert about == ["RingCentral is unavailable", "RingCentral is available again"]


async def test_after_the_link_has_gone_no_events_are_subscribed_to(hass, office):
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    await until(lambda: not office.simulator.subscriptions.by_id)
    assert office.simulator.gateway.connections == []


class TestUncovered:
    """RingCentral refuses to bring the events of one extension."""

    @pytest.fixture
    def settings(self):
        return CloudSettings(replay_delay=0, refused_filters=(r"/extension/550100103016/presence",))

    @pytest.fixture
    def options(self):
        return {"watch": ["chosen"], "extensions": ["550100102016", "550100103016"]}

    async def test_it_is_named_counted_and_read_every_minute(self, hass, office, phones):
        assert office.coordinator.link.uncovered == {"550100103016"}
        assert office.coordinator.link.diagnostics()["uncovered_extensions"] == 1
        named = find_issue(hass, office.entry, "hidden_extensions").translation_placeholders["extensions"]
        assert "Ben Okafor" in named
        for status in ("Busy", "Available", "Busy"):
            phones.set_status("103", status)
            await office.pass_time(65, 5)
            assert office.shown("103", "presence") == status.lower()

    async def test_its_changes_are_no_sign_of_a_deaf_link(self, hass, office, phones):
        for status in ("Busy", "Available") * 3:
            phones.set_status("103", status)
            await office.pass_time(70, 10)
        assert find_issue(hass, office.entry, "missing_events") is None
        assert describe_office(office.coordinator)["verdicts"]["link_brings_events"] == 0

    async def test_it_shows_the_truth_only_as_long_as_it_can_be_read(self, office):
        assert office.shown("103", "presence") == "available"
        office.simulator.faults.apply({"kind": "status", "status": 503, "path": "*/presence*"})
        await office.comes_true(lambda: office.shown("103", "presence") == "unavailable", within=200)
        assert office.shown("102", "presence") == "available", "its events come"


async def test_a_link_that_brings_no_events_is_found_by_what_reads_change(office, phones):
    await office.pass_time(20)
    verdict = lambda: describe_office(office.coordinator)["verdicts"]["link_brings_events"]  # noqa: E731
    assert verdict() == 0
    office.simulator.faults.apply({"kind": "drop"})
    phones.set_status("102", "Busy")
    await office.comes_true(lambda: office.shown("102", "presence") == "busy", within=1000, step=20)
    await office.comes_true(lambda: verdict() == 1, within=20, step=1)


async def test_what_cannot_be_trusted_is_followed_by_reads_once_a_minute_at_most(office, phones, simulator):
    """Whoever knows the webhook's address and the subscription may say so as often as he likes."""
    simulator.faults.apply({"kind": "drop"})
    phones.set_status("102", "Busy")
    await office.pass_time(70)
    simulator.requests.clear()
    for _ in range(12):
        office.coordinator.link.push_unproved()
        await office.pass_time(10)
    reads = sum(count for (_, template), count in simulator.requests.items() if template.endswith("/presence"))
    # Each time twice, since REST may lag, and what proves silence.
    assert 1 <= reads <= 8
    assert office.shown("102", "presence") == "busy"
