"""The event entity of an extension."""

from homeassistant.core import callback
import pytest

from custom_components.ringcentral.presence.vocabulary import TransitionKind


@pytest.fixture
def fired(hass, office):
    """What the event entity of 101 fires, in order: type and attributes."""
    seen = []
    entity_id = office.entity_id("101", "call")

    @callback
    def note(event):
        state = event.data["new_state"]
        if event.data["entity_id"] == entity_id and state.state not in {"unavailable", "unknown"}:
            seen.append(dict(state.attributes))

    hass.bus.async_listen("state_changed", note)
    return seen


def types(fired):
    return [one["event_type"] for one in fired]


@pytest.mark.needs("calls", "names")
async def test_every_step_of_a_call_fires_once_with_who_it_is(office, phones, fired):
    call = phones.call_in("101", from_number="+14155550123", from_name="John Wang")
    await office.shows("101", "ringing", "on")
    await office.pass_time(4)
    call.answer()
    await office.shows("101", "call_state", "connected")
    call.hold()
    await office.shows("101", "call_state", "on_hold")
    await office.pass_time(6)
    call.hang_up()
    await office.shows("101", "call_state", "idle")
    await office.pass_verdict()
    assert types(fired) == ["ringing", "answered", "held", "ended"]
    ringing, *_, ended = fired
    assert ringing["caller_name"] == "John Wang"
    assert ringing["caller_number"] == office.spelled("+14155550123")
    assert ringing["direction"] == "inbound"
    assert ringing["queue"] is False
    assert ringing["occurred_at"].endswith("+00:00")
    assert ended["call_id"] == ringing["call_id"]
    assert ended["answered"] is True
    assert 4 <= ended["ring_seconds"] < 5
    assert 6 <= ended["talk_seconds"] < 7


async def test_a_missed_call_says_how_long_it_rang(office, fired):
    await office.miss_a_call("101", rings=18)
    assert types(fired) == ["ringing", "missed"]
    assert 18 <= fired[-1]["ring_seconds"] < 19
    assert fired[-1]["answered"] is False


@pytest.mark.needs("calls", "queues")
async def test_a_queue_call_that_another_member_takes_is_answered_elsewhere(office, phones, queue, fired):
    call = phones.call_queue("200")
    await office.shows("101", "ringing", "on")
    call.answer(next(member for member in call.ringing if member != phones.find("101").id))
    await office.shows("101", "ringing", "off")
    await office.pass_verdict()
    assert types(fired) == ["ringing", "answered_elsewhere"]
    assert fired[0]["queue"] is True


async def test_nothing_fires_by_a_reload_during_a_call(hass, office, phones, fired):
    phones.call_in("101")
    await office.shows("101", "ringing", "on")
    assert await hass.config_entries.async_reload(office.entry.entry_id)
    await office.shows("101", "ringing", "on")
    await office.settle()
    # The last event is restored as it was.
    assert {one["call_id"] for one in fired} == {fired[0]["call_id"]}
    assert {one["occurred_at"] for one in fired} == {fired[0]["occurred_at"]}


@pytest.mark.parametrize(
    ("privacy", "name", "number"), [("masked", "John Wang", "…23"), ("hidden", None, None)], ids=["masked", "hidden"]
)
@pytest.mark.needs("names")
async def test_the_last_event_shows_no_more_than_it_may_now(hass, office, privacy, name, number):
    await office.miss_a_call(from_number="+14155550123", from_name="John Wang")
    hass.config_entries.async_update_entry(office.entry, options={**office.entry.options, "privacy": privacy})
    for _ in range(2):
        assert await hass.config_entries.async_reload(office.entry.entry_id)
        last = office.state("101", "call").attributes
        assert (last["event_type"], last["caller_name"], last["caller_number"]) == ("missed", name, number)


async def test_the_entity_offers_every_type(office):
    assert office.state("101", "call").attributes["event_types"] == [str(kind) for kind in TransitionKind]


@pytest.mark.needs("websocket")
async def test_the_entity_is_unavailable_when_nothing_is_known(office, fired):
    await office.simulator.stop(abrupt=True)
    await office.shows(None, "connection", "off")
    await office.pass_time(90, step=10)
    await office.shows("101", "call", "unavailable")
    assert fired == []
