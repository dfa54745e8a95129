"""Missed calls: counted, with who it was, and kept."""

from datetime import timedelta

from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.ringcentral.calls.missed import MissedCallLog
from custom_components.ringcentral.const import DOMAIN
from custom_components.ringcentral.presence.privacy import Privacy
from custom_components.ringcentral.presence.vocabulary import Call, Transition, TransitionKind
from tests.waiting import until

pytestmark = pytest.mark.usefixtures("entity_registry_enabled_by_default")


async def test_missed_calls_are_counted_and_the_last_one_is_told(office):
    assert office.shown("101", "missed_calls") == "0"
    assert office.shown("101", "last_missed_call") == "unknown"
    await office.miss_a_call(rings=18, from_number="+14155550123", from_name="John Wang")
    await office.miss_a_call(rings=18, from_number="+14155550123", from_name="Jane Doe")
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


async def test_they_are_kept_over_a_reload(hass, office):
    await office.miss_a_call(rings=18, from_number="+14155550123", from_name="John Wang")
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await until(lambda: office.coordinator.link.is_connected)
    assert office.shown("101", "missed_calls") == "1"
    assert office.state("101", "last_missed_call").attributes["caller_name"] == "John Wang"


async def test_seen_calls_are_not_counted_any_more_and_the_last_stays_known(office):
    await office.miss_a_call(rings=18, from_number="+14155550123", from_name="John Wang")
    log = office.coordinator.missed_calls
    own = str(office.account.find("101").id)
    log.mark_seen(own)
    assert log.of(own).count == 0
    assert log.of(own).last.name == "John Wang"


async def test_a_power_cut_loses_the_last_seconds_at_most(hass, hass_storage, office):
    await office.miss_a_call(rings=18, from_number="+14155550123", from_name="John Wang")
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=6))
    await hass.async_block_till_done()
    kept = MissedCallLog(hass, office.entry.entry_id)
    await kept.async_load(Privacy.SHOWN)
    own = str(office.account.find("101").id)
    assert hass_storage[f"{DOMAIN}.missed_calls.{office.entry.entry_id}"]["data"][own]["count"] == 1
    assert kept.of(own).last.name == "John Wang"


@pytest.mark.parametrize(
    ("privacy", "name", "number"), [("masked", "John Wang", "…23"), ("hidden", None, None)], ids=["masked", "hidden"]
)
async def test_a_stricter_privacy_forgets_what_was_kept(hass, hass_storage, office, privacy, name, number):
    await office.miss_a_call(rings=18, from_number="+14155550123", from_name="John Wang")
    hass.config_entries.async_update_entry(office.entry, options={**office.entry.options, "privacy": privacy})
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    last = office.state("101", "last_missed_call").attributes
    assert (last["caller_name"], last["caller_number"]) == (name, number)
    assert office.shown("101", "missed_calls") == "1"
    kept = hass_storage[f"{DOMAIN}.missed_calls.{office.entry.entry_id}"]["data"]
    (call,) = kept[str(office.account.find("101").id)]["calls"]
    assert (call["name"], call["number"]) == (name, number), "on disk too"


async def test_what_could_not_be_loaded_is_not_overwritten(hass, hass_storage, entry, simulator):
    key = f"{DOMAIN}.missed_calls.{entry.entry_id}"
    kept = {"101": {"count": 1, "calls": "of a later version"}}
    hass_storage[key] = {"version": 1, "minor_version": 1, "key": key, "data": kept}
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert hass_storage[key]["data"] == kept


async def test_they_go_with_the_entry(hass, office):
    await office.miss_a_call(rings=18, from_number="+14155550123", from_name="John Wang")
    entry_id = office.entry.entry_id
    await hass.config_entries.async_remove(entry_id)
    assert await Store(hass, 1, f"{DOMAIN}.missed_calls.{entry_id}").async_load() is None


class TestFavorites:
    """Extensions that are watched because they are favourites."""

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
        await office.pass_time(3)
        await until(lambda: missed_by() == {"101"})

    async def test_a_choice_that_was_changed_forgets_the_others(self, hass, hass_storage, office, missed_by):
        for number in ("101", "102"):
            await office.miss_a_call(number, from_name="John Wang")
        hass.config_entries.async_update_entry(office.entry, options={"watch": ["own"]})
        assert await hass.config_entries.async_reload(office.entry.entry_id)
        assert missed_by() == {"101"}
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=6))
        await hass.async_block_till_done()
        kept = hass_storage[f"{DOMAIN}.missed_calls.{office.entry.entry_id}"]["data"]
        assert set(kept) == {str(office.account.find("101").id)}

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
        return MissedCallLog(hass, "e1")

    def missed(self, log, session, at, **fields):
        call = Call(call_id=session, telephony_session_id=session, direction="inbound")
        log.add(Transition(extension_id="7", kind=TransitionKind.MISSED, call=call, at=at, **fields))

    async def test_one_that_is_learned_late_has_its_place_among_the_others(self, log):
        self.missed(log, "s-2", 2000.0)
        self.missed(log, "s-1", 1000.0, is_recovered=True, outcome="busy")

        assert [(call.at, call.outcome) for call in log.of("7").calls] == [(2000.0, None), (1000.0, "busy")]
        assert log.of("7").count == 2

    async def test_one_says_how_it_ended_and_one_that_was_none_is_taken_back(self, log):
        self.missed(log, "s-1", 1000.0)
        self.missed(log, "s-2", 2000.0)

        assert log.correct("7", lambda call: "s-1" in call.sessions, "voicemail")
        assert not log.correct("7", lambda call: "s-1" in call.sessions, "voicemail"), "no news"
        assert not log.correct("7", lambda _: False, None)
        assert log.correct("7", lambda call: "s-2" in call.sessions, None)
        assert [call.outcome for call in log.of("7").calls] == ["voicemail"]
        assert log.of("7").count == 1

    async def test_a_correction_of_a_seen_one_keeps_the_count_at_none(self, log):
        self.missed(log, "s-1", 1000.0)
        log.mark_seen("7")
        log.correct("7", lambda _: True, None)

        assert (log.of("7").count, log.of("7").calls) == (0, ())
