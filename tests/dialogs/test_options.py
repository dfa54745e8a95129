"""The dialog that changes what is watched, how much is shown and how events come."""

from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest

from custom_components.ringcentral.diagnostics import describe_office
from simulator.logins import HISTORY_PERMISSIONS
from tests.waiting import until


async def start(hass, office):
    flow = await hass.config_entries.options.async_init(office.entry.entry_id)
    assert flow["step_id"] == "init"
    return flow["flow_id"]


async def test_from_the_account_to_chosen_extensions(hass, office, account):
    flow_id = await start(hass, office)
    step = await hass.config_entries.options.async_configure(flow_id, {"watch": ["chosen"]})
    assert step["step_id"] == "extensions"
    chosen = [str(account.find("103").id)]
    done = await hass.config_entries.options.async_configure(flow_id, {"extensions": chosen})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert list(office.coordinator.extensions) == chosen
    await until(lambda: office.coordinator.link.is_connected)


@pytest.mark.parametrize("watch", ["own", "account"])
async def test_to_the_own_extension_or_the_account(hass, office, watch):
    flow_id = await start(hass, office)
    done = await hass.config_entries.options.async_configure(flow_id, {"watch": [watch]})
    assert done["data"] == {"watch": [watch], "privacy": "shown"}
    await hass.async_block_till_done()
    await until(lambda: office.coordinator.link.is_connected)


async def test_a_list_that_cannot_be_read_can_be_asked_for_again(hass, office):
    flow_id = await start(hass, office)
    office.simulator.faults.apply({"kind": "status", "status": 500, "path": "*/extension", "count": 1})
    step = await hass.config_entries.options.async_configure(flow_id, {"watch": ["chosen"]})
    assert step["errors"] == {"base": "cannot_connect"}
    step = await hass.config_entries.options.async_configure(flow_id, {"watch": ["chosen"]})
    assert step["step_id"] == "extensions"


async def test_the_transport_and_the_hold_back_can_be_chosen(hass, office):
    flow_id = await start(hass, office)
    connection = {"transport": "websocket", "hold_back": 250.0}
    given = {"watch": ["account"], "connection": connection}
    done = await hass.config_entries.options.async_configure(flow_id, given)
    connected = {"privacy": "shown", "transport": "websocket", "hold_back": 250}
    assert done["data"] == {"watch": ["account"], **connected}
    await hass.async_block_till_done()
    assert describe_office(office.coordinator)["transport"]["hold_back"] == 0.25
    flow = await hass.config_entries.options.async_init(office.entry.entry_id)
    assert flow["data_schema"]({"watch": ["own"], "connection": {}})["connection"] == {"transport": "websocket"}
    done = await hass.config_entries.options.async_configure(flow["flow_id"], {"watch": ["own"]})
    assert done["data"] == {"watch": ["own"], **connected}
    await hass.async_block_till_done()


async def test_several_choices_and_privacy_are_kept(hass, office, account, phones):
    flow_id = await start(hass, office)
    given = {"watch": ["own", "lines", "chosen"], "privacy": "masked"}
    step = await hass.config_entries.options.async_configure(flow_id, given)
    assert step["step_id"] == "extensions"
    chosen = [str(account.find("108").id)]
    done = await hass.config_entries.options.async_configure(flow_id, {"extensions": chosen})
    assert done["data"] == {**given, "extensions": chosen}
    await hass.async_block_till_done()
    await until(lambda: office.coordinator.link.is_connected)
    phones.call_in("101", from_number="+14155550123")
    await office.shows("101", "caller", "…23")
    assert office.shown("801", "call_state") == "unknown"


async def test_nothing_to_watch_is_refused(hass, office):
    flow_id = await start(hass, office)
    step = await hass.config_entries.options.async_configure(flow_id, {"watch": []})
    assert step["errors"] == {"watch": "choose_one"}
    await hass.config_entries.options.async_configure(flow_id, {"watch": ["chosen"]})
    step = await hass.config_entries.options.async_configure(flow_id, {"extensions": []})
    assert step["errors"] == {"extensions": "choose_one"}


@pytest.mark.parametrize("value", [-1, 2001, "soon"])
async def test_a_hold_back_out_of_range_is_refused(hass, office, value):
    flow_id = await start(hass, office)
    given = {"watch": ["own"], "connection": {"transport": "automatic", "hold_back": value}}
    with pytest.raises(InvalidData):
        await hass.config_entries.options.async_configure(flow_id, given)


async def test_without_a_connection_nothing_can_be_chosen(hass, entry):
    flow = await hass.config_entries.options.async_init(entry.entry_id)
    assert (flow["type"], flow["reason"]) == (FlowResultType.ABORT, "not_loaded")


async def test_an_entry_that_is_unloaded_in_between_ends_it(hass, office):
    flow_id = await start(hass, office)
    await hass.config_entries.options.async_configure(flow_id, {"watch": ["chosen"]})
    await hass.config_entries.async_unload(office.entry.entry_id)
    flow = await hass.config_entries.options.async_configure(flow_id, {"extensions": []})
    assert (flow["type"], flow["reason"]) == (FlowResultType.ABORT, "not_loaded")


async def test_without_the_scope_the_company_log_is_not_offered_and_stays_as_it_was(hass, office):
    options = {**office.entry.options, "company_call_log": True}
    hass.config_entries.async_update_entry(office.entry, options=options)
    flow = await hass.config_entries.options.async_init(office.entry.entry_id)
    assert "company_call_log" not in flow["data_schema"].schema
    done = await hass.config_entries.options.async_configure(flow["flow_id"], {"watch": ["own"]})
    assert done["data"]["company_call_log"]
    await hass.async_block_till_done()
    await until(lambda: office.coordinator.link.is_connected)


class TestCompanyLog:
    """The login may read the log, and its own phone is not watched."""

    @pytest.fixture
    def permissions(self):
        return HISTORY_PERMISSIONS

    @pytest.fixture
    def options(self, simulator):
        return {"watch": ["chosen"], "extensions": [str(simulator.account.find("102").id)]}

    async def test_it_can_be_turned_on_and_off(self, hass, office):
        for is_wanted in (True, False):
            flow_id = await start(hass, office)
            given = {"watch": ["account"], "company_call_log": is_wanted}
            done = await hass.config_entries.options.async_configure(flow_id, given)
            assert done["data"].get("company_call_log", False) is is_wanted
            await hass.async_block_till_done()
            await until(lambda: office.coordinator.link.is_connected)

    async def test_it_is_offered(self, hass, office):
        flow = await hass.config_entries.options.async_init(office.entry.entry_id)
        assert "company_call_log" in flow["data_schema"].schema


async def test_a_chosen_extension_that_is_disabled_for_a_while_stays_chosen(hass, office, account):
    chosen = [str(account.find(number).id) for number in ("102", "103")]
    hass.config_entries.async_update_entry(office.entry, options={"watch": ["chosen"], "extensions": chosen})
    account.find("103").status = "Disabled"
    flow_id = await start(hass, office)
    step = await hass.config_entries.options.async_configure(flow_id, {"watch": ["chosen"], "privacy": "masked"})
    assert step["data_schema"]({}) == {"extensions": chosen}
    await hass.config_entries.options.async_configure(flow_id, {})
    assert office.entry.options["extensions"] == chosen
