"""The trigger of new voicemails, in real automations."""

import pytest

from simulator.logins import HISTORY_PERMISSIONS
from tests.automations import automate, explain, trigger, triggers


@pytest.fixture
def permissions():
    return HISTORY_PERMISSIONS


@pytest.fixture
def leave(account):
    return lambda **more: account.messages.add(account.find("101").id, **{"from_name": "John Wang", **more})


async def catch(hass, office, desk, **options):
    await office.pass_time(10)
    return await automate(hass, [trigger("voicemail_received", desk, **options)])


async def test_a_voicemail_fires_once_when_it_arrives(hass, office, desk, leave):
    caught = await catch(hass, office, desk)
    leave()
    await office.pass_time(5, 1)
    assert len(caught) == 1
    await office.pass_time(120)

    (fired,) = triggers(caught)
    assert (fired["caller_name"], fired["extension_number"], fired["transcription"]) == ("John Wang", "101", None)
    assert fired["description"] == "a voicemail for Front Desk"


async def test_it_waits_for_the_transcription_if_chosen(hass, office, desk, leave):
    caught = await catch(hass, office, desk, wait_for_transcription=True)
    leave(text="Please call me back.")
    await office.pass_time(10)
    assert caught == []
    await office.pass_time(60)

    assert [fired["transcription"] for fired in triggers(caught)] == ["Please call me back."]


@pytest.mark.parametrize("how", ["fails", "off"])
async def test_where_no_transcription_comes_it_fires_all_the_same(hass, office, desk, leave, how):
    office.account.settings.transcription = how
    caught = await catch(hass, office, desk, wait_for_transcription=True)
    leave()
    await office.pass_time(120)

    assert [fired["transcription"] for fired in triggers(caught)] == [None]


async def test_another_caller_is_not_meant_and_the_trace_says_so(hass, office, desk, leave):
    await office.pass_time(10)
    fired, reasons = await explain(hass, trigger("voicemail_received", desk, caller=["Maria*"]))
    leave()
    leave(from_name="Maria Delgado")
    await office.pass_time(10)

    assert [one["caller_name"] for one in fired] == ["Maria Delgado"]
    assert reasons[0]["reason"] == "caller_differs"
