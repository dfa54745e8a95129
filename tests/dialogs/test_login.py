"""An entry whose user logged in in the browser: its session lives on, and ends in good order."""

import asyncio
import json

from homeassistant.components.application_credentials import DATA_COMPONENT as CREDENTIALS
from homeassistant.config_entries import ConfigEntryState
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.ringcentral.const import DOMAIN
from custom_components.ringcentral.diagnostics import async_get_config_entry_diagnostics
from tests.waiting import until

TOKEN = ("POST", "/restapi/oauth/token")
HOUR = 3600


def reauth_flows(hass):
    return [flow for flow in hass.config_entries.flow.async_progress() if flow["context"]["source"] == "reauth"]


def issue(hass, entry):
    return ir.async_get(hass).async_get_issue(DOMAIN, f"no_refresh_tokens_{entry.entry_id}")


async def connected(entry):
    await until(lambda: entry.runtime_data.link.is_connected)


async def test_a_refreshed_token_is_stored_before_its_use_and_does_not_reload(simulator, browser, clock):
    entry = await browser.add_entry()
    coordinator = entry.runtime_data
    (session,) = simulator.oauth.sessions
    before = dict(entry.data["token"])
    stored = []
    answer = simulator.oauth.authenticate

    def authenticate(authorization):
        stored.append(authorization.endswith(entry.data["token"]["access_token"]))
        return answer(authorization)

    simulator.oauth.authenticate = authenticate
    clock.advance(HOUR - 250)
    await until(lambda: entry.data["token"] != before)
    await coordinator.reader.read_all()
    assert entry.data["token"]["refresh_token"] == session.refresh_token != before["refresh_token"]
    assert stored
    assert all(stored)
    assert entry.runtime_data is coordinator
    assert simulator.oauth.sessions == [session]


async def test_a_restart_goes_on_with_the_stored_session(hass, simulator, browser):
    entry = await browser.add_entry()
    requests = simulator.requests[TOKEN]
    assert await hass.config_entries.async_reload(entry.entry_id)
    await connected(entry)
    assert simulator.requests[TOKEN] == requests


async def test_a_lost_answer_to_a_refresh_is_asked_for_again(hass, simulator, browser, clock):
    entry = await browser.add_entry()
    before = dict(entry.data["token"])
    asked = simulator.requests[TOKEN]
    simulator.faults.apply({"kind": "lose_answer", "path": "*/oauth/token", "count": 2})
    clock.advance(HOUR - 250)
    await until(lambda: simulator.requests[TOKEN] == asked + 1)
    for tries in (1, 2):
        tried_at = clock.monotonic()
        while simulator.requests[TOKEN] == asked + tries:
            clock.advance(0.5)
            await asyncio.sleep(0.01)
        assert clock.monotonic() - tried_at >= 10
    await until(lambda: entry.data["token"] != before)
    assert simulator.requests[TOKEN] == asked + 3
    (session,) = simulator.oauth.sessions
    assert entry.data["token"]["access_token"] == session.access_token
    await entry.runtime_data.reader.read_all()
    assert reauth_flows(hass) == []


async def test_two_who_need_a_token_at_once_refresh_once(simulator, browser):
    entry = await browser.add_entry()
    asked = simulator.requests[TOKEN]
    simulator.expire_tokens()
    await asyncio.gather(*(entry.runtime_data.reader.read_all() for _ in range(5)))
    assert simulator.requests[TOKEN] == asked + 1


@pytest.mark.parametrize("moment", ["running", "restart"])
async def test_a_revoked_session_asks_the_user_to_log_in_again(hass, simulator, browser, clock, moment):
    entry = await browser.add_entry()
    asked = simulator.requests[TOKEN]
    if moment == "running":
        simulator.revoke_sessions()
        clock.advance(16 * 60)
    else:
        assert await hass.config_entries.async_unload(entry.entry_id)
        simulator.revoke_sessions()
        assert not await hass.config_entries.async_setup(entry.entry_id)
        assert entry.state is ConfigEntryState.SETUP_ERROR
    await until(lambda: reauth_flows(hass))
    # What was refused is not asked again.
    for _ in range(5):
        clock.advance(61)
        await hass.async_block_till_done()
    assert simulator.requests[TOKEN] == asked + 1
    (flow,) = reauth_flows(hass)
    step = await browser.log_in(await browser.answer(flow, {}))
    assert step["reason"] == "reauth_successful"
    await hass.async_block_till_done()
    await connected(entry)


async def test_a_secret_that_was_changed_asks_the_user_to_log_in_again(hass, browser, clock):
    entry = await browser.add_entry()
    assert await hass.config_entries.async_unload(entry.entry_id)
    browser.application.client_secret = "changed"
    clock.advance(HOUR)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert len(reauth_flows(hass)) == 1


class TestWithoutRefreshTokens:
    """The app works, but RingCentral issues no refresh tokens to it."""

    async def test_in_the_browser_the_user_logs_in_again_when_the_session_ends(self, hass, simulator, browser, clock):
        browser.application.issue_refresh_tokens = False
        entry = await browser.add_entry()
        found = issue(hass, entry)
        assert found.translation_key == "no_refresh_tokens_browser"
        assert found.severity is ir.IssueSeverity.WARNING
        asked = simulator.requests[TOKEN]
        # It is used to its end, not given up ahead of it.
        clock.advance(HOUR - 91)
        await entry.runtime_data.reader.read_all()
        assert reauth_flows(hass) == []
        clock.advance(61)
        await until(lambda: reauth_flows(hass))
        assert simulator.requests[TOKEN] == asked
        assert issue(hass, entry) is not None
        # The user does what the issue says.
        browser.application.issue_refresh_tokens = True
        (flow,) = reauth_flows(hass)
        step = await browser.log_in(await browser.answer(flow, {}))
        assert step["reason"] == "reauth_successful"
        await hass.async_block_till_done()
        await connected(entry)
        assert issue(hass, entry) is None

    async def test_with_a_jwt_another_session_is_opened_and_nothing_is_lost(self, hass, entry, simulator, clock):
        application = simulator.login(simulator.credentials).application
        application.issue_refresh_tokens = False
        assert await hass.config_entries.async_setup(entry.entry_id)
        await connected(entry)
        first = entry.data["token"]["session_id"]
        clock.advance(HOUR - 250)
        await until(lambda: entry.data["token"]["session_id"] != first)
        await until(lambda: simulator.gateway.accepted == 2)
        await until(lambda: len(simulator.gateway.connections) == 1)
        assert entry.runtime_data.link.is_connected
        assert entry.runtime_data.office.counters["disconnected"] == 0
        assert issue(hass, entry) is None
        assert reauth_flows(hass) == []
        assert await hass.config_entries.async_unload(entry.entry_id)

    async def test_the_issue_is_there_after_a_restart_and_goes_with_the_entry(self, hass, browser, clock):
        browser.application.issue_refresh_tokens = False
        entry = await browser.add_entry()
        assert await hass.config_entries.async_unload(entry.entry_id)
        assert issue(hass, entry) is None
        clock.advance(2 * HOUR)
        assert not await hass.config_entries.async_setup(entry.entry_id)
        assert entry.state is ConfigEntryState.SETUP_ERROR
        assert issue(hass, entry) is not None
        await hass.config_entries.async_remove(entry.entry_id)
        assert issue(hass, entry) is None


class TestRemoval:
    """Nothing stays behind at RingCentral."""

    @pytest.mark.parametrize("secret", ["demo-secret", None], ids=["confidential", "public"])
    @pytest.mark.parametrize("issue_refresh_tokens", [True, False])
    async def test_the_session_is_revoked_as_the_app(self, hass, simulator, browser, secret, issue_refresh_tokens):
        browser.application.client_secret = secret
        browser.application.issue_refresh_tokens = issue_refresh_tokens
        credentials = hass.data[CREDENTIALS]
        await credentials.async_delete_item(next(iter(credentials.data)))
        await browser.add_credential(client_secret=secret or "-")
        entry = await browser.add_entry()
        await hass.config_entries.async_remove(entry.entry_id)
        assert simulator.oauth.sessions == []
        assert simulator.subscriptions.by_id == {}

    async def test_an_entry_without_its_application_credential_can_be_removed(self, hass, browser, caplog):
        entry = await browser.add_entry()
        hass.data[CREDENTIALS].data.clear()
        await hass.config_entries.async_remove(entry.entry_id)
        assert hass.config_entries.async_entries(DOMAIN) == []
        assert not [record for record in caplog.records if record.levelname == "ERROR"]

    async def test_an_entry_can_be_removed_while_the_cloud_is_away(self, hass, simulator, browser, caplog):
        entry = await browser.add_entry()
        await simulator.stop()
        await hass.config_entries.async_remove(entry.entry_id)
        assert hass.config_entries.async_entries(DOMAIN) == []
        assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_without_its_application_credential_the_user_is_asked_to_log_in_again(hass, browser):
    entry = await browser.add_entry()
    assert await hass.config_entries.async_unload(entry.entry_id)
    hass.data[CREDENTIALS].data.clear()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = reauth_flows(hass)
    assert (await browser.answer(flow, {}))["reason"] == "missing_credentials"


async def test_the_application_credential_of_an_entry_cannot_be_deleted(hass, browser, hass_ws_client):
    credentials = hass.data[CREDENTIALS]
    (name,) = credentials.data
    item = credentials.data.pop(name)
    await credentials.async_create_item({key: item[key] for key in ("domain", "client_id", "client_secret")})
    entry = await browser.add_entry()
    (item_id,) = credentials.data
    assert entry.data["auth_implementation"] == item_id
    websocket = await hass_ws_client()
    await websocket.send_json_auto_id({"type": "application_credentials/delete", "application_credentials_id": item_id})
    assert not (await websocket.receive_json())["success"]


async def test_no_token_is_in_the_log(simulator, browser, clock, caplog):
    entry = await browser.add_entry()
    secrets = {simulator.credentials.client_secret}
    for _ in range(2):
        token = entry.data["token"]
        secrets |= {token["access_token"], token["refresh_token"]}
        clock.advance(HOUR - 250)
        await until(lambda token=token: entry.data["token"] != token)
    assert not [secret for secret in secrets if secret in caplog.text]
    assert json.dumps(entry.data["token"]) not in caplog.text


async def test_diagnostics_show_nothing_of_the_login(hass, browser):
    credentials = hass.data[CREDENTIALS]
    (item,) = credentials.data.values()
    credentials.data.clear()
    await credentials.async_create_item({key: item[key] for key in ("domain", "client_id", "client_secret")})
    entry = await browser.add_entry()
    reported = json.dumps(await async_get_config_entry_diagnostics(hass, entry))
    token = entry.data["token"]
    assert "auth_implementation" in reported
    for secret in (item["client_id"], item["client_id"].replace("-", "_"), token["access_token"]):
        assert secret not in reported
