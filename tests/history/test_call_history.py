"""Calls while nobody listened: read from the log, joined with what was seen, each once."""

import asyncio
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.ringcentral.const import EVENT_CALL
from custom_components.ringcentral.history.describe import describe_logged_call
from custom_components.ringcentral.history.store import HistoryStore
from custom_components.ringcentral.sync import set_up
from custom_components.ringcentral.sync.watchlist import Watchlist
from simulator.dialects import settings_of
from simulator.settings import CloudSettings
from tests.office import Office, find_issue
from tests.waiting import until, until_quiet


@pytest.fixture(autouse=True)
def all_entities(entity_registry_enabled_by_default):
    """Missed calls have sensors that are off by default."""


def missed(office, number="101"):
    return office.coordinator.missed_calls.of(str(office.account.find(number).id))


async def stop(office):
    await office.hass.config_entries.async_unload(office.entry.entry_id)


async def start(office):
    await office.set_up()
    await office.pass_time(60)


def outcomes(office):
    return [str(call.outcome) for call in office.coordinator.history.calls]


async def test_the_log_is_read_after_the_start(office, phones, reads):
    assert reads() == 0
    await office.pass_time(10)

    assert reads() == 1
    assert office.coordinator.history.is_available
    assert office.coordinator.history.calls == ()


async def test_calls_missed_while_home_assistant_was_off_are_counted_with_their_own_time(office, phones, clock):
    await office.pass_time(10)
    await stop(office)
    phones.call_in("101", from_name="John Wang", from_number="+14155550123").hang_up()
    at = clock.time()
    clock.advance(300)
    events = async_capture_events(office.hass, EVENT_CALL)

    await start(office)

    assert missed(office).count == 1
    assert missed(office).last.name == "John Wang"
    assert abs(missed(office).last.at - at) < 2
    assert [(event.data["type"], event.data["recovered"]) for event in events] == [("missed", True)]
    assert office.shown("101", "missed_calls") == "1"
    assert office.state("101", "last_missed_call").attributes["caller_name"] == "John Wang"

    # The log is read again and again.
    answered = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    answered.answer()
    answered.hang_up()
    await office.pass_time(120)
    assert missed(office).count == 1
    assert [event.data["type"] for event in events].count("missed") == 1


async def test_a_missed_call_is_counted_once_however_often_it_is_learned(office, phones, clock):
    await office.pass_time(10)
    await office.miss_a_call("101", rings=18)
    await office.pass_time(120)
    assert missed(office).count == 1

    for _ in range(2):
        await stop(office)
        await start(office)

    assert missed(office).count == 1
    assert outcomes(office) == ["missed"]


@pytest.mark.parametrize("spelled", ["empty", "anonymous"])
async def test_a_withheld_number_is_one_however_a_call_is_learned(office, phones, clock, settings, spelled):
    settings.withheld_number = spelled
    await office.pass_time(10)
    await office.miss_a_call("101", from_number=None, from_name=None)
    await office.pass_time(60)
    await stop(office)
    phones.call_in("101", from_number=None, from_name=None).hang_up()
    clock.advance(3600)
    await start(office)

    assert [(call.withheld, call.number) for call in missed(office).calls] == [(True, None)] * 2
    described = [describe_logged_call(call) for call in office.coordinator.history.calls]
    assert [(call["withheld"], call["caller_number"]) for call in described] == [(True, None)] * 2
    assert {call["called_name"] for call in described} == {"Front Desk"}


async def test_calls_of_before_the_first_start_are_history_only(hass, entry, simulator, phones, clock):
    phones.call_in("101").hang_up()
    clock.advance(3600)
    office = Office(hass, entry, simulator, phones)
    events = async_capture_events(hass, EVENT_CALL)
    await start(office)

    assert outcomes(office) == ["missed"]
    assert missed(office).count == 0
    assert events == []
    await stop(office)


async def test_a_call_of_just_before_the_first_start_is_history_only(hass, entry, simulator, phones, clock):
    phones.call_in("101").hang_up()
    clock.advance(60)
    office = Office(hass, entry, simulator, phones)
    await start(office)
    await office.pass_time(300)

    assert (outcomes(office), missed(office).count) == (["missed"], 0)
    await stop(office)


@pytest.mark.needs("calls")
async def test_a_call_missed_during_set_up_is_reported_once(hass, office, phones, clock, monkeypatch):
    """It ends while the entities are added, so that the stream hands it over at the start."""
    await office.pass_time(10)
    await stop(office)
    add_all = Watchlist.async_add_all

    async def add_slowly(watchlist):
        await add_all(watchlist)
        await until(lambda: watchlist._owner.link.is_connected)
        call = phones.call_in("101")
        await until(lambda: watchlist._owner.state(watchlist._owner.login_id).calls)
        clock.advance(10)
        call.hang_up()
        for _ in range(6):
            await until_quiet()
            clock.advance(1)

    monkeypatch.setattr(Watchlist, "async_add_all", add_slowly)
    events = async_capture_events(hass, EVENT_CALL)
    await office.set_up()
    await office.pass_time(200)

    assert [event.data["type"] for event in events].count("missed") == 1
    assert missed(office).count == 1


class TestLateRecords:
    """The log has its records a minute after the call."""

    @pytest.fixture
    def settings(self):
        return CloudSettings(**{**settings_of(), "replay_delay": 0, "log_delay": 60})

    async def test_a_record_that_comes_after_the_first_read_is_found(self, office, phones, clock, reads):
        await office.pass_time(200)
        await stop(office)
        phones.call_in("101").hang_up()
        clock.advance(10)
        before = reads()
        await office.set_up()
        await office.pass_time(300)

        assert missed(office).count == 1
        await office.pass_time(3600, 60)
        assert reads() == before + 3


async def test_a_call_taken_by_voicemail_says_so_afterwards(office, phones, clock):
    await office.pass_time(10)
    call = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    call.go_to_voicemail(seconds=5)
    await office.shows("101", "ringing", "off")
    await office.pass_verdict()
    assert missed(office).last.outcome is None

    await office.pass_time(60)

    assert (missed(office).count, missed(office).last.outcome) == (1, "voicemail")
    assert outcomes(office) == ["voicemail"]


async def test_a_call_that_somebody_else_answered_is_taken_back(office, phones, clock):
    """Only the own extension is watched, so that the answer elsewhere is not seen live."""
    await office.pass_time(10)
    call = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    call.add(phones.find("102"))
    clock.advance(5)
    call.answer(phones.find("102").id)
    await office.shows("101", "ringing", "off")
    await office.pass_verdict()
    assert missed(office).count == 1

    call.hang_up()
    await office.pass_time(60)

    assert missed(office).count == 0
    assert outcomes(office) == ["answered_elsewhere"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"log_ids": "session"},
        {"log_ids": "differ"},
        {"log_plus": False},
        {"log_ring_legs": True},
        {"missed_result": "Hang Up"},
        {"log_delay": 40, "log_settles": 90},
        {"sync_overlap": 100_000},
    ],
    ids=str,
)
async def test_no_dialect_of_the_log_counts_twice_or_falsely(office, phones, clock, settings, changes):
    for name, value in changes.items():
        setattr(settings, name, value)
    await office.pass_time(10)
    await office.miss_a_call("101", rings=18, from_number="+14155550123")
    answered = phones.call_in("101", from_number="+14155550134")
    await office.shows("101", "ringing", "on")
    answered.answer()
    clock.advance(30)
    answered.hang_up()
    await office.pass_time(200)
    assert missed(office).count == 1
    await stop(office)
    phones.call_in("101", from_number="+14155550159").hang_up()
    clock.advance(600)

    await start(office)
    await office.pass_time(120)

    assert missed(office).count == 2
    assert missed(office).last.number.endswith("14155550159")
    assert sorted(outcomes(office)) == ["answered", "missed", "missed"]


@pytest.mark.parametrize("members_missed", [False, True])
async def test_unanswered_calls_of_a_queue_are_no_missed_ones(office, phones, clock, queue, settings, members_missed):
    settings.queue_members_missed = members_missed
    await office.pass_time(10)
    await stop(office)
    call = phones.call_queue(queue)
    call.answer(phones.find("103").id)
    call.hang_up()
    phones.call_queue(queue).hang_up()
    clock.advance(600)

    await start(office)

    assert missed(office).count == 0


async def test_the_log_is_read_half_a_minute_after_a_call_and_not_while_nothing_happens(office, phones, reads):
    await office.pass_time(180)
    before = reads()
    await office.pass_time(3600, step=60)
    assert reads() == before

    await office.miss_a_call("101")
    await office.pass_time(20)
    assert reads() == before
    await office.pass_time(15)
    assert reads() == before + 1
    await office.pass_time(600)
    assert reads() == before + 1


@pytest.mark.needs("websocket")
async def test_an_interruption_is_followed_by_a_read(office, phones, reads, clock):
    await office.pass_time(10)
    before = reads()
    await office.lose_for_good()
    phones.call_in("101").hang_up()
    await office.comes_true(lambda: office.coordinator.link.is_connected, 60)
    await office.pass_time(120)

    assert reads() > before
    assert missed(office).count == 1


@pytest.mark.needs("websocket")
async def test_an_interruption_whose_events_came_later_needs_no_read(office, simulator, phones, reads):
    await office.pass_time(180)
    before = reads()
    recovered = office.coordinator.office.counters["recovered"]
    simulator.gateway.close_abruptly()
    await office.shows(None, "connection", "off")
    await office.comes_true(lambda: office.coordinator.link.is_connected, 60, 1)
    assert office.coordinator.office.counters["recovered"] == recovered + 1
    await office.pass_time(1200, 30)

    assert reads() == before


@pytest.mark.needs("websocket")
async def test_while_no_events_come_the_log_is_read_every_quarter_of_an_hour(office, simulator, phones, reads):
    await office.pass_time(180)
    simulator.faults.apply({"kind": "refuse_socket"})
    await office.lose_for_good()
    before = reads()
    await office.pass_time(450, 30)
    phones.call_in("101").hang_up()
    await office.pass_time(1400, 30)

    assert reads() == before + 2
    assert missed(office).count == 1


@pytest.mark.needs("websocket")
async def test_without_events_from_the_start_the_log_is_read_all_the_same(hass, entry, simulator, phones, reads):
    simulator.faults.apply({"kind": "refuse_socket"})
    assert await hass.config_entries.async_setup(entry.entry_id)
    office = Office(hass, entry, simulator, phones)
    await office.pass_time(180)
    assert not office.coordinator.link.is_connected
    before = reads()
    await office.pass_time(1900, 30)

    assert reads() == before + 2
    await stop(office)


async def test_a_set_up_that_breaks_off_while_loading_keeps_what_was_kept(hass, office, hass_storage):
    await office.pass_time(30)
    await stop(office)
    kept = hass_storage[f"ringcentral.history.{office.entry.entry_id}"]["data"]

    async def never(_):
        await asyncio.sleep(3600)

    with patch.object(HistoryStore, "async_load", never), patch.object(set_up, "LONGEST", 0.1):
        await hass.config_entries.async_setup(office.entry.entry_id)

    assert office.entry.state is ConfigEntryState.SETUP_RETRY
    assert hass_storage[f"ringcentral.history.{office.entry.entry_id}"]["data"] == kept


async def test_a_token_that_is_no_longer_good_is_followed_by_everything(office, phones, simulator, reads):
    await office.pass_time(10)
    simulator.call_log.frames.forget()
    await office.miss_a_call("101")
    await office.pass_time(60)

    assert outcomes(office) == ["missed"]
    assert reads() == 3


async def test_after_more_than_250_records_everything_that_there_is_is_read(office, phones, account, clock):
    await office.pass_time(10)
    account.call_log.fill(account.find("101"), 300)
    await office.miss_a_call("101")
    await office.pass_time(60)

    assert len(office.coordinator.history.calls) == 250
    assert outcomes(office)[0] == "missed"


async def test_the_log_waits_behind_presence_and_for_the_end_of_a_penalty(office, phones, simulator, reads):
    await office.pass_time(10)
    simulator.faults.apply({"kind": "status", "path": "*/call-log-sync", "status": 429, "retry_after": 300, "count": 1})
    await office.miss_a_call("101")
    await office.pass_time(60)
    assert outcomes(office) == []
    before = reads()
    await office.pass_time(200)
    assert reads() == before
    await office.pass_time(120)
    assert office.coordinator.history.is_available
    assert outcomes(office) == ["missed"]


# Permissions


async def test_without_the_scope_nothing_is_asked_for(office, simulator, reads):
    simulator.login(simulator.credentials).application.permissions.discard("ReadCallLog")
    await stop(office)
    hass = office.hass
    data = {name: value for name, value in office.entry.data.items() if name != "token"}
    hass.config_entries.async_update_entry(office.entry, data=data)
    before = reads()
    await start(office)
    await office.miss_a_call("101")
    await office.pass_time(120)

    assert office.entry.state is ConfigEntryState.LOADED
    assert reads() == before
    assert not office.coordinator.history.is_granted
    assert find_issue(hass, office.entry, "new_login_needed") is None


async def test_a_login_that_had_the_scope_and_lost_it_is_asked_for_another(office, simulator):
    await office.pass_time(10)
    await stop(office)
    simulator.login(simulator.credentials).application.permissions.discard("ReadCallLog")
    data = {name: value for name, value in office.entry.data.items() if name != "token"}
    office.hass.config_entries.async_update_entry(office.entry, data=data)

    await start(office)

    assert find_issue(office.hass, office.entry, "new_login_needed") is not None
    simulator.permit("ReadCallLog")
    await stop(office)
    office.hass.config_entries.async_update_entry(office.entry, data=data)
    await start(office)
    assert find_issue(office.hass, office.entry, "new_login_needed") is None
    assert office.coordinator.history.is_available


async def test_a_role_without_the_permission_is_not_asked(office, simulator, reads):
    await stop(office)
    simulator.login(simulator.credentials).permissions.discard("ReadCallLog")
    before = reads()
    await start(office)

    assert reads() == before
    assert not office.coordinator.history.is_granted


async def test_a_refusal_ends_it_without_harm(office, simulator, reads):
    simulator.login(simulator.credentials).permissions.discard("ReadCallLog")
    await office.pass_time(10)
    before = reads()
    await office.miss_a_call("101")
    await office.pass_time(600)

    assert reads() == before
    assert not office.coordinator.history.is_granted
    assert missed(office).count == 1


async def test_a_role_that_loses_the_permission_gets_an_issue_that_names_it(office, simulator):
    await office.pass_time(10)
    simulator.login(simulator.credentials).permissions.discard("ReadCallLog")
    await office.miss_a_call("101")
    await office.pass_time(60)

    assert find_issue(office.hass, office.entry, "missing_right") is not None
    assert find_issue(office.hass, office.entry, "new_login_needed") is None


async def test_a_new_session_with_the_scope_brings_the_history_by_itself(office, simulator):
    await stop(office)
    simulator.login(simulator.credentials).application.permissions.discard("ReadCallLog")
    data = {name: value for name, value in office.entry.data.items() if name != "token"}
    office.hass.config_entries.async_update_entry(office.entry, data=data)
    await start(office)
    assert not office.coordinator.history.is_granted

    simulator.permit("ReadCallLog")
    simulator.revoke_sessions()
    await office.comes_true(
        lambda: office.entry.state is ConfigEntryState.LOADED and office.coordinator.history.is_granted, 1200
    )
    await until(lambda: office.coordinator.link.is_connected)


# Privacy


@pytest.mark.parametrize("privacy", ["masked", "hidden"])
async def test_nothing_is_kept_that_may_not_be_shown(office, phones, clock, hass_storage, privacy):
    await office.pass_time(10)
    await office.miss_a_call("101", from_name="+14155550123", from_number="+14155550123")
    hass = office.hass
    hass.config_entries.async_update_entry(office.entry, options={**office.entry.options, "privacy": privacy})
    await stop(office)
    # Calls of one minute whose numbers are hidden are told apart by telephony sessions, which some clouds do not have.
    clock.advance(120)
    phones.call_in("101", from_name="+14155550134", from_number="+14155550134").hang_up()
    clock.advance(600)
    await start(office)
    await office.pass_time(60)

    assert missed(office).count == 2
    kept = str([hass_storage[key]["data"] for key in hass_storage if key.startswith("ringcentral.")])
    for text in ("4155550123", "4155550134"):
        assert text not in kept
        assert text not in str(office.coordinator.history.calls)


# The company


async def test_the_company_log_is_one_request_for_all_watched_extensions(hass, entry, simulator, phones, clock):
    simulator.login(simulator.credentials).permissions.add("FullCompanyCallLog")
    hass.config_entries.async_update_entry(entry, options={"watch": ["account"], "company_call_log": True})
    office = Office(hass, entry, simulator, phones)
    await start(office)
    await stop(office)
    for number in ("101", "102", "103"):
        phones.call_in(number).hang_up()
    clock.advance(600)
    await start(office)

    assert [missed(office, number).count for number in ("101", "102", "103", "104")] == [1, 1, 1, 0]
    requests = simulator.requests
    assert requests["GET", "/restapi/v1.0/account/{accountId}/call-log-sync"] == 2
    await stop(office)


async def test_without_the_right_to_it_the_own_log_is_read(hass, entry, simulator, phones, clock):
    hass.config_entries.async_update_entry(entry, options={"watch": ["account"], "company_call_log": True})
    office = Office(hass, entry, simulator, phones)
    phones.call_in("101").hang_up()
    phones.call_in("102").hang_up()
    clock.advance(600)
    await start(office)

    assert outcomes(office) == ["missed"]
    assert find_issue(hass, entry, "company_call_log") is not None
    await stop(office)
