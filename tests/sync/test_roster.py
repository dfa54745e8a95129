"""Which extensions are watched, by every choice there is."""

import asyncio

from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.ringcentral.api.account import Extension
from custom_components.ringcentral.sync.roster import (
    Roster,
    WatchedExtension,
    as_watched,
    event_filters,
    is_watchable,
    model_of,
    uncovered_extensions,
)
from simulator.extension import Extension as SimulatedExtension
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


@pytest.mark.parametrize(
    ("type_", "is_read", "is_subscribed"),
    [
        *[(type_, True, True) for type_ in ("User", "DigitalUser", "VirtualUser", "FlexibleUser", "Limited", "Room")],
        (None, True, True),
        ("ParkLocation", False, True),
        *[
            (type_, False, False)
            for type_ in (
                "Announcement",
                "ApplicationExtension",
                "Bot",
                "DelegatedLinesGroup",
                "Department",
                "FaxUser",
                "GroupCallPickup",
                "IvrMenu",
                "PagingOnly",
                "ProxyAdmin",
                "RoomConnector",
                "SharedLinesGroup",
                "Site",
                "TieLine",
                "Unknown",
                "VoiceAppIntegration",
                "Voicemail",
                "WebVoice",
                "WordOf2031",
            )
        ],
    ],
)
def test_phones_are_listed_positively(type_, is_read, is_subscribed):
    extension = Extension(id=1, type=type_, status="Enabled")

    watched = as_watched(extension)

    assert (watched.has_presence, watched.has_events) == (is_read, is_subscribed)
    assert is_watchable(extension) is is_subscribed


def test_the_own_extension_is_a_phone_whatever_its_type():
    own = as_watched(Extension(id=1, type="WordOf2031"), is_own=True)

    assert own.has_presence
    assert own.has_events


class TestOwnType:
    """The login's own extension, of a type that is not known yet."""

    @pytest.fixture
    def account(self, account):
        account.find("101").type = "WordOf2031"
        return account

    @pytest.mark.parametrize("options", [{"watch": ["own"]}, {"watch": ["own", "lines"]}, {"watch": ["account"]}])
    async def test_rings_and_is_read(self, office, phones, options):
        assert str(office.account.find("101").id) in office.coordinator.link.readable_extensions()
        phones.call_in("101")
        await office.shows("101", "ringing", "on")


class TestOddTypes:
    """Extensions that are no phones, in an account that is watched as a whole."""

    @pytest.fixture
    def options(self):
        return {"watch": ["account", "lines"]}

    @pytest.fixture
    def account(self, account):
        types = (
            "Site",
            "Bot",
            "ProxyAdmin",
            "TieLine",
            "RoomConnector",
            "VoiceAppIntegration",
            "Unknown",
            "WordOf2031",
        )
        for number, type_ in enumerate((*types, "GroupCallPickup"), 901):
            id_ = 550100000016 + number * 1000
            account.extensions[id_] = SimulatedExtension(id=id_, number=str(number), name=type_, type=type_)
        monitored = account.monitored_lines(account.find("101").id)
        account.set_monitored_lines(account.find("101").id, [*monitored, account.find("909").id])
        return account

    async def test_become_no_phones_but_what_is_monitored_shows_its_calls(self, office):
        assert {number for number in numbers(office) if number > "900"} == {"909"}
        assert office.coordinator.extensions[str(office.account.find("909").id)].has_presence is False


class TestParkLocation:
    """A park location that was chosen: events are about it, REST is not."""

    @pytest.fixture
    def options(self, watch, account):
        return {"watch": watch, "extensions": [str(account.find(number).id) for number in ("102", "801")]}

    @pytest.fixture(autouse=True)
    def has_events(self, monkeypatch):
        """Let a park location have events of its own, as the SDK maintainer's test has shown."""
        has_presence = SimulatedExtension.has_presence.fget
        allows = property(lambda one: one.type == "ParkLocation" or has_presence(one))
        monkeypatch.setattr(SimulatedExtension, "has_presence", allows)

    @pytest.mark.parametrize(
        ("watch", "kinds"),
        [
            (["own", "chosen"], ["extension_list", "presence", "presence", "presence"]),
            (["account", "chosen"], ["account_presence", "extension_list", "presence"]),
            (["chosen", "lines"], ["extension_list", "line_presence", "lines"]),
        ],
    )
    async def test_is_subscribed_once_and_never_read(self, office, phones, watch, kinds):
        assert filters(office) == kinds
        park = str(office.account.find("801").id)
        assert park not in office.coordinator.link.readable_extensions()
        call = phones.call_in("102")
        call.answer()
        call.park(phones.find("801"))
        await office.shows("801", "call_state", "parked")
        await office.coordinator.reader.read_all()
        await office.pass_time(30)
        assert office.shown("801", "call_state") == "parked"


@pytest.mark.parametrize(
    ("watch", "refused", "uncovered"),
    [
        (["chosen"], ["/restapi/v1.0/account/1/extension/8/presence"], {"8"}),
        (["account", "chosen"], ["/restapi/v1.0/account/1/extension/8/presence"], {"8"}),
        (["favorites"], ["/restapi/v1.0/account/1/extension/2/favorite/presence"], {"2"}),
        (["favorites"], ["/restapi/v1.0/account/1/extension/8/presence"], {"8"}),
    ],
)
def test_a_park_location_is_covered_by_its_own_filter_alone(watch, refused, uncovered):
    phone = WatchedExtension(id="2", number="102", name="Ann", type="User")
    park = WatchedExtension(id="8", number="801", name="Park 1", type="ParkLocation", has_presence=False)
    favorites = frozenset({"2", "8"}) if watch == ["favorites"] else frozenset()
    roster = Roster(extensions={"2": phone, "8": park}, favorites=favorites)
    options = {"watch": watch, "extensions": ["2", "8"]}

    assert any("/extension/8/presence" in one for one in event_filters(options, roster))
    assert uncovered_extensions(options, roster, refused) == uncovered


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
    """The login's favorites."""

    @pytest.fixture
    def options(self):
        return {"watch": ["own", "favorites"]}

    async def test_changes_of_the_list_are_followed(self, office, clock, account):
        account.set_favorites(account.find("101").id, [account.find("105").id])
        await office.settle()
        clock.advance(3)
        await until(lambda: numbers(office) == {"101", "105"})

    async def test_favorites_that_can_no_longer_be_read_stay_watched(self, hass, office):
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
        assert issue.translation_placeholders["permission"] == "Read Contacts"
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
        announced = []
        hass.bus.async_listen("ringcentral_call", lambda event: announced.append(event.data))
        parked, queued = phones.call_in("101"), phones.call_queue("200")
        parked.answer()
        parked.park(phones.find("801"))
        await office.shows("801", "call_state", "parked")
        await office.shows("200", "ringing", "on")

        await office.lose_for_good()
        assert office.shown("801", "call_state") == office.shown("200", "ringing") == "unavailable"
        parked.hang_up()
        queued.hang_up()
        announced.clear()
        await office.comes_true(lambda: office.shown(None, "connection") == "on", within=200)
        await office.settle()

        assert (office.shown("801", "call_state"), office.shown("200", "ringing")) == ("unknown", "unknown")
        ends = [(one["type"], one["recovered"]) for one in announced if one["extension_number"] == "200"]
        assert ends == [("ended", True)]
        phones.call_queue("200")
        await office.shows("200", "ringing", "on")


class TestRefusedLists:
    """What a login may not read, or a cloud does not have, in whatever way it says so."""

    @pytest.fixture
    def options(self):
        return {"watch": ["own", "lines", "favorites"]}

    @pytest.mark.parametrize(
        ("status", "code"),
        [
            (404, "CMN-102"),
            (404, "CMN-120"),
            (403, "CMN-401"),
            (403, "CMN-403"),
            (403, "CMN-404"),
            (403, "CMN-408"),
            (400, "CMN-101"),
        ],
    )
    @pytest.mark.parametrize(
        ("path", "kept"),
        [("*/presence/line", {"101"}), ("*/favorite", {"101"}), ("*/features", {"101", "102", "103"})],
        ids=["lines", "favorites", "features"],
    )
    async def test_a_list_that_is_refused_brings_nobody_and_the_rest_is_set_up(
        self, hass, entry, simulator, phones, path, kept, status, code
    ):
        simulator.faults.apply({"kind": "status", "path": path, "method": "GET", "status": status, "code": code})
        office = Office(hass, entry, simulator, phones)
        await office.set_up()
        assert kept <= numbers(office)
        kinds = [kind for kind in ("missing_permission", "list_refused") if find_issue(hass, entry, kind)]
        assert len(kinds) == (path != "*/features"), "it is reported"
        phones.call_in("101")
        await office.shows("101", "ringing", "on")
        simulator.faults.clear()
        assert await hass.config_entries.async_reload(entry.entry_id)
        assert not [kind for kind in ("missing_permission", "list_refused") if find_issue(hass, entry, kind)]
        assert await hass.config_entries.async_unload(entry.entry_id)
