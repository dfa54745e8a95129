"""Triggers of ringing, in real automations."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from tests.automations import automate, explain, trigger, triggers
from tests.controls import device_id
from tests.waiting import until


@pytest.fixture
def team(hass, office, phones, queue):
    """The devices of the queue's members, that of 101 last."""
    return [device_id(hass, office, phones.account.extensions[member].number) for member in queue.members]


async def wait(hass, seconds):
    """Let a trigger's duration pass."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds + 1))
    await hass.async_block_till_done()


async def ring_queue(office, phones):
    """Ring a queue's members; return the call when all ring."""
    call = phones.call_queue("200")
    for member in call.ringing:
        await office.shows(phones.account.extensions[member].number, "ringing", "on")
    await office.settle()
    return call


@pytest.fixture
def members(office, phones, monkeypatch):
    """The members of a queue that rings them one after another."""
    members = [phones.account.extensions[member] for member in phones.find("200").members]
    monkeypatch.setattr(phones, "free_members", lambda queue: members[:1])
    return members


async def ring_first(office, phones, members):
    """Ring the first of a queue's members; return the call."""
    call = phones.call_queue("200")
    await office.shows(members[0].number, "ringing", "on")
    await office.settle()
    return call


async def stop_ringing(office, call, member):
    """Let a phone's time to ring be over."""
    call.decline(member.id)
    await office.shows(member.number, "ringing", "off")
    await office.settle()
    await office.pass_silence()


async def ring_next(office, call, member):
    """Ring another phone."""
    call.add(member)
    await office.shows(member.number, "ringing", "on")
    await office.settle()


# --- begins to ring ------------------------------------------------------------------------------


@pytest.mark.needs("calls", "names")
async def test_each_call_that_begins_to_ring_fires_once(hass, office, phones, desk):
    caught = await automate(hass, trigger("started_ringing", desk))
    phones.call_in("101", from_name="John Wang")
    await office.shows("101", "ringing", "on")
    phones.call_in("101", from_name="Ann Lee")
    await until(lambda: len(caught) == 2)
    await office.coordinator.reader.read_all()
    await office.settle()

    assert [one["caller_name"] for one in triggers(caught)] == ["John Wang", "Ann Lee"]
    assert {one["platform"] for one in triggers(caught)} == {"ringcentral.started_ringing"}


async def test_a_reload_while_it_rings_does_not_fire_again(hass, office, phones, desk):
    caught = await automate(hass, trigger("started_ringing", desk))
    phones.call_in("101")
    await office.shows("101", "ringing", "on")
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await office.shows("101", "ringing", "on")
    await office.settle()
    assert len(caught) == 1


async def test_an_automation_from_before_the_entry_is_set_up_fires(hass, office, phones, desk):
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    caught = await automate(hass, trigger("started_ringing", desk))
    await office.set_up()
    phones.call_in("101")
    await office.shows("101", "ringing", "on")
    await office.settle()
    assert len(caught) == 1


@pytest.mark.needs("calls")
async def test_a_moment_without_a_call_while_it_rings_is_no_second_call(hass, office, phones, desk):
    caught = await automate(hass, [trigger("started_ringing", desk), trigger("stopped_ringing", desk)])
    call = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    call.blink()
    await office.pass_verdict()
    assert [one["platform"] for one in triggers(caught)] == ["ringcentral.started_ringing"]


@pytest.mark.needs("calls", "queues")
async def test_a_queue_call_fires_for_each_phone_unless_each_call_is_chosen(hass, office, phones, team):
    caught = await automate(
        hass,
        [
            trigger("started_ringing", team, queue="only"),
            trigger("started_ringing", team, behavior="each_call"),
            trigger("started_ringing", team, queue="never"),
        ],
    )
    call = await ring_queue(office, phones)

    reported = triggers(caught)
    assert len([one for one in reported if one["idx"] == "0"]) == len(call.ringing) > 1
    assert len([one for one in reported if one["idx"] == "1"]) == 1
    assert not [one for one in reported if one["idx"] == "2"]


@pytest.mark.needs("calls")
async def test_a_call_that_is_passed_on_rings_again(hass, office, phones, team):
    caught = await automate(hass, trigger("started_ringing", team, behavior="each_call"))
    call = await ring_queue(office, phones)
    first, second = (phones.account.extensions[member] for member in call.ringing[:2])
    call.answer(first.id)
    await office.shows(first.number, "call_state", "connected")
    await office.pass_verdict()
    call.add(second)
    await office.shows(second.number, "ringing", "on")
    await office.settle()

    assert [one["extension_number"] for one in triggers(caught)][1:] == [second.number]


@pytest.mark.needs("calls")
async def test_a_queue_call_that_rings_one_phone_after_another_fires_once(hass, office, phones, team, members):
    caught = await automate(hass, trigger("started_ringing", team, behavior="each_call"))
    call = await ring_first(office, phones, members)
    for former, following in pairwise([*members, members[0]]):
        await stop_ringing(office, call, former)
        await wait(hass, 10)
        await ring_next(office, call, following)
    await ring_first(office, phones, members)

    first, second = triggers(caught)
    assert first["session_id"] == call.session_id != second["session_id"]


@pytest.mark.needs("calls")
async def test_a_phone_in_between_that_is_not_targeted_makes_no_second_call(hass, office, phones, team, members):
    first, between, last = members[:3]
    targeted = [device_id(hass, office, one.number) for one in (first, last)]
    caught = await automate(hass, trigger("started_ringing", targeted, behavior="each_call"))
    call = await ring_first(office, phones, members)
    await stop_ringing(office, call, first)
    await ring_next(office, call, between)
    await wait(hass, 60)
    await stop_ringing(office, call, between)
    await ring_next(office, call, last)
    assert [one["extension_number"] for one in triggers(caught)] == [first.number]


async def test_a_call_that_rings_again_much_later_fires_again(hass, office, phones, team, members):
    caught = await automate(hass, trigger("started_ringing", team, behavior="each_call"))
    call = await ring_first(office, phones, members)
    await stop_ringing(office, call, members[0])
    await wait(hass, 15)
    await ring_next(office, call, members[1])
    assert len(caught) == 2


@pytest.mark.needs("calls")
@pytest.mark.parametrize("where", ["at the phone that rang", "at another phone", "while none rings"])
async def test_a_call_that_is_passed_on_at_once_rings_again(hass, office, phones, team, members, where):
    caught = await automate(hass, trigger("started_ringing", team, behavior="each_call"))
    call = await ring_first(office, phones, members)
    if where == "at the phone that rang":
        call.answer(members[0].id)
        await office.shows(members[0].number, "call_state", "connected")
    else:
        taker = phones.find("102")
        if where == "while none rings":
            await stop_ringing(office, call, members[0])
        call.add(taker, status="CallConnected")
        await office.shows(taker.number, "call_state", "connected")
        await office.pass_time(1)
        if where != "while none rings":
            await stop_ringing(office, call, members[0])
    await ring_next(office, call, members[1])
    assert [one["extension_number"] for one in triggers(caught)] == [members[0].number, members[1].number]


@pytest.mark.needs("reads")
async def test_a_call_whose_answer_is_learned_by_reading_rings_again(hass, office, phones, simulator, team, members):
    caught = await automate(hass, trigger("started_ringing", team, behavior="each_call"))
    call = await ring_first(office, phones, members)
    simulator.faults.apply({"kind": "drop"})
    call.answer(members[0].id)
    await office.settle()
    simulator.faults.clear()
    await office.pass_time(10)
    await office.coordinator.reader.read_all()
    await office.shows(members[0].number, "call_state", "connected")
    await ring_next(office, call, members[1])
    assert len(caught) == 2


# --- still rings after some time -----------------------------------------------------------------


@pytest.mark.needs("calls", "names")
async def test_a_call_that_still_rings_after_the_duration_fires_once(hass, office, phones, desk):
    caught = await automate(hass, trigger("started_ringing", desk, **{"for": {"seconds": 10}}))
    phones.call_in("101", from_name="John Wang")
    await office.shows("101", "ringing", "on")
    await wait(hass, 5)
    assert caught == []
    await wait(hass, 10)
    [reported] = triggers(caught)
    assert reported["caller_name"] == "John Wang"
    await wait(hass, 30)
    assert len(caught) == 1


@pytest.mark.needs("calls")
@pytest.mark.parametrize("end", ["answer", "hang_up"])
async def test_a_call_that_no_longer_rings_when_the_duration_is_over_says_so(hass, office, phones, desk, end):
    fired, reasons = await explain(hass, trigger("started_ringing", desk, **{"for": 10}))
    call = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    getattr(call, end)()
    await office.shows("101", "ringing", "off")
    # Another call rings meanwhile, but not for so long.
    second = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    second.hang_up()
    await office.shows("101", "ringing", "off")
    await office.pass_silence()
    await wait(hass, 10)
    assert fired == []
    assert [one["reason"] for one in reasons] == ["stopped_ringing_before", "stopped_ringing_before"]
    assert reasons[0]["data"]["expected"] == 10


@pytest.mark.needs("calls", "queues")
async def test_a_queue_call_fires_once_if_any_phone_still_rings_after_the_duration(hass, office, phones, team):
    caught = await automate(
        hass, trigger("started_ringing", team, queue="only", behavior="each_call", **{"for": {"seconds": 10}})
    )
    call = await ring_queue(office, phones)
    decliner, *others = call.ringing
    call.decline(decliner)
    await office.shows(phones.account.extensions[decliner].number, "ringing", "off")
    await office.pass_silence()
    await wait(hass, 10)

    [reported] = triggers(caught)
    assert reported["extension_id"] in {str(one) for one in others}


@pytest.mark.needs("calls")
async def test_a_queue_call_waits_on_from_phone_to_phone(hass, office, phones, team, members):
    fired, reasons = await explain(hass, trigger("started_ringing", team, behavior="each_call", **{"for": 20}))
    call = await ring_first(office, phones, members)
    for former, following in pairwise(members[:3]):
        await stop_ringing(office, call, former)
        await ring_next(office, call, following)
    await wait(hass, 20)
    assert [one["extension_number"] for one in fired] == [members[2].number]
    await stop_ringing(office, call, members[2])
    await wait(hass, 20)
    assert len(fired) == 1
    assert reasons == []


@pytest.mark.needs("calls")
async def test_a_duration_that_is_over_between_two_phones_fires_at_the_second(hass, office, phones, team, members):
    caught = await automate(hass, trigger("started_ringing", team, behavior="each_call", **{"for": 10}))
    call = await ring_first(office, phones, members)
    await stop_ringing(office, call, members[0])
    await wait(hass, 10)
    assert caught == []
    await ring_next(office, call, members[1])
    assert [one["extension_number"] for one in triggers(caught)] == [members[1].number]
    await wait(hass, 10)
    assert len(caught) == 1


@pytest.mark.needs("calls")
async def test_a_duration_that_is_over_at_a_phone_that_is_not_targeted_fires_at_the_next(hass, office, phones, members):
    first, between, last = members[:3]
    targeted = [device_id(hass, office, one.number) for one in (first, last)]
    caught = await automate(hass, trigger("started_ringing", targeted, behavior="each_call", **{"for": 10}))
    call = await ring_first(office, phones, members)
    await stop_ringing(office, call, first)
    await ring_next(office, call, between)
    await wait(hass, 10)
    assert caught == []
    await stop_ringing(office, call, between)
    await ring_next(office, call, last)
    assert [one["extension_number"] for one in triggers(caught)] == [last.number]


@pytest.mark.needs("calls")
# By webhook an answer comes so late that it is read first, and of what was read no answer is reported.
@pytest.mark.parametrize("is_answered", [False, pytest.param(True, marks=pytest.mark.needs("websocket"))])
async def test_a_queue_call_that_is_over_in_a_pause_never_fires(hass, office, phones, team, members, is_answered):
    fired, reasons = await explain(hass, trigger("started_ringing", team, behavior="each_call", **{"for": 10}))
    call = await ring_first(office, phones, members)
    await stop_ringing(office, call, members[0])
    await wait(hass, 10)
    assert reasons == []
    if is_answered:
        call.add(phones.find("102"), status="CallConnected")
        await office.shows("102", "call_state", "connected")
        await office.pass_time(1)
    else:
        await wait(hass, 15)
    assert [one["reason"] for one in reasons] == ["stopped_ringing_before"]
    await ring_next(office, call, members[1])
    assert fired == []
    await stop_ringing(office, call, members[1])
    await wait(hass, 15)
    assert fired == []
    assert len(reasons) == 2


async def test_nothing_fires_when_the_entry_is_unloaded_meanwhile(hass, office, phones, desk):
    fired, reasons = await explain(hass, trigger("started_ringing", desk, **{"for": 10}))
    phones.call_in("101")
    await office.shows("101", "ringing", "on")
    await office.settle()
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    await wait(hass, 10)
    assert fired == []
    assert [one["reason"] for one in reasons] == ["stopped_ringing_before"]


@pytest.mark.needs("calls")
async def test_the_duration_goes_on_over_a_reload(hass, office, phones, desk):
    caught = await automate(hass, trigger("started_ringing", desk, **{"for": 10}))
    phones.call_in("101")
    await office.shows("101", "ringing", "on")
    await office.settle()
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await office.shows("101", "ringing", "on")
    await wait(hass, 10)
    assert len(caught) == 1


async def test_an_automation_that_is_turned_off_waits_no_more(hass, office, phones, desk):
    caught = await automate(hass, trigger("started_ringing", desk, **{"for": 10}))
    phones.call_in("101")
    await office.shows("101", "ringing", "on")
    await hass.services.async_call("automation", "turn_off", {"entity_id": "automation.caught"}, blocking=True)
    await wait(hass, 10)
    assert caught == []


# --- no longer rings -----------------------------------------------------------------------------


async def test_an_answered_call_no_longer_rings(hass, office, phones, desk):
    caught = await automate(hass, trigger("stopped_ringing", desk))
    call = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    assert caught == []
    call.answer()
    await office.shows("101", "call_state", "connected")
    await office.settle()
    [reported] = triggers(caught)
    assert (reported["type"], reported["answered"], reported["recovered"]) == ("stopped_ringing", True, False)
    call.hang_up()
    await office.shows("101", "call_state", "idle")
    await office.pass_verdict()
    assert len(caught) == 1


async def test_a_missed_call_no_longer_rings(hass, office, desk):
    caught = await automate(hass, trigger("stopped_ringing", desk))
    for _ in range(2):
        await office.miss_a_call("101")
    assert [one["answered"] for one in triggers(caught)] == [False, False]


@pytest.mark.parametrize("is_queue_call", [False, pytest.param(True, marks=pytest.mark.needs("queues"))])
async def test_it_stops_at_once_and_not_with_the_verdict(hass, office, phones, desk, team, is_queue_call):
    caught = await automate(
        hass, [trigger("stopped_ringing", desk), trigger("call_missed", desk), trigger("call_ended", desk)]
    )
    call = await ring_queue(office, phones) if is_queue_call else phones.call_in("101", from_name="John Wang")
    await office.shows("101", "ringing", "on")
    call.hang_up()
    await office.shows("101", "ringing", "off")
    await office.settle()
    await office.pass_silence()
    [reported] = triggers(caught)
    assert reported["platform"] == "ringcentral.stopped_ringing"
    assert reported["device_id"] == desk
    assert reported["call_id"]
    assert reported["ring_seconds"] is not None
    await office.pass_verdict()
    verdict = "call_ended" if is_queue_call else "call_missed"
    assert [one["platform"] for one in triggers(caught)[1:]] == [f"ringcentral.{verdict}"]


async def test_a_call_that_vanishes_stops_when_it_is_certain_that_it_does_not_ring_on(hass, office, phones, desk):
    caught = await automate(hass, trigger("stopped_ringing", desk))
    call = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    for leg in call.legs.values():
        office.account.put_leg(replace(leg, status="NoCall"))
    await office.shows("101", "ringing", "off")
    await office.settle()
    assert caught == []
    await office.pass_time(1.6)
    assert len(caught) == 1
    await office.pass_time(5)
    assert len(caught) == 1


@pytest.mark.needs("calls")
async def test_a_call_that_goes_on_ringing_after_its_end_is_reported_again(hass, office, phones, desk):
    caught = await automate(hass, [trigger("started_ringing", desk), trigger("stopped_ringing", desk)])
    call = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    (leg,) = call.legs.values()
    office.account.put_leg(leg.ended(leg.started_at))
    await office.shows("101", "ringing", "off")
    await office.pass_silence()
    office.account.put_leg(leg)
    await office.shows("101", "ringing", "on")
    call.answer()
    await office.shows("101", "ringing", "off")
    await office.pass_verdict()
    reported = [one["platform"].removeprefix("ringcentral.") for one in triggers(caught)]
    assert reported == ["started_ringing", "stopped_ringing"] * 2


async def test_an_extension_that_is_watched_no_longer_stops_ringing(hass, office, phones):
    caught = await automate(hass, trigger("stopped_ringing", device_id(hass, office, "102")))
    phones.call_in("102")
    await office.shows("102", "ringing", "on")
    await office.settle()
    gone = office.account.find("102")
    gone.status = "Disabled"
    office.account.rename_extension(gone.id, gone.name)
    await office.comes_true(lambda: caught, within=30)
    [reported] = triggers(caught)
    assert reported["recovered"] is True


@pytest.mark.needs("calls")
async def test_with_two_calls_it_waits_for_the_second(hass, office, phones, desk):
    fired, reasons = await explain(hass, trigger("stopped_ringing", desk))
    first = phones.call_in("101")
    second = phones.call_in("101")
    await until(lambda: len(office.state("101", "call_state").attributes["calls"]) == 2)
    first.answer()
    await office.settle()
    assert fired == []
    assert [one["reason"] for one in reasons] == ["another_call_rings"]
    second.hang_up()
    await office.shows("101", "ringing", "off")
    await office.pass_verdict()
    assert [one["call_id"] for one in fired] == [second.session_id]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_two_calls_that_stop_at_once_fire_once(hass, office, phones, desk, order):
    caught = await automate(hass, trigger("stopped_ringing", desk))
    calls = [phones.call_in("101"), phones.call_in("101")]
    await until(lambda: len(office.state("101", "call_state").attributes["calls"]) == 2)
    for index in order:
        calls[index].hang_up()
    await office.shows("101", "ringing", "off")
    await office.pass_verdict()
    assert len(caught) == 1


@pytest.mark.needs("calls")
async def test_a_call_out_is_no_end_of_ringing(hass, office, phones, desk):
    caught = await automate(hass, trigger("stopped_ringing", desk))
    call = phones.call_out("101", "+14155550123")
    await office.shows("101", "call_state", "dialing")
    call.hang_up()
    await office.shows("101", "call_state", "idle")
    await office.pass_verdict()
    assert caught == []


async def test_a_call_that_rang_through_a_reload_stops_once(hass, office, phones, desk):
    caught = await automate(hass, trigger("stopped_ringing", desk))
    call = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await office.shows("101", "ringing", "on")
    await office.settle()
    assert caught == []
    call.hang_up()
    await office.shows("101", "ringing", "off")
    await office.pass_verdict()
    assert len(caught) == 1


async def test_an_automation_that_comes_while_it_rings_runs_at_the_end(hass, office, phones, desk):
    call = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    caught = await automate(hass, trigger("stopped_ringing", desk))
    call.answer()
    await office.shows("101", "ringing", "off")
    await office.settle()
    assert len(caught) == 1


async def test_all_phones_have_to_be_quiet_if_that_is_chosen(hass, office, phones, team):
    caught = await automate(
        hass, [trigger("stopped_ringing", team), trigger("stopped_ringing", team, behavior="all_phones")]
    )
    call = await ring_queue(office, phones)
    rang = call.ringing
    call.answer()
    for member in rang:
        await office.shows(phones.account.extensions[member].number, "ringing", "off")
    await office.pass_verdict()

    reported = triggers(caught)
    assert sorted(one["extension_id"] for one in reported if one["idx"] == "0") == sorted(str(one) for one in rang)
    assert len([one for one in reported if one["idx"] == "1"]) == 1
    assert reported[-1]["idx"] == "1"


@pytest.mark.needs("websocket")
@pytest.mark.not_in_dialect("status_below_list", reason="an event said before that there is no call")
async def test_ringing_that_stops_in_an_outage_is_reported(hass, office, phones, desk):
    caught = await automate(hass, trigger("stopped_ringing", desk))
    call = phones.call_in("101")
    await office.shows("101", "ringing", "on")
    await office.lose_for_good()
    call.hang_up()
    await office.comes_true(lambda: office.shown("101", "ringing") == "off", within=180)
    await office.pass_time(10)

    [reported] = triggers(caught)
    assert reported["recovered"] is True
