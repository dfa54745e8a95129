"""What the built-in agent answers where the sentence alone does not decide."""

import pytest

from simulator.settings import CloudSettings
from tests.controls import setting

SHOWN = ("presence", "dnd", "call_state", "call")


async def expose(agent, *numbers):
    await agent.expose(*((number, key) for number in numbers for key in SHOWN))


async def test_a_number_is_said_as_people_write_it(agent, office, phones):
    await expose(agent, "101")
    phones.call_in("101", from_number="+14155550123", from_name=None)
    await office.shows("101", "ringing", "on")
    assert await agent.ask("who is calling") == "+1 415 555 0123 is calling Front Desk."


class TestWithheld:
    @pytest.fixture
    def settings(self):
        return CloudSettings(replay_delay=0, withheld_number="anonymous")

    async def test_a_withheld_number_is_said_to_be_withheld(self, agent, office, phones):
        await agent.speak("de")
        await expose(agent, "101")
        call = phones.call_in("101", from_number=None, from_name=None)
        await office.shows("101", "ringing", "on")
        assert await agent.ask("wer ruft an", "de") == "eine unterdrückte Rufnummer ruft bei Front Desk an."
        call.hang_up()
        await office.shows("101", "ringing", "off")
        await office.pass_time(3)
        assert await agent.ask("verpasste Anrufe", "de") == "Verpasste Anrufe: 1. Zuletzt: eine unterdrückte Rufnummer."


async def test_a_call_that_is_parked_keeps_nobody_on_the_phone(agent, office, phones, account):
    await expose(agent, "102")
    call = phones.call_in("102", from_name="John Wang")
    call.answer()
    await office.shows("102", "call_state", "connected")
    call.park(account.find("801"))
    await office.shows("102", "call_state", "parked")
    assert await agent.ask("who is on the phone") == "Nobody is on the phone."


async def test_somebody_whom_the_phone_calls_is_named(agent, office, phones):
    await expose(agent, "102")
    phones.call_out("102", "+14155550123")
    await office.shows("102", "call_state", "dialing")
    assert await agent.ask("who is Alice talking to") == "Alice Moreau is calling +1 415 555 0123."


async def test_why_somebody_is_not_free_is_said(agent, office, phones):
    await expose(agent, "102")
    for status, said in (("Busy", "Alice Moreau is busy."), ("Offline", "Alice Moreau is offline.")):
        phones.set_status("102", status)
        await office.shows("102", "presence", status.lower())
        assert await agent.ask("is Alice free") == said


async def test_what_is_not_known_is_not_guessed(agent, office):
    await expose(agent, "102")
    office.simulator.faults.apply({"kind": "status", "status": 503})
    await office.lose_for_good()
    await office.pass_time(200, step=20)
    await office.shows("102", "presence", "unavailable")
    for question in ("is Alice free", "is Alice on the phone"):
        assert await agent.ask(question) == "Nothing is known about Alice Moreau at the moment."


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_callers_are_counted_once_and_only_named_where_they_may_be(agent, office):
    await agent.expose(("101", "missed_calls"))
    for _ in range(2):
        await office.miss_a_call(from_name="John Wang")
    assert await agent.ask("any missed calls") == "Missed calls: 2."
    await agent.expose(("101", "call"), ("102", "call"), are_sentences_new=False)
    assert await agent.ask("any missed calls") == "Missed calls: 2. Newest: John Wang."


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_the_phone_of_somebody_else_is_never_me(agent, office):
    await agent.expose(("102", "set_dnd"))
    assert await agent.ask("set me to do not disturb") == "It is not clear whose phone is meant."
    assert setting(office, "102", "dndStatus") == "TakeAllCalls"


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
async def test_do_not_disturb_goes_back_to_what_was_set_before(agent, office, phones):
    own, queue = office.account.find("101"), office.account.find("200")
    queue.members = (*queue.members, own.id)
    office.account.update_presence(own.id, {"dndStatus": "TakeDepartmentCallsOnly"})
    await office.shows("101", "dnd", "take_queue_calls_only")
    await agent.expose(("101", "set_dnd"))
    assert await agent.ask("set me to do not disturb") == "Do Not Disturb is on."
    await office.shows("101", "dnd", "do_not_accept_any_calls")
    assert await agent.ask("switch me out of do not disturb") == "Do Not Disturb is off."
    assert setting(office, "101", "dndStatus") == "TakeDepartmentCallsOnly"
