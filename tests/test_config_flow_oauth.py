"""The dialogs of the login in the browser, against the simulated cloud."""

from aiohttp import ClientSession
from homeassistant.config_entries import ConfigEntryState
from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
from homeassistant.setup import async_setup_component
import pytest
from yarl import URL

from custom_components.ringcentral.const import DOMAIN
from custom_components.ringcentral.dialogs.login import DATA_CLOCK
from tests.waiting import until


async def test_a_user_logs_in_in_the_browser(hass, simulator, browser):
    step = await browser.start()
    assert step["description_placeholders"]["redirect_uri"] == "https://example.com/auth/external/callback"
    step = await browser.choose_server(step)
    asked = URL(step["url"]).query
    assert asked["client_id"] == simulator.credentials.client_id
    assert asked["code_challenge_method"] == "S256"
    step = await browser.log_in(step)
    assert step["step_id"] == "watch"
    done = await browser.answer(step, {"watch": ["own"]})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["title"] == "Front Desk (101)"
    entry = done["result"]
    assert entry.unique_id == f"{simulator.account.id}-{simulator.credentials.extension_id}"
    assert set(entry.data) == {"auth_implementation", "company", "server", "token"}
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    # The session that proved the login is the one that is used.
    (session,) = simulator.oauth.sessions
    assert entry.data["token"]["refresh_token"] == session.refresh_token


async def test_a_public_app_needs_no_secret(simulator, browser):
    browser.application.client_secret = None
    await browser.add_credential("public", client_secret="-")
    step = await browser.answer(await browser.start(), {"implementation": "public"})
    step = await browser.log_in(await browser.choose_server(step))
    assert step["step_id"] == "watch"
    browser.hass.config_entries.flow.async_abort(step["flow_id"])
    await until(lambda: simulator.oauth.sessions == [])


async def test_the_app_is_chosen_where_there_are_several(browser):
    await browser.add_credential("other", client_id="other-app")
    step = await browser.start()
    assert (step["type"], step["step_id"]) == (FlowResultType.FORM, "pick_implementation")
    step = await browser.choose_server(await browser.answer(step, {"implementation": "other"}))
    assert URL(step["url"]).query["client_id"] == "other-app"


async def test_without_an_app_the_user_is_asked_for_one(hass, hass_client_no_auth, current_request_with_host):
    flow = await hass.config_entries.flow.async_init(DOMAIN, context={"source": "user"})
    step = await hass.config_entries.flow.async_configure(flow["flow_id"], {"next_step_id": "pick_implementation"})
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, "missing_credentials")


@pytest.mark.parametrize("address", ["http://platform.ringcentral.com", "https://platform.ringcentral.com/x", "x"])
async def test_a_server_that_is_none_can_be_mended(browser, address):
    step = await browser.answer(await browser.start(), {"advanced": {"server": address}})
    assert (step["step_id"], step["errors"]) == ("server", {"base": "invalid_server"})
    assert (await browser.choose_server(step))["type"] is FlowResultType.EXTERNAL_STEP


async def test_production_is_the_server_unless_another_is_given(browser):
    step = await browser.start()
    step = await browser.answer(step, step["data_schema"]({"advanced": {}}))
    assert step["url"].startswith("https://platform.ringcentral.com/restapi/oauth/authorize?")


async def test_a_user_who_refuses_is_not_logged_in(simulator, browser):
    simulator.settings.consent = "deny"
    step = await browser.log_in(await browser.choose_server(await browser.start()))
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, "user_rejected_authorize")
    assert step["description_placeholders"] == {"error": "access_denied"}
    assert simulator.oauth.sessions == []


# What the token endpoint answers to the code, and how the dialog ends.
EXCHANGE_FAILURES = {
    "refused": ({"status": 400}, "oauth_unauthorized"),
    "down": ({"status": 503}, "oauth_failed"),
    "too many": ({"status": 429}, "oauth_failed"),
    "web page": ({"status": 200, "body": "html"}, "oauth_failed"),
    "half an answer": ({"status": 200, "body": "truncated"}, "oauth_failed"),
    "nothing": ({"status": 200, "body": "empty"}, "oauth_failed"),
}


@pytest.mark.parametrize("cause", EXCHANGE_FAILURES)
async def test_a_code_that_is_not_exchanged_ends_the_dialog(simulator, browser, cause):
    fault, reason = EXCHANGE_FAILURES[cause]
    simulator.faults.apply({"kind": "status", "path": "*/oauth/token", **fault})
    step = await browser.log_in(await browser.choose_server(await browser.start()))
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, reason)


async def test_an_answer_without_a_token_ends_the_dialog(simulator, browser):
    simulator.oauth.token = lambda authorization, form: ({"expires_in": 3600, "access_token": 7}, {})
    step = await browser.log_in(await browser.choose_server(await browser.start()))
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, "oauth_error")


async def test_a_wrong_secret_ends_the_dialog(browser):
    await browser.add_credential("wrong", client_secret="guess")
    step = await browser.answer(await browser.start(), {"implementation": "wrong"})
    step = await browser.log_in(await browser.choose_server(step))
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, "oauth_unauthorized")


def without(permission):
    def change(browser):
        browser.application.permissions -= {permission, "EditPresence"}

    return change


def fault(**options):
    return lambda browser: browser.simulator.faults.apply(options)


# What is wrong after the login, and the message.
FAILURES = {
    "no presence permission": (without("ReadPresence"), "missing_app_permission"),
    "no websocket permission": (without("WebSocket"), "missing_app_permission"),
    "rate limited": (fault(kind="status", status=429, path="*/presence"), "rate_limited"),
    "down": (fault(kind="status", status=503, path="*/presence"), "cannot_connect"),
    "session refused": (fault(kind="status", status=401, path="*/extension/~"), "invalid_session"),
}


@pytest.mark.parametrize("cause", FAILURES)
async def test_what_fails_after_the_log_in_has_its_message_and_can_be_mended(simulator, browser, cause):
    spoil, message = FAILURES[cause]
    permissions = set(browser.application.permissions)
    step = await browser.choose_server(await browser.start())
    spoil(browser)
    step = await browser.log_in(step)
    assert (step["step_id"], step["errors"]) == ("server", {"base": message})
    await until(lambda: simulator.oauth.sessions == [])
    # The server is kept for the next try, which is a login of its own.
    assert step["data_schema"]({"advanced": {}}) == {"advanced": {"server": simulator.url}}
    simulator.faults.clear()
    simulator.clock.advance(61)
    browser.application.permissions |= permissions
    assert (await browser.log_in(await browser.choose_server(step)))["step_id"] == "watch"
    assert len(simulator.oauth.sessions) == 1


async def test_each_try_has_a_challenge_of_its_own(simulator, browser):
    simulator.faults.apply({"kind": "status", "status": 503, "path": "*/presence", "count": 1})
    step = await browser.choose_server(await browser.start())
    first = URL(step["url"]).query["code_challenge"]
    step = await browser.choose_server(await browser.log_in(step))
    assert URL(step["url"]).query["code_challenge"] != first


async def test_the_same_login_is_not_added_twice_and_leaves_no_session(simulator, browser):
    await browser.add_entry()
    step = await browser.log_in(await browser.choose_server(await browser.start()))
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, "already_configured")
    await until(lambda: len(simulator.oauth.sessions) == 1)


async def test_a_dialog_that_is_closed_leaves_no_session(hass, simulator, browser):
    step = await browser.log_in(await browser.choose_server(await browser.start()))
    assert len(simulator.oauth.sessions) == 1
    hass.config_entries.flow.async_abort(step["flow_id"])
    await until(lambda: simulator.oauth.sessions == [])


@pytest.mark.parametrize("path", ["*/oauth/token", "*/extension/~", "*/oauth/wstoken"])
async def test_a_dialog_that_is_closed_while_it_works_leaves_no_session(hass, simulator, browser, path):
    step = await browser.choose_server(await browser.start())
    await browser.come_back(await browser.go(step["url"]))
    simulator.faults.apply({"kind": "slow", "path": path, "seconds": 10})
    working = hass.async_create_task(browser.answer(step))
    await until(lambda: simulator.faults.struck)
    hass.config_entries.flow.async_abort(step["flow_id"])
    simulator.faults.clear()
    simulator.clock.advance(11)
    with pytest.raises(UnknownFlow):
        await working
    await until(lambda: simulator.oauth.sessions == [])


async def test_a_dialog_that_is_closed_while_it_works_changes_nothing(hass, simulator, browser):
    entry = await browser.add_entry()
    (session,) = simulator.oauth.sessions
    before = dict(entry.data)
    step = await browser.choose(await browser.start_reconfigure(entry))
    step = await browser.choose_server(step)
    await browser.come_back(await browser.go(step["url"]))
    simulator.faults.apply({"kind": "slow", "path": "*/oauth/wstoken", "seconds": 10})
    working = hass.async_create_task(browser.answer(step))
    await until(lambda: simulator.faults.struck)
    hass.config_entries.flow.async_abort(step["flow_id"])
    simulator.faults.clear()
    simulator.clock.advance(11)
    with pytest.raises(UnknownFlow):
        await working
    await until(lambda: simulator.oauth.sessions == [session])
    assert entry.data == before


async def test_a_session_of_a_closed_dialog_ends_when_too_many_requests_are_forgiven(hass, simulator, browser):
    step = await browser.choose_server(await browser.start())
    simulator.faults.apply({"kind": "status", "status": 429, "retry_after": 40, "path": "*/oauth/wstoken"})
    step = await browser.log_in(step)
    assert step["errors"] == {"base": "rate_limited"}
    hass.config_entries.flow.async_abort(step["flow_id"])
    await hass.async_block_till_done()
    assert len(simulator.oauth.sessions) == 1
    simulator.clock.advance(41)
    await until(lambda: simulator.oauth.sessions == [])


async def begin_reauth(hass, entry):
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["step_id"] == "reauth_browser"
    return flow


async def test_a_session_that_has_ended_is_begun_again(hass, simulator, browser):
    entry = await browser.add_entry()
    hass.config_entries.async_update_entry(entry, data={**entry.data, "other": "kept"})
    former = simulator.oauth.sessions[0]
    flow = await begin_reauth(hass, entry)
    step = await browser.log_in(await browser.answer(flow, {}))
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, "reauth_successful")
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert set(entry.data) == {"auth_implementation", "company", "server", "token", "other"}
    await until(lambda: former not in simulator.oauth.sessions)
    (session,) = simulator.oauth.sessions
    assert entry.data["token"]["access_token"] == session.access_token


async def test_what_fails_when_logging_in_again_can_be_mended(hass, simulator, browser):
    entry = await browser.add_entry()
    flow = await begin_reauth(hass, entry)
    simulator.faults.apply({"kind": "status", "status": 503, "path": "*/presence"})
    step = await browser.log_in(await browser.answer(flow, {}))
    assert (step["step_id"], step["errors"]) == ("reauth_browser", {"base": "cannot_connect"})
    simulator.faults.clear()
    step = await browser.log_in(await browser.answer(step, {}))
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, "reauth_successful")
    await hass.async_block_till_done()


def let_another_log_in(simulator, account):
    """Let the next login in the browser be another user's."""
    simulator.add_login(account.find("102").id, client_id=simulator.credentials.client_id)
    simulator.oauth.logins.reverse()


async def test_another_user_is_not_taken_for_the_same_account(hass, simulator, browser, account):
    entry = await browser.add_entry()
    (session,) = simulator.oauth.sessions
    let_another_log_in(simulator, account)
    flow = await begin_reauth(hass, entry)
    step = await browser.log_in(await browser.answer(flow, {}))
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, "wrong_account")
    await until(lambda: simulator.oauth.sessions == [session])
    assert entry.state is ConfigEntryState.LOADED


async def test_an_app_that_was_replaced_can_be_chosen_when_logging_in_again(hass, browser):
    entry = await browser.add_entry()
    await browser.add_credential("replaced")
    flow = await begin_reauth(hass, entry)
    step = await browser.answer(flow, {})
    assert step["step_id"] == "pick_implementation"
    step = await browser.log_in(await browser.answer(step, {"implementation": "replaced"}))
    assert step["reason"] == "reauth_successful"
    await hass.async_block_till_done()
    assert entry.data["auth_implementation"] == "replaced"


async def test_the_login_can_be_changed_without_removing_the_entry(hass, simulator, browser):
    entry = await browser.add_entry()
    step = await browser.choose(await browser.start_reconfigure(entry))
    assert step["data_schema"]({"advanced": {}}) == {"advanced": {"server": simulator.url}}
    step = await browser.log_in(await browser.choose_server(step))
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    await until(lambda: len(simulator.oauth.sessions) == 1)


async def test_changing_to_another_user_is_refused(simulator, browser, account):
    entry = await browser.add_entry()
    let_another_log_in(simulator, account)
    step = await browser.choose(await browser.start_reconfigure(entry))
    step = await browser.log_in(await browser.choose_server(step))
    assert (step["type"], step["reason"]) == (FlowResultType.ABORT, "wrong_account")
    await until(lambda: len(simulator.oauth.sessions) == 1)


async def test_from_the_browser_to_a_jwt_credential_and_back(hass, simulator, browser):
    entry = await browser.add_entry()
    login = simulator.credentials
    flow = await browser.start_reconfigure(entry)
    step = await browser.answer(flow, {"next_step_id": "jwt"})
    given = {"client_id": login.client_id, "client_secret": login.client_secret, "jwt": login.jwt}
    step = await browser.answer(step, {**given, "advanced": {"server": simulator.url}})
    assert step["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert set(entry.data) == {"client_id", "client_secret", "company", "jwt", "server", "token"}
    assert entry.state is ConfigEntryState.LOADED
    simulator.clock.advance(61)
    step = await browser.choose(await browser.start_reconfigure(entry))
    step = await browser.log_in(await browser.choose_server(step))
    assert step["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert set(entry.data) == {"auth_implementation", "company", "server", "token"}
    assert entry.state is ConfigEntryState.LOADED
    await until(lambda: len(simulator.oauth.sessions) == 1)


async def test_the_whole_way_by_http_as_the_frontend_goes_it(hass, simulator, clock, hass_client, hass_ws_client):
    for component in (DOMAIN, "config"):
        assert await async_setup_component(hass, component, {})
    hass.data[DATA_CLOCK] = clock
    home = await hass_client()
    base = str(home.make_url("")).rstrip("/")
    login = simulator.credentials
    simulator.login(login).application.redirect_uris.add(f"{base}/auth/external/callback")
    websocket = await hass_ws_client()
    await websocket.send_json_auto_id(
        {
            "type": "application_credentials/create",
            "domain": DOMAIN,
            "client_id": login.client_id,
            "client_secret": login.client_secret,
            "name": "My app",
        }
    )
    assert (await websocket.receive_json())["success"]
    flows = "/api/config/config_entries/flow"

    async def post(path, given):
        response = await home.post(path, json=given, headers={"HA-Frontend-Base": base})
        assert response.status == 200, await response.text()
        return await response.json()

    step = await post(flows, {"handler": DOMAIN})
    flow = f"{flows}/{step['flow_id']}"
    assert step["menu_options"] == ["jwt", "pick_implementation"]
    step = await post(flow, {"next_step_id": "pick_implementation"})
    step = await post(flow, {"advanced": {"server": simulator.url}})
    assert step["type"] == "external"
    async with ClientSession() as web, web.get(step["url"]) as response:
        assert "window.close()" in await response.text()
    step = await (await home.get(flow)).json()
    assert step["step_id"] == "watch"
    done = await post(flow, {"watch": ["own"]})
    assert done["type"] == "create_entry"
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert await hass.config_entries.async_unload(entry.entry_id)
