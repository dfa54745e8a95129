"""Diagnostics: complete, and without a name, a number or a secret."""

import json
import re

from homeassistant.helpers import device_registry as dr

from custom_components.ringcentral.const import DOMAIN
from custom_components.ringcentral.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
    describe_extension,
)
from simulator.directory import CALLERS
from simulator.events import Notification
from simulator.office_day import OfficeDay
from tests.waiting import until


def device(hass, office, name):
    login = office.simulator.credentials.extension_id
    return dr.async_get(hass).async_get_device_by_identifier((DOMAIN, f"{login}-{name}"), office.entry.entry_id)


async def test_the_entry_tells_of_the_link_and_the_pipeline(hass, office, phones):
    phones.call_in("101")
    await office.shows("101", "ringing", "on")
    told = await async_get_config_entry_diagnostics(hass, office.entry)
    assert told["push_connected"] is True
    assert told["gateway"]["connections"] == 1
    assert told["counters"]["received"] >= 1
    assert told["delivery_delay"] is None, "one event makes no percentile"
    assert told["requests_left"]["heavy"] == 10
    assert told["extensions"] == len(office.coordinator.extensions)
    secrets = {value for key, value in office.entry.data.items() if key in {"client_secret", "jwt", "client_id"}}
    text = json.dumps(told)
    assert not any(secret in text for secret in {*secrets, office.entry.data["token"]["access_token"]})


async def test_delays_on_the_way_are_told_in_percentiles(hass, office, phones):
    call = phones.call_in("101")
    call.answer()
    await office.shows("101", "on_call", "on")
    told = (await async_get_config_entry_diagnostics(hass, office.entry))["delivery_delay"]
    assert told["events"] >= 2
    assert 0 <= told["p50"] <= told["p90"] <= told["p99"] < 5


async def test_an_extension_tells_its_last_event_with_every_field(hass, office, phones, account):
    phones.call_in("101", from_number="+14155550123", from_name="John Wang")
    await office.shows("101", "ringing", "on")
    told = await async_get_device_diagnostics(hass, office.entry, device(hass, office, account.find("101").id))
    body = told["last_event"]["body"]
    assert body["telephonyStatus"] == "Ringing"
    (call,) = body["activeCalls"]
    assert re.fullmatch(r"\+[0-9]{4}555[0-9]{4}", call["from"])
    assert call["to"] != "101"
    assert {"sessionId", "partyId", "telephonySessionId", "startTime", "direction", "to", "fromName"} <= set(call)
    assert told["log"][-1]["position"]["sequence"] == body["sequence"]
    text = json.dumps(told)
    for personal in ("John Wang", "4155550123", "Front Desk"):
        assert personal not in text, text[max(0, text.find(personal) - 80) :][:120]


async def test_the_account_device_tells_of_the_pipeline(hass, office):
    told = await async_get_device_diagnostics(hass, office.entry, device(hass, office, "account"))
    assert told["push_connected"] is True


async def test_a_busy_office_gives_no_name_number_or_token_away(hass, office, phones, clock):
    day = OfficeDay(phones, seed=3)
    for _ in range(60):
        day.step()
        clock.advance(2)
        await office.settle()
    told = [await async_get_config_entry_diagnostics(hass, office.entry)]
    told += [
        await async_get_device_diagnostics(hass, office.entry, device(hass, office, extension_id))
        for extension_id in office.coordinator.extensions
    ]
    text = json.dumps(told)
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


async def test_a_field_that_ringcentral_adds_is_hidden_since_it_may_be_personal(hass, office, phones, account):
    phones.call_in("102", from_number="+14155550123", from_name="John Wang")
    await office.shows("102", "ringing", "on")
    sent = describe_extension(office.coordinator, str(account.find("102").id))["last_event"]
    sent["uuid"], sent["body"]["sequence"] = "7", sent["body"]["sequence"] + 1
    sent["body"]["activeCalls"][0] |= {"callerIdName": "Maria Delgado", "callers": [{"mail": "maria@example.com"}]}
    office.simulator.gateway.connections[0].notify(Notification("7", json.dumps(sent)))
    await until(lambda: describe_extension(office.coordinator, str(account.find("102").id))["last_event"] == sent)
    told = await async_get_device_diagnostics(hass, office.entry, device(hass, office, account.find("102").id))
    (call,) = told["last_event"]["body"]["activeCalls"]
    assert call["telephonyStatus"] == "Ringing"
    assert "callerIdName" not in call, "the name of a field may be personal, too"
    ((group,),) = [value for value in call.values() if isinstance(value, list)]
    assert re.fullmatch(r"[a-z]{5}@[a-z]{7}\.[a-z]{3}", next(iter(group.values()))), "its form stays"
    for personal in ("Maria", "maria", "John Wang", "4155550123", "Alice"):
        assert personal not in json.dumps(told)


async def test_an_entry_that_is_not_loaded_tells_what_was_entered(hass, office):
    own = device(hass, office, office.account.find("101").id)
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    told = await async_get_config_entry_diagnostics(hass, office.entry)
    assert told["options"] == office.entry.options
    assert await async_get_device_diagnostics(hass, office.entry, own) == {}
