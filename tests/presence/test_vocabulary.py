"""The words of the house: what a call and an extension are said to do."""

import pytest

from custom_components.ringcentral.presence.vocabulary import (
    ENDS,
    STARTS,
    Call,
    CallState,
    ExtensionState,
    TransitionKind,
)


def calls(*states):
    return tuple(Call(call_id=str(number), state=CallState(state)) for number, state in enumerate(states))


@pytest.mark.parametrize(
    ("direction", "party"), [("inbound", ("+1", "Ann")), ("outbound", ("+2", "Bob")), (None, ("+1", "Ann"))]
)
def test_the_other_party_is_the_caller_of_an_inbound_call_and_the_callee_of_an_outbound_one(direction, party):
    call = Call(call_id="c", direction=direction, from_number="+1", from_name="Ann", to_number="+2", to_name="Bob")
    assert (call.caller_number, call.caller_name) == party


@pytest.mark.parametrize(
    ("states", "rings", "talks", "live"),
    [
        ([], False, False, 0),
        (["ringing"], True, False, 1),
        (["dialing"], False, False, 1),
        (["connected", "ringing"], True, True, 2),
        (["on_hold"], False, True, 1),
        (["parked"], False, False, 1),
        (["ended"], False, False, 0),
        (["unknown"], False, False, 1),
    ],
)
def test_an_extension_does_what_its_calls_do(states, rings, talks, live):
    state = ExtensionState(calls=calls(*states))
    assert (state.is_ringing, state.is_on_call, len(state.live_calls)) == (rings, talks, live)


def test_the_first_call_is_the_one_that_matters_most_unless_it_is_over():
    assert ExtensionState(calls=calls("ringing", "connected")).main_call.call_id == "0"
    assert ExtensionState(calls=calls("ended")).main_call is None
    assert ExtensionState().main_call is None


@pytest.mark.parametrize(
    ("dnd", "personal", "effective", "field"),
    [
        (None, None, None, "dndStatus"),
        ("TakeAllCalls", None, "TakeAllCalls", "dndStatus"),
        ("TakeAllCalls", "Unknown", "TakeAllCalls", "dndStatus"),
        ("Unknown", "TakeAllCalls", "TakeAllCalls", "dndStatusPersonal"),
        ("TakeAllCalls", "DoNotAcceptAnyCalls", "DoNotAcceptAnyCalls", "dndStatusPersonal"),
        ("DoNotAcceptAnyCalls", "TakeAllCalls", "DoNotAcceptAnyCalls", "dndStatusPersonal"),
        ("TakeDepartmentCallsOnly", "TakeAllCalls", "TakeDepartmentCallsOnly", "dndStatusPersonal"),
        ("Unknown", "Unknown", "Unknown", "dndStatus"),
    ],
)
def test_do_not_disturb_is_on_if_either_field_says_so_and_set_where_the_account_keeps_it(
    dnd, personal, effective, field
):
    state = ExtensionState(dnd_status=dnd, dnd_status_personal=personal)
    assert (state.effective_dnd, state.dnd_field) == (effective, field)


def test_no_transition_is_a_start_and_an_end():
    assert STARTS.isdisjoint(ENDS)
    assert set(TransitionKind) - STARTS - ENDS == {"held", "resumed", "parked"}
