"""In whatever dialect the cloud speaks, the rules show and report the same morning."""

import pytest

from simulator.dialects import DIALECTS, losses
from tests.morning import digits, drawn_dialects, morning
from tests.seeds import first_seed, how_to_repeat, repeated_seed

from .life import Life

LOSSLESS = [name for name in DIALECTS if not losses([name])]
COMBINATIONS = 20


def shown_calls(state):
    return sorted(
        (str(call.state), str(call.direction), str(digits(call.caller_number)), str(call.caller_name), call.queue_name)
        for call in state.live_calls
    )


def shown(life):
    """Return what people see of everybody."""
    everybody = {}
    for extension_id in life.watched:
        state = life.office.state(str(extension_id))
        main = state.main_call
        everybody[life.account.extensions[extension_id].number] = {
            "presence": state.presence_status,
            "dnd": state.effective_dnd,
            "user status": state.user_status,
            # REST may not know of meetings.
            "meeting": state.meeting_status == "Connected",
            "calls": shown_calls(state),
            "main call": main and (str(main.state), digits(main.caller_number), main.caller_name),
            "rings": state.is_ringing,
            "talks": state.is_on_call,
        }
    return everybody


def reported(life):
    """Return what was reported of each call, by extension, the first call first.

    Calls are compared one by one, since an end that is not final is reported a moment late. A missed call that was
    taken back is an ended one. Whether an event or a read brought it is nobody's concern.
    """
    stories = {}
    for one in life.office.transitions:
        is_retracted = one.kind == "missed" and one.call.call_id in life.office.retracted
        party = (digits(one.call.caller_number), one.call.caller_name)
        step = ("ended" if is_retracted else str(one.kind), *party, one.answered, one.ring_seconds, one.talk_seconds)
        calls = stories.setdefault(life.account.extensions[int(one.extension_id)].number, {})
        calls.setdefault(one.call.call_id, []).append(step)
    return {number: list(calls.values()) for number, calls in stories.items()}


def play(*dialects):
    """Play the morning; return what was shown after each step, and what was reported in all."""
    life = Life(dialects)
    seen = {}
    for number, (what, seconds) in enumerate(morning(life.phones)):
        life.wait(seconds)
        seen[number, what] = shown(life)
    return seen, reported(life)


@pytest.fixture(scope="module")
def by_default():
    return play()


def compare(found, by_default):
    """Fail with the first moment that looks different."""
    (seen, reports), (seen_by_default, reports_by_default) = found, by_default
    for moment, everybody in seen_by_default.items():
        for number, views in everybody.items():
            assert seen[moment][number] == views, (moment, number)
    for number, calls in reports_by_default.items():
        assert reports[number] == calls, number
    assert reports.keys() == reports_by_default.keys()


def test_a_morning_has_every_kind_of_call(by_default):
    seen, reports = by_default
    kinds = {step[0] for calls in reports.values() for steps in calls for step in steps}
    assert kinds == {
        "ringing",
        "dialing",
        "answered",
        "held",
        "resumed",
        "parked",
        "ended",
        "missed",
        "answered_elsewhere",
    }
    last = seen[max(seen)]
    assert all(view["calls"] == [] and view["dnd"] == "TakeAllCalls" for view in last.values())


@pytest.mark.parametrize("name", LOSSLESS)
def test_a_morning_is_the_same_in_each_dialect(by_default, name):
    compare(play(name), by_default)


@pytest.mark.parametrize("number", range(COMBINATIONS))
def test_a_morning_is_the_same_in_combinations_of_dialects(by_default, number):
    seed = first_seed() + number if repeated_seed() is None else repeated_seed()
    names = drawn_dialects(seed)
    try:
        compare(play(*names), by_default)
    except AssertionError as error:
        error.add_note(f"the cloud spoke {', '.join(names)}; {how_to_repeat(seed)}")
        raise
