"""Calls and what happens to them in plain types."""

from datetime import UTC, datetime
import json

import pytest

from custom_components.ringcentral.calls.describe import (
    describe_call,
    describe_party,
    describe_transition,
    shown_event,
)
from custom_components.ringcentral.presence.privacy import Privacy
from custom_components.ringcentral.presence.vocabulary import Call, CallState, Transition, TransitionKind

CALL = Call(
    call_id="s-1",
    state=CallState.RINGING,
    direction="inbound",
    from_number="+14155550123",
    from_name="John Wang",
    to_number="+16505550101",
    to_name="Front Desk",
    started_at=datetime(2026, 11, 2, 9, 0, tzinfo=UTC),
)


def happened(kind, **fields):
    return Transition(extension_id="7", kind=kind, call=CALL, at=1793610003.25, **fields)


def test_the_party_is_the_other_one_and_the_called_number_ones_own():
    described = describe_party(CALL)
    assert (described["caller_name"], described["caller_number"]) == ("John Wang", "+14155550123")
    assert described["number_text"] == "+1 415 555 0123"
    assert (described["called_name"], described["called_number"]) == ("Front Desk", "+16505550101")


def test_a_call_is_described_in_types_that_json_has():
    described = describe_call(CALL)
    assert described["start"] == "2026-11-02T09:00:00+00:00"
    assert json.loads(json.dumps(described)) == described


@pytest.mark.parametrize(
    ("transition", "outcome"),
    [
        (happened(TransitionKind.RINGING), None),
        (happened(TransitionKind.HELD), None),
        (happened(TransitionKind.ENDED, answered=True), "answered"),
        (happened(TransitionKind.ENDED, answered=False), "not_answered"),
        (happened(TransitionKind.MISSED, answered=False), "missed"),
        (happened(TransitionKind.ANSWERED_ELSEWHERE, answered=False), "answered_elsewhere"),
        (happened(TransitionKind.MISSED, answered=False, outcome="voicemail"), "voicemail"),
    ],
    ids=lambda one: str(getattr(one, "kind", one)),
)
def test_only_an_end_has_an_outcome_and_the_call_log_knows_best(transition, outcome):
    described = describe_transition(transition)
    assert described["outcome"] == outcome
    assert described["occurred_at"] == "2026-11-02T09:00:03.250+00:00"


def test_what_was_described_before_privacy_was_chosen_is_hidden_or_masked_now():
    described = {**describe_transition(happened(TransitionKind.RINGING)), "withheld": True}
    masked, hidden = (shown_event(described, privacy) for privacy in (Privacy.MASKED, Privacy.HIDDEN))
    assert (masked["caller_number"], masked["number_text"], masked["withheld"]) == ("…23", "…23", True)
    assert (hidden["caller_name"], hidden["caller_number"], hidden["withheld"]) == (None, None, False)
    assert hidden["called_number"] is None
