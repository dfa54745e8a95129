"""Callers in the words of a sentence."""

import pytest

from custom_components.ringcentral.calls.wording import describe_seconds, name_caller, shorten


@pytest.mark.parametrize(
    ("name", "number", "reported"),
    [
        ("John Wang", "+14155550123", "John Wang"),
        (None, "+14155550123", "+1 415 555 0123"),
        ("  ", "…23", "…23"),
        (None, None, "an unknown caller"),
        ("", "", "an unknown caller"),
    ],
)
def test_a_caller_has_a_name_a_number_or_neither(name, number, reported):
    assert name_caller(name, number) == reported


def test_who_withholds_the_number_differs_from_who_is_not_known():
    assert name_caller(None, None, is_withheld=True) == "a withheld number"
    assert name_caller("Ann Lee", None, is_withheld=True) == "Ann Lee"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("John Wang", "John Wang"),
        (" John\n Wang ", "John Wang"),
        ("<b>{who}</b>", "<b>{who}</b>"),
        ("x" * 60, "x" * 60),
        ("x" * 61, "x" * 60 + "…"),
        (None, ""),
    ],
)
def test_a_name_within_a_sentence_is_short(name, short):
    assert shorten(name) == short


@pytest.mark.parametrize(
    ("seconds", "reported"),
    [(0.2, "0 s"), (18.4, "18 s"), (59.7, "1 min"), (125, "2 min 5 s"), (3600, "1 h"), (7325, "2 h 2 min")],
)
def test_durations_are_worded_as_people_do(seconds, reported):
    assert describe_seconds(seconds) == reported
