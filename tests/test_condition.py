"""Conditions: asked as automations ask them."""

from homeassistant.helpers import condition as helper, config_validation as cv, entity_registry as er
import pytest
import voluptuous as vol

from custom_components.ringcentral.condition import CONDITIONS
from simulator.logins import HISTORY_PERMISSIONS
from tests.automations import automate
from tests.controls import device_id
from tests.waiting import until


def condition(key, target, **options):
    """Return a condition's configuration; a text or a list as target are devices."""
    named = target if isinstance(target, dict) else {"device_id": target}
    return {"condition": f"ringcentral.{key}", "target": named, "options": options}


@pytest.fixture
def holds(hass, desk):
    """Return whether a condition holds now, of 101 if nothing else is said."""

    async def ask(key, target=None, **options):
        configuration = cv.CONDITION_SCHEMA(condition(key, target or desk, **options))
        checker = await helper.async_from_config(
            hass, await helper.async_validate_condition_config(hass, configuration)
        )
        answer = checker.async_check()
        checker.async_unload()
        return answer

    return ask


async def holding(holds, **options):
    """Return which conditions hold."""
    return [key for key in CONDITIONS if await holds(key, **options)]


async def test_a_phone_without_a_call_is_available_and_no_more(holds):
    assert await holding(holds) == ["is_available"]


async def test_a_condition_may_be_about_one_of_the_numbers_that_can_be_called(office, phones, holds):
    phones.call_in("101")
    await office.shows("101", "ringing", "on")
    assert await holds("is_ringing", called=phones.find("101").direct_number)
    assert not await holds("is_ringing", called="+16505550199")


async def test_conditions_follow_a_call(office, phones, holds):
    call = phones.call_in("101", from_name="John Wang")
    await office.shows("101", "ringing", "on")
    assert "is_ringing" in await holding(holds)
    call.answer()
    await office.shows("101", "call_state", "connected")
    # Whether a call makes busy at once is RingCentral's business.
    others = {"is_available", "is_busy"}
    assert [key for key in await holding(holds) if key not in others] == ["is_on_call"]
    call.hold()
    await office.shows("101", "call_state", "on_hold")
    assert [key for key in await holding(holds) if key not in others] == ["is_on_call", "has_call_on_hold"]
    call.hang_up()
    await office.shows("101", "call_state", "idle")
    assert not {"is_ringing", "is_on_call", "has_call_on_hold"} & set(await holding(holds))


@pytest.mark.needs("names", "queues")
async def test_calls_are_chosen_by_caller_queue_and_direction(office, phones, holds):
    phones.call_in("101", from_name="John Wang", from_number="+14155550123")
    await office.shows("101", "ringing", "on")
    assert await holds("is_ringing", caller=["Ann*", "john*"])
    assert await holds("is_ringing", caller="*(415) 555-0123", queue="never")
    assert not await holds("is_ringing", caller="Ann*")
    assert not await holds("is_ringing", queue="only")


async def test_the_direction_of_a_call_counts(office, phones, holds):
    phones.call_out("101", "+14155550123").answer()
    await office.shows("101", "call_state", "connected")
    assert await holds("is_on_call", direction="outbound")
    assert not await holds("is_on_call", direction="inbound")


async def test_do_not_disturb_holds_while_it_is_on(office, phones, holds):
    phones.set_dnd("101", True)
    await office.shows("101", "dnd", "do_not_accept_any_calls")
    assert await holds("is_dnd")
    phones.set_dnd("101", False)
    await office.shows("101", "dnd", "take_all_calls")
    assert not await holds("is_dnd")


async def test_presence_is_one_of_its_values(office, phones, holds):
    for status, key in (("Busy", "is_busy"), ("Offline", "is_offline"), ("Available", "is_available")):
        phones.set_status("101", status)
        await office.shows("101", "presence", status.lower())
        assert await holding(holds) == [key]


@pytest.mark.needs("reads")
async def test_any_phone_is_enough_unless_all_have_to_fit(hass, office, phones, desk, holds):
    both = [desk, device_id(hass, office, "102")]
    assert await holds("is_available", both, behavior="all")
    phones.set_status("102", "Busy")
    await office.shows("102", "presence", "busy")
    assert await holds("is_available", both, behavior="any")
    assert await holds("is_available", both)
    assert not await holds("is_available", both, behavior="all")


async def test_a_target_without_phones_never_holds(holds):
    assert not await holds("is_available", {"area_id": "nowhere"}, behavior="all")
    assert not await holds("is_available", {"area_id": "nowhere"}, behavior="any")


async def test_no_entity_is_needed(hass, office, phones, desk, holds):
    entities, extension_id = er.async_get(hass), str(phones.find("101").id)
    for entity in er.async_entries_for_device(entities, desk):
        entities.async_update_entity(entity.entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await until(lambda: office.coordinator.link.is_connected)
    phones.call_in("101")
    await until(lambda: office.coordinator.state(extension_id).is_ringing)
    assert await holds("is_ringing")


async def test_an_unloaded_entry_makes_it_false_and_the_trace_says_why(hass, office, hass_ws_client, desk):
    caught = await automate(
        hass, {"trigger": "event", "event_type": "go"}, conditions=[condition("is_available", desk)]
    )
    hass.bus.async_fire("go")
    await hass.async_block_till_done()
    assert len(caught) == 1
    assert await hass.config_entries.async_unload(office.entry.entry_id)
    hass.bus.async_fire("go")
    await hass.async_block_till_done()
    assert len(caught) == 1

    client = await hass_ws_client()
    await client.send_json_auto_id({"type": "trace/list", "domain": "automation", "item_id": "caught"})
    runs = (await client.receive_json())["result"]
    results = []
    for run in runs:
        await client.send_json_auto_id(
            {"type": "trace/get", "domain": "automation", "item_id": "caught", "run_id": run["run_id"]}
        )
        trace = (await client.receive_json())["result"]["trace"]
        results.append(trace["condition/0"][0]["result"])
    assert results == [
        {"result": True, "phones": {desk: "fits"}},
        {"result": False, "phones": {desk: "its entry is not loaded"}},
    ]


@pytest.mark.needs("websocket")
async def test_a_phone_that_cannot_be_reached_does_not_fit(office, holds):
    await office.simulator.stop(abrupt=True)
    await office.shows(None, "connection", "off")
    await office.comes_true(lambda: office.shown("101", "presence") == "unavailable", within=300)
    assert await holding(holds) == []


@pytest.mark.parametrize(
    ("options", "target", "complaint"),
    [
        ({"behavior": "most"}, {"area_id": "office"}, "behavior"),
        ({"queue": "maybe"}, {"area_id": "office"}, "queue"),
        ({"number": "1"}, {"area_id": "office"}, "number"),
        ({}, {}, "name phones by"),
    ],
)
async def test_a_mistake_is_said_clearly(hass, office, options, target, complaint):
    configuration = {"condition": "ringcentral.is_ringing", "target": target, "options": options}
    with pytest.raises(vol.Invalid, match=complaint):
        await helper.async_validate_condition_config(hass, cv.CONDITION_SCHEMA(configuration))


class TestVoicemail:
    """Unread voicemails of the login's own mailbox."""

    @pytest.fixture
    def permissions(self):
        return HISTORY_PERMISSIONS

    async def test_it_holds_while_one_is_unread(self, office, holds, account):
        assert not await holds("has_unread_voicemail"), "nothing is known yet"
        message = account.messages.add(account.find("101").id)
        await office.pass_time(10)
        assert await holds("has_unread_voicemail")
        account.messages.set_read(message, "Read")
        await office.pass_time(10)
        assert not await holds("has_unread_voicemail")

    async def test_other_phones_have_no_mailbox_here(self, hass, office, holds, account):
        account.messages.add(account.find("102").id)
        await office.pass_time(10)
        assert not await holds("has_unread_voicemail", device_id(hass, office, "102"))
