"""The lines of docs/security.md, each held by a test; those that a module's own tests hold are named there."""

import json
import logging
from pathlib import Path
import re

from aiohttp import TraceConfig, web
from aiohttp.test_utils import TestServer
from homeassistant.components import persistent_notification
from homeassistant.components.media_source import async_browse_media
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.ringcentral.api.content import LONGEST_TRANSCRIPTION
from custom_components.ringcentral.api.text import clean
from custom_components.ringcentral.const import EVENT_CALL, EVENT_VOICEMAIL
from custom_components.ringcentral.diagnostics import async_get_config_entry_diagnostics, async_get_device_diagnostics
from custom_components.ringcentral.logbook import describe_voicemail_event
from simulator.logins import HISTORY_PERMISSIONS
from tests.office import Office

ROOT = Path(__file__).parents[1]
HOSTILE = (
    "<script>alert(1)</script>",
    "{{ states.sensor | list }}",
    "[click](javascript:alert(1))",
    "\u202egro.live\u2066",
    "\x00\x1b[31mred",
    "a" * 5000,
    "'; DROP TABLE states; --",
)


@pytest.fixture
def may_read_history(simulator):
    """The app may read the call log and the mailbox."""
    simulator.permit(*HISTORY_PERMISSIONS)


@pytest.fixture
async def office_with_history(hass, may_read_history, office):
    """An office whose log and mailbox have been read."""
    assert await async_setup_component(hass, "media_source", {})
    await office.pass_time(10)
    return office


# Secrets


def secrets_of(simulator, entry, seen_tokens):
    """Return every secret that there was in a run: what was entered, what was issued, what was made here."""
    found = {simulator.credentials.client_secret, simulator.credentials.jwt, *seen_tokens}
    found |= {entry.data.get(name) for name in ("client_secret", "jwt", "verification_token", "webhook_id")}
    token = entry.data.get("token") or {}
    found |= {token.get("access_token"), token.get("refresh_token")}
    return {one for one in found if one}


@pytest.fixture
def issued(simulator):
    """Every token that the cloud issues or accepts: for REST, for refreshing, for sockets, for recovery."""
    found = set()
    create, issue = simulator.gateway.create_token, simulator.oauth._reply

    def create_token(session, uri):
        made = create(session, uri)
        found.add(made["ws_access_token"])
        return made

    def reply(session):
        made = issue(session)
        found.update({made["access_token"], made.get("refresh_token")})
        return made

    simulator.gateway.create_token, simulator.oauth._reply = create_token, reply
    return found


async def whole_story(hass, office):
    """Live through calls, faults, refreshes, losses, a reload, and both transports."""
    faults = office.simulator.faults
    office.phones.call_in("101", from_name="John Wang").go_to_voicemail()
    await office.pass_time(60, 10)
    assert office.coordinator.voicemail.unread == 1
    office.phones.call_in("101", from_name="John Wang").answer()
    for fault in (
        {"kind": "status", "status": 500, "path": "*/presence", "for": 70},
        {"kind": "status", "status": 401, "path": "*/presence", "count": 1},
        {"kind": "status", "status": 400, "path": "*/oauth/token", "count": 1},
        {"kind": "reset", "path": "*/wstoken", "count": 1},
        {"kind": "status", "status": 403, "path": "*/content/*", "count": 1},
        {"kind": "status", "status": 500, "path": "*-sync", "count": 3},
        {"kind": "malformed", "for": 60},
        {"kind": "refuse_recovery", "count": 1},
        {"kind": "error_frame", "code": "OAU-128"},
    ):
        faults.apply(fault)
        office.simulator.gateway.close_abruptly()
        office.phones.set_dnd("102", bool(len(faults.active) % 2))
        await office.pass_time(40, 10)
    office.simulator.revoke_sessions()
    await office.pass_time(120, 10)
    faults.clear()
    office.simulator.clock.advance(3400)
    await office.pass_time(120, 10)


async def everything_shown(hass, entry):
    """Return all that a user, a log reader or a supporter can see of an entry, as one text."""
    shown = [repr(state.as_dict()) for state in hass.states.async_all()]
    shown += [repr(one.extended_dict) for one in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)]
    shown += [repr(one) for one in ir.async_get(hass).issues.values()]
    shown += [repr(one) for one in persistent_notification._async_get_or_create_notifications(hass).values()]
    shown.append(json.dumps(await async_get_config_entry_diagnostics(hass, entry)))
    for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id):
        shown.append(json.dumps(await async_get_device_diagnostics(hass, entry, device)))
        shown.append(repr(device))
    shown.append(repr(entry.reason))
    return "\n".join(shown)


def leaks(text, secrets):
    return [text[max(0, at - 120) : at + 20] for secret in secrets if (at := text.find(secret)) >= 0]


@pytest.mark.parametrize("transport", ["websocket", "webhook"])
async def test_no_secret_is_in_logs_states_issues_or_diagnostics(
    hass, visitor, public_address, entry, simulator, may_read_history, phones, issued, caplog, transport
):
    caplog.set_level(logging.DEBUG, "custom_components.ringcentral")
    hass.config_entries.async_update_entry(entry, options={"watch": ["account"], "transport": transport})
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    await whole_story(hass, office)
    shown = await everything_shown(hass, entry)
    secrets = secrets_of(simulator, entry, issued)
    assert await hass.config_entries.async_unload(entry.entry_id)
    logged = "\n".join(
        f"{record.getMessage()} {record.exc_text or ''} {record.exc_info or ''}"
        for record in caplog.records
        if record.name.startswith("custom_components.ringcentral")
    )
    assert len(secrets) >= 7
    assert len(logged.splitlines()) >= 4, "there is something to look through"
    assert leaks(shown, secrets) == []
    assert leaks(logged, secrets) == []
    assert not re.search(r"access_token=|wsc=", logged)


async def test_no_secret_of_a_login_in_the_browser_is_shown(hass, browser, simulator, issued, caplog):
    caplog.set_level(logging.DEBUG, "custom_components.ringcentral")
    entry = await browser.add_entry()
    office = Office(hass, entry, simulator, None)
    simulator.gateway.close_abruptly()
    await office.pass_time(60, 5)
    simulator.revoke_sessions()
    await office.pass_time(120, 10)
    shown = await everything_shown(hass, entry)
    logged = "\n".join(one.getMessage() for one in caplog.records if "custom_components.ringcentral" in one.name)
    secrets = secrets_of(simulator, entry, issued)
    assert leaks(shown, secrets) == []
    assert leaks(logged, secrets) == []


async def test_secrets_travel_in_headers_and_bodies_and_only_the_pass_of_a_socket_in_an_address(
    hass, entry, simulator, phones, issued
):
    asked = []

    async def note(session, context, request):
        asked.append(request.url)

    trace = TraceConfig()
    trace.on_request_start.append(note)
    trace.freeze()
    async_get_clientsession(hass).trace_configs.append(trace)
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    simulator.gateway.close_abruptly()
    await office.comes_true(lambda: simulator.gateway.recovered, within=60)
    assert await hass.config_entries.async_unload(entry.entry_id)
    sockets = [one for one in asked if one.path == "/ws"]
    assert [set(one.query) for one in sockets] == [{"access_token"}, {"access_token", "wsc"}]
    passes = {one.query["access_token"] for one in sockets}
    others = [str(one) for one in asked if one.path != "/ws"]
    assert others
    assert passes < issued
    assert leaks("\n".join(others), secrets_of(simulator, entry, issued)) == []
    assert leaks("\n".join(map(str, sockets)), secrets_of(simulator, entry, issued) - passes) == []


# Redirects


async def test_credentials_do_not_follow_a_redirect(hass, entry):
    elsewhere = []

    async def take(request):
        elsewhere.append(request.headers.get("Authorization"))
        return web.json_response({})

    thief = web.Application()
    thief.router.add_route("*", "/{path:.*}", take)
    async with TestServer(thief) as server:

        async def send_away(request):
            return web.Response(status=307, headers={"Location": str(server.make_url(request.path))})

        redirecting = web.Application()
        redirecting.router.add_route("*", "/{path:.*}", send_away)
        async with TestServer(redirecting) as fake:
            address = str(fake.make_url("")).rstrip("/")
            hass.config_entries.async_update_entry(entry, data={**entry.data, "server": address})
            await hass.config_entries.async_setup(entry.entry_id)
            await hass.async_block_till_done()
    assert elsewhere == []


# Hostile names


async def test_a_hostile_caller_is_shown_as_text_and_breaks_nothing(office, phones, caplog):
    for name in HOSTILE:
        call = phones.call_in("102", from_name=name, from_number="+14155550123")
        await office.shows("102", "ringing", "on")
        caller = office.state("102", "caller")
        assert len(caller.state) <= 255
        assert caller.state.startswith(clean(name)[:8])
        assert caller.state.isprintable()
        call.hang_up()
        await office.pass_time(5)
        assert office.shown("102", "ringing") == "off"
    assert [one for one in caplog.records if one.levelno >= logging.ERROR and "ringcentral" in one.name] == []


async def test_a_hostile_caller_in_the_log_and_the_mailbox_is_text_in_one_line(
    hass, office_with_history, phones, caplog
):
    office = office_with_history
    office.simulator.settings.transcription = "at_once"
    fired = [async_capture_events(hass, name) for name in (EVENT_CALL, EVENT_VOICEMAIL)]
    for name in HOSTILE:
        call = phones.call_in("101", from_name=name, from_number="+14155550123")
        await office.shows("101", "ringing", "on")
        call.go_to_voicemail(text=f"{name}\n" * 500)
        await office.pass_time(60)
    assert len(fired[0]) > len(HOSTILE)
    assert len(fired[1]) == len(HOSTILE)
    texts = [value for event in (*fired[0], *fired[1]) for value in event.data.values() if isinstance(value, str)]
    texts += [text for call in office.coordinator.history.calls for text in (call.name, call.number) if text]
    assert all(text.isprintable() for text in texts)
    assert max(len(event.data["caller_name"]) for event in fired[1]) <= 255
    said = [one.transcription for one in office.coordinator.voicemail.voicemails if one.transcription]
    assert len(said) == len(HOSTILE)
    assert all(text.isprintable() and len(text) <= LONGEST_TRANSCRIPTION for text in said)
    for event in fired[1]:
        # The database takes 16 KiB of attributes, in bytes.
        assert len(json.dumps(dict(event.data)).encode()) < 16384
        assert describe_voicemail_event(event.data).isprintable()
    for state in hass.states.async_all():
        assert len(json.dumps(state.as_dict()["attributes"], default=str).encode()) < 16384, state.entity_id
    assert [one for one in caplog.records if one.levelno >= logging.ERROR and "ringcentral" in one.name] == []


async def test_who_withholds_the_number_does_so_in_log_and_mailbox_too(hass, office_with_history, phones):
    office = office_with_history
    office.simulator.settings.withheld_number = "anonymous"
    fired = async_capture_events(hass, EVENT_VOICEMAIL)
    phones.call_in("101", from_number=None, from_name="Anonymous").go_to_voicemail()
    await office.pass_time(90)
    (logged,) = office.coordinator.history.calls
    assert (logged.name, logged.number, logged.is_withheld) == (None, None, True)
    left = fired[0].data
    assert (left["caller_name"], left["caller_number"], left["withheld"]) == (None, None, True)
    assert describe_voicemail_event(left).startswith("received a voicemail from a withheld number")
    (mailbox,) = (await async_browse_media(hass, "media-source://ringcentral")).children
    assert mailbox.title.startswith("a withheld number")


async def test_a_hostile_extension_gets_entities_with_plain_ids(hass, entry, simulator, phones, account):
    numbers = [str(101 + place) for place in range(len(HOSTILE))]
    for number, name in zip(numbers, HOSTILE, strict=True):
        account.find(number).name = name
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    for number in numbers:
        assert re.fullmatch(r"sensor\.[a-z0-9_]+", office.entity_id(number, "presence"))
        phones.set_status(number, "Busy")
        await office.shows(number, "presence", "busy")
    assert await hass.config_entries.async_unload(entry.entry_id)


# What is asked for


def test_the_permissions_asked_for_are_the_documented_ones():
    text = (ROOT / "docs" / "security.md").read_text()
    for permission in (
        "ReadAccounts",
        "ReadPresence",
        "EditPresence",
        "ReadContacts",
        "WebSocket",
        "SubscriptionWebhook",
        "ReadCallLog",
        "ReadMessages",
        "EditMessages",
    ):
        assert f"`{permission}`" in text


def test_every_line_of_the_threat_notes_names_a_test_that_exists():
    text = (ROOT / "docs" / "security.md").read_text()
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)
    assert len(named) > 10
    for path, test in named:
        source = (ROOT / path).read_text()
        assert not test or f"def {test}(" in source, (path, test)
