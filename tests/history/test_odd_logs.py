"""Logs as nobody expects them: of the future, of other clocks, with duplicates, too long, read during a reload."""

from dataclasses import replace
import json

import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.ringcentral.const import EVENT_CALL
from custom_components.ringcentral.markdown import escape
from simulator.legs import INBOUND, Leg
from tests.office import Office, find_issue

DAY = 86400.0


@pytest.fixture
def write(account, clock):
    """Write a record of 101 into the log."""

    def write(ago, result="Missed", number=1, **more):
        extension = account.find("101")
        leg = Leg(
            extension_id=extension.id,
            session_id=f"77{number}",
            telephony_session_id=f"s-77{number}",
            party_id=f"p-77{number}-2",
            id=f"{number}",
            direction=INBOUND,
            status="NoCall",
            started_at=clock.time() - ago,
            from_number="+14155550123",
            to_number=extension.direct_number,
        )
        return account.call_log.add(leg, result, **more)

    return write


def missed(office):
    return office.coordinator.missed_calls.of(str(office.account.find("101").id))


async def stop(office):
    await office.hass.config_entries.async_unload(office.entry.entry_id)


async def start(office):
    await office.set_up()
    await office.pass_time(60)


@pytest.mark.parametrize(("ago", "duration"), [(-DAY, 5), (60, 2**31 - 1), (-300, 10)])
async def test_a_call_that_ends_in_the_future_is_neither_missed_nor_waited_for(office, write, reads, ago, duration):
    await office.pass_time(180)
    write(ago, duration=duration)
    office.coordinator.history._sync.request(0)
    await office.pass_time(60)
    before = reads()

    await office.pass_time(1800, 30)

    assert missed(office).count == 0
    assert reads() == before


async def test_an_empty_log_is_available_and_has_no_calls(office, reads):
    await office.pass_time(60)
    assert office.coordinator.history.is_available
    assert office.coordinator.history.calls == ()
    assert reads() == 1


async def test_records_that_come_twice_are_one_call(office, write, account):
    await office.pass_time(60)
    await stop(office)
    record = write(100, duration=5)
    (entry,) = account.call_log._entries.values()
    entry.forms.append(replace(record, modified_at=record.modified_at + 1))
    account.call_log._entries[record.extension_id, "another", "record", "x"] = type(entry)(
        [replace(record, id="again")]
    )
    await start(office)

    assert missed(office).count == 1
    assert len(office.coordinator.history.calls) == 1


async def test_more_calls_than_are_kept_forget_the_oldest(office, account, clock):
    await office.pass_time(10)
    for part in range(6):
        account.call_log._entries.clear()
        account.call_log.fill(account.find("101"), 240, every=60.0)
        for entry in account.call_log._entries.values():
            entry.forms = [replace(one, id=f"{part} {one.id}", leg=renamed(one.leg, part)) for one in entry.forms]
        clock.advance(30)
        office.coordinator.history._sync.request(0)
        await office.pass_time(10)

    calls = office.coordinator.history.calls
    assert len(calls) == 1000
    assert list(calls) == sorted(calls, key=lambda call: (-call.at, call.id))


def renamed(leg, part):
    return replace(leg, session_id=f"{part}{leg.session_id}", telephony_session_id=f"{leg.telephony_session_id}-{part}")


async def test_a_clock_that_was_ahead_loses_no_call(office, write):
    await office.pass_time(60)
    store = office.coordinator.history._store
    await stop(office)
    store.known.until += 30 * DAY
    await store.async_save()
    write(100, duration=5)
    await start(office)

    assert missed(office).count == 1


async def test_a_reload_while_the_log_is_read_counts_no_call_twice(hass, office, simulator, write):
    events = async_capture_events(hass, EVENT_CALL)
    await office.pass_time(60)
    await stop(office)
    write(100, duration=5)
    simulator.faults.apply({"kind": "slow", "path": "*/call-log-sync", "seconds": 2.0})
    await office.set_up()
    await office.pass_time(10)
    for _ in range(3):
        assert await hass.config_entries.async_reload(office.entry.entry_id)
    simulator.faults.clear()
    await office.comes_true(lambda: missed(office).count == 1, 300)
    await office.pass_time(120)

    assert missed(office).count == 1
    assert [event.data["type"] for event in events] == ["missed"]
    assert office.coordinator.history.is_available


async def test_the_option_of_the_company_log_is_followed_both_ways(hass, entry, simulator, phones):
    simulator.login(simulator.credentials).permissions.add("FullCompanyCallLog")
    hass.config_entries.async_update_entry(entry, options={"watch": ["account"]})
    office = Office(hass, entry, simulator, phones)
    await start(office)
    phones.call_in("102").hang_up()
    for is_wanted, count in ((True, 1), (False, 0), (True, 1)):
        options = {"watch": ["account"], "company_call_log": is_wanted}
        hass.config_entries.async_update_entry(entry, options=options)
        assert await hass.config_entries.async_reload(entry.entry_id)
        await office.pass_time(120)
        assert len(office.coordinator.history.calls) == count


@pytest.mark.parametrize(
    "content", ['{"version": 9, "minor_version": 1, "data": {}}', '{"version": 1, "data": {"until": "x", "ids": 7}}']
)
@pytest.mark.parametrize("name", ["history", "voicemail"])
async def test_a_file_that_cannot_be_read_is_left_and_reported_and_the_rest_works(
    hass, entry, simulator, phones, account, hass_storage, name, content
):
    key = f"ringcentral.{name}.{entry.entry_id}"
    kept = hass_storage[key] = {**json.loads(content), "key": key}
    office = Office(hass, entry, simulator, phones)
    await start(office)
    await office.miss_a_call("101")
    account.messages.add(account.find("101").id)
    await office.pass_time(120)

    assert missed(office).count == 1
    assert office.shown("101", "unread_voicemails") == "1"
    issue = find_issue(hass, entry, "unreadable_files")
    assert issue.translation_placeholders["files"] == escape(key)
    await stop(office)
    assert hass_storage[key] == kept
