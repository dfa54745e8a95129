"""Texts of others are made harmless where they come in."""

import json

import pytest

from custom_components.ringcentral.api.text import clean, is_plain, is_withheld


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("John Wang", "John Wang"),
        ("Tomás 王 🤙", "Tomás 王 🤙"),
        ("<b>{who}</b>", "<b>{who}</b>"),
        ("John\n\tWang\x00", "John Wang"),
        ("\u202egnaW nhoJ\u202c", "gnaW nhoJ"),
        ("\u2066+1 415\u2069 555\u00a00123", "+1 415 555 0123"),
        ("Jo\u200bhn\u00ad Wa\ufeffng", "John Wang"),
        ("one\u2028two\u0085three", "one two three"),
        ("cut \ud83e", "cut"),
        ("\x7f\x9b31m", "31m"),
        ("  two  spaces  ", "  two  spaces  "),
        ("", ""),
        ("\x00", ""),
        ("x" * 255, "x" * 255),
        ("x" * 256, "x" * 254 + "…"),
        ("x" * 70_000, "x" * 254 + "…"),
        ("\u200b" * 70_000 + "x", ""),
    ],
)
def test_a_text_is_left_in_one_visible_line_of_bounded_length(text, left):
    assert clean(text) == left
    assert clean(left) == left


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ({"name": 'John "Johnny" Wang \\ 1/2'}, True),
        ({"name": "Tomás 王"}, True),
        ({"name": "a\nb"}, False),
        ({"name": "a\x7fb"}, False),
        ({"name": "\u202eb"}, False),
        ({"name": "a\u200bb"}, False),
    ],
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_json_with_something_to_clean_is_never_called_plain(value, plain, ascii_only):
    data = json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":")).encode()

    # An escape may stand for anything, so it is looked at in any case.
    assert is_plain(data) is (plain and (data.isascii() is value["name"].isascii()))


def test_white_space_around_names_of_any_language_is_plain():
    assert is_plain(json.dumps({"name": "Tomás"}, ensure_ascii=False, indent=2).encode())


def test_bytes_that_are_no_text_are_not_plain():
    assert not is_plain(b'{"name":"\xff"}')


@pytest.mark.parametrize(
    "word", ["anonymous", "Anonymous", "RESTRICTED", "unknown", "private", "Unavailable", " private "]
)
def test_a_word_in_the_place_of_a_number_withholds_it(word):
    assert is_withheld(word)


@pytest.mark.parametrize("number", [None, "", "+14155550123", "101", "conference", "sip:101@example.com", "*67"])
def test_a_number_or_nothing_withholds_none(number):
    assert not is_withheld(number)


def test_a_text_may_be_longer_where_that_is_allowed():
    assert clean("a\n" * 400, 500) == ("a " * 250)[:499].rstrip() + "…"
    assert clean("b" * 400, 500) == "b" * 400
