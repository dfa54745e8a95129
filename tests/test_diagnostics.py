"""Diagnostics: complete, and without a name, a number or a secret."""

import json
import re

from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.ringcentral.const import DOMAIN
from custom_components.ringcentral.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
    describe_extension,
)
from simulator.directory import CALLERS
from simulator.events import Notification
from simulator.logins import HISTORY_PERMISSIONS
from simulator.office_day import OfficeDay
from tests.waiting import until


def device(hass, office, name):
    login = office.simulator.credentials.extension_id
    return dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"{login}-{name}"), office.entry.entry_id)


async def test_the_entry_shows_the_link_and_the_pipeline(hass, office, phones):
    phones.call_in("101")
    await office.shows("101", "ringing", "on")
    reported = await async_get_config_entry_diagnostics(hass, office.entry)
    assert reported["push_connected"] is True
    assert reported["gateway"]["connections"] == 1
    assert reported["counters"]["received"] >= 1
    assert reported["delivery_delay"] is None, "one event makes no percentile"
    assert reported["requests_left"]["heavy"] == 10
    assert reported["extensions"] == len(office.coordinator.extensions)
    secrets = {value for key, value in office.entry.data.items() if key in {"client_secret", "jwt", "client_id"}}
    text = json.dumps(reported)
    assert not any(secret in text for secret in {*secrets, office.entry.data["token"]["access_token"]})


@pytest.fixture
def may_read_history(simulator):
    simulator.permit(*HISTORY_PERMISSIONS)


async def test_the_call_log_and_the_mailbox_are_shown_in_figures(hass, may_read_history, office, phones):
    phones.call_in("101", from_name="John Wang").go_to_voicemail(text="It is about Maria Delgado.")
    await office.pass_time(90)
    reported = await async_get_config_entry_diagnostics(hass, office.entry)
    log, mailbox = reported["call_log"], reported["voicemail"]
    assert (log["granted"], log["ok"], log["of_company"], log["calls"]) == (True, True, False, 1)
    assert log["outcomes"] == {"voicemail": 1}
    assert (mailbox["granted"], mailbox["ok"], mailbox["unread"], mailbox["untranscribed"]) == (True, True, 1, 0)
    assert min(log["reads"], mailbox["reads"]) >= 1
    text = json.dumps(reported)
    for personal in ("John", "Maria", str(office.coordinator.voicemail.voicemails[0].id)):
        assert personal not in text


async def test_delays_on_the_way_are_reported_in_percentiles(hass, office, phones):
    call = phones.call_in("101")
    call.answer()
    await office.shows("101", "on_call", "on")
    reported = (await async_get_config_entry_diagnostics(hass, office.entry))["delivery_delay"]
    assert reported["events"] >= 2
    assert 0 <= reported["p50"] <= reported["p90"] <= reported["p99"] < 5


async def test_an_extension_shows_its_last_event_with_every_field(hass, office, phones, account):
    phones.call_in("101", from_number="+14155550123", from_name="John Wang")
    await office.shows("101", "ringing", "on")
    reported = await async_get_device_diagnostics(hass, office.entry, device(hass, office, account.find("101").id))
    body = reported["last_event"]["body"]
    assert body["telephonyStatus"] == "Ringing"
    (call,) = body["activeCalls"]
    assert re.fullmatch(r"\+[0-9]{4}555[0-9]{4}", call["from"])
    assert call["to"] != "101"
    assert {"sessionId", "partyId", "telephonySessionId", "startTime", "direction", "to", "fromName"} <= set(call)
    assert reported["log"][-1]["position"]["sequence"] == body["sequence"]
    text = json.dumps(reported)
    for personal in ("John Wang", "4155550123", "Front Desk"):
        assert personal not in text, text[max(0, text.find(personal) - 80) :][:120]


async def test_the_account_device_shows_the_pipeline(hass, office):
    reported = await async_get_device_diagnostics(hass, office.entry, device(hass, office, "account"))
    assert reported["push_connected"] is True


async def test_a_busy_office_gives_no_name_number_or_token_away(hass, office, phones, clock):
    day = OfficeDay(phones, seed=3)
    for _ in range(60):
        day.step()
        clock.advance(2)
        await office.settle()
    reported = [await async_get_config_entry_diagnostics(hass, office.entry)]
    reported += [
        await async_get_device_diagnostics(hass, office.entry, device(hass, office, extension_id))
        for extension_id in office.coordinator.extensions
    ]
    text = json.dumps(reported)
    assert text.count("last_event") > 5
    secrets = {name for one in office.account.extensions.values() for name in (one.name, one.direct_number) if name}
    secrets |= {str(value) for caller in CALLERS for value in caller if value}
    secrets |= {
        office.entry.data["jwt"],
        office.entry.data["client_secret"],
        office.entry.data["token"]["access_token"],
    }
    for secret in secrets:
        assert secret not in text, secret


async def test_what_came_of_late_is_kept_of_an_extension_and_of_all(hass, office, phones, account):
    await office.miss_a_call("101")
    phones.set_dnd("102", True)
    await office.shows("102", "dnd", "do_not_accept_any_calls")
    whole = (await async_get_config_entry_diagnostics(hass, office.entry))["capture"]
    own = await async_get_device_diagnostics(hass, office.entry, device(hass, office, account.find("101").id))
    came, own_came = (bodies(one) for one in (whole, own["capture"]))
    own_id = own["extension"]["id"]
    assert own_came == [body for body in came if str(body["extensionId"]) == own_id]
    assert [body["telephonyStatus"] for body in own_came] == ["Ringing", "NoCall"]
    assert [body["dndStatus"] for body in came][-1] == "DoNotAcceptAnyCalls"
    assert [one["id"] for one in own["capture"]["extensions"]] == [own_id], "all files call it the same"
    numbers = [body["uuid"] for body in payloads(whole)]
    assert numbers == sorted(numbers)
    assert all(number.isdecimal() and len(number) == 7 for number in numbers)


def payloads(capture):
    return [one["payload"] for entry in capture["entries"] for one in entry.get("notifications", ())]


def bodies(capture):
    return [one["body"] for one in payloads(capture)]


async def test_what_was_read_of_an_extension_that_is_gone_is_not_kept(hass, office, phones, account, clock):
    await office.miss_a_call("102", rings=5)
    gone = account.find("102").id
    reported = (await async_get_config_entry_diagnostics(hass, office.entry))["capture"]
    assert any("presence" in entry for entry in reported["entries"])
    account.remove_extension(gone)
    await office.comes_true(lambda: str(gone) not in office.coordinator.extensions, within=60)
    reported = (await async_get_config_entry_diagnostics(hass, office.entry))["capture"]
    shown = office.coordinator.capture.pseudonyms.phone_number(str(gone))
    assert [entry for entry in reported["entries"] if entry.get("extension_id") == shown] == []


async def test_how_far_sequences_and_clocks_are_trusted_is_shown(hass, office, phones, simulator):
    reported = await async_get_config_entry_diagnostics(hass, office.entry)
    assert reported["reliability"] == {"is_sequence_trusted": True, "skew": 0.0}
    simulator.account.settings.speak(["two_counters"])
    for _ in range(40):
        phones.set_status("102", "Busy")
        phones.set_status("102", "Available")
        await office.pass_time(1)
    reported = await async_get_config_entry_diagnostics(hass, office.entry)
    assert reported["reliability"]["is_sequence_trusted"] is False
    assert "account_events_are_detailed" in reported["verdicts"]


async def test_chosen_extensions_are_not_named_in_the_options(hass, office):
    chosen = str(office.account.find("101").id)
    hass.config_entries.async_update_entry(
        office.entry, options={"watch": ["chosen"], "extensions": [chosen], "x": "y"}
    )
    await hass.async_block_till_done()
    reported = (await async_get_config_entry_diagnostics(hass, office.entry))["options"]
    assert reported["watch"] == ["chosen"]
    assert reported["extensions"] != [chosen]
    assert len(reported["extensions"][0]) == len(chosen)
    assert reported["x"] == "**REDACTED**"


async def test_a_field_that_ringcentral_adds_is_hidden_since_it_may_be_personal(hass, office, phones, account):
    phones.call_in("102", from_number="+14155550123", from_name="John Wang")
    await office.shows("102", "ringing", "on")
    sent = describe_extension(office.coordinator, str(account.find("102").id))["last_event"]
    sent["uuid"], sent["body"]["sequence"] = "7", sent["body"]["sequence"] + 1
    sent["body"]["activeCalls"][0] |= {"callerIdName": "Maria Delgado", "callers": [{"mail": "maria@example.com"}]}
    office.simulator.gateway.connections[0].notify(Notification("7", json.dumps(sent)))
    await until(lambda: describe_extension(office.coordinator, str(account.find("102").id))["last_event"] == sent)
    reported = await async_get_device_diagnostics(hass, office.entry, device(hass, office, account.find("102").id))
    (call,) = reported["last_event"]["body"]["activeCalls"]
    assert call["telephonyStatus"] == "Ringing"
    assert "callerIdName" not in call, "the name of a field may be personal, too"
    ((group,),) = [value for value in call.values() if isinstance(value, list)]
    assert re.fullmatch(r"[a-z]{5}@[a-z]{7}\.[a-z]{3}", next(iter(group.values()))), "its form stays"
    for personal in ("Maria", "maria", "John Wang", "4155550123", "Alice"):
        assert personal not in json.dumps(reported)


async def test_an_entry_that_is_not_loaded_shows_what_was_entered(hass, office):
    own = device(hass, office, office.account.find("101").id)
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    reported = await async_get_config_entry_diagnostics(hass, office.entry)
    assert reported["options"] == office.entry.options
    assert await async_get_device_diagnostics(hass, office.entry, own) == {}
