"""Triggers of what happens to calls, in real automations."""

import pytest

from tests.automations import automate, explain, trigger, triggers
from tests.waiting import until

NAME, NUMBER = "John Wang", "+14155550123"


@pytest.mark.needs("calls", "names")
async def test_an_answered_call_fires_each_trigger_of_its_life_once(hass, office, phones, desk):
    keys = ["call_answered", "call_held", "call_ended", "call_missed", "call_answered_elsewhere", "started_dialing"]
    caught = await automate(hass, [trigger(key, desk) for key in keys])
    call = phones.call_in("101", from_number=NUMBER, from_name=NAME)
    await office.shows("101", "ringing", "on")
    await office.pass_time(4)
    call.answer()
    await office.shows("101", "call_state", "connected")
    await office.pass_time(6)
    call.hold()
    await office.shows("101", "call_state", "on_hold")
    call.hang_up()
    await office.shows("101", "call_state", "idle")
    await office.pass_verdict()

    reported = triggers(caught)
    assert [one["platform"] for one in reported] == [f"ringcentral.{key}" for key in keys[:3]]
    ended = reported[-1]
    assert ended["caller_name"] == NAME
    assert ended["caller_number"] == office.spelled(NUMBER)
    assert ended["direction"] == "inbound"
    assert ended["queue"] is False
    assert ended["device_id"] == desk
    assert ended["entity_id"] == office.entity_id("101", "call")
    assert ended["extension_number"] == "101"
    assert ended["recovered"] is False
    assert 4 <= ended["ring_seconds"] < 5
    assert 6 <= ended["talk_seconds"] < 7
    assert {one["call_id"] for one in reported} == {ended["call_id"]}


@pytest.mark.needs("names")
async def test_a_trigger_may_be_about_one_of_the_numbers_that_can_be_called(hass, office, phones, desk):
    number = phones.find("101").direct_number
    other, reasons = await explain(hass, trigger("call_missed", desk, called="+16505550199"))
    caught = await automate(hass, [trigger("call_missed", desk, called=["Support", number])])
    await office.miss_a_call("101", from_number=NUMBER, from_name=NAME)

    [reported] = triggers(caught)
    assert (reported["called_number"], reported["called_name"]) == (office.spelled(number), phones.find("101").name)
    assert (reported["caller_number"], reported["withheld"]) == (office.spelled(NUMBER), False)
    assert reported["number_text"] == "+1 415 555 0123"
    assert (triggers(other), [one["reason"] for one in reasons]) == ([], ["called_differs"])


@pytest.mark.needs("names")
async def test_a_missed_call_fires_once_and_is_no_end(hass, office, phones, desk):
    caught = await automate(hass, [trigger("call_missed", desk), trigger("call_ended", desk)])
    await office.miss_a_call("101", from_name=NAME)

    [reported] = triggers(caught)
    assert reported["platform"] == "ringcentral.call_missed"
    assert reported["caller_name"] == NAME
    assert reported["description"] == f"a call that was missed at {phones.find('101').name}"


@pytest.mark.needs("calls")
async def test_a_call_out_fires_dialing_and_the_outbound_answer(hass, office, phones, desk):
    fired, reasons = await explain(hass, trigger("call_answered", desk, direction="inbound"))
    caught = await automate(
        hass,
        [
            trigger("started_dialing", desk, caller="+1415*"),
            trigger("call_answered", desk, direction="outbound"),
        ],
    )
    call = phones.call_out("101", NUMBER)
    await office.shows("101", "call_state", "dialing")
    call.answer()
    await office.shows("101", "call_state", "connected")
    await office.settle()

    assert [one["platform"] for one in triggers(caught)] == ["ringcentral.started_dialing", "ringcentral.call_answered"]
    assert fired == []
    [reason] = reasons
    assert reason["reason"] == "direction_differs"
    assert reason["data"]["direction"] == "outbound"
    assert reason["data"]["expected"] == "inbound"


@pytest.mark.needs("queues")
async def test_a_queue_call_that_another_takes_is_answered_elsewhere(hass, office, phones, queue, desk):
    caught = await automate(
        hass,
        [
            trigger("call_answered_elsewhere", desk, queue="only"),
            trigger("call_missed", desk),
            trigger("call_answered", desk),
        ],
    )
    fired, reasons = await explain(hass, trigger("call_answered_elsewhere", desk, queue="never"))
    call = phones.call_queue("200")
    await office.shows("101", "ringing", "on")
    call.answer(next(member for member in call.ringing if member != phones.find("101").id))
    await office.shows("101", "ringing", "off")
    await office.pass_verdict()

    [reported] = triggers(caught)
    assert reported["platform"] == "ringcentral.call_answered_elsewhere"
    assert reported["queue_name"] == queue.name
    assert fired == []
    assert [one["reason"] for one in reasons] == ["queue_differs"]


async def test_an_ended_call_can_be_demanded_to_have_lasted(hass, office, phones, desk):
    fired, reasons = await explain(hass, trigger("call_ended", desk, minimum_duration={"seconds": 30}))
    for seconds in (10, 40):
        call = phones.call_in("101")
        await office.shows("101", "ringing", "on")
        call.answer()
        await office.shows("101", "call_state", "connected")
        await office.pass_time(seconds, 10)
        call.hang_up()
        await office.shows("101", "call_state", "idle")
        await office.pass_verdict()

    assert [one["talk_seconds"] >= 30 for one in fired] == [True]
    [reason] = reasons
    assert reason["reason"] == "call_too_short"
    assert reason["data"]["expected"] == 30
    assert reason["data"]["talk_seconds"] < 30


@pytest.mark.needs("calls", "names")
async def test_two_calls_at_once_are_kept_apart(hass, office, phones, desk):
    caught = await automate(hass, [trigger("call_missed", desk, caller="Ann*"), trigger("call_answered", desk)])
    first = phones.call_in("101", from_name="John Wang")
    second = phones.call_in("101", from_name="Ann Lee")
    await until(lambda: len(office.state("101", "call_state").attributes["calls"]) == 2)
    first.answer()
    second.hang_up()
    await office.shows("101", "ringing", "off")
    await office.pass_verdict()

    assert sorted((one["platform"], one["caller_name"]) for one in triggers(caught)) == [
        ("ringcentral.call_answered", "John Wang"),
        ("ringcentral.call_missed", "Ann Lee"),
    ]


@pytest.mark.needs("calls", "websocket")
@pytest.mark.needs("names")
async def test_a_call_missed_during_an_outage_fires_once_and_says_that_it_was_learned_late(hass, office, phones, desk):
    caught = await automate(hass, [trigger("call_missed", desk), trigger("started_ringing", desk)])
    office.simulator.gateway.close_abruptly()
    await office.shows(None, "connection", "off")
    phones.call_in("101", from_name=NAME).hang_up()
    await office.comes_true(lambda: office.shown(None, "connection") == "on", within=120)
    await office.pass_time(10)

    [reported] = triggers(caught)
    assert reported["platform"] == "ringcentral.call_missed"
    assert reported["caller_name"] == NAME
    assert reported["recovered"] is True


async def test_a_reload_during_a_call_fires_nothing_and_the_end_fires_once(hass, office, phones, desk):
    caught = await automate(hass, [trigger("call_answered", desk), trigger("call_ended", desk)])
    call = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    call.answer()
    await office.shows("101", "call_state", "connected")
    await office.settle()
    assert len(caught) == 1
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await office.shows("101", "call_state", "connected")
    await office.coordinator.reader.read_all()
    await office.settle()
    assert len(caught) == 1
    call.hang_up()
    await office.shows("101", "call_state", "idle")
    await office.pass_verdict()
    assert [one["platform"] for one in triggers(caught)] == ["ringcentral.call_answered", "ringcentral.call_ended"]


@pytest.mark.parametrize("options", [{"watch": ["account"], "privacy": "masked"}])
async def test_callers_are_compared_as_they_are_shown(hass, office, desk):
    fired, reasons = await explain(hass, trigger("call_missed", desk, caller=NUMBER))
    caught = await automate(
        hass, [trigger("call_missed", desk, caller="*23"), trigger("stopped_ringing", desk, caller="*23")]
    )
    await office.miss_a_call("101", from_number=NUMBER)

    assert {one["caller_number"] for one in triggers(caught)} == {"…23"}
    assert len(caught) == 2
    assert fired == []
    assert reasons[0]["data"]["caller_number"] == "…23"
