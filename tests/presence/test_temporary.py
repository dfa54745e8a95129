"""The rules of presence that is set for a time."""

import pytest

from custom_components.ringcentral.presence.temporary import (
    TemporaryField,
    ValueUnknownError,
    begin,
    next_end,
    over,
    settable_fields,
    unchanged,
)
from custom_components.ringcentral.presence.vocabulary import ExtensionState

AVAILABLE = {"userStatus": "Available", "dndStatus": "TakeAllCalls", "dndStatusPersonal": None, "message": ""}


def field(before, chosen, *, since=100.0, until=160.0):
    return TemporaryField(before=before, chosen=chosen, since=since, until=until)


def test_what_is_set_first_keeps_the_present_value():
    begun = begin({}, AVAILABLE, {"userStatus": "Busy"}, now=100.0, until=160.0)
    assert begun == {"userStatus": field("Available", "Busy")}


def test_what_is_set_again_keeps_the_original_value_until_the_newest_end():
    pending = {"userStatus": field("Available", "Busy")}
    begun = begin(pending, AVAILABLE | {"userStatus": "Busy"}, {"userStatus": "Offline"}, now=120.0, until=130.0)
    assert begun == {"userStatus": field("Available", "Offline", since=120.0, until=130.0)}


def test_what_somebody_has_changed_meanwhile_is_the_new_original():
    pending = {"userStatus": field("Available", "Busy")}
    begun = begin(pending, AVAILABLE | {"userStatus": "Offline"}, {"userStatus": "Busy"}, now=120.0, until=130.0)
    assert begun["userStatus"].before == "Offline"


def test_fields_end_each_at_its_own_time():
    pending = {"userStatus": field("Available", "Busy", until=1000.0)}
    begun = begin(pending, AVAILABLE | {"userStatus": "Busy"}, {"message": "Lunch"}, now=100.0, until=160.0)
    assert next_end(begun) == 160.0
    assert list(over(begun, 160.0)) == ["message"]
    assert list(over(begun, 1000.0)) == ["userStatus", "message"]
    assert over(begun, 159.0) == {}


def test_a_value_that_is_not_known_cannot_be_put_back():
    with pytest.raises(ValueUnknownError):
        begin({}, {"userStatus": None}, {"userStatus": "Busy"}, now=100.0, until=160.0)


@pytest.mark.parametrize(
    ("current", "kept"),
    [("Busy", True), (None, True), ("Offline", False), ("Available", False)],
    ids=["as chosen", "not known", "changed", "already as before"],
)
def test_a_field_is_kept_until_somebody_changes_it(current, kept):
    pending = {"userStatus": field("Available", "Busy")}
    assert unchanged(pending, {"userStatus": current}) == (pending if kept else {})


def test_what_was_set_just_now_is_not_yet_compared():
    pending = {"userStatus": field("Available", "Busy", since=100.0)}
    current = {"userStatus": "Available"}
    assert unchanged(pending, current, set_before=95.0) == pending
    assert unchanged(pending, current, set_before=100.5) == {}


@pytest.mark.parametrize("message", ["Lunch", "", None])
def test_an_empty_message_is_known_and_one_that_was_never_read_is_not(message):
    assert settable_fields(ExtensionState(message=message))["message"] == message


def test_do_not_disturb_may_be_unknown_in_a_word():
    assert settable_fields(ExtensionState(dnd_status="Unknown"))["dndStatus"] is None
