"""Missed calls: counted, with who it was, and kept."""

from datetime import timedelta
import time

from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.ringcentral.calls import missed
from custom_components.ringcentral.const import DOMAIN
from custom_components.ringcentral.markdown import escape
from custom_components.ringcentral.presence.vocabulary import Call, Transition, TransitionKind
from tests.office import Office, find_issue
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("entity_registry_enabled_by_default")

DAY = 24 * 3600


def kept(hass_storage, office, number="101"):
    """Return what is on disk of an extension, or None."""
    key = f"{DOMAIN}.missed_calls.{office.entry.entry_id}.{office.account.find(number).id}"
    return hass_storage[key]["data"] if key in hass_storage else None


def keep(hass_storage, entry, extension_id, data, version=1):
    """Put a file on disk as if it had been kept."""
    index = f"{DOMAIN}.missed_calls.{entry.entry_id}"
    hass_storage[index] = {"version": 2, "minor_version": 1, "key": index, "data": {"extensions": [extension_id]}}
    key = f"{index}.{extension_id}"
    hass_storage[key] = {"version": version, "minor_version": 1, "key": key, "data": data}
    return key


async def pass_real_time(hass, seconds):
    """Let the timers of Home Assistant that are due by then fire."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds))
    await hass.async_block_till_done()


@pytest.mark.needs("names")
async def test_missed_calls_are_counted_and_the_last_one_is_shown(office):
    assert office.shown("101", "missed_calls") == "0"
    assert office.shown("101", "last_missed_call") == "unknown"
    await office.miss_a_call(rings=18, from_number="+14155550123", from_name="John Wang")
    await office.miss_a_call(rings=18, from_number="+14155550123", from_name="Jane Doe")
    assert office.shown("101", "missed_calls") == "2"
    last = office.state("101", "last_missed_call")
    assert last.attributes["caller_name"] == "Jane Doe"
    assert last.attributes["caller_number"] == office.spelled("+14155550123")
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


@pytest.mark.needs("names")
async def test_they_are_kept_over_a_reload(hass, office):
    await office.miss_a_call(rings=18, from_number="+14155550123", from_name="John Wang")
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await until(lambda: office.coordinator.link.is_connected)
    assert office.shown("101", "missed_calls") == "1"
    assert office.state("101", "last_missed_call").attributes["caller_name"] == "John Wang"


@pytest.mark.needs("names")
async def test_seen_calls_are_not_counted_any_more_and_the_last_stays_known(office):
    await office.miss_a_call(rings=18, from_number="+14155550123", from_name="John Wang")
    log = office.coordinator.missed_calls
    own = str(office.account.find("101").id)
    log.mark_seen(own)
    assert log.of(own).count == 0
    assert log.of(own).last.name == "John Wang"


async def test_a_power_cut_loses_half_a_minute_at_most_however_many_calls_follow(
    hass, hass_storage, office, monkeypatch
):
    monkeypatch.setattr(missed, "_SAVE_DELAY", 3.0)
    began = time.monotonic()
    while kept(hass_storage, office) is None:
        await office.miss_a_call(from_name="John Wang")
        assert time.monotonic() - began < 60
    assert kept(hass_storage, office)["count"] > 1


async def test_only_what_has_changed_is_written(hass, hass_storage, office):
    for number in ("101", "102", "103"):
        await office.miss_a_call(number, from_name="John Wang")
    await pass_real_time(hass, 31)
    before = dict(hass_storage)
    await office.miss_a_call("102", from_name="Jane Doe")
    await pass_real_time(hass, 31)
    own = f"{DOMAIN}.missed_calls.{office.entry.entry_id}"
    written = [key for key, value in hass_storage.items() if key.startswith(own) and value is not before.get(key)]
    assert written == [f"{own}.{office.account.find('102').id}"]


async def test_calls_of_long_ago_are_forgotten(hass, hass_storage, entry, phones, simulator):
    own = str(simulator.account.find("101").id)
    now = simulator.clock.time()
    calls = [{"at": now - 89 * DAY, "name": "John Wang"}, {"at": now - 91 * DAY, "name": "Jane Doe"}]
    keep(hass_storage, entry, own, {"count": 2, "calls": calls})
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    log = office.coordinator.missed_calls
    assert [call.name for call in log.of(own).calls] == ["John Wang"]
    assert log.of(own).count == 1
    assert [call["name"] for call in kept(hass_storage, office)["calls"]] == ["John Wang"], "on disk too"
    await office.pass_time(2 * DAY, step=6 * 3600)
    assert log.of(own).calls == ()
    assert office.shown("101", "missed_calls") == "0"
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert kept(hass_storage, office) is None


@pytest.mark.parametrize(
    ("privacy", "name", "number"), [("masked", "John Wang", "…23"), ("hidden", None, None)], ids=["masked", "hidden"]
)
@pytest.mark.needs("names")
async def test_a_stricter_privacy_forgets_what_was_kept(hass, hass_storage, office, privacy, name, number):
    await office.miss_a_call(rings=18, from_number="+14155550123", from_name="John Wang")
    hass.config_entries.async_update_entry(office.entry, options={**office.entry.options, "privacy": privacy})
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    last = office.state("101", "last_missed_call").attributes
    assert (last["caller_name"], last["caller_number"]) == (name, number)
    assert office.shown("101", "missed_calls") == "1"
    (call,) = kept(hass_storage, office)["calls"]
    assert (call["name"], call["number"]) == (name, number), "on disk too"


async def test_what_the_first_version_kept_is_taken_over(hass, hass_storage, entry, simulator, phones):
    own = str(simulator.account.find("101").id)
    key = f"{DOMAIN}.missed_calls.{entry.entry_id}"
    data = {own: {"count": 3, "calls": [{"at": simulator.clock.time() - DAY, "name": "John Wang"}]}}
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": data}
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    assert office.shown("101", "missed_calls") == "3"
    assert hass_storage[key]["data"] == {"extensions": [own]}
    assert kept(hass_storage, office)["calls"][0]["name"] == "John Wang"
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize(
    ("version", "data"),
    [(1, {"count": 1, "calls": "of a later version"}), (1, [1, 2]), (3, {"count": 1, "calls": []})],
    ids=["wrong-shape", "no-object", "later-version"],
)
async def test_a_file_that_cannot_be_read_is_left_as_it_is_and_phones_work(
    hass, hass_storage, entry, simulator, phones, version, data
):
    own = str(simulator.account.find("101").id)
    key = keep(hass_storage, entry, own, data, version)
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    assert find_issue(hass, entry, "unreadable_files").translation_placeholders["files"] == escape(key)
    await office.miss_a_call(from_name="John Wang")
    await office.miss_a_call("102", from_name="John Wang")
    assert office.shown("101", "missed_calls") == "1"
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert (hass_storage[key]["version"], hass_storage[key]["data"]) == (version, data)
    assert kept(hass_storage, office, "102")["count"] == 1, "the others are kept"


@pytest.mark.parametrize("version", [1, 2, 3])
async def test_without_the_list_of_files_none_is_overwritten(hass, hass_storage, entry, simulator, phones, version):
    own = str(simulator.account.find("101").id)
    key = keep(hass_storage, entry, own, {"count": 5, "calls": []})
    index = f"{DOMAIN}.missed_calls.{entry.entry_id}"
    spoiled = {"version": version, "minor_version": 1, "key": index, "data": {"extensions": 7}}
    hass_storage[index] = dict(spoiled)
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    assert find_issue(hass, entry, "unreadable_files") is not None
    await office.miss_a_call(from_name="John Wang")
    await pass_real_time(hass, 31)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert hass_storage[key]["data"]["count"] == 5
    assert hass_storage[index] == spoiled


async def test_they_go_with_the_entry(hass, hass_storage, office):
    await office.miss_a_call(rings=18, from_number="+14155550123", from_name="John Wang")
    await hass.config_entries.async_remove(office.entry.entry_id)
    assert [key for key in hass_storage if "missed_calls" in key] == []


class TestFavorites:
    """Extensions that are watched because they are favorites."""

    @pytest.fixture
    def options(self):
        return {"watch": ["own", "favorites"]}

    @pytest.fixture
    def missed_by(self, office):
        """Return the numbers, of two, whose missed calls are known."""

        def known():
            log = office.coordinator.missed_calls
            return {number for number in ("101", "102") if log.of(str(office.account.find(number).id)).calls}

        return known

    async def test_they_are_forgotten_of_extensions_that_are_no_longer_watched(self, hass, office, missed_by):
        for number in ("101", "102"):
            await office.miss_a_call(number, from_name="John Wang")
        office.account.set_favorites(office.account.find("101").id, [office.account.find("105").id])
        await office.settle()
        await office.pass_verdict()
        await until(lambda: missed_by() == {"101"})

    async def test_a_choice_that_was_changed_forgets_the_others(self, hass, hass_storage, office, missed_by):
        for number in ("101", "102"):
            await office.miss_a_call(number, from_name="John Wang")
        hass.config_entries.async_update_entry(office.entry, options={"watch": ["own"]})
        assert await hass.config_entries.async_reload(office.entry.entry_id)
        assert missed_by() == {"101"}
        await pass_real_time(hass, 31)
        assert (kept(hass_storage, office) is None, kept(hass_storage, office, "102") is None) == (False, True)

    async def test_a_permission_that_is_missing_for_a_while_loses_none(self, hass, office, missed_by):
        await office.miss_a_call("102", from_name="John Wang")
        permissions = office.simulator.login(office.simulator.credentials).application.permissions
        permissions.discard("ReadContacts")
        assert await hass.config_entries.async_reload(office.entry.entry_id)
        assert office.coordinator.extensions.keys() == {str(office.account.find("101").id)}
        permissions.add("ReadContacts")
        assert await hass.config_entries.async_reload(office.entry.entry_id)
        assert missed_by() == {"102"}


class TestCallLog:
    """What the call log says later of a missed call."""

    @pytest.fixture
    def log(self, hass):
        return missed.MissedCallLog(hass, "e1", lambda: 3000.0)

    def miss(self, log, session, at, **fields):
        call = Call(call_id=session, telephony_session_id=session, direction="inbound")
        log.add(Transition(extension_id="7", kind=TransitionKind.MISSED, call=call, at=at, **fields))

    async def test_one_that_is_learned_late_has_its_place_among_the_others(self, log):
        self.miss(log, "s-2", 2000.0)
        self.miss(log, "s-1", 1000.0, is_recovered=True, outcome="busy")

        assert [(call.at, call.outcome) for call in log.of("7").calls] == [(2000.0, None), (1000.0, "busy")]
        assert log.of("7").count == 2

    async def test_one_says_how_it_ended_and_one_that_was_none_is_taken_back(self, log):
        self.miss(log, "s-1", 1000.0)
        self.miss(log, "s-2", 2000.0)

        assert log.correct("7", lambda call: "s-1" in call.sessions, "voicemail")
        assert not log.correct("7", lambda call: "s-1" in call.sessions, "voicemail"), "no news"
        assert not log.correct("7", lambda _: False, None)
        assert log.correct("7", lambda call: "s-2" in call.sessions, None)
        assert [call.outcome for call in log.of("7").calls] == ["voicemail"]
        assert log.of("7").count == 1

    async def test_a_correction_of_a_seen_one_keeps_the_count_at_none(self, log):
        self.miss(log, "s-1", 1000.0)
        log.mark_seen("7")
        log.correct("7", lambda _: True, None)

        assert (log.of("7").count, log.of("7").calls) == (0, ())

    @pytest.mark.parametrize(("session", "count"), [("s-1", 1), ("s-2", 0)])
    @pytest.mark.parametrize("is_by_log", [True, False])
    async def test_only_one_that_counts_lowers_the_count(self, log, session, count, is_by_log):
        self.miss(log, "s-1", 1000.0)
        log.mark_seen("7")
        self.miss(log, "s-2", 2000.0)
        if is_by_log:
            log.correct("7", lambda call: session in call.sessions, None)
        else:
            log.retract("7", Call(call_id=session, direction="inbound"))

        assert log.of("7").count == count
        assert len(log.of("7").calls) == 1
