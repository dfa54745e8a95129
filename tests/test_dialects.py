"""In whatever dialect the cloud speaks, Home Assistant shows and reports the same morning."""

from datetime import datetime
import os
import random

from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.ringcentral.const import EVENT_CALL
from simulator.clock import Clock
from simulator.dialects import DIALECTS, losses
from tests.morning import QUIET, digits, drawn_dialects, morning
from tests.seeds import first_seed, how_to_repeat, repeated_seed

LOSSLESS = [name for name in DIALECTS if not losses([name])]
SAMPLE = 6
# Each night tries them all, one by one.
IS_ALL = bool(os.environ.get("ALL_DIALECTS"))

# What differs between two mornings in the same dialect, too: times, and ids of calls.
TIMES = {"call", "call_started", "last_event", "last_missed_call"}
IDS = {"ring_seconds", "call_id", "session_id", "telephony_session_id", "party_id", "start", "termination_type"}
# A number that is not there may be withheld, or not known.
IDS |= {"withheld"}
# What REST may not say, and events only when it changes.
MAY_BE_UNKNOWN = {"meeting": "off", "status_message": "", "caller": "withheld"}
# With the newer call handling queue calls are a switch, and Do Not Disturb has fewer words.
OF_CALL_HANDLING = {"accept_queue_calls", "set_accept_queue_calls"}
# Where an end is final although the phone will ring again, the call counts as missed until it is answered.
OF_MISSED_CALLS = {"missed_calls", "last_missed_call"}
NUMBERS = {"from", "to", "number", "caller_number", "called_number", "number_text", "on_behalf_of"}


@pytest.fixture
def clock():
    """Time passes by what the morning needs alone, so that all durations are the same."""
    return Clock(speed=1e-6)


def comparable(value, name=""):
    """Return a value without what differs although people see the same."""
    if isinstance(value, dict):
        return {key: comparable(inner, key) for key, inner in value.items() if key not in IDS}
    if isinstance(value, (list, tuple)):
        return [comparable(inner, name) for inner in value]
    return digits(value) if name in NUMBERS and isinstance(value, str) else value


def shown(office):
    """Return the states of all entities, by the extension's device and the entity's key."""
    devices = dr.async_get(office.hass)
    states = {}
    for entity in er.async_entries_for_config_entry(er.async_get(office.hass), office.entry.entry_id):
        key = entity.unique_id.rpartition("-")[2]
        state = office.hass.states.get(entity.entity_id)
        if state is None or key in OF_CALL_HANDLING:
            continue
        word = "a time" if key in TIMES and _is_time(state.state) else state.state
        if word == "unknown":
            word = MAY_BE_UNKNOWN.get(key, word)
        attributes = dict(state.attributes)
        if key == "call_state":
            # Calls that are over are listed for a while, or not.
            attributes["calls"] = [call for call in attributes.get("calls") or () if call["state"] != "ended"]
        if key == "caller":
            word = "unknown" if word == "withheld" else digits(word)
        if key == "call":
            # Of two calls that change at once, an end that is not final comes last. What is reported is compared below.
            attributes = {}
        attributes.pop({"active_calls": "reported", "set_dnd": "options"}.get(key), None)
        states[devices.async_get(entity.device_id).name, entity.domain, key] = (word, comparable(attributes))
    return states


def _is_time(word):
    try:
        return bool(datetime.fromisoformat(word))
    except ValueError:
        return False


def reported(fired):
    """Return what was reported of each call by extension, the first call first.

    Durations are compared without Home Assistant, where time does not pass in leaps between event and read.
    """
    stories = {}
    answered = {_ring(event.data) for event in fired if event.data["type"] == "answered"}
    for event in fired:
        data = event.data
        # A missed call is taken back where it rings again and is answered.
        is_retracted = data["type"] == "missed" and _ring(data) in answered
        # What is not known or not so is left out.
        party = (digits(data.get("caller_number")), data.get("caller_name"))
        step = ("ended" if is_retracted else data["type"], *party, data["direction"], data.get("queue", False))
        stories.setdefault(data["extension_name"], {}).setdefault(data["call_id"], []).append(step)
    return {name: list(calls.values()) for name, calls in stories.items()}


def _ring(data):
    return data["extension_name"], data.get("telephony_session_id")


async def play(office, dialects):
    """Play the morning in dialects; return what was shown after each step, and what was reported in all."""
    office.account.settings.speak(dialects)
    assert await office.hass.config_entries.async_reload(office.entry.entry_id)
    await office.comes_true(lambda: office.coordinator.link.is_connected, within=60)
    await office.pass_time(20)
    # What entities remember of the morning before is the same after this, and it has shown how many servers count.
    for phone in [one for one in office.account.extensions.values() if one.has_presence and one.status == "Enabled"]:
        call = office.phones.call_in(phone)
        office.simulator.clock.advance(0.1)
        call.hang_up()
        office.simulator.clock.advance(0.1)
    await office.pass_time(QUIET, 2)
    for extension_id in office.coordinator.extensions:
        office.coordinator.missed_calls.mark_seen(extension_id)
    fired = async_capture_events(office.hass, EVENT_CALL)
    seen = []
    for what, seconds in morning(office.phones):
        await office.settle()
        await office.pass_time(seconds, 2)
        seen.append((what, shown(office)))
    return seen, reported(fired)


def differences(states, expected, beside=()):
    """Yield what differs, in short, but for entities of these keys."""
    for key, (word, attributes) in expected.items():
        if key[-1] in beside:
            continue
        shown_word, shown_attributes = states.get(key, (None, {}))
        if shown_word != word:
            yield f"{key}: {shown_word}, by default {word}"
        for name in attributes.keys() | shown_attributes.keys():
            if shown_attributes.get(name) != attributes.get(name):
                yield f"{key} {name}: {shown_attributes.get(name)}, by default {attributes.get(name)}"


def chosen(number):
    """Return the dialects of one of the mornings, and the seed that they follow from."""
    if IS_ALL:
        return [LOSSLESS[number]], first_seed()
    seed = repeated_seed()
    if seed is not None:
        return drawn_dialects(seed), seed
    if number < SAMPLE // 2:
        return random.Random(first_seed()).sample(LOSSLESS, SAMPLE // 2)[number : number + 1], first_seed()
    return drawn_dialects(first_seed() + number), first_seed() + number


@pytest.mark.usefixtures("entity_registry_enabled_by_default")
@pytest.mark.parametrize("number", range(len(LOSSLESS) if IS_ALL else SAMPLE))
async def test_a_morning_is_the_same_in_dialects_drawn_today(office, number):
    names, seed = chosen(number)
    seen_by_default, reported_by_default = await play(office, [])
    seen, reports = await play(office, names)
    about = f"the cloud spoke {', '.join(names)}; {how_to_repeat(seed)}"
    for (what, states), (_, expected) in zip(seen, seen_by_default, strict=True):
        is_over = what in ("the phone rests", "and rings again") and "rings_again_after_final" in names
        differing = list(differences(states, expected, OF_MISSED_CALLS if is_over else ()))
        assert not differing, "\n".join([f"{what}: {about}", *differing])
    assert reports.keys() == reported_by_default.keys(), about
    for name, calls in reported_by_default.items():
        for call, expected in zip(reports[name], calls, strict=True):
            assert call == expected, f"{name}: {about}"
