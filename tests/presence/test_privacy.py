"""How much of callers is shown."""

import pytest

from custom_components.ringcentral.presence.privacy import Privacy, mask, shown_state
from custom_components.ringcentral.presence.vocabulary import Call, CallState, ExtensionState


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+14155550123", "…23"), ("101", "…01"), ("12", "…"), ("", ""), (None, None), ("anonymous", "…")],
)
def test_a_masked_number_keeps_its_last_two_digits(number, shown):
    assert mask(number) == shown
    assert mask(shown) == shown, "what is masked stays as it is"


@pytest.mark.parametrize("privacy", [Privacy.MASKED, Privacy.HIDDEN])
def test_no_field_of_a_call_has_more_than_may_be_shown(privacy):
    call = Call(
        call_id="s1",
        state=CallState.RINGING,
        from_name="John Wang",
        from_number="+14155550123",
        to_name="Anna Berg",
        to_number="+14155550134",
        on_behalf_of="+14155550145",
    )
    shown = str(shown_state(ExtensionState(calls=(call,)), privacy))
    assert "s1" in shown
    assert "555" not in shown
    assert [name in shown for name in ("John Wang", "Anna Berg")] == [privacy is Privacy.MASKED] * 2
