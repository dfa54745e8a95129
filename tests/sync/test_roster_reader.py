"""Following the lists of extensions, and their devices with them."""

from homeassistant.helpers import device_registry as dr

from custom_components.ringcentral.const import DOMAIN
from simulator.extension import Extension
from tests.office import Office
from tests.waiting import until


async def test_extensions_that_appear_are_renamed_or_vanish_are_followed(office, clock):
    account = office.account
    newcomer = Extension(id=550100199016, number="109", name="Henry Adams")
    account.add_extension(newcomer)
    account.rename_extension(account.find("102").id, "Alice Martin")
    gone = account.find("103")
    account.remove_extension(gone.id)
    await office.settle()
    clock.advance(3)
    await until(lambda: str(newcomer.id) in office.coordinator.extensions)
    await office.settle()
    assert office.coordinator.extensions[str(account.find("102").id)].name == "Alice Martin"
    assert str(gone.id) not in office.coordinator.extensions
    await office.until_true()


async def test_the_own_extension_alone_needs_no_list(hass, simulator, entry, phones):
    hass.config_entries.async_update_entry(entry, options={"watch": ["own"]})
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    assert list(office.coordinator.extensions) == [str(simulator.credentials.extension_id)]
    assert not any(path.endswith("/extension") for _, path in simulator.requests)
    phones.call_in("101")
    await office.shows("101", "ringing", "on")
    assert await hass.config_entries.async_unload(entry.entry_id)


LIST = "/restapi/v1.0/account/{accountId}/extension"


def add_newcomer(account):
    newcomer = Extension(id=550100199016, number="109", name="Henry Adams")
    account.add_extension(newcomer)
    return str(newcomer.id)


def list_reads(office):
    """Return how often the list of extensions has been asked for."""
    return office.simulator.requests["GET", LIST]


async def test_a_list_of_extensions_that_could_not_be_read_is_read_again(office):
    office.simulator.faults.apply({"kind": "status", "status": 503, "path": "*/extension", "count": 1})
    asked = list_reads(office)
    newcomer = add_newcomer(office.account)
    await office.comes_true(lambda: list_reads(office) > asked, within=30, step=1)
    assert newcomer not in office.coordinator.extensions
    await office.comes_true(lambda: newcomer in office.coordinator.extensions, within=120)


async def test_changes_of_the_list_that_no_event_reported_are_found_when_the_link_is_back(office, account):
    # The lists are read once more after the start.
    await office.pass_time(10)
    office.simulator.faults.apply({"kind": "refuse_socket"})
    await office.lose_for_good()
    newcomer = add_newcomer(account)
    gone = account.find("103")
    account.remove_extension(gone.id)
    await office.pass_time(30)
    assert newcomer not in office.coordinator.extensions
    office.simulator.faults.clear()
    await office.comes_true(lambda: newcomer in office.coordinator.extensions, within=400)
    assert str(gone.id) not in office.coordinator.extensions
    assert office.simulator.gateway.recovered == 0


async def test_one_list_of_extensions_is_read_at_a_time(office, account):
    office.simulator.faults.apply({"kind": "slow", "path": "*/extension", "seconds": 15, "count": 1})
    asked = list_reads(office)
    account.rename_extension(account.find("102").id, "Alice Martin")
    await office.comes_true(lambda: list_reads(office) > asked, within=10, step=1)
    newcomer = add_newcomer(account)
    await office.pass_time(8, step=1)
    assert list_reads(office) == asked + 1
    await office.comes_true(lambda: newcomer in office.coordinator.extensions, within=60)
    await office.pass_time(20)
    assert newcomer in office.coordinator.extensions


async def test_a_new_number_is_that_of_the_device(hass, office, account):
    extension = account.find("102")
    extension.number = "182"
    account.rename_extension(extension.id, extension.name)
    device = dr.async_get(hass).async_get_device_by_identifier(
        (DOMAIN, f"{office.coordinator.login_id}-{extension.id}"), office.entry.entry_id
    )
    await office.comes_true(lambda: dr.async_get(hass).async_get(device.id).model_id == "182", within=30, step=1)
