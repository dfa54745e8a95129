"""Which extensions are watched, by every choice there is."""

from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.ringcentral.roster import WatchedExtension, model_of
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

    async def test_without_the_permission_the_rest_works_and_a_repair_names_it(self, hass, entry, simulator, phones):
        simulator.login(simulator.credentials).application.permissions.discard("ReadContacts")
        office = Office(hass, entry, simulator, phones)
        await office.set_up()
        assert numbers(office) == {"101"}
        issue = find_issue(hass, entry, "missing_permission")
        assert issue.translation_placeholders["permission"] == "ReadContacts"
        await hass.config_entries.async_unload(entry.entry_id)
