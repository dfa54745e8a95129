"""Forms: a replacement is of the type and the length of what it replaces, and made of the same kinds of characters."""

from hypothesis import given, strategies as st
import pytest

from custom_components.ringcentral.report.forms import TOO_LARGE, as_text, by_text, imitate, in_case_of
from custom_components.ringcentral.report.pseudonyms import Pseudonyms


@given(st.integers(), st.booleans())
def test_whole_numbers_keep_their_length_and_what_can_be_read_still_can(number, is_text):
    shown = Pseudonyms(b"salt").other(str(number) if is_text else number)
    assert len(str(shown)) == len(str(number)) or abs(number) < 1000
    if abs(number) >= 10:
        assert shown not in (number, str(number))
    if not is_text:
        assert (-(2**63) <= shown < 2**63) is (-(2**63) <= number < 2**63)


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 2**63 - 1, -(2**63), 10**18])
def test_at_the_edge_of_what_can_be_read_it_stays_on_its_side(number):
    for digits in ("1", "9"):
        shown = by_text(number, lambda text, digit=digits: digit * len(text))
        assert (-(2**63) <= shown < 2**63) is (-(2**63) <= number < 2**63)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1.5e300, 37.774929, -122.419416, 4155550123.0])
def test_fractions_are_replaced(number):
    shown = Pseudonyms(b"salt").other(number)
    assert shown != number
    assert shown == TOO_LARGE or isinstance(shown, float)


def test_what_has_no_text_stays():
    assert by_text(None, str.upper) is None
    assert by_text(True, str.upper) is True


@pytest.mark.parametrize("value", [17, 17.0, "17"])
def test_an_id_is_the_same_text_in_whatever_type(value):
    assert as_text(value) == "17"


@given(st.text(min_size=1), st.binary(min_size=2))
def test_an_imitation_has_characters_of_the_same_kinds(form, chance):
    made = imitate(form, chance * len(form))
    assert len(made) == len(form)
    assert [one.isdecimal() for one in made] == [one.isdecimal() for one in form]
    assert [one.isascii() for one in made] == [one.isascii() for one in form]
    assert [one for one in made if not one.isprintable()] == [one for one in form if not one.isprintable()]


def test_the_case_is_that_of_the_original():
    assert "".join(map(in_case_of, "McFly", "qxzab", strict=True)) == "QxZab"
