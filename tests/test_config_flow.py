"""The dialogs, against the simulated cloud."""

from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.ringcentral.const import DOMAIN
from custom_components.ringcentral.dialogs.login import DATA_CLOCK
from tests.hooks import permissions, subscriptions
from tests.waiting import until


@pytest.fixture
def shared_time(hass, clock):
    """Let the dialogs share the cloud's time."""
    hass.data[DATA_CLOCK] = clock


@pytest.fixture
def login(simulator):
    """What a user enters."""
    credentials = simulator.credentials
    return {
        "client_id": credentials.client_id,
        "client_secret": credentials.client_secret,
        "jwt": credentials.jwt,
        "advanced": {"server": simulator.url},
    }


async def start(hass):
    flow = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    return await choose_jwt(hass, flow)


async def choose_jwt(hass, flow):
    assert (flow["type"], flow["step_id"]) == (FlowResultType.MENU, "user")
    step = await answer(hass, flow["flow_id"], {"next_step_id": "jwt"})
    assert (step["type"], step["step_id"]) == (FlowResultType.FORM, "jwt")
    return flow["flow_id"]


async def answer(hass, flow_id, given):
    return await hass.config_entries.flow.async_configure(flow_id, given)


async def unload(hass):
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry.state is ConfigEntryState.LOADED:
            assert await hass.config_entries.async_unload(entry.entry_id)


pytestmark = pytest.mark.usefixtures("shared_time")


async def test_a_user_watches_the_own_extension(hass, simulator, login):
    flow_id = await start(hass)
    step = await answer(hass, flow_id, login)
    assert step["step_id"] == "watch"
    done = await answer(hass, flow_id, {"watch": ["own"]})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == "Front Desk (101)"
    assert done["options"] == {"watch": ["own"]}
    entry = done["result"]
    assert entry.unique_id == f"{simulator.account.id}-{simulator.credentials.extension_id}"
    assert entry.data["server"] == simulator.url
    # The session that proved the login is the one that is used.
    assert len(simulator.oauth.sessions) == 1
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    await unload(hass)


async def test_a_user_watches_the_whole_account(hass, login, account):
    flow_id = await start(hass)
    await answer(hass, flow_id, login)
    done = await answer(hass, flow_id, {"watch": ["account"]})
    assert done["options"] == {"watch": ["account"]}
    await hass.async_block_till_done()
    usable = [one for one in account.extensions.values() if one.has_presence and one.status == "Enabled"]
    assert len(done["result"].runtime_data.extensions) == len(usable)
    await unload(hass)


async def test_a_user_watches_chosen_extensions_found_by_name_and_number(hass, login, account):
    flow_id = await start(hass)
    await answer(hass, flow_id, login)
    step = await answer(hass, flow_id, {"watch": ["chosen"]})
    assert step["step_id"] == "extensions"
    (field,) = step["data_schema"].schema.items()
    labels = [option["label"] for option in field[1].config["options"]]
    assert "Alice Moreau (102)" in labels
    assert not any("Support" in label for label in labels), "a call queue has no presence"
    chosen = [str(account.find(number).id) for number in ("101", "102")]
    done = await answer(hass, flow_id, {"extensions": chosen})
    assert done["options"] == {"watch": ["chosen"], "extensions": chosen}
    await hass.async_block_till_done()
    assert set(done["result"].runtime_data.extensions) == set(chosen)
    await unload(hass)


def suggested(step):
    """Return what stands in a form's fields."""
    return {
        str(key): suggested_of(value.schema) if str(key) == "advanced" else key.description["suggested_value"]
        for key, value in step["data_schema"].schema.items()
    }


def suggested_of(schema):
    return {str(key): key.description["suggested_value"] for key in schema.schema}


async def test_choosing_nothing_says_so_at_the_list(hass, login):
    flow_id = await start(hass)
    await answer(hass, flow_id, login)
    step = await answer(hass, flow_id, {"watch": []})
    assert (step["step_id"], step["errors"]) == ("watch", {"watch": "choose_one"})
    await answer(hass, flow_id, {"watch": ["chosen"]})
    step = await answer(hass, flow_id, {"extensions": []})
    assert (step["step_id"], step["errors"]) == ("extensions", {"extensions": "choose_one"})
    done = await answer(hass, flow_id, {"extensions": [str(hass.config_entries.flow._progress[flow_id]._login.id)]})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    await unload(hass)


async def test_the_dialog_has_the_link_that_fills_in_the_consoles_form(hass):
    flow = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert flow["description_placeholders"]["guide_url"].endswith("/docs/app.md")
    step = await answer(hass, flow["flow_id"], {"next_step_id": "jwt"})
    assert "grantType=PersonalJWT" in step["description_placeholders"]["preset_url"]


@pytest.mark.parametrize(
    ("company", "name"),
    [("Harbor Dental", "Harbor Dental"), (None, "RingCentral account"), ("", "RingCentral account")],
)
async def test_the_accounts_device_has_the_companys_name_and_never_a_persons(hass, simulator, login, company, name):
    simulator.account.company = company
    assert await account_device(hass, login) == name


async def test_without_the_permission_to_read_it_the_accounts_device_has_a_name_of_its_own(hass, simulator, login):
    simulator.login(simulator.credentials).permissions.discard("ReadCompanyInfo")
    assert await account_device(hass, login) == "RingCentral account"


async def account_device(hass, login):
    """Set the integration up, and return how the account's device is called."""
    flow_id = await start(hass)
    await answer(hass, flow_id, login)
    entry = (await answer(hass, flow_id, {"watch": ["own"]}))["result"]
    await hass.async_block_till_done()
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    (found,) = (one for one in devices if one.model == "Account")
    await unload(hass)
    return found.name


def wrong(field, value):
    return lambda simulator, login: login | {field: value}


def without_permission(*permissions):
    def change(simulator, login):
        simulator.login(simulator.credentials).application.permissions -= {*permissions, "EditPresence"}
        return login

    return change


def without_user_permission(permission):
    def change(simulator, login):
        simulator.login(simulator.credentials).permissions -= {permission}
        return login

    return change


def fault(**options):
    def change(simulator, login):
        simulator.faults.apply(options)
        return login

    return change


def server(address):
    return lambda simulator, login: login | {"advanced": {"server": address}}


# What is wrong, where the message is shown, which, and what it names.
FAILURES = {
    "client id": (wrong("client_id", "nobody"), "client_secret", "invalid_client", {}),
    "client secret": (wrong("client_secret", "guess"), "client_secret", "invalid_client", {}),
    "jwt": (wrong("jwt", "guess"), "jwt", "invalid_jwt", {}),
    "an app without JWT auth": (
        fault(kind="status", path="/restapi/oauth/token", status=400, code="OAU-251"),
        "base",
        "unauthorized_grant",
        {},
    ),
    "an environment without JWT auth": (
        fault(kind="status", path="/restapi/oauth/token", status=400, code="OAU-250"),
        "base",
        "unsupported_grant",
        {},
    ),
    "no presence permission": (
        without_permission("ReadPresence"),
        "base",
        "missing_app_permission",
        {"permission": "Read Presence"},
    ),
    "no accounts permission": (
        without_permission("ReadAccounts"),
        "base",
        "missing_app_permission",
        {"permission": "Read Accounts"},
    ),
    "no websocket permission": (
        without_permission("WebSocket"),
        "base",
        "missing_app_permission",
        {"permission": "WebSocket Subscriptions"},
    ),
    "no user permission": (
        without_user_permission("ReadPresenceStatus"),
        "base",
        "missing_user_permission",
        {"permission": "ReadPresenceStatus"},
    ),
    "nobody there": (server("http://127.0.0.1:9"), "base", "cannot_connect", {}),
    "unencrypted": (server("http://platform.ringcentral.com"), "base", "invalid_server", {}),
    "a path": (server("https://platform.ringcentral.com/login"), "base", "invalid_server", {}),
    "no address": (server("ringcentral"), "base", "invalid_server", {}),
    "rate limited": (
        fault(kind="status", status=429, retry_after=42, path="*/presence", count=1),
        "base",
        "rate_limited",
        {"seconds": "42"},
    ),
    "down": (fault(kind="status", status=503, path="*/presence", count=1), "base", "cannot_connect", {}),
    "web page instead of an answer": (
        fault(kind="status", status=200, body="html", path="*/presence", count=1),
        "base",
        "unexpected_answer",
        {"code": "PayloadError"},
    ),
    "socket refused": (fault(kind="refuse_socket", count=1), "base", "cannot_connect", {}),
}


@pytest.mark.parametrize("cause", FAILURES)
async def test_each_failure_has_its_message_and_can_be_mended(hass, simulator, login, cause):
    spoil, field, message, named = FAILURES[cause]
    allowed = simulator.login(simulator.credentials)
    permissions, user_permissions = set(allowed.application.permissions), set(allowed.permissions)
    flow_id = await start(hass)
    given = spoil(simulator, login)
    step = await answer(hass, flow_id, given)
    assert step["type"] is FlowResultType.FORM
    assert step["step_id"] == "jwt"
    assert step["errors"] == {field: message}
    assert named.items() <= step["description_placeholders"].items()
    assert suggested(step) == given, "what was typed stays"
    is_about_the_server = message in {"invalid_server", "cannot_connect", "invalid_client", "unsupported_grant"}
    assert step["data_schema"].schema["advanced"].options["collapsed"] is not is_about_the_server
    simulator.faults.clear()
    simulator.clock.advance(61)
    allowed.application.permissions |= permissions
    allowed.permissions |= user_permissions
    assert (await answer(hass, flow_id, login))["step_id"] == "watch"
    assert (await answer(hass, flow_id, {"watch": ["own"]}))["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert len(simulator.oauth.sessions) == 1
    await unload(hass)


@pytest.mark.parametrize("watch", ["account", "chosen"])
async def test_a_list_that_cannot_be_read_can_be_asked_for_again(hass, simulator, login, watch):
    flow_id = await start(hass)
    await answer(hass, flow_id, login)
    simulator.faults.apply({"kind": "status", "status": 500, "path": "*/extension", "count": 1})
    step = await answer(hass, flow_id, {"watch": [watch]})
    assert (step["step_id"], step["errors"]) == ("watch", {"base": "cannot_connect"})
    step = await answer(hass, flow_id, {"watch": [watch]})
    if watch == "chosen":
        assert (step["step_id"], step["errors"]) == ("extensions", None)
    else:
        assert step["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    await unload(hass)


async def test_the_same_login_is_not_added_twice_and_leaves_no_session(hass, office, login):
    flow_id = await start(hass)
    step = await answer(hass, flow_id, login)
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, "already_configured")
    await until(lambda: len(office.simulator.oauth.sessions) == 1)
    assert office.coordinator.link.is_connected


async def test_a_dialog_that_is_closed_leaves_no_session(hass, simulator, login):
    flow_id = await start(hass)
    await answer(hass, flow_id, login)
    assert len(simulator.oauth.sessions) == 1
    hass.config_entries.flow.async_abort(flow_id)
    await until(lambda: simulator.oauth.sessions == [])


@pytest.mark.parametrize("path", ["*/oauth/token", "*/extension/~", "*/oauth/wstoken"])
async def test_a_dialog_that_is_closed_while_it_works_leaves_no_session(hass, simulator, login, path):
    flow_id = await start(hass)
    simulator.faults.apply({"kind": "slow", "path": path, "seconds": 10})
    working = hass.async_create_task(answer(hass, flow_id, login))
    await until(lambda: simulator.faults.struck)
    hass.config_entries.flow.async_abort(flow_id)
    simulator.faults.clear()
    simulator.clock.advance(11)
    with pytest.raises(UnknownFlow):
        await working
    await until(lambda: simulator.oauth.sessions == [])


async def test_a_refused_login_is_given_again(hass, entry, simulator, login):
    hass.config_entries.async_update_entry(entry, data={**entry.data, "jwt": "revoked"})
    await hass.config_entries.async_setup(entry.entry_id)
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["step_id"] == "reauth_confirm"
    step = await answer(hass, flow["flow_id"], {"client_secret": login["client_secret"], "jwt": "wrong"})
    assert step["errors"] == {"jwt": "invalid_jwt"}
    step = await answer(hass, flow["flow_id"], {"client_secret": login["client_secret"], "jwt": login["jwt"]})
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, "reauth_successful")
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data["jwt"] == login["jwt"]
    assert len(simulator.oauth.sessions) == 1
    await unload(hass)


async def test_another_users_login_is_not_taken_for_the_same_account(hass, entry, simulator, login, account):
    other = simulator.add_login(account.find("102").id, client_id=login["client_id"])
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    step = await answer(hass, flow["flow_id"], {"client_secret": login["client_secret"], "jwt": other.jwt})
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, "wrong_account")
    await until(lambda: simulator.oauth.sessions == [])


async def test_the_login_can_be_changed_without_removing_the_entry(hass, office, simulator, login):
    moved = simulator.add_login(simulator.credentials.extension_id)
    flow_id = await choose_jwt(hass, await office.entry.start_reconfigure_flow(hass))
    given = login | {"client_id": moved.client_id, "client_secret": moved.client_secret, "jwt": "wrong"}
    step = await answer(hass, flow_id, given)
    assert step["errors"] == {"jwt": "invalid_jwt"}
    step = await answer(hass, flow_id, given | {"jwt": moved.jwt})
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    await hass.async_block_till_done()
    # The former session is over.
    await until(lambda: len(simulator.oauth.sessions) == 1)
    assert simulator.oauth.sessions[0].login.application.client_id == moved.client_id
    assert office.entry.data["client_id"] == moved.client_id
    assert office.entry.state is ConfigEntryState.LOADED
    await until(lambda: office.coordinator.link.is_connected)


async def test_changing_to_another_user_is_refused(hass, office, simulator, login, account):
    other = simulator.add_login(account.find("102").id)
    flow_id = await choose_jwt(hass, await office.entry.start_reconfigure_flow(hass))
    given = login | {"client_id": other.client_id, "client_secret": other.client_secret, "jwt": other.jwt}
    step = await answer(hass, flow_id, given)
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, "wrong_account")


async def test_the_dialog_says_how_long_to_wait_after_too_many_tries(hass, login):
    flow_id = await start(hass)
    for _ in range(5):
        step = await answer(hass, flow_id, login | {"jwt": "wrong"})
        assert step["errors"] == {"jwt": "invalid_jwt"}
    step = await answer(hass, flow_id, login | {"jwt": "wrong"})
    assert step["errors"] == {"base": "rate_limited"}
    assert int(step["description_placeholders"]["seconds"]) >= 30


async def test_an_app_that_may_only_use_webhooks_is_taken_where_there_is_an_address(
    hass, simulator, login, public_address
):
    permissions(simulator).discard("WebSocket")
    flow_id = await start(hass)
    step = await answer(hass, flow_id, login)
    assert step["step_id"] == "watch"
    done = await answer(hass, flow_id, {"watch": ["own"]})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await until(lambda: [one.transport for one in subscriptions(simulator)] == ["WebHook"])
    await unload(hass)


async def test_without_an_address_an_app_that_may_only_use_webhooks_is_refused(hass, simulator, login):
    permissions(simulator).discard("WebSocket")
    step = await answer(hass, await start(hass), login)
    assert step["errors"] == {"base": "missing_app_permission"}
    assert step["description_placeholders"]["permission"] == "WebSocket Subscriptions"


@pytest.mark.parametrize("status", [403, 404, 405])
async def test_a_web_page_of_something_in_between_does_not_call_the_login_wrong(hass, simulator, login, status):
    simulator.faults.apply({"kind": "status", "status": status, "body": "html", "path": "*/oauth/token", "count": 1})
    flow_id = await start(hass)
    step = await answer(hass, flow_id, login)
    assert step["errors"] == {"base": "unexpected_answer"}
    assert (await answer(hass, flow_id, login))["step_id"] == "watch"
    hass.config_entries.flow.async_abort(flow_id)
    await until(lambda: simulator.oauth.sessions == [])


@pytest.mark.parametrize(("field", "value"), [("client_id", "ab:cd"), ("client_id", "идент"), ("client_secret", "ab…")])
async def test_an_app_that_nobody_can_have_is_refused_in_the_dialog(hass, login, field, value):
    step = await answer(hass, await start(hass), login | {field: value})
    assert step["errors"] == {"client_secret": "invalid_client"}


async def test_a_penalty_is_kept_by_another_try_and_another_dialog(hass, simulator, login):
    simulator.faults.apply(
        {"kind": "status", "status": 429, "code": "CMN-301", "retry_after": 60, "path": "*/oauth/token", "count": 1}
    )
    first = await start(hass)
    for flow_id in (first, first, await start(hass)):
        assert (await answer(hass, flow_id, login))["errors"] == {"base": "rate_limited"}
    assert simulator.requests["POST", "/restapi/oauth/token"] == 1


async def test_the_login_can_be_changed_while_the_user_is_asked_to_log_in_again(hass, office, login):
    office.entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    flow_id = await choose_jwt(hass, await office.entry.start_reconfigure_flow(hass))
    assert (await answer(hass, flow_id, login))["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    # Logging in again uses up most of the minute's budget.
    await office.comes_true(lambda: office.coordinator.link.is_connected, within=150)
    assert len(office.simulator.oauth.sessions) == 1
