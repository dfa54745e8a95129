"""What call log and voicemail have in common: they follow the permission, and leave the login to who reads presence."""

import msgspec
import pytest

from custom_components.ringcentral.api import auth
from simulator.logins import HISTORY_PERMISSIONS
from tests.office import Office
from tests.waiting import until


@pytest.fixture
def permissions():
    return HISTORY_PERMISSIONS


async def test_a_refused_login_is_tried_by_who_reads_presence_alone(office, simulator):
    await office.pass_time(180)
    history, voicemail = office.coordinator.history, office.coordinator.voicemail
    login = ("POST", "/restapi/oauth/token")
    simulator.faults.apply({"kind": "status", "path": "*/oauth/token", "status": 400, "code": "OAU-331"})
    simulator.revoke_sessions()
    await office.pass_time(1000, 20)
    assert (history.is_available, voicemail.is_available) == (False, False)
    reads, before = (history._sync.count, voicemail._sync.count), simulator.requests[login]
    await office.pass_time(3600, 30)
    assert (history._sync.count, voicemail._sync.count) == reads
    # Four tries an hour, each with the refresh token and with the credential.
    assert simulator.requests[login] - before <= 8

    simulator.faults.clear()
    await office.comes_true(lambda: history.is_available and voicemail.is_available, 1000)


async def test_an_unload_leaves_no_listener(hass, office):
    history, voicemail = office.coordinator.history, office.coordinator.voicemail
    await hass.config_entries.async_unload(office.entry.entry_id)
    await until(lambda: not history._removes and not voicemail._removes)


@pytest.mark.parametrize("reason", ["role", "not watched", "illegible scope"])
async def test_what_is_off_for_another_reason_than_the_scope_reloads_nothing(
    hass, entry, simulator, phones, monkeypatch, reason
):
    if reason == "role":
        simulator.login(simulator.credentials).permissions -= {"ReadCallLog", "ReadMessages"}
    elif reason == "not watched":
        options = {"watch": ["chosen"], "extensions": [str(simulator.account.find("102").id)]}
        hass.config_entries.async_update_entry(entry, options=options)
    else:
        simulator.faults.apply({"kind": "status", "path": "*-sync", "status": 403, "code": "CMN-408"})
        read = auth.as_token
        monkeypatch.setattr(auth, "as_token", lambda *args: msgspec.structs.replace(read(*args), scope="X Y"))
    office = Office(hass, entry, simulator, phones)
    await office.set_up()
    await office.pass_time(30)
    first, sessions = office.coordinator, []
    first.client.auth.on_new_session(lambda: sessions.append(1))
    assert (first.history.is_granted, first.voicemail.is_granted) == (False, False)

    simulator.revoke_sessions()
    await office.comes_true(lambda: sessions, 1800, 20)
    await hass.async_block_till_done()

    assert office.coordinator is first
    await until(lambda: first.link.is_connected)
    await hass.config_entries.async_unload(entry.entry_id)
