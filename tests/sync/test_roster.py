"""Which extensions are watched, by every choice there is."""

import asyncio

from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.ringcentral.sync.roster import WatchedExtension, model_of
from tests.office import Office, find_issue
from tests.waiting import until


def numbers(office):
    """Return the short numbers of the watched extensions."""
    return {extension.number for extension in office.coordinator.extensions.values()}


def filters(office):
    """Return what is subscribed, as kinds of filters and whose."""
    (subscription,) = office.simulator.subscriptions.by_id.values()
    return sorted(one.kind.name for one in subscription.filters)


@pytest.mark.parametrize(
    ("watch", "watched", "subscribed"),
    [
        (["own"], {"101"}, ["presence"]),
        (["chosen"], {"104"}, ["extension_list", "presence"]),
        (["own", "chosen"], {"101", "104"}, ["extension_list", "presence", "presence"]),
        (
            ["lines"],
            {"102", "103", "104", "105", "106", "107", "200", "801"},
            ["extension_list", "line_presence", "lines"],
        ),
        (["favorites"], {"102", "103", "106"}, ["extension_list", "favorite_presence", "favorites"]),
        (
            ["own", "lines", "favorites"],
            {"101", "102", "103", "104", "105", "106", "107", "200", "801"},
            ["extension_list", "favorite_presence", "favorites", "line_presence", "lines", "presence"],
        ),
        (
            ["account", "lines"],
            {"101", "102", "103", "104", "105", "106", "107", "108", "301", "200", "801"},
            ["account_presence", "extension_list", "line_presence", "lines"],
        ),
    ],
)
class TestChoices:
    """Each choice, alone and with others."""

    @pytest.fixture
    def options(self, watch, account):
        return {"watch": watch, "extensions": [str(account.find("104").id)]}

    async def test_watches_each_extension_once_by_the_filters_that_cover_it(self, office, watched, subscribed, watch):
        assert numbers(office) == watched
        assert filters(office) == subscribed

    async def test_events_of_the_watched_come(self, office, phones, watched, subscribed, watch):
        number = "104" if "104" in watched else min(watched)
        call = phones.call_in(number)
        await office.shows(number, "ringing", "on")
        call.answer()
        await office.shows(number, "call_state", "connected")


async def test_a_disabled_extension_keeps_its_device_and_comes_back(hass, office, clock, account, phones):
    disabled = account.find("103")
    for status, shown in (("Disabled", "unavailable"), ("Enabled", "available")):
        disabled.status = status
        account.rename_extension(disabled.id, disabled.name)
        await office.settle()
        clock.advance(3)
        await office.shows("103", "presence", shown)
    names = {device.name for device in dr.async_entries_for_config_entry(dr.async_get(hass), office.entry.entry_id)}
    assert "Ben Okafor" in names
    phones.call_in("103")
    await office.shows("103", "ringing", "on")


@pytest.mark.parametrize(
    ("type_", "model"),
    [
        ("User", "User extension"),
        ("Department", "Call queue"),
        ("IvrMenu", "IVR menu"),
        ("ParkLocation", "Park location"),
        ("Limited", "Limited"),
        (None, None),
    ],
)
def test_the_model_of_a_device_is_its_type_in_words(type_, model):
    assert model_of(WatchedExtension(id="1", number="801", name="Park 1", type=type_)) == model


class TestLines:
    """Lines that the login monitors."""

    @pytest.fixture
    def options(self):
        return {"watch": ["own", "lines"]}

    async def test_changes_of_the_list_are_followed(self, hass, office, clock, account):
        account.set_monitored_lines(account.find("101").id, [account.find("108").id, account.find("102").id])
        await office.settle()
        clock.advance(3)
        await until(lambda: numbers(office) == {"101", "102", "108"})
        await office.settle()
        names = {device.name for device in dr.async_entries_for_config_entry(dr.async_get(hass), office.entry.entry_id)}
        assert "Ben Okafor" not in names


class TestFavorites:
    """The login's favourites."""

    @pytest.fixture
    def options(self):
        return {"watch": ["own", "favorites"]}

    async def test_changes_of_the_list_are_followed(self, office, clock, account):
        account.set_favorites(account.find("101").id, [account.find("105").id])
        await office.settle()
        clock.advance(3)
        await until(lambda: numbers(office) == {"101", "105"})

    async def test_favourites_that_can_no_longer_be_read_stay_watched(self, hass, office):
        before = numbers(office)
        office.simulator.login(office.simulator.credentials).application.permissions.discard("ReadContacts")
        office.account.rename_extension(office.account.find("102").id, "Alice M.")
        await office.comes_true(lambda: find_issue(hass, office.entry, "missing_permission"), within=30, step=1)
        assert numbers(office) == before == {"101", "102", "103", "106"}

    async def test_without_the_permission_the_rest_works_and_a_repair_names_it(self, hass, entry, simulator, phones):
        simulator.login(simulator.credentials).application.permissions.discard("ReadContacts")
        office = Office(hass, entry, simulator, phones)
        await office.set_up()
        assert numbers(office) == {"101"}
        issue = find_issue(hass, entry, "missing_permission")
        assert issue.translation_placeholders["permission"] == "ReadContacts"
        await hass.config_entries.async_unload(entry.entry_id)


class TestLinesInTime:
    """Lines while something else happens."""

    @pytest.fixture
    def options(self):
        return {"watch": ["own", "lines"]}

    async def test_a_permission_that_is_missing_once_removes_nobody(self, hass, office, simulator):
        def devices():
            found = dr.async_entries_for_config_entry(dr.async_get(hass), office.entry.entry_id)
            return {device.name: device.id for device in found}

        before = devices()
        refusal = {"kind": "status", "path": "*/presence/line", "method": "GET", "status": 403, "code": "CMN-401"}
        simulator.faults.apply({**refusal, "count": 1})
        office.account.rename_extension(office.account.find("102").id, "Alice M.")
        await until(lambda: simulator.faults.struck)
        await office.pass_time(5)
        assert devices().keys() ^ before.keys() == {"Alice M.", "Alice Moreau"}

        simulator.faults.apply({**refusal, "count": 1})
        assert await hass.config_entries.async_reload(office.entry.entry_id)
        assert set(devices().values()) == set(before.values())

    async def test_a_roster_that_changes_during_the_set_up_leaves_nobody_without_entities(
        self, hass, entry, simulator, phones, account, clock
    ):
        simulator.faults.apply({"kind": "slow", "seconds": 6, "path": "*/presence", "method": "GET", "count": 1})
        office = Office(hass, entry, simulator, phones)
        setting_up = hass.async_create_task(hass.config_entries.async_setup(entry.entry_id))
        await until(lambda: simulator.subscriptions.by_id and simulator.faults.struck)
        account.find("107").status = "Disabled"
        account.rename_extension(account.find("107").id, "Farid H.")
        while not setting_up.done():
            await asyncio.sleep(0.02)
            clock.advance(0.5)
        await hass.async_block_till_done()
        assert (office.shown("101", "call_state"), office.shown("102", "call_state")) == ("idle", "idle")
        await hass.config_entries.async_unload(entry.entry_id)

    async def test_what_a_queue_did_before_a_loss_is_not_believed_after_it(self, hass, office, phones):
        told = []
        hass.bus.async_listen("ringcentral_call", lambda event: told.append(event.data))
        parked, queued = phones.call_in("101"), phones.call_queue("200")
        parked.answer()
        parked.park(phones.find("801"))
        await office.shows("801", "call_state", "parked")
        await office.shows("200", "ringing", "on")

        await office.lose_for_good()
        assert office.shown("801", "call_state") == office.shown("200", "ringing") == "unavailable"
        parked.hang_up()
        queued.hang_up()
        told.clear()
        await office.comes_true(lambda: office.shown(None, "connection") == "on", within=200)
        await office.settle()

        assert (office.shown("801", "call_state"), office.shown("200", "ringing")) == ("unknown", "unknown")
        ends = [(one["type"], one["recovered"]) for one in told if one["extension_number"] == "200"]
        assert ends == [("ended", True)]
        phones.call_queue("200")
        await office.shows("200", "ringing", "on")
