"""The call log and the mailbox while RingCentral fails: presence does not notice, and the truth is reached after it."""

import pytest

from custom_components.ringcentral.api import patience
from simulator.logins import HISTORY_PERMISSIONS
from tests.office import find_issue

LOG, MAILBOX = "*/call-log-sync", "*/message-sync"
CONTENT = "*/content/*"


def status(path, number, **more):
    return {"kind": "status", "path": path, "status": number, **more}


def rows(path):
    """Return the faults of a resource by name: what the simulator is to do, and for how long."""
    return {
        "429, Retry-After 60": status(path, 429, retry_after=60),
        "429 without Retry-After": status(path, 429),
        "500": status(path, 500),
        "502 as an HTML page": status(path, 502, body="html"),
        "503, Retry-After 120": status(path, 503, retry_after=120),
        "200 with an HTML page": status(path, 200, body="html"),
        "200 with a truncated body": status(path, 200, body="truncated"),
        "200 without a body": status(path, 200, body="empty"),
        "403 without a known code": status(path, 403, code="CMN-999"),
        "404": status(path, 404),
        "401 as an HTML page": status(path, 401, body="html"),
        "15 s late": {"kind": "slow", "path": path, "seconds": 15.0},
        "reset": {"kind": "reset", "path": path},
        "answers lost": {"kind": "lose_answer", "path": path},
    }


FAULTS = [
    pytest.param(path, fault, id=f"{name}: {what}")
    for name, path in (("log", LOG), ("mailbox", MAILBOX))
    for what, fault in rows(path).items()
]


@pytest.fixture
def permissions():
    return HISTORY_PERMISSIONS


@pytest.fixture(autouse=True)
def impatience(monkeypatch):
    monkeypatch.setattr(patience, "REQUEST_TIMEOUT", 0.5)


def missed(office):
    return office.coordinator.missed_calls.of(str(office.account.find("101").id))


@pytest.mark.parametrize(("path", "fault"), FAULTS)
async def test_it_heals_by_itself_and_presence_does_not_notice(office, simulator, phones, account, path, fault):
    await office.pass_time(30)
    before = sum(simulator.requests.values())
    simulator.faults.apply(fault)
    await office.miss_a_call("101", from_name="John Wang")
    account.messages.add(account.find("101").id)
    await office.pass_time(600, 20)
    assert office.shown(None, "connection") == "on"
    assert office.shown("101", "presence") == "available"
    assert sum(simulator.requests.values()) - before < 40, "it is not hammered"

    simulator.faults.clear()
    await office.comes_true(lambda: office.shown("101", "unread_voicemails") == "1", 1000, 20)
    await office.comes_true(lambda: len(office.coordinator.history.calls) == 1, 1000, 20)

    assert missed(office).count == 1
    assert office.coordinator.history.is_available
    assert find_issue(office.hass, office.entry, "new_login_needed") is None
    assert office.differences() == []


@pytest.mark.parametrize("path", [LOG, MAILBOX])
async def test_a_set_up_never_fails_because_of_it(hass, office, simulator, phones, account, path):
    simulator.faults.apply(status(path, 500))
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await office.comes_true(lambda: office.coordinator.link.is_connected, 30)
    await office.pass_time(120, 20)

    assert office.differences() == []
    simulator.faults.clear()
    phones.call_in("101").hang_up()
    await office.pass_time(1000, 20)
    assert office.coordinator.history.is_available
    assert office.coordinator.voicemail.is_available


async def test_maintenance_leaves_the_log_and_the_mailbox(office, simulator, account):
    """Of all that is read, only these answer during maintenance (``x-availability: High``)."""
    await office.pass_time(30)
    simulator.settings.maintenance = True
    await office.miss_a_call("101")
    account.messages.add(account.find("101").id)
    await office.pass_time(120, 20)

    assert len(office.coordinator.history.calls) == 1
    assert office.shown("101", "unread_voicemails") == "1"
    simulator.settings.maintenance = False


async def test_a_transcription_that_cannot_be_had_now_comes_later(office, simulator, account):
    await office.pass_time(30)
    simulator.faults.apply(status(CONTENT, 503))
    account.messages.add(account.find("101").id, text="Please call me back.")
    await office.pass_time(120, 20)
    assert office.state("101", "voicemail").attributes["transcription"] is None

    simulator.faults.clear()
    await office.comes_true(
        lambda: office.state("101", "voicemail").attributes["transcription"] == "Please call me back.", 200, 20
    )
